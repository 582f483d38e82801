"""An arrangement is fair: every place and every order equally likely, cases read once, and the hash covers what is read."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest

from app.assembly import PoolItem, Source, Stream, arrange, shown_hash
from tests.factories import kuks

ITEMS = [
    PoolItem(
        version_id=UUID(int=n),
        code=f"MMU-{kuk}-{i:02d}",
        kuk=kuk,
        unit=f"MM {kuk[0]}",
        level="apply",
        picture=False,
        case=None,
        enemies=(),
        fixed=False,
        content_hash="",
        b=0.0,
        se=1.0,
        source=Source.JUDGED,
    )
    for n, (kuk, i) in enumerate(((kuk, i) for kuk in kuks() for i in range(1, 6)), 1)
]
KUK_OF = {item.version_id: item.kuk for item in ITEMS}
SEED = b"s" * 32


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


def test_a_stream_is_what_its_description_says_block_after_block() -> None:
    """Anybody must be able to repeat a drawing: SHAKE-256 of label, number of the block and seed, in words of 4 bytes."""
    seed, label = b"d" * 32, b"repeat"
    blocks = b"".join(
        hashlib.shake_256(len(label).to_bytes(2, "big") + label + number.to_bytes(8, "big") + seed).digest(4096)
        for number in range(3)
    )
    stream = Stream(seed, label.decode())
    words = [stream.below(1 << 32) for _ in range(3 * 1024)]
    assert words == [int.from_bytes(blocks[at : at + 4], "big") for at in range(0, len(blocks), 4)]


def test_an_arrangement_is_the_whole_form_and_the_same_from_the_same_seed() -> None:
    first = arrange(ITEMS, 4, SEED, 7)
    assert sorted(first.version_ids) == [item.version_id for item in ITEMS]
    assert all(sorted(order) == [0, 1, 2, 3] for order in first.orders)
    assert arrange(ITEMS, 4, SEED, 7) == first
    assert arrange(ITEMS, 4, SEED, 8).version_ids != first.version_ids
    assert arrange(ITEMS, 4, b"t" * 32, 7).version_ids != first.version_ids


@pytest.mark.parametrize("position", [1, 50, 100])
def test_every_criterion_is_asked_equally_often_at_each_place(position: int) -> None:
    """Otherwise a place in the exam tells its criterion, and neighbours see the same kind of question at the same time."""
    forms = 400
    found = Counter(KUK_OF[arrange(ITEMS, 4, SEED, no).version_ids[position - 1]] for no in range(1, forms + 1))
    assert sum((found[kuk] - forms / 20) ** 2 / (forms / 20) for kuk in kuks()) < 43.8, "χ², 19 df, 0.1 %"


@pytest.mark.parametrize("key", range(4))
def test_where_the_key_stands_is_uniform(key: int) -> None:
    """χ² with 3 degrees of freedom over 100,000 places in 10,000 forms, wherever authors put their keys; 0.1 % is 16.3."""
    forms, places = 10_000, Counter[int]()
    few = ITEMS[:10]
    for form_no in range(1, forms + 1):
        places.update(order.index(key) for order in arrange(few, 4, SEED, form_no).orders)
    expected = forms * len(few) / 4
    assert places.total() == forms * len(few)
    assert sum((places[place] - expected) ** 2 / expected for place in range(4)) < 16.3


def test_options_that_keep_their_order_do_and_move_no_other() -> None:
    fixed = [replace(item, fixed=item.code.endswith("03")) for item in ITEMS]
    kept = {item.version_id for item in fixed if item.fixed}
    moved = 0
    for form_no in range(1, 21):
        form = arrange(fixed, 4, SEED, form_no)
        for version_id, order in zip(form.version_ids, form.orders, strict=True):
            if version_id in kept:
                assert order == (0, 1, 2, 3)
            else:
                moved += order != (0, 1, 2, 3)
    assert moved / (20 * 80) > 0.9, "one order of 24 is the stored one"


def test_items_of_one_case_stand_one_after_the_other() -> None:
    items = [replace(item, case=f"K-{item.kuk}" if item.code[-2:] <= "03" else None) for item in ITEMS]
    case_of = {item.version_id: item.case for item in items}
    for form_no in range(1, 21):
        form = arrange(items, 4, SEED, form_no)
        cases = [case for case, _ in groupby(case_of[version] for version in form.version_ids) if case]
        assert len(cases) == len(set(cases)) == 20


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
