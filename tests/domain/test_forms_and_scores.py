"""Forms as the blueprint asks, scores as the scheme says, key check before release, statistics that recover what was planted."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app import assembly, delivery, grading, itembank, proctoring, review
from app.assembly import Form, OptionsDiffer, Stream
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.errors import AppError
from app.grading import mark
from app.itembank import BankItem, ItemContent, KeyedItem
from app.itembank.sealing import seal
from app.psychometrics import Responses
from app.review import Snapshot, key_signals
from app.schemes import rules as scheme_rules
from app.simulator.model import Item, choose, difficulty_of, population_p
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, kuks, make_settings, make_world, running_app, scheme_content
from tests.forms import plan_forms

BANK = [
    BankItem(UUID(int=n), f"MMU-{kuk}-{i:02d}", kuk, 4, "", ())
    for n, (kuk, i) in enumerate(((kuk, i) for kuk in kuks() for i in range(1, 11)), 1)
]
BLUEPRINT = dict.fromkeys(kuks(), 5)
SCHEME = scheme_rules.parse(uuid4(), 1, scheme_content())


@pytest.mark.clause("9.3.2", "a form has exactly 100 four-option items")
@pytest.mark.invariant("I-12")
async def test_every_candidate_gets_the_blueprints_items_each_with_all_its_options(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=4, forms=3)
        async with app.state.database.staff() as session:
            forms = await assembly.list_forms(session, world.sitting_id)
            versions = {version for form in forms for version in form.version_ids}
            kuk_of = {version: item.kuk for version, item in (await itembank.peek_keys(session, versions)).items()}
    assert len(forms) == 4
    for form in forms:
        assert len(form.version_ids) == len(set(form.version_ids)) == 100
        assert Counter(kuk_of[version] for version in form.version_ids) == BLUEPRINT
        assert all(sorted(order) == [0, 1, 2, 3] for order in form.orders)


async def test_a_bank_with_another_number_of_options_makes_no_forms(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, prepared=False)
        await alter(database, "UPDATE item_versions SET n_options = 5")
        with pytest.raises(OptionsDiffer, match=r"MMU-1\.1-01: 5 opsi, skema meminta 4"):
            async with app.state.database.staff() as session, session.begin():
                await plan_forms(session, world.sitting_id, world.scheme)


async def test_forms_are_never_given_out_twice(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, opened=False)
        with pytest.raises(assembly.FormsExist):
            async with app.state.database.staff() as session, session.begin():
                await delivery.forms.prepare(session, world.sitting_id)


async def test_a_form_whose_text_changed_is_never_shown(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=1)
        async with app.state.database.staff() as session:
            (form,) = await assembly.list_forms(session, world.sitting_id)
            (shown,) = await assembly.read_forms(session, world.sitting_id)
            contents = await itembank.read_contents(session, form.version_ids)
        lengths_and_texts = b"".join(
            len(part.encode()).to_bytes(4, "big") + part.encode()
            for question in shown.questions
            for part in (question["stem"], *question["options"])
        )
        assert form.shown_sha256 == hashlib.sha256(lengths_and_texts).hexdigest()
        first = form.version_ids[0]
        options = [contents[first].options[place] for place in form.orders[0]]
        assert shown.questions[0] == {"stem": contents[first].stem, "options": options}
        async with app.state.database.staff() as session:
            sealed = seal(session, ItemContent(contents[first].stem, contents[first].options[::-1]), first)
        await alter(database, "UPDATE item_versions SET sealed = $1 WHERE id = $2", sealed, first)
        async with app.state.database.staff() as session:
            with pytest.raises(assembly.FormChanged):
                list(await assembly.read_forms(session, world.sitting_id))


def test_a_stream_is_unbiased_at_its_edges() -> None:
    stream = Stream(b"d" * 32, "edges")
    counts = Counter(stream.below(3) for _ in range(9000))
    assert all(2800 < counts[value] < 3200 for value in range(3))
    # Of a bound of three quarters of the range the last quarter of words is thrown away, not folded over the first third.
    wide = Stream(b"d" * 32, "wide")
    assert 920 < sum(wide.below(3 << 30) < 1 << 30 for _ in range(3000)) < 1080
    assert Stream(b"d" * 32, "a").below(2**31) != Stream(b"d" * 32, "b").below(2**31)


def one_form(right: int, blank: int = 0, changes: dict[int, int] | None = None) -> Any:
    """The mark of a candidate with so many right answers, so many blanks, the rest wrong, and then these changes."""
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
    return mark(form, dict(keyed), answers | (changes or {}), SCHEME)


@pytest.mark.clause("9.3.2", "100 right answers score 100")
def test_all_right_scores_100() -> None:
    marked = one_form(100)
    assert (marked.score, marked.max_score) == (100, 100)
    assert [unit.correct for unit in marked.units] == [15, 15, 25, 30, 15]
    assert [unit.items for unit in one_form(0).units] == [15, 15, 25, 30, 15]


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


@pytest.mark.parametrize("option", [4, 31, -1])
def test_an_answer_that_no_option_stands_for_is_reported_and_earns_nothing(option: int) -> None:
    marked = one_form(70, changes={1: option, 80: option})
    assert (marked.score, marked.impossible) == (69, (1, 80))
    assert one_form(70, blank=10).impossible == ()


async def test_an_impossible_answer_stands_in_the_journal_and_in_the_key_check(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.save({1: 0, 2: 0})
        async with app.state.database.staff() as session, session.begin():
            await session.execute(text("UPDATE answers SET option = 5 WHERE position = 1"))
        await candidate.submit()
        await work_once(app.state.database)
        async with app.state.database.staff() as session:
            sitting = await delivery.get_sitting(session, world.sitting_id)
            facts = await session.scalar(text("SELECT facts FROM journal WHERE action = 'attempts.scored'"))
            form = (await assembly.list_forms(session, world.sitting_id))[0]
            keyed = await itembank.peek_keys(session, form.version_ids[:1])
            check = await review.read_key_check(session, sitting, actor=committee(world))
            panels = review.panels(await review.take_snapshot(session, sitting))
    assert facts["impossible"] == 1
    assert "no option stands for the answers at (1,)" in caplog.text
    code = keyed[form.version_ids[0]].code
    assert check["signals"] == [{"code": code, "kind": "impossible-answer", "n": 1, "detail": ""}]
    assert sum(item["omitted"] for item in panels["items"]) == 99, "it counts as left out, and the other answer stands"


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
        assert await refusal(app.state.database, world, "clear") == "items-unseen"
        await look_at_all(app.state.database, world)
        assert await refusal(app.state.database, world, "clear") is None
        assert await refusal(app.state.database, world, "clear") == "key-check-cleared"
        assert (await client.get("/api/exam/result")).json()["code"] == "not-released"
        assert await refusal(app.state.database, world, "release") is None
        assert (await client.get("/api/exam/result")).json()["score"] == 0
        async with app.state.database.staff() as session:
            sitting = await delivery.get_sitting(session, world.sitting_id)
            check = await review.read_key_check(session, sitting, actor=committee(world))
        assert check["cleared_by"] == "Petugas committee"
        assert check["comments"][0]["text"] == "opsi B dan C sama?"
        assert await refusal(app.state.database, world, "release") == "already-released"


@pytest.mark.clause("9.3.5", "scores are released only after the key check is cleared by a named person")
async def test_an_incident_after_the_clearance_asks_for_another_look(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(opened)
        proctor = Actor(world.staff["proctor"], uuid4(), "Pengawas", frozenset({Role.PROCTOR}))
        seen = await incident(opened, world, proctor)
        assert await refusal(opened, world, "clear") == "incidents-open"
        await end_incident(opened, world, seen, proctor)
        assert await refusal(opened, world, "clear") is None
        later = await incident(opened, world, proctor)
        assert await refusal(opened, world, "release") == "key-check-not-cleared"
        assert await refusal(opened, world, "clear") == "incidents-open"
        await end_incident(opened, world, later, proctor)
        assert await refusal(opened, world, "release") == "key-check-not-cleared", (
            "closed, and still nobody knows of it"
        )
        check = await key_check_of(opened, world)
        assert (check["state"], check["cleared_by"], check["note"]) == ("open", None, None)
        assert await refusal(opened, world, "clear") is None
        assert (await key_check_of(opened, world))["state"] == "cleared"
        async with opened.staff() as session:
            facts = list(
                await session.scalars(text("SELECT facts FROM journal WHERE action = 'key_check.cleared' ORDER BY id"))
            )
        assert [fact["check_no"] for fact in facts] == [1, 2]
        assert [set(fact["incidents"]) for fact in facts] == [{str(seen)}, {str(seen), str(later)}]
        assert await refusal(opened, world, "release") is None
        await incident(opened, world, proctor)
        assert (await key_check_of(opened, world))["state"] == "cleared", "released results are not held up by it"


async def incident(database: Database, world: World, actor: Actor) -> UUID:
    async with database.staff() as session, session.begin():
        return await proctoring.open_incident(
            session,
            world.sitting_id,
            category=proctoring.Category.CANDIDATE,
            note="orang lain duduk di kursinya",
            attempt_id=None,
            actor=actor,
        )


async def end_incident(database: Database, world: World, incident_id: UUID, actor: Actor) -> None:
    async with database.staff() as session, session.begin():
        await proctoring.close_incident(session, world.sitting_id, incident_id, note="selesai", actor=actor)


async def key_check_of(database: Database, world: World) -> dict[str, Any]:
    async with database.staff() as session:
        sitting = await delivery.get_sitting(session, world.sitting_id)
        return await review.read_key_check(session, sitting, actor=committee(world))


async def look_at_all(database: Database, world: World) -> None:
    items = (await key_check_of(database, world))["items"]
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, world.sitting_id)
        for item in items:
            note = "kunci sudah dicocokkan"
            await review.look(session, sitting, item["code"], review.Outcome.SOUND, note, actor=committee(world))


def committee(world: World) -> Actor:
    return Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))


async def refusal(database: Database, world: Any, verb: str) -> str | None:
    actor = committee(world)
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


async def test_released_results_leave_their_figures_with_the_items(database: TestDatabase) -> None:
    """Once, however often the work is asked for, and the share that was right adds up to the score."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.save(dict.fromkeys(range(1, 101), 0))
        await candidate.submit()
        await work_once(app.state.database)
        assert [await refusal(app.state.database, world, verb) for verb in ("clear", "release")] == [None, None]
        await work_once(app.state.database)
        await review.record_items(app.state.database, {"sitting_id": str(world.sitting_id)})
        async with app.state.database.staff() as session:
            (score,) = (await grading.list_scores(session, world.sitting_id)).values()
            rows = (await session.execute(text("SELECT n, source, statistics FROM item_statistics"))).all()
    assert len(rows) == 100
    assert {(row.n, row.source.partition(" ")[0], row.statistics["d"]) for row in rows} == {(1, "UJI-1", None)}
    assert sum(row.statistics["p"] for row in rows) == score


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
    reliability = panels["exam"]["reliability"]
    assert [reliability[part] for part in ("value", "low", "high", "n")] == [None, None, None, 1]
    assert reliability["reason_en"] == "not enough data yet (n = 1, 30 needed)"
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
        for version in (item.version_id for item in rng.sample(BANK, 100)):
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


