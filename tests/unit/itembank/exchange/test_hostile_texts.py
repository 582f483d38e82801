"""Two hundred texts that try to run something, in every text of every format: what comes in is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from types import ModuleType

import pytest

from app.itembank.exchange import ExchangeItem, ReadFile
from app.itembank.exchange.formats import aiken, gift, moodle_xml, package, qti
from app.itembank.richtext import plain
from tests.unit.itembank.exchange.samples import payloads, require_harmless, taken

LEAST_TAKEN = 0.5
PASSPHRASE = "lima kata yang cukup panjang"


def hostile_items() -> list[ExchangeItem]:
    """Not canonical at all: as somebody would write them who makes a file by hand."""
    blank = ExchangeItem(stem="", options=(), key=0)
    return [
        replace(
            blank,
            stem=f"Soal {number}: {text}",
            options=(f"satu {text}", f"dua {text}"),
            stimulus=f"Kasus {text}",
            stimulus_code=f"K {text}",
            rationale=f"Alasan {text}",
            source=escape(f"Sumber {text}"),
            code="MMU-1.1-01",
        )
        for number, text in enumerate(payloads())
    ]


def read_all(format_: ModuleType, items: Sequence[ExchangeItem]) -> ReadFile:
    """One file for each: a text that breaks its own file does not hide the others."""
    files = [format_.read(format_.write([_writable(item)], {}, "uji"), "uji") for item in items]
    return ReadFile(files[0].format, tuple(row for file in files for row in file.rows))


def _writable(item: ExchangeItem) -> ExchangeItem:
    """XML cannot hold a NUL at all."""
    return replace(
        item,
        stem=item.stem.replace("\0", ""),
        options=tuple(option.replace("\0", "") for option in item.options),
        stimulus=item.stimulus.replace("\0", ""),
        stimulus_code=(item.stimulus_code or "").replace("\0", ""),
        rationale=(item.rationale or "").replace("\0", ""),
        source=(item.source or "").replace("\0", ""),
    )


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(payloads())) >= 200


@pytest.mark.parametrize("format_", [moodle_xml, gift])
def test_html_in_every_text(format_: ModuleType) -> None:
    read = read_all(format_, hostile_items())

    require_harmless(read)
    assert len(taken(read)) > LEAST_TAKEN * len(payloads())


def test_html_in_every_text_of_a_sealed_package() -> None:
    items = hostile_items()

    read = package.read(package.write(items, {}, "uji", PASSPHRASE), "uji", PASSPHRASE)

    require_harmless(read)
    assert len(read.rows) == len(items)


@pytest.mark.parametrize("element", ["p", "div", "math", "table"])
def test_elements_in_every_text_of_a_qti_item(element: str) -> None:
    """In XML a payload is text, unless its elements are written as elements: then the handlers are attributes of real ones."""
    for text in payloads():
        for inner in (
            escape(text),
            f'<{element} onclick="window.__ran=1" style="x:y"><script>x</script>{escape(text)}</{element}>',
        ):
            inner = "".join(sign for sign in inner if sign >= " " or sign in "\t\n")
            require_harmless(qti.read(ITEM.replace("TEXT", inner).encode(), "uji.xml"))


def test_plain_texts_stay_what_they_say() -> None:
    for text in payloads():
        said = "".join(sign for sign in text if sign >= " ")
        read = aiken.read(f"Soal {said}\nA. satu {said}\nB. dua\nANSWER: A\n".encode(), "uji.txt")
        require_harmless(read)
        for item in taken(read):
            if "\\(" not in said and "$$" not in said and "\\[" not in said:
                assert plain(item.stem).split() == f"Soal {said}".replace("\u202e", "").replace("\u200b", "").split()


ITEM = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="x" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier"/>
<qti-item-body><p>Soal</p>TEXT<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
<qti-prompt>TEXT</qti-prompt><qti-simple-choice identifier="A">satu TEXT</qti-simple-choice>
<qti-simple-choice identifier="B">dua TEXT</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-modal-feedback outcome-identifier="FEEDBACK" show-hide="show" identifier="A"><qti-content-body>TEXT</qti-content-body>
</qti-modal-feedback></qti-assessment-item>"""


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["<a ", "<b>", "<div>", "<pre ", "<!--", "<![", "<?", "\\\\(", "$$", "&", "*", "!["])
def test_texts_that_parsers_take_long_over_are_refused_or_read_soon(sign: str) -> None:
    for written_as in ("html", "markdown"):
        require_harmless(gift.read(f"[{written_as}]Soal {sign * (200_000 // len(sign))}{{=a ~b}}".encode(), "uji.gift"))
