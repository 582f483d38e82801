"""Drawing is fair: every number, every place and every order equally likely, enemies apart, and the hash covers what is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest

from app.assembly import Stream, draw_form
from app.assembly.draw import shown_hash
from app.itembank import BankItem
from tests.factories import kuks

BANK = [
    BankItem(UUID(int=n), f"MMU-{kuk}-{i:02d}", kuk, 4, "", ())
    for n, (kuk, i) in enumerate(((kuk, i) for kuk in kuks() for i in range(1, 8)), 1)
]
BLUEPRINT = dict.fromkeys(kuks(), 5)
KUK_OF = {item.version_id: item.kuk for item in BANK}


def test_numbers_are_unbiased_where_the_words_do_not_divide() -> None:
    """Three quarters of the words are below this bound; taking the rest modulo it would draw the first third half the time."""
    bound, draws = 3 * 2**30, 6000
    stream = Stream(b"s" * 32, "modulo")
    thirds = Counter(stream.below(bound) // 2**30 for _ in range(draws))
    assert sum((thirds[third] - draws / 3) ** 2 / (draws / 3) for third in range(3)) < 13.8, "χ², 2 df, 0.1 %"


def test_a_shuffle_finds_every_order_equally_often() -> None:
    stream, draws = Stream(b"s" * 32, "orders"), 6000
    orders = Counter(tuple(stream.shuffled("ABC")) for _ in range(draws))
    assert len(orders) == 6
    assert sum((count - draws / 6) ** 2 / (draws / 6) for count in orders.values()) < 20.5, "χ², 5 df, 0.1 %"


@pytest.mark.parametrize("position", [1, 50, 100])
def test_every_criterion_is_asked_equally_often_at_each_place(position: int) -> None:
    """Otherwise a place in the exam tells its criterion, and neighbours see the same kind of question at the same time."""
    forms = 400
    found = Counter(
        KUK_OF[draw_form(BANK, BLUEPRINT, b"s" * 32, no).version_ids[position - 1]] for no in range(1, forms + 1)
    )
    assert sum((found[kuk] - forms / 20) ** 2 / (forms / 20) for kuk in kuks()) < 43.8, "χ², 19 df, 0.1 %"


@pytest.mark.parametrize("one", ["MMU-1.1-01", "MMU-4.6-03"])
def test_enemies_of_different_criteria_never_meet(one: str) -> None:
    """Whichever of the two names the other."""
    pair = {"MMU-1.1-01", "MMU-4.6-03"}
    other = next(iter(pair - {one}))
    at_war = [replace(item, enemies=(other,)) if item.code == one else item for item in BANK]
    code_of = {item.version_id: item.code for item in BANK}

    def meetings(bank: list[BankItem]) -> list[set[str]]:
        drawn = (draw_form(bank, BLUEPRINT, b"s" * 32, form_no) for form_no in range(1, 41))
        return [{code_of[version] for version in form.version_ids} & pair for form in drawn]

    assert pair in meetings(BANK), "in peace they do meet"
    apart = meetings(at_war)
    assert pair not in apart
    assert {"MMU-1.1-01"} in apart
    assert {"MMU-4.6-03"} in apart


def question(stem: Any, *options: Any, **others: Any) -> dict[str, Any]:
    return {"stem": stem, "options": list(options), **others}


def picture(name: str) -> list[Any]:
    return ["Lihat ", {"tag": "img", "attrs": {"src": f"image:{name}", "alt": "peta kendali"}}]


SHOWN = [question("Pokok satu?", "a", "b", "c", "d"), question(picture("1"), "e", "f", "g", "h", stimulus="Kasus")]


@pytest.mark.parametrize(
    "other",
    [
        [question("Pokok lain?", "a", "b", "c", "d"), SHOWN[1]],
        [question("Pokok satu?", "a", "b", "c", "x"), SHOWN[1]],
        [question("Pokok satu?", "b", "a", "c", "d"), SHOWN[1]],
        [question("Pokok satu?", "ab", "", "c", "d"), SHOWN[1]],
        [question("Pokok satu?a", "", "b", "c", "d"), SHOWN[1]],
        [SHOWN[0], question(picture("2"), "e", "f", "g", "h", stimulus="Kasus")],
        [SHOWN[0], question(picture("1"), "e", "f", "g", "h", stimulus="Kasus lain")],
        [SHOWN[0], question(picture("1"), "e", "f", "g", "h")],
        SHOWN[::-1],
        SHOWN[:1],
    ],
    ids=[
        "stem", "option", "order of options", "cut between options", "cut after the stem", "picture", "case", "no case",
        "order", "one less",
    ],
)  # fmt: skip
def test_the_hash_of_a_form_covers_all_that_is_read(other: list[dict[str, Any]]) -> None:
    assert shown_hash(other) != shown_hash(SHOWN)
    assert shown_hash(list(SHOWN)) == shown_hash(SHOWN)


def test_items_of_one_case_stand_one_after_the_other() -> None:
    bank = [replace(item, stimulus=f"K-{item.kuk}" if item.code[-2:] <= "03" else None) for item in BANK]
    met = 0
    for form_no in range(1, 21):
        form = draw_form(bank, BLUEPRINT, b"s" * 32, form_no)
        case_of = {item.version_id: item.stimulus for item in bank}
        cases = [case for case, _ in groupby(case_of[version] for version in form.version_ids) if case]
        assert len(cases) == len(set(cases))
        met += sum(case is not None for case in map(case_of.get, form.version_ids)) - len(cases)
    assert met > 20, "cases of which several items were drawn"
