"""Saves, hand-overs, releases and submits under way at the same time end as if they had come one after another.

Every step holds up to three verbs, each in a transaction on a connection of its own, started together. There must be an order
of them under which a model of the protocol gives the same replies, answers, device, journal and receipt. A save may also die
before its commit; then it has never been.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.access import Actor, Role
from app.core.db import Database
from app.core.durability import Durability
from app.core.pool import connection
from app.core.postgres import Cluster
from app.delivery import Admission, Desk, devices, me, queries, receipt_sha256, save, start
from app.delivery.errors import NothingToRelease, StaleEpoch
from app.delivery.types import AttemptState, Change, Held, Seat
from tests.databases import copy_database, drop_database
from tests.factories import World, make_world, open_database

EXAMPLES = 500 if os.environ.get("CI") else 100
SECRETS = ("a" * 32, "b" * 32)
Row = tuple[int, int, int | None, bool]  # seq, position, option, doubtful
LOST = "lost"


@dataclass(frozen=True)
class Save:
    device: int
    changes: tuple[Change, ...]
    forged: bool = False  # names the attempt's true epoch although the device never held it
    lost: bool = False  # dies before its commit


@dataclass(frozen=True)
class Claim:
    device: int
    take_over: bool


@dataclass(frozen=True)
class Release:
    """By the proctor."""


@dataclass(frozen=True)
class Submit:
    device: int


@dataclass
class Model:
    candidate_may_take_over: bool
    epoch: int = 1
    holder: int = 0
    request: int | None = None
    closed: bool = False
    was_held: set[tuple[int, int]] = field(default_factory=lambda: {(0, 1)})
    stored: dict[int, tuple[int, int, int | None, bool]] = field(default_factory=dict)
    journal: Counter[tuple[bool, int, Row]] = field(default_factory=Counter)  # late?, epoch, change

    def apply(self, verb: Any, epoch: int) -> Any:
        """The reply to this verb, for a device that believes in this epoch."""
        if isinstance(verb, Save):
            return LOST if verb.lost else self._save(verb, epoch)
        if isinstance(verb, Claim):
            return self._claim(verb)
        if isinstance(verb, Release):
            if self.closed or self.request is None:
                return "nothing"
            self._hand_over(self.request)
            return "released"
        if self.closed:
            return "closed"
        if (verb.device, epoch) != (self.holder, self.epoch):
            return "stale"
        self.closed = True
        return "closed"

    def _save(self, verb: Save, epoch: int) -> Any:
        if (verb.device, epoch) != (self.holder, self.epoch):
            if (verb.device, epoch) in self.was_held:
                self.journal.update((True, epoch, row(change)) for change in verb.changes)
            return "stale", (), ()
        if self.closed:
            self.journal.update((True, epoch, row(change)) for change in verb.changes)
            return "closed", (), ()
        written, conflicts = [], []
        for change in verb.changes:
            key, value = (epoch, change.seq), (change.option, change.doubtful)
            held = self.stored.get(change.position)
            if held is None or held[:2] < key:
                self.stored[change.position] = (*key, *value)
                written.append(change)
            elif held[:2] == key and held[2:] != value:
                conflicts.append(change.seq)
        self.journal.update((False, epoch, row(change)) for change in written)
        acked = {change.seq for change in verb.changes} - set(conflicts)
        return "open", tuple(sorted(acked)), tuple(sorted(conflicts))

    def _claim(self, verb: Claim) -> int | None:
        """The epoch that the device learns, or None while it waits for the proctor."""
        if self.holder != verb.device and not self.closed:
            if not (verb.take_over and self.candidate_may_take_over):
                self.request = verb.device
                return None
            self._hand_over(verb.device)
        return self.epoch

    def _hand_over(self, device: int) -> None:
        self.epoch += 1
        self.holder, self.request = device, None
        self.was_held.add((device, self.epoch))

    def visible(self) -> Any:
        return self.epoch, self.holder, self.request, self.closed, self.stored, self.journal


def row(change: Change) -> Row:
    return change.seq, change.position, change.option, change.doubtful


class Real:
    """The production verbs, each in a transaction on a connection of its own."""

    def __init__(self, database: Database, desk: Desk, world: World, owner: asyncpg.Connection) -> None:
        self.database, self.desk, self.world, self.owner = database, desk, world, owner
        card = world.cards[0]
        self.actor = Actor(card.person_id, card.person_id, "", frozenset({Role.CANDIDATE}), card.number)
        self.proctor = Actor(world.staff["proctor"], world.staff["proctor"], "", frozenset({Role.PROCTOR}))

    async def reset(self, *, candidate_may_take_over: bool) -> Seat:
        for table in ("answer_events", "answers", "contacts", "attempt_devices", "device_requests", "jobs"):
            await self.owner.execute(f"DELETE FROM {table}")
        await self.owner.execute(
            "UPDATE attempts SET state = 'assigned', started_at = NULL, closes_at = NULL, submitted_at = NULL, "
            "submit_reason = NULL, epoch = 0, device_sha256 = NULL, receipt_sha256 = NULL, answered = NULL"
        )
        takeover = "candidate" if candidate_may_take_over else "proctor"
        await self.owner.execute("UPDATE sittings SET takeover = $1", takeover)
        async with self.database.exam() as session, session.begin():
            seat = await queries.get_seat(session, self.actor)
        device = devices.device_of(SECRETS[0], "127.0.0.1", "")
        async with connection(await self.database.hot()) as held:
            await me.agree(held, self.actor.candidate_number)
            await start.start_many(held, seat.sitting.id, [start.Asked(seat.attempt.id, device, "")], wait=True)
        self.attempt_id = seat.attempt.id
        return seat

    async def apply(self, verb: Any, epoch: int) -> Any:
        if isinstance(verb, Save):
            return await self._save(verb, epoch)
        if isinstance(verb, Claim):
            return await self._claim(verb)
        if isinstance(verb, Release):
            return await self._release()
        return await self._submit(verb, epoch)

    async def _save(self, verb: Save, epoch: int) -> Any:
        batch = save.Batch(self._held(verb.device, epoch), verb.changes)
        if verb.lost:
            async with connection(await self.database.hot()) as held:
                turn = held.transaction()
                await turn.start()
                await save.save_many(held, self.world.sitting_id, [batch], wait=True)
                await turn.rollback()
            return LOST
        saved = await self.desk.saves[self.world.sitting_id].put(batch)
        return saved.verdict, saved.acked, tuple(sorted(seq for seq, _ in saved.conflicts))

    async def _submit(self, verb: Submit, epoch: int) -> Any:
        try:
            await self.desk.submits[self.world.sitting_id].put(self._held(verb.device, epoch))
        except StaleEpoch:
            return "stale"
        return "closed"

    def _held(self, device: int, epoch: int) -> Held:
        return Held(self.attempt_id, epoch, devices.device_hash(SECRETS[device]))

    async def _claim(self, verb: Claim) -> int | None:
        async with self.database.exam() as session, session.begin():
            seat = await queries.get_seat(session, self.actor)
            held = await devices.claim(
                session, seat, SECRETS[verb.device], take_over=verb.take_over, address="", agent=""
            )
            session.expire_all()
            return (await queries.get_seat(session, self.actor)).attempt.epoch if held else None

    async def _release(self) -> str:
        """As the proctor's board does: name the request that is shown, and look again where another one came first."""
        while True:
            try:
                async with self.database.staff() as session, session.begin():
                    seat = await queries.get_seat(session, self.actor)
                    shown = await session.scalar(text("SELECT requested_at FROM device_requests"))
                    if shown is None or seat.attempt.state is AttemptState.SUBMITTED:
                        return "nothing"
                    await devices.release_device(
                        session, seat.sitting.id, seat.attempt.id, requested_at=shown, actor=self.proctor
                    )
            except NothingToRelease:
                continue
            return "released"

    async def visible(self) -> Any:
        attempt = await self.owner.fetchrow("SELECT epoch, device_sha256, state FROM attempts WHERE epoch > 0")
        asking = await self.owner.fetchval("SELECT device_sha256 FROM device_requests")
        device_of = {devices.device_hash(secret): number for number, secret in enumerate(SECRETS)}
        answers = await self.owner.fetch("SELECT position, epoch, seq, option, doubtful FROM answers")
        stored = {row["position"]: tuple(row)[1:] for row in answers}
        events = await self.owner.fetch("SELECT * FROM answer_events")
        journal = Counter((event["late"], event["epoch"], event_row(event)) for event in events)
        holder, closed = device_of[attempt["device_sha256"]], attempt["state"] == "submitted"
        return attempt["epoch"], holder, device_of.get(asking), closed, stored, journal