def with_a_wrong_key(persons: int) -> Snapshot:
    """Twenty sound items, and one in which the able choose option 2 while the key says option 0."""
    rng = random.Random(11)
    rows = []
    for person in range(persons):
        able = person >= persons // 2
        for item in range(20):
            right = rng.random() < (0.9 if able else 0.4)
            rows.append((person, item, 0 if right else 1, int(right)))
        option = 2 if able else rng.choice([0, 1])
        rows.append((person, 20, option, int(option == 0)))
    codes = [f"MMU-1.1-{item:02d}" for item in range(21)]
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(persons), items=codes, key=[0] * 21, n_options=[4] * 21
    )
    items = tuple(KeyedItem(UUID(int=1), code, "1.1", 4, 0, 0.6, "apply") for code in codes)
    return Snapshot(None, SCHEME, responses, items, {}, Counter(), "")  # type: ignore[arg-type]  # no sitting is read


@pytest.mark.parametrize(("persons", "seen"), [(14, False), (15, True), (35, True), (120, True)])
def test_a_wrong_key_is_named_in_the_key_check_and_in_the_table_of_items_alike(persons: int, seen: bool) -> None:
    snapshot = with_a_wrong_key(persons)
    signals = [
        (one["code"], one["kind"], one["detail"])
        for one in key_signals(snapshot.responses)
        if one["code"] == "MMU-1.1-20"
    ]
    assert signals == ([("MMU-1.1-20", "mis-key", "C")] if seen else [])
    shown = review.panels(snapshot)
    assert shown["least_n_key"] == 15
    assert ("mis-key" in shown["items"][20]["flags"]) is seen
    assert shown["items"][20]["verdict"] == ("strong-problem" if persons >= 100 else "not-enough")
    flagged = {item["code"] for item in shown["items"] if "mis-key" in item["flags"]}
    assert flagged == {one["code"] for one in key_signals(snapshot.responses) if one["kind"] == "mis-key"}


