"""Forms as the blueprint asks, scores as the scheme says, key check before release, statistics that recover what was planted."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import assembly, delivery, grading, itembank, review
from app.assembly import BankTooSmall, Form, Stream, draw_form
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.errors import AppError
from app.grading import mark
from app.itembank import BankItem, KeyedItem
from app.psychometrics import Responses
from app.review import key_signals
from app.schemes import rules as scheme_rules
from app.simulator.model import Item, choose, difficulty_of, population_p
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, kuks, make_settings, make_world, running_app, scheme_content

BANK = [
    BankItem(UUID(int=n), f"MMU-{kuk}-{i:02d}", kuk, 4, "", ())
    for n, (kuk, i) in enumerate(((kuk, i) for kuk in kuks() for i in range(1, 11)), 1)
]
BLUEPRINT = dict.fromkeys(kuks(), 5)
SCHEME = scheme_rules.parse(uuid4(), 1, scheme_content())


@pytest.mark.clause("9.3.2", "a form has exactly 100 four-option items")
@pytest.mark.invariant("I-12")
def test_a_form_meets_the_blueprint() -> None:
    kuk_of = {item.version_id: item.kuk for item in BANK}
    for form_no in range(1, 40):
        form = draw_form(BANK, BLUEPRINT, bytes(32), form_no)
        assert len(form.version_ids) == len(set(form.version_ids)) == 100
        assert Counter(kuk_of[version] for version in form.version_ids) == BLUEPRINT
        assert all(sorted(order) == [0, 1, 2, 3] for order in form.orders)


@pytest.mark.invariant("I-13")
def test_the_same_seed_draws_the_same_form_and_another_seed_another() -> None:
    first, again, other = (draw_form(BANK, BLUEPRINT, seed, 7) for seed in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert first == again
    assert first != other
    assert draw_form(BANK, BLUEPRINT, b"a" * 32, 8).version_ids != first.version_ids


def test_enemies_never_meet_and_a_small_bank_names_the_criterion() -> None:
    enemies = [
        BankItem(i.version_id, i.code, i.kuk, 4, "", ("MMU-1.1-01",) if i.code == "MMU-1.1-02" else ()) for i in BANK
    ]
    for form_no in range(60):
        drawn = set(draw_form(enemies, BLUEPRINT, bytes(32), form_no).version_ids)
        assert not {UUID(int=1), UUID(int=2)} <= drawn
    with pytest.raises(BankTooSmall) as refused:
        draw_form([item for item in BANK if item.code < "MMU-5.3-05"], BLUEPRINT, bytes(32), 1)
    assert refused.value.members["kuk"] == "5.3"


def test_where_the_key_stands_is_uniform() -> None:
    """χ² with 3 degrees of freedom over 20,000 places; the seed is fixed, the 0.1 % point is 16.3."""
    places = Counter(
        order.index(0) for form_no in range(200) for order in draw_form(BANK, BLUEPRINT, b"c" * 32, form_no).orders
    )
    expected = 200 * 100 / 4
    assert sum((count - expected) ** 2 / expected for count in places.values()) < 16.3


def test_a_stream_is_unbiased_at_its_edges() -> None:
    stream = Stream(b"d" * 32, "edges")
    counts = Counter(stream.below(3) for _ in range(9000))
    assert all(2800 < counts[value] < 3200 for value in range(3))
    assert Stream(b"d" * 32, "a").below(2**31) != Stream(b"d" * 32, "b").below(2**31)


def one_form(right: int, blank: int = 0) -> Any:
    """The mark of a candidate with so many right answers, so many blanks, and the rest wrong."""
    versions = tuple(
        item.version_id for kuk in kuks() for item in BANK if item.kuk == kuk and item.code < f"MMU-{kuk}-06"
    )
    kuk_of = {item.version_id: item.kuk for item in BANK}
    keyed = {v: KeyedItem(v, "", kuk_of[v], 4, place % 4, 0.6, "apply") for place, v in enumerate(versions)}
    rng = random.Random(right)
    orders = tuple(tuple(rng.sample(range(4), 4)) for _ in versions)
    form = Form(uuid4(), uuid4(), 1, versions, orders, "1", "")
    shown_key = [order.index(keyed[version].key) for version, order in zip(versions, orders, strict=True)]
    answers = {
        place + 1: shown_key[place] if place < right else (shown_key[place] + 1) % 4 for place in range(100 - blank)
    }
    return mark(form, dict(keyed), answers, SCHEME)


@pytest.mark.clause("9.3.2", "100 right answers score 100")
def test_all_right_scores_100() -> None:
    marked = one_form(100)
    assert (marked.score, marked.max_score) == (100, 100)
    assert [unit.correct for unit in marked.units] == [15, 15, 25, 30, 15]


@pytest.mark.clause("9.3.2", "68 passes")
@pytest.mark.invariant("I-17")
def test_68_is_recommended() -> None:
    assert (one_form(68).score, one_form(68).recommendation) == (68, "Lulus")


@pytest.mark.clause("9.3.2", "67 does not pass")
def test_67_is_not_recommended() -> None:
    assert (one_form(67).score, one_form(67).recommendation) == (67, "Belum Lulus")


@pytest.mark.clause("9.3.2", "a blank is wrong and nothing is negative")
def test_a_blank_is_wrong_and_nothing_is_negative() -> None:
    assert one_form(60, blank=40).score == 60
    assert one_form(0).score == 0
    assert one_form(0, blank=100).score == 0


@pytest.mark.clause("9.3.5", "scores are released only after the key check is cleared by a named person")
async def test_release_waits_for_a_cleared_key_check(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.post("comment", {"position": 1, "text": "opsi B dan C sama?", "nonce": "n" * 12})
        assert await refusal(app.state.database, world, "clear") == "key-check-not-ready"
        await candidate.submit()
        assert await refusal(app.state.database, world, "clear") == "key-check-not-ready"
        await work_once(app.state.database)
        assert await refusal(app.state.database, world, "release") == "key-check-not-cleared"
        assert await refusal(app.state.database, world, "clear") is None
        assert await refusal(app.state.database, world, "clear") == "key-check-cleared"
        assert (await client.get("/api/exam/result")).json()["code"] == "not-released"
        assert await refusal(app.state.database, world, "release") is None
        assert (await client.get("/api/exam/result")).json()["score"] == 0
        async with app.state.database.staff() as session:
            check = await review.read_key_check(session, await delivery.get_sitting(session, world.sitting_id))
        assert check["cleared_by"] == "Petugas committee"
        assert check["comments"][0]["text"] == "opsi B dan C sama?"
        assert await refusal(app.state.database, world, "release") == "already-released"


async def refusal(database: Database, world: Any, verb: str) -> str | None:
    actor = Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
    try:
        async with database.staff() as session, session.begin():
            sitting = await delivery.get_sitting(session, world.sitting_id)
            if verb == "clear":
                await review.clear(session, sitting, "diperiksa", actor=actor)
            else:
                await review.release(session, sitting, actor=actor)
    except AppError as error:
        return error.code
    return None


@pytest.mark.clause("9.3.5", "item and exam statistics are collected from the sitting")
async def test_the_committee_sees_statistics_and_none_where_n_is_small(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=2)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.save(dict.fromkeys(range(1, 101), 0))
        await candidate.submit()
        await work_once(app.state.database)
        async with app.state.database.staff() as session:
            sitting = await delivery.get_sitting(session, world.sitting_id)
            panels = review.panels(await review.take_snapshot(session, sitting))
            scores = await grading.list_scores(session, world.sitting_id)
    assert panels["exam"]["n"] == 1
    assert panels["exam"]["histogram"] == [{"score": next(iter(scores.values())), "count": 1}]
    assert panels["exam"]["reliability"] == {
        "kind": panels["exam"]["reliability"]["kind"],
        "value": None,
        "low": None,
        "high": None,
        "n": 1,
        "reason": "too few candidates",
    }
    assert len(panels["items"]) == 100
    assert all(item["verdict"] == "not-enough" and item["item_rest"]["value"] is None for item in panels["items"])
    assert sum(item["correct"] for item in panels["items"]) == next(iter(scores.values()))


def test_planted_difficulties_are_recovered_on_random_forms() -> None:
    """The simulator's model against the statistics: p within 3 standard errors for 95 % of the items."""
    rng = random.Random(7)
    planted = {item.version_id: rng.uniform(0.35, 0.9) for item in BANK}
    rows = []
    place = {item.version_id: index for index, item in enumerate(BANK)}
    for person in range(300):
        ability = rng.gauss(0, 1)
        for version in draw_form(BANK, BLUEPRINT, b"e" * 32, person).version_ids:
            item = Item(("right", "w1", "w2", "w3"), 0, planted[version])
            chosen = choose(item, ["right", "w1", "w2", "w3"], ability, rng)
            rows.append((person, place[version], chosen, int(chosen == 0)))
    columns = list(zip(*rows, strict=True))
    responses = Responses.from_arrays(*columns, persons=range(300), items=[item.code for item in BANK])
    seen = Counter(row[1] for row in rows)
    right = Counter(row[1] for row in rows if row[3])
    near = sum(
        abs(right[i] / seen[i] - planted[item.version_id])
        <= 3 * (planted[item.version_id] * (1 - planted[item.version_id]) / seen[i]) ** 0.5
        for i, item in enumerate(BANK)
    )
    assert responses.n_persons == 300
    assert near >= 0.95 * len(BANK)
    assert population_p(difficulty_of(0.7)) == pytest.approx(0.7, abs=1e-9)


