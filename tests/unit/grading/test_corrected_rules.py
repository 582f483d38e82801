"""What is right when corrections are in force: a boundary table, and what must hold whatever people correct."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assembly import Form
from app.grading import Correction, CorrectionKind, Right, mark
from app.grading.corrections import Affected
from app.grading.corrections.effects import counts, effects, effects_hash, points
from app.grading.invariants import Applied, _earns
from app.grading.rules import right_by, rights, touching
from app.itembank import KeyedItem
from app.schemes import rules as scheme_rules
from tests.factories import kuks, scheme_content

SCHEME = scheme_rules.parse(uuid4(), 1, scheme_content())
VERSIONS = tuple(UUID(int=n) for n in range(1, 101))
KUKS = [kuk for kuk in kuks() for _ in range(5)]
KEYED = {
    version: KeyedItem(version, f"MMU-{place}", KUKS[place], 4, place % 4, 0.6, "apply")
    for place, version in enumerate(VERSIONS)
}
FORM = Form(
    uuid4(), uuid4(), 1, VERSIONS, tuple((place % 4, *(set(range(4)) - {place % 4})) for place in range(100)), "1", ""
)
FIRST = VERSIONS[0]  # its key is 0
KEY = 0


def correction(kind: str, option: int | None = None, *, keeps: bool = False, of: UUID = FIRST) -> Correction:
    return Correction(uuid4(), CorrectionKind(kind), frozenset({of}), option, keeps)


@pytest.mark.parametrize(
    ("corrections", "right"),
    [
        ((), Right(frozenset({0}))),
        ((correction("void"),), Right(frozenset({0}), void=True)),
        ((correction("rekey", 2),), Right(frozenset({2}))),
        ((correction("double", 2),), Right(frozenset({0, 2}))),
        ((correction("rekey", 2, keeps=True),), Right(frozenset({0, 2}))),
        ((correction("rekey", 2), correction("rekey", 3)), Right(frozenset({3}))),
        ((correction("rekey", 2), correction("rekey", 3, keeps=True)), Right(frozenset({2, 3}))),
        ((correction("double", 2), correction("rekey", 3)), Right(frozenset({3}))),
        ((correction("void"), correction("rekey", 3)), Right(frozenset({3}))),
        ((correction("void"), correction("rekey", 3, keeps=True)), Right(frozenset({0, 3}), void=True)),
    ],
)
def test_what_is_right_after_each_correction(corrections: tuple[Correction, ...], right: Right) -> None:
    assert right_by(KEY, corrections) == right


@pytest.mark.parametrize(("option", "earns"), [(None, (False, True)), (0, (True, True)), (3, (False, True))])
def test_a_void_item_is_right_for_whoever_had_it_answered_or_not(option: int | None, earns: tuple[bool, bool]) -> None:
    assert (right_by(KEY, ()).takes(option), right_by(KEY, [correction("void")]).takes(option)) == earns


@pytest.mark.clause(
    "9.3.2", "a wrong key is corrected for everyone who had the item, and a void item counts for all of them"
)
@pytest.mark.parametrize(("others", "score", "word"), [(66, 67, "Belum Lulus"), (67, 68, "Lulus"), (99, 100, "Lulus")])
def test_a_void_item_keeps_the_hundred_and_gives_its_point(others: int, score: int, word: str) -> None:
    marked = mark(FORM, KEYED, dict.fromkeys(range(2, others + 2), 0), SCHEME, rights(KEYED, [correction("void")]))
    assert (marked.score, marked.max_score, marked.recommendation) == (score, 100, word)
    assert marked.units[0].correct == min(others, 14) + 1


kinds = st.sampled_from(list(CorrectionKind))


@st.composite
def histories(draw: st.DrawFn) -> list[Correction]:
    """What people may do to some of the first five items, one correction after the other; from some moment on results are out."""
    n = draw(st.integers(0, 6))
    out = draw(st.integers(0, 6))
    found = []
    for number in range(n):
        kind = draw(kinds)
        option = None if kind is CorrectionKind.VOID else draw(st.integers(0, 3))
        of = draw(st.sets(st.sampled_from(VERSIONS[:5]), min_size=1))
        found.append(Correction(uuid4(), kind, frozenset(of), option, keeps=number >= out))
    return found


answer_sheets = st.dictionaries(st.integers(1, 100), st.integers(0, 3))


def score(answers: dict[int, int], corrections: list[Correction]) -> int:
    return mark(FORM, KEYED, answers, SCHEME, rights(KEYED, corrections)).score


@pytest.mark.clause("9.3.2", "a correction of a key never lowers a released result")
@given(answer_sheets, histories())
def test_no_correction_after_the_release_lowers_anybody(answers: dict[int, int], history: list[Correction]) -> None:
    runs = [score(answers, history[:length]) for length in range(len(history) + 1)]
    for number, one in enumerate(history):
        if one.keeps or one.kind is not CorrectionKind.REKEY:
            assert runs[number + 1] >= runs[number]


@given(answer_sheets, histories())
def test_without_corrections_it_is_the_number_of_answers_that_are_the_key(
    answers: dict[int, int], history: list[Correction]
) -> None:
    plain = sum(FORM.orders[position - 1][option] == (position - 1) % 4 for position, option in answers.items())
    assert score(answers, []) == mark(FORM, KEYED, answers, SCHEME).score == plain
    elsewhere = [replace(one, version_ids=frozenset({uuid4()})) for one in history]
    assert score(answers, elsewhere) == plain


@given(st.one_of(st.none(), st.integers(0, 3)), histories())
def test_the_independent_count_of_verify_agrees(option: int | None, history: list[Correction]) -> None:
    sitting = FORM.sitting_id
    applied = [
        Applied(one.kind.value, one.version_ids, one.option, frozenset({sitting} if one.keeps else ()))
        for one in history
    ]
    for version in VERSIONS[:5]:
        key = KEYED[version].key
        assert _earns(option, version, key, applied, sitting) == right_by(key, touching([version], history)).takes(
            option
        )


@given(answer_sheets, histories(), kinds, st.integers(0, 3), st.booleans())
def test_what_if_from_one_answer_is_what_counting_all_answers_gives(
    answers: dict[int, int], history: list[Correction], kind: CorrectionKind, option: int, released: bool
) -> None:
    new = Correction(uuid4(), kind, frozenset({FIRST}), None if kind is CorrectionKind.VOID else option, released)
    before = mark(FORM, KEYED, answers, SCHEME, rights(KEYED, history))
    shown = answers.get(1)
    affected = [
        Affected(
            sitting_id=FORM.sitting_id,
            attempt_id=uuid4(),
            form_id=FORM.id,
            run_no=1,
            score=before.score,
            recommendation=before.recommendation,
            corrections=tuple(one.id for one in touching(VERSIONS, history)),
            answers_sha256="",
            due=False,
            released=released,
            chosen=((FIRST, None if shown is None else FORM.orders[0][shown]),),
        )
    ]
    keyed = {FIRST: KEYED[FIRST]}
    given = points(affected, keyed, {FORM.sitting_id: [*history, new]})
    assert SCHEME.exam is not None
    found = effects(affected, given, {FORM.sitting_id: SCHEME.exam})
    after = mark(FORM, KEYED, answers, SCHEME, rights(KEYED, [*history, new]))
    assert (found[0].score_after, found[0].recommendation_after) == (after.score, after.recommendation)
    tally = counts(found)
    assert tally["raised"] + tally["lowered"] == (after.score != before.score)
    assert effects_hash(found) == effects_hash(list(found))
    assert effects_hash([replace(found[0], score_after=found[0].score_after + 1)]) != effects_hash(found)
