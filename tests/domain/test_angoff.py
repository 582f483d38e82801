"""An Angoff panel from its opening to the judged difficulties that assembly plans with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from app import assembly
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.errors import NotFound
from app.itembank.entries import read_use
from app.review.angoff import queries, service
from app.review.angoff.errors import (
    CompromiseFault,
    ItemUnknown,
    JudgeUnknown,
    NotAllRated,
    PanelMoved,
    RoundDone,
    TooFewJudges,
)
from app.review.angoff.outcome import outcome
from app.review.angoff.types import Compromise, NewJudge, Panel, State
from tests.computed_reviews import add_computed_review
from tests.databases import TestDatabase
from tests.factories import World, make_world, open_database
from tests.findings import member
from tests.review_data import make_review_data

SAID = Compromise(minimum=65, pass_percent=70, min_cut=55, max_cut=75, min_fail=10, max_fail=50)


@dataclass
class Room:
    """A panel of three judges on four items; `leader` leads it and does not judge."""

    database: Database
    world: World
    leader: Actor
    judges: list[Actor]
    items: list[UUID]
    panel_id: UUID

    async def rate(self, judge: Actor, percents: Mapping[UUID, int]) -> None:
        async with self.database.staff() as session, session.begin():
            await service.rate(session, self.panel_id, percents, actor=judge)

    async def done(self, judge: Actor, compromise: Compromise | None = None) -> None:
        async with self.database.staff() as session, session.begin():
            await service.finish_round(session, self.panel_id, compromise, actor=judge)

    async def move(self, to: State) -> None:
        async with self.database.staff() as session, session.begin():
            await service.move(session, self.panel_id, to, actor=self.leader)

    async def panel(self) -> Panel:
        async with self.database.staff() as session:
            return await queries.get_panel(session, self.panel_id)

    async def whole_round(self, *levels: int, compromise: Compromise | None = None) -> None:
        """Each judge gives every item their level, the last item ten less."""
        for place, (judge, level) in enumerate(zip(self.judges, levels, strict=False)):
            percents = dict.fromkeys(self.items, level) | {self.items[-1]: level - 10}
            await self.rate(judge, percents)
            wish = compromise and replace(compromise, minimum=compromise.minimum + 2 * place)
            await self.done(judge, wish)

    async def closed(self) -> None:
        await self.whole_round(60, 70, 65)
        await self.move(State.FEEDBACK)
        await self.move(State.ROUND_2)
        await self.whole_round(62, 68, 65, compromise=SAID)
        await self.move(State.CLOSED)


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    opened = open_database(database)
    world = await make_world(opened, candidates=0, prepared=False)
    judges = [member(world, role) for role in ("committee", "author", "reviewer")]
    async with opened.staff() as session, session.begin():
        items = [one.version_id for one in await queries.list_items(session, "MMu")][:4]
        new = [NewJudge(one.person_id, "manajemen mutu") for one in judges]
        panel_id = await service.open_panel(session, world.scheme, "Panel 2026", items, new, actor=judges[0])
    yield Room(opened, world, member(world), judges, items, panel_id)
    await opened.close()


async def test_a_rating_is_kept_as_typed_and_may_be_changed_while_the_round_is_open(room: Room) -> None:
    judge = room.judges[1]
    await room.rate(judge, {room.items[0]: 40})
    await room.rate(judge, {room.items[0]: 55, room.items[1]: 70})
    async with room.database.staff() as session:
        own = await queries.ratings_of(session, room.panel_id, 1, judge.person_id)
    assert own == {judge.person_id: {room.items[0]: 55, room.items[1]: 70}}


async def test_a_judge_is_done_only_with_all_items_and_then_writes_no_more(room: Room) -> None:
    judge = room.judges[1]
    await room.rate(judge, {room.items[0]: 40})
    with pytest.raises(NotAllRated, match="3 soal belum diisi"):
        await room.done(judge)
    await room.rate(judge, dict.fromkeys(room.items, 60))
    await room.done(judge)
    with pytest.raises(RoundDone):
        await room.rate(judge, {room.items[0]: 90})


async def test_a_frozen_round_takes_no_rating_and_keeps_its_result(room: Room) -> None:
    await room.whole_round(60, 70, 65)
    await room.move(State.FEEDBACK)
    with pytest.raises(PanelMoved):
        await room.rate(room.judges[0], {room.items[0]: 1})
    await room.move(State.ROUND_2)
    await room.rate(room.judges[0], {room.items[0]: 1})
    first = (await room.panel()).results["1"]
    assert first["figures"][0]["text_id"] == "62,5"
    assert first["items"][str(room.items[0])]["least"] == 60


async def test_whoever_did_not_finish_a_round_does_not_count_and_does_not_come_back(room: Room) -> None:
    await room.whole_round(60, 70)
    await room.move(State.FEEDBACK)
    await room.move(State.ROUND_2)
    assert len((await room.panel()).results["1"]["judges"]) == 2
    with pytest.raises(PanelMoved):
        await room.rate(room.judges[2], {room.items[0]: 50})


async def test_a_round_of_one_judge_is_not_frozen(room: Room) -> None:
    await room.whole_round(60)
    with pytest.raises(TooFewJudges):
        await room.move(State.FEEDBACK)


async def test_no_step_is_skipped_and_nothing_leaves_a_closed_panel(room: Room) -> None:
    with pytest.raises(PanelMoved):
        await room.move(State.CLOSED)
    await room.closed()
    with pytest.raises(PanelMoved):
        await room.move(State.WITHDRAWN)


async def test_the_last_round_asks_for_bearable_cuts_that_go_together(room: Room) -> None:
    await room.whole_round(60, 70, 65)
    await room.move(State.FEEDBACK)
    await room.move(State.ROUND_2)
    await room.rate(room.judges[0], dict.fromkeys(room.items, 60))
    with pytest.raises(CompromiseFault, match="keenam jawaban"):
        await room.done(room.judges[0])
    with pytest.raises(CompromiseFault, match="max_cut"):
        await room.done(room.judges[0], replace(SAID, min_cut=80))


async def test_68_stands_whatever_the_panel_says(room: Room) -> None:
    await room.closed()
    said = (await room.panel()).results["2"]["comparison"]
    assert "68 ditetapkan skema (9.3.2)" in said["text_id"]
    assert "tidak mengubah kelulusan" in said["text_id"]


async def test_beuk_and_hofstee_rest_on_the_scores_of_a_computed_review(room: Room) -> None:
    async with room.database.staff() as session, session.begin():
        await add_computed_review(session, room.world, make_review_data(60))
    await room.closed()
    by_beuk, by_hofstee = (await room.panel()).results["2"]["compromise"]
    assert 0 < by_beuk["value"] < 100
    assert 55 <= by_hofstee["value"] <= 75


async def test_without_scores_the_compromises_say_so(room: Room) -> None:
    await room.closed()
    for figure in (await room.panel()).results["2"]["compromise"]:
        assert figure["value"] is None
        assert "belum ada nilai peserta" in figure["reason_id"]


async def test_what_the_closed_panel_thinks_is_what_assembly_plans_with(room: Room) -> None:
    async def pool() -> dict[UUID, float]:
        async with room.database.staff() as session:
            return {one.version_id: one.b for one in await assembly.read_pool(session, room.world.scheme, None)}

    before = await pool()
    await room.whole_round(60, 70, 65)
    await room.move(State.FEEDBACK)
    assert await pool() == before  # only what is closed counts
    await room.move(State.ROUND_2)
    await room.whole_round(62, 68, 65, compromise=SAID)
    await room.move(State.CLOSED)
    after = await pool()
    assert after[room.items[0]] == pytest.approx(-0.619, abs=0.001)  # -logit(.65)
    assert after[room.items[-1]] == pytest.approx(-0.201, abs=0.001)  # -logit(.55)
    assert {one for one in before if after[one] != before[one]} <= set(room.items)


async def test_the_bank_does_not_take_a_panel_for_candidates(room: Room) -> None:
    await room.closed()
    async with room.database.staff() as session:
        items = {one.version_id: one for one in await queries.list_items(session, "MMu")}
        use = await read_use(session, "MMu")
    assert items[room.items[0]].n == 0
    assert use.figures == {}


async def test_a_panel_is_made_of_items_in_use_and_people_who_may_judge(room: Room) -> None:
    judges = [NewJudge(one.person_id, "mutu") for one in room.judges]
    async with room.database.staff() as session, session.begin():
        with pytest.raises(ItemUnknown):
            await service.open_panel(session, room.world.scheme, "X", [uuid4(), *room.items], judges, actor=room.leader)
        office = NewJudge(room.world.staff["office"], "kantor")
        with pytest.raises(JudgeUnknown):
            await service.open_panel(session, room.world.scheme, "X", room.items, [*judges, office], actor=room.leader)


async def test_only_a_judge_rates(room: Room) -> None:
    stranger = Actor(room.world.staff["office"], uuid4(), "X", frozenset({Role.COMMITTEE}))
    with pytest.raises(NotFound):
        await room.rate(stranger, {room.items[0]: 50})


def test_the_same_ratings_from_all_judges_leave_no_error() -> None:
    items = [uuid4(), uuid4()]
    judges = [queries.Judge(uuid4(), name, "mutu", frozenset({1}), None) for name in ("A", "B")]
    ratings = {judge.person_id: {items[0]: 80, items[1]: 60} for judge in judges}
    figures = {one["definition"]: one for one in outcome(judges, items, ratings)["figures"]}
    assert figures["angoff-cut"]["text_id"] == "70,0"
    assert figures["angoff-se-judges"]["value"] == 0
