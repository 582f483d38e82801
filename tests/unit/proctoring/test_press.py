"""The press: every template, whatever stands in a name; the same paper twice is the same file."""

from __future__ import annotations

import io
from typing import Final

import pypdf
import pytest

from app.proctoring.papers import contents, press, typesetter
from app.proctoring.papers.contents import Content
from app.proctoring.papers.form_certificate import Decision, Lang, Voice, form_certificate
from app.proctoring.papers.minutes import minutes
from app.proctoring.papers.rules import account
from app.proctoring.papers.types import IncidentFacts, Kind, MinutesFacts, OutageFacts
from tests.unit.proctoring.papers import (
    DURATION,
    OPENS,
    STARTED,
    TRANSMISSION,
    make_certificate,
    make_course,
    make_facts,
    make_grant,
    make_print,
    make_scheme,
    make_sitting,
)

OF_SITTINGS: Final = [kind for kind in Kind if kind is not Kind.REVIEW]  # the report of a review has tests of its own
NAMES: Final = {
    "plain": "Sari Dewi",
    "typst": '#panic("x") *tebal* _miring_ $x$ @a <b> #import "/etc/passwd" \\ // `',
    "quotes": 'D\'Angelo "Jo" {"a": 1}',
    "long": "Supercalifragilisticexpialidocious" * 5,
    "arabic": "محمد علي",
    "chinese": "王小明",
}


def content_of(kind: Kind, name: str) -> Content:
    """A paper in which this name stands wherever people write something."""
    course = make_course(name, added=310)
    facts = make_facts(course, sitting=make_sitting(title=name))
    found = (IncidentFacts("candidate", "late", name, name, OPENS, name, STARTED, name, name, (course,)),)
    clock = account(course, DURATION, (TRANSMISSION, make_grant("extra", 300, name)))
    assert clock is not None
    outages = (OutageFacts(name, name, OPENS, name, OPENS, name, STARTED),)
    match kind:
        case Kind.ATTENDANCE:
            return contents.attendance(facts)
        case Kind.SEATING:
            return contents.seating(facts)
        case Kind.CARDS:
            return contents.cards(facts, {course.number: "ABCDEFGHJK"}, "https://ujian.example.org")
        case Kind.MINUTES:
            return minutes(MinutesFacts(facts, (clock,), outages, found, ()))
        case Kind.INCIDENTS:
            return contents.incidents(facts, found)
        case Kind.DECISION:
            begun = contents.head(kind, facts.sitting, body=facts.body, scheme=facts.scheme)
            sections = [("Yang diduga", f"memakai catatan.\n{name}"), ("Pertimbangan", f"{name}\n\n{name}")]
            return begun | {"to": [name, course.number], "sections": sections, "signed": True}
        case Kind.FORMS:
            return certificate_of(name)
        case Kind.RESCORE:
            begun = contents.head(kind, facts.sitting, body=facts.body, scheme=facts.scheme)
            one = {"to": [name, course.number], "sections": [("Yang terjadi", f"{name}\n{name}")]}
            return begun | {"letters": [one, one]}


def certificate_of(
    name: str = "Sari Dewi", *, lang: Lang = "id", forms: int = 4, accepted: bool | None = True
) -> Content:
    """Decided by somebody of this name, for a sitting with this title. The certificate names no candidate."""
    sitting = make_sitting(title=f"{name} MMU-26-00001")
    decision = None if accepted is None else Decision(accepted, name, STARTED, name)
    return form_certificate(sitting, make_scheme(), make_certificate(forms), "ce" * 32, decision=decision, lang=lang)


def pdf_of(kind: Kind, content: Content) -> bytes:
    address, lang = "https://ujian.example.org", content["lang"]
    stamp = press.stamp(make_print(kind), zone="Asia/Jakarta", printed_by="Budi", public_url=address, lang=lang)
    return typesetter.compile_pdf(kind, content | {"print": stamp}, 0)


