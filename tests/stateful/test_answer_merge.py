"""Any order, repetition, loss and take-over of saves ends as the protocol says; against the production statement.

Hypothesis invents what two devices do. A model of a few lines says what must come of it; PostgreSQL, reached over separate
connections, must agree, also when two batches are under way at the same time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.access import Actor, Role
from app.core.db import Database
from app.core.postgres import Cluster
from app.delivery import Admission, Takeover, queries, receipt_sha256
from app.delivery import devices as device_verbs
from app.delivery import save as save_verbs
from app.delivery import start as start_verbs
from app.delivery import submit as submit_verbs
from app.delivery.errors import StaleEpoch
from app.delivery.types import Change
from app.delivery.types import Phase as ExamPhase
from tests.databases import copy_database, drop_database
from tests.factories import World, make_world

EXAMPLES = 500 if os.environ.get("CI") else 150
DEVICES = ("a" * 32, "b" * 32)
Value = tuple[int | None, bool]


@dataclass(frozen=True)
class Save:
    device: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Both:
    """Two batches of one device under way at the same time."""

    first: Save
    second: Save


@dataclass(frozen=True)
class TakeOver:
    device: int


@dataclass(frozen=True)
class Submit:
    device: int


@dataclass
class Model:
    """DESIGN of the merge in a few lines: highest (epoch, seq) wins; an older epoch and a closed attempt change nothing."""

    epoch: int = 1
    known: list[int] = field(default_factory=lambda: [1, 0])  # the epoch each device believes in
    held: set[tuple[int, int]] = field(default_factory=lambda: {(0, 1)})  # (device, epoch) that were really handed over
    closed: bool = False
    stored: dict[int, tuple[int, int, Value]] = field(default_factory=dict)

    def holds(self, device: int) -> bool:
        return self.known[device] == self.epoch and (device, self.epoch) in self.held

    def is_late(self, device: int) -> bool:
        """Refused as stale, yet from a device that once held the attempt in the epoch it names."""
        return not self.holds(device) and (device, self.known[device]) in self.held

    def save(self, save: Save) -> tuple[str, set[int], set[int]]:
        """Verdict, acknowledged seqs, conflicting seqs."""
        if not self.holds(save.device):
            return "stale", set(), set()
        if self.closed:
            return "closed", set(), set()
        acked, conflicts = set(), set()
        for change in save.changes:
            key, value = (self.epoch, change.seq), (change.option, change.doubtful)
            held = self.stored.get(change.position)
            if held and held[:2] == key and held[2] != value:
                conflicts.add(change.seq)
                continue
            acked.add(change.seq)
            if held is None or held[:2] < key:
                self.stored[change.position] = (*key, value)
        return "open", acked, conflicts


@st.composite
def batches(draw: st.DrawFn, device: st.SearchStrategy[int]) -> Save:
    positions = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True))
    seqs = draw(st.lists(st.integers(1, 7), min_size=len(positions), max_size=len(positions), unique=True))
    values = st.tuples(st.none() | st.integers(0, 3), st.booleans())
    changes = [Change(seq, position, *draw(values)) for seq, position in zip(seqs, positions, strict=True)]
    return Save(draw(device), tuple(changes))


any_device = st.integers(0, 1)
pairs = any_device.flatmap(lambda device: st.builds(Both, batches(st.just(device)), batches(st.just(device))))
steps = st.lists(
    st.one_of(
        batches(any_device), batches(any_device), pairs, st.builds(TakeOver, any_device), st.builds(Submit, any_device)
    ),
    min_size=1,
    max_size=8,
)


class Real:
    """The same steps against the database, each verb in a transaction on a connection of its own."""

    def __init__(self, database: Database, world: World, owner: asyncpg.Connection) -> None:
        self.database, self.owner = database, owner
        card = world.cards[0]
        self.actor = Actor(card.person_id, card.person_id, "", frozenset({Role.CANDIDATE}), card.number)
        self.known = [1, 0]

    async def reset(self) -> None:
        for table in ("answer_events", "answers", "contacts", "attempt_devices", "device_requests", "jobs"):
            await self.owner.execute(f"DELETE FROM {table}")
        await self.owner.execute(
            "UPDATE attempts SET state = 'assigned', started_at = NULL, closes_at = NULL, submitted_at = NULL, "
            "epoch = 0, device_sha256 = NULL, receipt_sha256 = NULL, answered = NULL"
        )
        self.known = [1, 0]
        async with self.database.exam() as session, session.begin():
            seat = await queries.get_seat(session, self.actor)
            await start_verbs.agree(session, seat)
            session.expire_all()
            seat = await queries.get_seat(session, self.actor)
            await device_verbs.claim(session, seat, DEVICES[0], take_over=False, address="", agent="")
            await start_verbs.start(session, seat, DEVICES[0], None, ExamPhase.READY)

    async def save(self, save: Save) -> tuple[str, set[int], set[int]]:
        async with self.database.exam() as session, session.begin():
            seat = await queries.get_seat(session, self.actor)
            epoch, device = self.known[save.device], DEVICES[save.device]
            saved, verdict = await save_verbs.save(session, seat, epoch, device, save.changes, 4)
            return verdict, set(saved.acked), {seq for seq, _ in saved.conflicts}

    async def take_over(self, device: int) -> None:
        async with self.database.exam() as session, session.begin():
            seat = await queries.get_seat(session, self.actor)
            await device_verbs.claim(session, seat, DEVICES[device], take_over=True, address="", agent="")
            session.expire_all()
            self.known[device] = (await queries.get_seat(session, self.actor)).attempt.epoch

    async def submit(self, device: int) -> bool:
        try:
            async with self.database.exam() as session, session.begin():
                seat = await queries.get_seat(session, self.actor)
                await submit_verbs.submit(session, seat, self.known[device], DEVICES[device])
        except StaleEpoch:
            return False
        return True

    async def stored(self) -> dict[int, tuple[int, int, Value]]:
        rows = await self.owner.fetch("SELECT position, epoch, seq, option, doubtful FROM answers")
        return {row["position"]: (row["epoch"], row["seq"], (row["option"], row["doubtful"])) for row in rows}

    async def late(self) -> int:
        return int(await self.owner.fetchval("SELECT count(*) FROM answer_events WHERE outcome = 'late'"))

    async def receipt(self) -> str | None:
        return await self.owner.fetchval("SELECT receipt_sha256 FROM attempts WHERE epoch > 0")  # type: ignore[no-any-return]


async def play(real: Real, todo: Sequence[Any]) -> None:
    await real.reset()
    model, late = Model(), 0
    for step in todo:
        if isinstance(step, Save):
            expected = model.save(step)
            late += model.is_late(step.device)
            assert await real.save(step) == expected
        elif isinstance(step, Both):
            other = deepcopy(model)
            one_way = (model.save(step.first), model.save(step.second))
            second = other.save(step.second)
            other_way = (other.save(step.first), second)
            late += 2 * model.is_late(step.first.device)
            outcome = tuple(await asyncio.gather(real.save(step.first), real.save(step.second)))
            assert outcome in (one_way, other_way)
            stored = await real.stored()
            assert stored in (model.stored, other.stored)
            model = model if stored == model.stored else other
        elif isinstance(step, TakeOver):
            await real.take_over(step.device)
            if not model.closed and not model.holds(step.device):
                model.epoch += 1
                model.held.add((step.device, model.epoch))
            model.known[step.device] = model.epoch
        else:
            accepted = await real.submit(step.device)
            assert accepted is (model.closed or model.holds(step.device))
            model.closed = model.closed or accepted
        assert await real.stored() == model.stored
    assert await real.late() == late
    if model.closed:
        async with real.database.exam() as session:
            seat = await queries.get_seat(session, real.actor)
        final = {position: held[2][0] for position, held in model.stored.items() if held[2][0] is not None}
        assert await real.receipt() == receipt_sha256(seat.attempt.id, final)


def test_any_order_repetition_and_loss_ends_as_the_protocol_says(cluster: Cluster, template: str) -> None:
    with asyncio.Runner() as runner:
        urls = runner.run(copy_database(cluster, template))
        database = Database(urls.app_url, urls.exam_url, pool_size=4)
        world = runner.run(make_world(database, candidates=1, admission=Admission.OPEN, takeover=Takeover.CANDIDATE))
        owner = runner.run(asyncpg.connect(urls.superuser_url))
        real = Real(database, world, owner)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        )
        @given(steps)
        def check(todo: list[Any]) -> None:
            runner.run(play(real, todo))

        try:
            check()
        finally:
            runner.run(owner.close())
            runner.run(database.close())
            runner.run(drop_database(cluster, urls))