def test_a_wrong_key_raises_a_signal() -> None:
    rng = random.Random(11)
    rows = []
    for person in range(60):
        able = person >= 30
        for item in range(20):
            right = rng.random() < (0.9 if able else 0.4)
            rows.append((person, item, 0 if right else 1, int(right)))
        # In item 20 the able choose option 2, while the key says option 0.
        option = 2 if able else rng.choice([0, 1])
        rows.append((person, 20, option, int(option == 0)))
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(60), items=list(range(21)), key=[0] * 21, n_options=[4] * 21
    )
    assert [(signal["code"], signal["kind"], signal["detail"]) for signal in key_signals(responses)] == [
        (20, "mis-key", "C")
    ]


async def test_the_seed_is_secret_until_the_release(database: TestDatabase) -> None:
    """Before, its hash is a promise; afterwards, anybody can check the promise and repeat the drawing."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as staff:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        path = f"/api/staff/sittings/{world.sitting_id}"
        await world.log_in(staff, "committee")
        hidden = (await staff.get(path)).json()["form_set"]
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(app.state.database)
        assert await refusal(app.state.database, world, "clear") is None
        assert (await staff.get(path)).json()["form_set"] == hidden
        assert await refusal(app.state.database, world, "release") is None
        shown = (await staff.get(path)).json()["form_set"]
        async with app.state.database.staff() as session:
            bank = await itembank.list_active(session, "MMu")
            forms = await assembly.list_forms(session, world.sitting_id)
    assert hidden["seed"] is None
    seed = bytes.fromhex(shown["seed"])
    assert hashlib.sha256(seed).hexdigest() == hidden["seed_sha256"] == shown["seed_sha256"]
    again = draw_form(bank, world.scheme.items_per_kuk, seed, 1)
    assert (again.version_ids, again.orders) == (forms[0].version_ids, forms[0].orders)