def event_row(event: Any) -> Row:
    return event["seq"], event["position"], event["option"], event["doubtful"]


@st.composite
def saves(draw: st.DrawFn) -> Save:
    positions = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True))
    seqs = draw(st.lists(st.integers(1, 5), min_size=len(positions), max_size=len(positions), unique=True))
    values = st.tuples(st.none() | st.integers(0, 1), st.booleans())
    changes = tuple(Change(seq, position, *draw(values)) for seq, position in zip(seqs, positions, strict=True))
    rarely = st.integers(0, 5).map(lambda number: number == 0)
    return Save(draw(any_device), changes, forged=draw(rarely), lost=draw(rarely))


any_device = st.integers(0, 1)
verbs = st.one_of(
    saves(), saves(), saves(), st.builds(Claim, any_device, st.booleans()), st.builds(Release),
    st.builds(Submit, any_device),
)  # fmt: skip
steps = st.lists(st.lists(verbs, min_size=1, max_size=3), min_size=1, max_size=6)


async def play(real: Real, todo: list[list[Any]], *, candidate_may_take_over: bool) -> None:
    seat = await real.reset(candidate_may_take_over=candidate_may_take_over)
    model, known = Model(candidate_may_take_over), [1, 0]
    for together in todo:
        epochs = [epoch_of(verb, model, known) for verb in together]
        replies = await asyncio.gather(*map(real.apply, together, epochs))
        model = explanation(model, together, epochs, replies, await real.visible())
        for verb, reply in zip(together, replies, strict=True):
            if isinstance(verb, Claim) and reply is not None:
                known[verb.device] = max(known[verb.device], reply)
    assert replayed(model.journal) == model.stored, "the journal of accepted changes gives the answers"
    if model.closed:
        options = {position: held[2] for position, held in model.stored.items() if held[2] is not None}
        receipt = await real.owner.fetchrow("SELECT receipt_sha256, answered FROM attempts WHERE epoch > 0")
        assert tuple(receipt) == (receipt_sha256(seat.attempt.id, options), len(options))


