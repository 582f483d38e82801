"""What `sahih bank check` says of a bank with one fault, and that it says nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.itembank import LETTERS, Answer, DraftItem, ItemContent, Reading, check_bank, content_hash

KUKS = ("1.1", "1.2")
STEMS = (
    "Apa langkah pertama ketika mesin pengemas berhenti mendadak?",
    "Siapa yang menyetujui perubahan dokumen prosedur pembelian?",
    "Dokumen mana membuktikan kalibrasi timbangan gudang bahan?",
    "Berapa kali audit internal dijadwalkan setahun menurut program?",
    "Mengapa diagram sebab akibat dibuat sebelum tindakan korektif?",
    "Kapan tinjauan manajemen membahas keluhan pelanggan ekspor?",
    "Bagaimana peta kendali menunjukkan proses yang bergeser perlahan?",
    "Risiko terbesar pada pemasok tunggal cat ialah hal berikut:",
    "Sebuah bengkel las menemukan retak setelah pengiriman; tindakannya:",
    "Tujuan lembar periksa di lini perakitan pompa air ialah:",
)


def bank(n: int = 20) -> list[DraftItem]:
    """Sound items: keys spread evenly, options of one length, stems that differ."""
    return [
        DraftItem(
            code=f"MMU-1.1-{number:02d}",
            kuk=KUKS[number % 2],
            lang="id",
            content=ItemContent(
                f"{number} {STEMS[number % 10]} {STEMS[(number * 7 + 3) % 10] if number >= 10 else ''}".strip(),
                tuple(f"pilihan {letter}" for letter in "abcd"),
            ),
            answer=Answer(key=number % 4, rationale="", source="", cognitive_level="apply", expected_p=0.6),
            enemies=(),
            file="kuk-1.1.yaml",
            line=number + 1,
        )
        for number in range(n)
    ]


def found(drafts: Sequence[DraftItem], kuks: Sequence[str] = KUKS) -> list[tuple[str, str]]:
    """(rule, where) of every remark on a bank that was read and answered by its keys."""
    readings = {content_hash(d.content): Reading("", LETTERS[d.answer.key], "none", "") for d in drafts}
    return [(remark.rule, remark.where) for remark in check_bank(drafts, kuks, readings)]


def changed(number: int, **changes: object) -> list[DraftItem]:
    drafts = bank()
    drafts[number] = replace(drafts[number], **changes)
    return drafts


def with_options(number: int, *options: str) -> list[DraftItem]:
    return changed(number, content=ItemContent(bank()[number].content.stem, options))


def test_a_sound_bank_gets_no_remark() -> None:
    assert found(bank()) == []


def test_a_criterion_without_items_and_items_without_criterion() -> None:
    assert found(bank(), ["1.1", "1.2", "1.3"]) == [("kuk", "bank")]
    assert found(changed(1, kuk="9.9")) == [("kuk", "bank")]


@pytest.mark.parametrize(
    ("keys", "positions"), [((6, 4, 5, 5), 0), ((7, 4, 4, 5), 1), ((6, 6, 5, 3), 1), ((5, 5, 5, 5), 0)]
)
def test_every_place_holds_20_to_30_percent_of_the_keys(keys: tuple[int, ...], positions: int) -> None:
    order = [place for place, count in enumerate(keys) for _ in range(count)]
    drafts = [replace(draft, answer=replace(draft.answer, key=key)) for draft, key in zip(bank(), order, strict=True)]
    assert [rule for rule, _ in found(drafts)] == ["key-position"] * positions


@pytest.mark.parametrize(("longest", "refused"), [(6, False), (7, True)])
def test_the_key_is_the_longest_option_in_no_more_than_30_percent(longest: int, refused: bool) -> None:
    drafts = bank()
    for number in range(longest):
        options = [f"pilihan {letter}" for letter in "abcd"]
        options[drafts[number].answer.key] += " yang panjang"
        drafts[number] = replace(drafts[number], content=ItemContent(drafts[number].content.stem, tuple(options)))
    assert found(drafts) == ([("longest-option", "bank")] if refused else [])


def test_a_longest_option_that_is_no_key_or_not_alone_is_no_hint() -> None:
    drafts = bank()
    for number, draft in enumerate(drafts):
        options = [f"pilihan {letter}" for letter in "abcd"]
        options[(draft.answer.key + 1) % 4] += " yang panjang"
        options[draft.answer.key] += " yang panjang" if number % 2 else ""
        drafts[number] = replace(draft, content=ItemContent(draft.content.stem, tuple(options)))
    assert found(drafts) == []


def test_a_handful_of_items_has_no_shares() -> None:
    few = [replace(draft, answer=replace(draft.answer, key=0)) for draft in bank(19)]
    assert found(few) == []


def test_stems_that_resemble_each_other() -> None:
    stem = bank()[3].content.stem
    options = bank()[5].content.options
    assert found(changed(5, content=ItemContent("Lima: " + stem, options))) == [
        ("similar-stems", "kuk-1.1.yaml:6 MMU-1.1-05")
    ]


def test_a_third_stem_of_one_criterion_with_the_same_five_words() -> None:
    drafts = bank()
    endings = ("mesin cetak rusak?", "auditor eksternal datang esok hari?", "pelanggan mengembalikan seratus kursi?")
    for number, ending in zip((0, 2, 4), endings, strict=True):
        content = ItemContent(f"Apa yang harus dilakukan bila {ending}", drafts[number].content.options)
        drafts[number] = replace(drafts[number], content=content)
    assert found(drafts) == [("frame", "kuk-1.1.yaml:5 MMU-1.1-04")]
    drafts[4] = replace(drafts[4], kuk="1.2")
    assert found(drafts) == []


def test_options_that_are_no_answers() -> None:
    for option in ("Semua benar", "A dan B", "Tidak ada jawaban yang tepat"):
        assert found(with_options(2, "pilihan a", "pilihan b", "pilihan c", option))[0] == (
            "banned-option",
            "kuk-1.1.yaml:3 MMU-1.1-02",
        )


@pytest.mark.parametrize(
    ("question", "remarked"),
    [
        ("Manakah yang tidak termasuk audit?", True),
        ("Manakah yang bukan, termasuk audit?", True),
        ("Manakah yang TIDAK termasuk audit?", False),
        ("Mesin yang tidak dirawat berhenti. Apa langkah pertama?", False),
    ],
)
def test_a_negation_in_the_question_stands_out(question: str, remarked: bool) -> None:
    drafts = changed(0, content=ItemContent(question, bank()[0].content.options))
    assert found(drafts) == ([("negation", "kuk-1.1.yaml:1 MMU-1.1-00")] if remarked else [])


def test_a_second_reader_who_answers_otherwise_or_never_read_it() -> None:
    drafts = bank()
    readings = {content_hash(d.content): Reading("", LETTERS[d.answer.key], "none", "") for d in drafts}
    readings[content_hash(drafts[1].content)] = Reading("", "D", "none", "")
    del readings[content_hash(drafts[2].content)]
    remarks = check_bank(drafts, KUKS, readings)
    assert [(remark.rule, remark.where) for remark in remarks] == [
        ("second-reading", "kuk-1.1.yaml:2 MMU-1.1-01"),
        ("unread", "kuk-1.1.yaml:3 MMU-1.1-02"),
    ]
    assert {remark.severity for remark in remarks} == {"error"}


@pytest.mark.parametrize(("enemy", "refused"), [("MMU-1.1-04", False), ("MMU-1.1-03", True), ("MMU-9.9-99", True)])
def test_enemies_are_other_items_of_the_bank(enemy: str, refused: bool) -> None:
    assert found(changed(3, enemies=(enemy,))) == ([("enemies", "kuk-1.1.yaml:4 MMU-1.1-03")] if refused else [])


def test_errors_come_before_remarks() -> None:
    drafts = changed(0, content=ItemContent("Manakah yang tidak termasuk audit?", bank()[0].content.options))
    drafts[3] = replace(drafts[3], enemies=("MMU-9.9-99",))
    assert [rule for rule, _ in found(drafts)] == ["enemies", "negation"]