def fixed_form_of(scores: list[int], pass_mark: int) -> Snapshot:
    """Everybody answered the same 20 items; candidate i has scores[i] right."""
    rows = [
        (person, item, int(item >= right), int(item < right))
        for person, right in enumerate(scores)
        for item in range(20)
    ]
    codes = [f"MMU-1.1-{item:02d}" for item in range(20)]
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(len(scores)), items=codes, key=[0] * 20, n_options=[4] * 20
    )
    assert SCHEME.exam is not None
    scheme = replace(SCHEME, exam=replace(SCHEME.exam, pass_mark=pass_mark, max_score=20))
    items = tuple(KeyedItem(UUID(int=1), code, "1.1", 4, 0, 0.6, "apply") for code in codes)
    return Snapshot(None, scheme, responses, items, {}, Counter(), "")  # type: ignore[arg-type]  # no sitting is read


def test_the_pass_mark_itself_passes_in_the_statistics_too() -> None:
    exam = review.panels(fixed_form_of([11, 12, 12, 13], 12))["exam"]
    assert (exam["n"], exam["passed"], exam["pass_rate"]["value"]) == (4, 3, 0.75)
    assert exam["histogram"] == [{"score": 11, "count": 1}, {"score": 12, "count": 2}, {"score": 13, "count": 1}]