def epoch_of(verb: Any, model: Model, known: list[int]) -> int:
    if isinstance(verb, Release):
        return 0
    return model.epoch if isinstance(verb, Save) and verb.forged else known[verb.device]


def explanation(before: Model, together: list[Any], epochs: list[int], replies: list[Any], visible: Any) -> Model:
    """The model after an order of these verbs that explains all replies and all that is stored."""
    for order in permutations(range(len(together))):
        model = deepcopy(before)
        if all(model.apply(together[i], epochs[i]) == replies[i] for i in order) and model.visible() == visible:
            return model
    raise AssertionError(f"no order of {together} with epochs {epochs} explains {replies} and {visible}")


def replayed(journal: Counter[tuple[bool, int, Row]]) -> dict[int, tuple[int, int, int | None, bool]]:
    stored: dict[int, tuple[int, int, int | None, bool]] = {}
    for late, epoch, (seq, position, option, doubtful) in journal:
        if not late and (position not in stored or stored[position][:2] < (epoch, seq)):
            stored[position] = (epoch, seq, option, doubtful)
    return stored


@pytest.mark.timeout(600)  # some hundred examples, and CI has slow days
def test_verbs_at_the_same_time_end_as_if_one_after_another(cluster: Cluster, template: str) -> None:
    with asyncio.Runner() as runner:
        urls = runner.run(copy_database(cluster, template))
        database = open_database(urls, pool_size=4)
        world = runner.run(make_world(database, candidates=1, admission=Admission.OPEN))
        owner = runner.run(asyncpg.connect(urls.superuser_url))
        real = Real(
            database, Desk(runner.run(database.hot()), Durability(watched=False), database.paper_ring), world, owner
        )

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(steps, st.booleans())
        def check(todo: list[list[Any]], candidate_may_take_over: bool) -> None:
            runner.run(play(real, todo, candidate_may_take_over=candidate_may_take_over))

        try:
            check()
        finally:
            runner.run(owner.close())
            runner.run(database.close())
            runner.run(drop_database(cluster, urls))