def letters_of(pdf: bytes) -> str:
    """The words without blanks: a long name breaks over lines."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


@pytest.mark.parametrize("kind", OF_SITTINGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_and_never_read_as_typst(kind: Kind, name: str) -> None:
    letters = letters_of(pdf_of(kind, content_of(kind, NAMES[name])))
    assert "MMU-26-00001" in letters
    if name in ("plain", "typst", "quotes"):
        assert "".join(NAMES[name].split()) in letters


@pytest.mark.parametrize("kind", OF_SITTINGS)
def test_the_same_paper_is_the_same_file_and_a_tagged_one(kind: Kind) -> None:
    first, again = (pdf_of(kind, content_of(kind, "Sari Dewi")) for _ in range(2))
    assert first == again
    document = pypdf.PdfReader(io.BytesIO(first))
    assert document.metadata is not None
    assert str(document.metadata.title).endswith("TUK-1")
    assert "/StructTreeRoot" in document.trailer["/Root"]
    assert b"pdfuaid:part" in first


@pytest.mark.parametrize("kind", OF_SITTINGS)
def test_every_page_says_which_one_it_is(kind: Kind) -> None:
    document = pypdf.PdfReader(io.BytesIO(pdf_of(kind, content_of(kind, "Sari Dewi"))))
    for number, page in enumerate(document.pages, start=1):
        assert f"Halaman {number} dari {len(document.pages)}" in " ".join(page.extract_text().split())


def test_a_sitting_without_incidents_gets_a_sheet_to_fill_in() -> None:
    letters = letters_of(pdf_of(Kind.INCIDENTS, contents.incidents(make_facts(make_course()), ())))
    assert "lingkungan" in letters
    assert "Pengawas" in letters


def test_nobody_on_the_roster_yet_is_no_reason_not_to_print() -> None:
    facts = make_facts()
    empty = [contents.attendance(facts), contents.seating(facts), minutes(MinutesFacts(facts, (), (), (), ()))]
    for kind, content in zip((Kind.ATTENDANCE, Kind.SEATING, Kind.MINUTES), empty, strict=True):
        assert "TUK-1" in letters_of(pdf_of(kind, content))


def test_the_hash_of_cards_knows_no_pin() -> None:
    content = content_of(Kind.CARDS, "Sari Dewi")
    assert "ABCDE FGHJK" in str(content)
    assert "ABCDE" not in str(contents.without_pins(content))


@pytest.mark.clause("9.2.4", "a form certificate shows comparability before the sitting opens")
def test_the_certificate_of_forms_says_how_equal_they_are_and_how_sure_that_is() -> None:
    letters = letters_of(pdf_of(Kind.FORMS, certificate_of()))
    for said in (
        "Setara menurut data yang ada (tingkat bukti: perkiraan ahli)",
        "Diterima komite skema oleh Sari Dewi, 21 November 2026 pukul 08.02.11 WIB",
        "KUK 1.1 Kriteria 1.1 5 5",
        "harapan nilai 12,97–14,23, terpaut paling jauh 0,63",
        "2 13,39 −0,21",
        "dua paket dapat berbeda sampai 2,8 angka (95 %)",
        "kalibrasi 0, p empiris 0, perkiraan ahli 80",
        "Paket 5* bagi 1 peserta yang pernah ujian",
        "ce" * 32,
    ):
        assert "".join(said.split()) in letters, said


def test_the_certificate_speaks_english_when_asked() -> None:
    letters = letters_of(pdf_of(Kind.FORMS, certificate_of(lang="en", accepted=None)))
    for said in (
        "Certificate of Forms",
        "Not yet accepted by the scheme committee",
        "expected scores 12.97–14.23",
        "Saturday 21 November 2026, 08:00–11:00 WIB",
        "Printed 21 November 2026 at 08:00:00 WIB by Budi",
        "Page 1 of 2",
    ):
        assert "".join(said.split()) in letters, said
    assert "Paket" not in letters


def test_what_is_printed_as_nothing_has_no_sign() -> None:
    assert [Voice("id").figure(value) for value in (-0.001, -0.006, 0.001)] == ["0,00", "−0,01", "0,00"]


def test_a_certificate_that_breaks_a_rule_says_so_first() -> None:
    refused = make_certificate() | {"acceptable": False}
    content = form_certificate(make_sitting(), make_scheme(), refused, "ce" * 32, decision=None, lang="id")
    letters = letters_of(pdf_of(Kind.FORMS, content))
    assert "Tidakdapatditerima" in letters
    assert "Setara" not in letters


def test_a_certificate_of_forms_that_were_taken_back_says_that_it_is_not_valid() -> None:
    letters = letters_of(pdf_of(Kind.FORMS, certificate_of(accepted=False)))
    assert "TIDAKBERLAKU:ditarikolehSariDewi,21November2026" in letters
    assert "Alasan:SariDewi" in letters


@pytest.mark.parametrize(("forms", "matrix"), [(4, True), (40, False)])
def test_the_table_of_shared_items_is_printed_while_it_can_be_read(forms: int, matrix: bool) -> None:
    letters = letters_of(pdf_of(Kind.FORMS, certificate_of(forms=forms)))
    assert ("Banyaknyasoalyangsamadiduapaket" in letters) is matrix
    assert f"{forms}*" not in letters
    assert f"{forms + 1}*" in letters