@pytest.mark.clause(
    "9.3.5", "statistics carry n and, where one is defined, an interval; under the stated n no coefficient, no verdict"
)
@pytest.mark.parametrize(("n", "shown"), [(29, False), (30, True)])
def test_figures_carry_their_interval_and_reliability_waits_for_30(n: int, shown: bool) -> None:
    exam = review.panels(fixed_form_of([5 + person % 11 for person in range(n)], 12))["exam"]
    for name in ("mean", "pass_rate"):
        assert exam[name]["low"] < exam[name]["value"] < exam[name]["high"], name
    reliability = exam["reliability"]
    assert (reliability["kind"], reliability["n"]) == ("kr20", n)
    assert (exam["sem"]["value"] is not None) is shown
    if shown:
        assert reliability["low"] < reliability["value"] < reliability["high"]
    else:
        assert {reliability[part] for part in ("value", "low", "high")} == {None}
    # sqrt(12 * 8 / 19) = 2.25
    assert exam["grey_zone"] == [10, 14]


@pytest.mark.parametrize(("n", "verdict"), [(99, "not-enough"), (100, "no-sign")])
def test_a_verdict_on_an_item_waits_for_100(n: int, verdict: str) -> None:
    item = review.panels(fixed_form_of([5 + person % 11 for person in range(n)], 12))["items"][10]
    assert item["verdict"] == verdict
    assert item["p"]["low"] < item["p"]["value"] < item["p"]["high"]
    assert (item["item_rest"]["value"] is None) is (item["d27"]["value"] is None) is (n < 100)


@pytest.mark.parametrize(
    ("right", "flags"),
    [
        (24, ["below-guessing"]),
        (25, []),
        (95, []),
        (96, ["nearly-all-right"]),
    ],
)
def test_very_hard_and_very_easy_items_are_for_experts(right: int, flags: list[str]) -> None:
    """100 candidates; the ablest `right` of them solve the first item, and their totals differ otherwise."""
    rows = []
    for person in range(100):
        rows.append((person, 0, int(person >= right), int(person < right)))
        rows += [(person, item, int(person >= 10 * item), int(person < 10 * item)) for item in range(1, 10)]
    codes = [f"MMU-1.1-{item:02d}" for item in range(10)]
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(100), items=codes, key=[0] * 10, n_options=[4] * 10
    )
    items = tuple(KeyedItem(UUID(int=1), code, "1.1", 4, 0, 0.6, "apply") for code in codes)
    shown = review.panels(Snapshot(None, SCHEME, responses, items, {}, Counter(), ""))["items"][0]  # type: ignore[arg-type]
    assert (shown["flags"], shown["verdict"]) == (flags, "needs-expert" if flags else "no-sign")


