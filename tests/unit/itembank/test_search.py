"""Searching, coverage and pool sizes over an index that is made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from app.itembank import ItemContent
from app.itembank.coverage import coverage_of
from app.itembank.entries import words_of
from app.itembank.pool_size import propose
from app.itembank.search import (
    Difficulty,
    Discrimination,
    Exposure,
    FoundItem,
    FoundVersion,
    Search,
    find_items,
    narrowed,
    terms_of,
)
from app.schemes import SchemeVersion


def version(stem: str = "Apa itu audit?", **changes: Any) -> FoundVersion:
    options = changes.pop("options", ("satu", "dua", "tiga", "empat"))
    values = {
        "id": uuid4(),
        "version_no": 1,
        "state": "active",
        "kuk": "1.1",
        "author_id": None,
        "item_authors": frozenset(),
        "submitted": True,
        "cognitive_level": "apply",
        "expected_p": 0.6,
        "changed_at": datetime(2026, 1, 1, tzinfo=UTC),
        "words": words_of(ItemContent(stem, options, changes.pop("stimulus", ""))),
    }
    return FoundVersion(**(values | changes))


def item(code: str, shown: FoundVersion | None = None, draft: FoundVersion | None = None, **figures: Any) -> FoundItem:
    values: dict[str, Any] = {"stimulus_code": None, "enemies": ()}
    return FoundItem(code=code, shown=shown or version(), draft=draft, **(values | figures))


def codes(items: Sequence[FoundItem], **search: Any) -> list[str]:
    return [found.code for found in find_items(items, Search(**search))]


BANK = [
    item("MMU-1.1-02", version("Peta kendali menunjukkan <strong>pergeseran</strong> proses; tindakan:")),
    item("MMU-1.1-01", version("Apa tujuan audit internal?", options=("peta kendali", "b", "c", "d"))),
    item("MMU-2.1-01", version("Kendali atas peta risiko ialah:", kuk="2.1", stimulus="Sebuah kafé Résumé.")),
]


def test_without_words_the_whole_bank_by_code() -> None:
    assert codes(BANK) == ["MMU-1.1-01", "MMU-1.1-02", "MMU-2.1-01"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kendali peta", ["MMU-1.1-02", "MMU-2.1-01", "MMU-1.1-01"]),  # in the stem before in an option
        ('"peta kendali"', ["MMU-1.1-02", "MMU-1.1-01"]),
        ("PERGESERAN", ["MMU-1.1-02"]),
        ("kafe resume", ["MMU-2.1-01"]),
        ("mmu-1.1", ["MMU-1.1-01", "MMU-1.1-02"]),
        ("mmu-1.1-02", ["MMU-1.1-02"]),
        ("peta audit kendali", ["MMU-1.1-01"]),
        ("strong", []),
        ('"', ["MMU-1.1-01", "MMU-1.1-02", "MMU-2.1-01"]),
    ],
)
def test_every_word_must_occur_whatever_its_case_and_marks(text: str, found: list[str]) -> None:
    assert codes(BANK, text=text) == found


def test_the_code_that_was_asked_for_comes_before_texts_that_name_it() -> None:
    naming = item("AAA-1.1-01", version("Lihat MMU-1.1-02 ialah:"))
    assert codes([naming, *BANK], text="MMU-1.1-02") == ["MMU-1.1-02", "AAA-1.1-01"]


def test_a_term_of_a_phrase_and_words() -> None:
    assert terms_of('  Audit "Tindakan   korektif" ') == ("audit", "tindakan korektif")


def test_the_words_of_a_draft_find_its_item() -> None:
    bank = [item("MMU-1.1-01", draft=version("Apa itu kaizen?", state="draft", version_no=2))]
    assert codes(bank, text="kaizen") == ["MMU-1.1-01"]
    assert codes(bank, state="draft") == codes(bank, state="active") == ["MMU-1.1-01"]
    assert codes(bank, state="retired") == []


@pytest.mark.parametrize(
    ("n", "p", "expected_p", "difficulty"),
    [
        (0, None, 0.71, Difficulty.EASY),
        (0, None, 0.7, Difficulty.MEDIUM),
        (0, None, 0.4, Difficulty.MEDIUM),
        (0, None, 0.39, Difficulty.HARD),
        (29, 0.1, 0.8, Difficulty.EASY),
        (30, 0.1, 0.8, Difficulty.HARD),
    ],
)
def test_difficulty_is_the_observed_one_from_thirty_answers_on(
    n: int, p: float | None, expected_p: float, difficulty: Difficulty
) -> None:
    found = item("A", version(expected_p=expected_p), n=n, p=p)
    assert found.difficulty is difficulty
    assert codes([found], difficulty=difficulty) == ["A"]


@pytest.mark.parametrize(
    ("n", "d", "discrimination"),
    [
        (99, 0.5, Discrimination.NONE),
        (100, None, Discrimination.NONE),
        (100, 0.19, Discrimination.LOW),
        (100, 0.2, Discrimination.FAIR),
        (100, 0.4, Discrimination.GOOD),
    ],
)
def test_discrimination_is_not_told_of_few_answers(n: int, d: float | None, discrimination: Discrimination) -> None:
    assert item("A", n=n, d=d).discrimination is discrimination


@pytest.mark.parametrize(
    ("sittings", "exposure"), [(0, Exposure.NEVER), (1, Exposure.SEEN), (2, Exposure.SEEN), (3, Exposure.OFTEN)]
)
def test_exposure_counts_sittings(sittings: int, exposure: Exposure) -> None:
    assert codes([item("A", sittings=sittings)], exposure=exposure) == ["A"]


def test_the_other_filters() -> None:
    waiting = uuid4()
    bank = [
        item("A", stimulus_code="K-1"),
        item("B", version(kuk="2.1", cognitive_level="analyse")),
        item("C", draft=version(id=waiting, state="in_review")),
    ]
    assert codes(bank, stimulus="K-1") == ["A"]
    assert (
        codes(bank, kuk="2.1") == codes(bank, kuks=frozenset({"2.1", "2.2"})) == codes(bank, level="analyse") == ["B"]
    )
    assert codes(bank, waiting=frozenset({waiting})) == ["C"]
    assert codes(bank, waiting=frozenset()) == []


def test_who_sees_only_the_newer_version_is_shown_that() -> None:
    whole = item("A", draft=version(state="draft", version_no=2))
    own = narrowed(whole, lambda found: found.state == "draft")
    assert own is not None
    assert (own.shown.version_no, own.draft) == (2, None)
    published = narrowed(whole, lambda found: found.state != "draft")
    assert published is not None
    assert (published.shown.version_no, published.draft) == (1, None)
    assert narrowed(whole, lambda _: False) is None


def test_an_excerpt_is_one_line_and_says_when_it_goes_on() -> None:
    words = words_of(ItemContent("<p>Perhatikan tabel.</p><p>" + "panjang " * 40 + "</p>", ("a", "b")))
    assert words.excerpt.startswith("Perhatikan tabel. panjang")
    assert len(words.excerpt) <= 160
    assert words.excerpt.endswith("…")


def scheme(items_per_kuk: dict[str, int]) -> SchemeVersion:
    criteria = [SimpleNamespace(kuk=kuk, text=f"KUK {kuk}") for kuk in items_per_kuk]
    return cast(SchemeVersion, SimpleNamespace(units=[SimpleNamespace(criteria=criteria)], items_per_kuk=items_per_kuk))


def test_coverage_counts_each_item_once_and_says_what_two_forms_lack() -> None:
    bank = [
        item("A", version(expected_p=0.9)),
        item("B", version(state="approved", expected_p=0.2), draft=version(state="draft", version_no=2)),
        item("C", version(state="suspended")),
    ]
    first, second = coverage_of(bank, scheme({"1.1": 2, "2.1": 1}))
    assert (first.wanted, first.missing) == (4, 2)
    assert first.states == {"active": 1, "approved": 1, "suspended": 1}
    assert first.difficulties == {Difficulty.EASY: 1, Difficulty.MEDIUM: 0, Difficulty.HARD: 1}
    assert (second.wanted, second.missing, second.states) == (2, 2, {})


@pytest.mark.parametrize(("candidates", "size"), [(0, 4), (100, 4), (300, 6), (5000, 10)])
def test_a_pool_is_as_large_as_the_candidates_can_carry(candidates: int, size: int) -> None:
    """Two answers' worth of forms at least, a hundred answers for each item where there are more, and no more than there is."""
    bank = [item(f"A-{number}", sittings=number % 2) for number in range(10)]
    proposal = propose(bank, {"1.1": 2}, candidates)
    assert proposal.size == len(proposal.version_ids) == size
    assert proposal.answers_per_item == candidates * 2 / size


def test_a_pool_begins_with_what_was_used_least() -> None:
    used, fresh = item("A", sittings=2), item("B")
    resting = item("C", version(state="approved"), sittings=1)
    over = item("D", version(state="retired"))
    ids: tuple[UUID, ...] = propose([used, fresh, resting, over], {"1.1": 1}, 0).version_ids
    assert ids == (fresh.shown.id, resting.shown.id)


def test_a_criterion_without_enough_items_gives_what_it_has() -> None:
    proposal = propose([item("A")], {"1.1": 5, "1.2": 5}, 60)
    assert [(share.kuk, share.per_form, share.proposed, share.usable) for share in proposal.shares] == [
        ("1.1", 5, 1, 1),
        ("1.2", 5, 0, 0),
    ]
