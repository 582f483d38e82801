"""Files that are small on their way and would fill a server, made when a test asks for one."""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.hostile import BOOK, HEAD, QUESTION, strings, with_parts
from tests.corpus.office import SHEET, document, packed, paragraph, row, run, workbook


def _blanks() -> bytes:
    return workbook(HEAD + "<row>" + "<c/>" * 2_000_000 + "</row>")


LARGE: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: packed({"xl/workbook.xml": "<x/>", "xl/media/a.bin": bytes(312_000_000)}),
    "zeros-in-a-document": lambda: packed({"word/document.xml": bytes(99_000_000)}),
    "a-thousand-parts": lambda: with_parts(BOOK, {f"xl/x{n}": b"" for n in range(1_001)}),
    "eleven-megabytes": lambda: bytes(11_000_000),
    "a-million-columns": lambda: f"{';'.join(map(str, range(1_000_000)))}\n".encode(),
    "a-million-cells-in-a-row": _blanks,
    "a-million-rows": lambda: workbook(HEAD + "".join(f"<row><c><v>{n}</v></c></row>" for n in range(900_000))),
    "a-million-strings": lambda: strings(
        f'<sst xmlns="{SHEET}">{"".join(f"<si><t>{n * 7919}</t></si>" for n in range(1_200_000))}</sst>'
    ),
    "many-combining-marks": lambda: workbook(HEAD + row("S-1", "1.1", "Z" + "\u0300\u0489" * 200_000, 1, 2, 3, 4, "A")),
    "many-spaces": lambda: document(paragraph(f"a.{' ' * 600_000}x") + paragraph("\t" * 300_000 + "b") + QUESTION),
    "many-brackets": lambda: document(paragraph("1. " + "(" * 700_000) + paragraph(run("<" * 50_000)) + QUESTION),
    "many-paragraphs": lambda: document("<w:p/>" * 160_000 + QUESTION),
    "many-runs": lambda: document("<w:p>" + "<w:r><w:t>1. a. </w:t></w:r>" * 30_000 + "</w:p>" + QUESTION),
    "many-questions": lambda: document(QUESTION * 3_000),
    "more-questions-than-a-file-may-hold": lambda: b"Soal;A;B;Kunci\n" + b"Apa?;1;2;A\n" * 10_500,
    "a-hundred-thousand-relations": lambda: document(
        QUESTION, targets=tuple((f"x{n}", "image", f"m/{n}.png") for n in range(100_000))
    ),
    "names-longer-than-a-page": lambda: with_parts(BOOK, {f"{'x' * 60_000}{n}": b"" for n in range(120)}),
}