def test_an_item_that_the_weaker_solve_is_a_strong_problem() -> None:
    """120 candidates of rising ability on ten items; the first item only the weaker half solves."""
    rows = []
    for person in range(120):
        rows.append((person, 0, int(person >= 60), int(person < 60)))
        rows += [(person, item, int(person < 12 * item), int(person >= 12 * item)) for item in range(1, 10)]
    codes = [f"MMU-1.1-{item:02d}" for item in range(10)]
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(120), items=codes, key=[0] * 10, n_options=[4] * 10
    )
    items = tuple(KeyedItem(UUID(int=1), code, "1.1", 4, 0, 0.6, "apply") for code in codes)
    shown = review.panels(Snapshot(None, SCHEME, responses, items, {}, Counter(), ""))["items"][0]  # type: ignore[arg-type]
    assert (shown["flags"], shown["verdict"]) == (["negative-discrimination"], "strong-problem")
    key, wrong = shown["options"][:2]
    assert (key["letter"], key["key"], key["count"]) == ("A", True, 60)
    assert key["lower"] > key["upper"]
    assert wrong["upper"] > wrong["lower"]


def test_random_forms_get_the_absolute_reliability() -> None:
    rng = random.Random(3)
    rows = []
    for person in range(60):
        for item in rng.sample(range(20), 10):
            right = int(rng.random() < 0.2 + person / 80)
            rows.append((person, item, 1 - right, right))
    codes = [f"MMU-1.1-{item:02d}" for item in range(20)]
    responses = Responses.from_arrays(
        *zip(*rows, strict=True), persons=range(60), items=codes, key=[0] * 20, n_options=[4] * 20
    )
    items = tuple(KeyedItem(UUID(int=1), code, "1.1", 4, 0, 0.6, "apply") for code in codes)
    exam = review.panels(Snapshot(None, SCHEME, responses, items, {}, Counter(), ""))["exam"]  # type: ignore[arg-type]
    assert exam["reliability"]["kind"] == "stratified-binomial"
    assert exam["reliability"]["low"] < exam["reliability"]["value"] < exam["reliability"]["high"]
    assert exam["sem"]["value"] == pytest.approx(exam["sd"]["value"] * (1 - exam["reliability"]["value"]) ** 0.5)


def test_all_right_and_all_wrong_are_signals() -> None:
    snapshot = fixed_form_of([5 + person % 11 for person in range(30)], 12)
    kinds = {signal["code"]: signal["kind"] for signal in key_signals(snapshot.responses)}
    assert kinds == dict.fromkeys([f"MMU-1.1-{n:02d}" for n in range(5)], "all-right") | dict.fromkeys(
        [f"MMU-1.1-{n:02d}" for n in range(15, 20)], "all-wrong"
    )


@pytest.mark.parametrize(
    ("persons", "flags"), [(14, 0.0), (15, 1.1), (29, 1.1), (30, 0.6), (59, 0.6), (60, 0.2), (99, 0.2), (120, 0.04)]
)
def test_the_flags_of_chance_are_counted_from_the_same_n_on(persons: int, flags: float) -> None:
    """21 items; 5, 3, 1 and 0.2 % of sound items are suspected at 15, 30, 60 and 100 candidates."""
    expected = pytest.approx(flags, abs=0.06, rel=0)
    assert review.panels(with_a_wrong_key(persons))["expected_chance_flags"]["value"] == expected


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
            assert world.plan_id
            snapshot = await assembly.read_snapshot(session, world.plan_id)
            (form,) = await assembly.list_forms(session, world.sitting_id)
    assert hidden["seed"] is None
    seed = bytes.fromhex(shown["seed"])
    assert hashlib.sha256(seed).hexdigest() == hidden["seed_sha256"] == shown["seed_sha256"]
    assert hidden["bank_sha256"] == assembly.pool_sha256(snapshot.pool)
    again = assembly.arrange(snapshot.items_of(snapshot.forms[0]), 4, seed, 1)
    assert [item.code for item in snapshot.pool] == sorted(item.code for item in snapshot.pool), "their order counts"
    assert (again.version_ids, again.orders) == (form.version_ids, form.orders)
