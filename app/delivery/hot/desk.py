"""Where the requests of one process meet the database: a lane per sitting and verb, one statement per turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import asyncpg
from msgspec import UNSET, Struct

from app.core.durability import Durability
from app.core.errors import Unavailable
from app.core.keyring import KeyRing
from app.delivery import save, start, submit
from app.delivery.contact import beat_many, is_heard
from app.delivery.devices import device_hash, device_of
from app.delivery.envelope import envelope, receipt
from app.delivery.errors import OtherAttempt, SeqConflict
from app.delivery.hot import messages
from app.delivery.hot.contacts import Contacts
from app.delivery.hot.lane import Lane
from app.delivery.hot.seats import HotSeat, Seats
from app.delivery.hot.writes import MOST_ALONE, Statement, Writes
from app.delivery.papers import page_key
from app.delivery.save import Batch
from app.delivery.start import Asked, Started
from app.delivery.submit import Closed
from app.delivery.types import Held, Saved, Standing

M = TypeVar("M")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Lanes(Generic[T, R]):
    """One lane per sitting: a sitting never waits for another's commit, and every statement names one sitting."""

    make: Callable[[UUID], Lane[T, R]]
    of: dict[UUID, Lane[T, R]]

    def __getitem__(self, sitting_id: UUID) -> Lane[T, R]:
        lane = self.of.get(sitting_id)
        if lane is None:
            lane = self.of[sitting_id] = self.make(sitting_id)
        return lane

    @property
    def depth(self) -> int:
        return sum(lane.depth for lane in self.of.values())


class Sender(Protocol):
    """Where a request came from. The address is there for routes that ask for it."""

    address: str

    @property
    def agent(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Verb(Generic[M, T, R]):
    """A kind of request that waits in the lane of its sitting: what of a message goes in, and what is replied to what comes out,
    which is committed. Both raise the refusal."""

    lanes: Lanes[T, R]
    ask: Callable[[HotSeat, M, Sender], T]
    tell: Callable[[HotSeat, M, R], Struct]

    def enter(self, seat: HotSeat, message: M, sender: Sender, settle: Callable[[R | Exception], None]) -> None:
        self.lanes[seat.sitting_id].enter(self.ask(seat, message, sender), settle)

    async def serve(self, seat: HotSeat, message: M, sender: Sender) -> Struct:
        return self.tell(seat, message, await self.lanes[seat.sitting_id].put(self.ask(seat, message, sender)))


class Desk:
    def __init__(self, pool: asyncpg.Pool, durability: Durability, paper_ring: KeyRing) -> None:
        self.pool = pool
        self.paper_ring = paper_ring
        self.durability = durability
        self.seats = Seats(pool, durability)
        self.contacts = Contacts(pool)
        alone = asyncio.Semaphore(MOST_ALONE)
        self.starts: Lanes[Asked, Started] = _lanes(pool, start.start_many, lambda asked: asked.attempt_id, alone)
        self.saves: Lanes[Batch, Saved] = _lanes(pool, save.save_many, lambda batch: batch.held.attempt_id, alone)
        self.beats: Lanes[Held, Standing] = _lanes(pool, beat_many, lambda held: held.attempt_id, alone)
        self.submits: Lanes[Held, Closed] = _lanes(pool, submit.submit_many, lambda held: held.attempt_id, alone)
        self.wait = Verb(self.beats, self._waiting, self._heard)
        self.start = Verb(self.starts, _asked, self._started)
        self.save = Verb(self.saves, _batch, _acked)
        self.beat = Verb(self.beats, self._beating, self._heard)
        self.submit = Verb(self.submits, _held, _submitted)

    def depths(self) -> dict[str, int]:
        """How many requests of each verb wait for their commit."""
        return {name.removesuffix("s"): lanes.depth for name, lanes in vars(self).items() if isinstance(lanes, Lanes)}

    def _waiting(self, seat: HotSeat, _: messages.Request, __: Sender) -> Held:
        return self._listening(Held(seat.attempt_id, 0, None))

    def _beating(self, seat: HotSeat, message: messages.DeviceWrite, sender: Sender) -> Held:
        return self._listening(_held(seat, message, sender))

    def _listening(self, held: Held) -> Held:
        if self.contacts.failing:
            raise Unavailable
        return held

    def _heard(self, seat: HotSeat, message: messages.Request, standing: Standing) -> messages.Envelope:
        if is_heard(standing, holds=isinstance(message, messages.DeviceWrite)):
            self.contacts.hear(seat.sitting_id, seat.attempt_id, standing.at)
        return messages.Envelope(**envelope(seat.clock(standing), standing, message.nonce))

    def _started(self, seat: HotSeat, message: messages.Start, started: Started) -> messages.Started:
        standing = envelope(seat.clock(started.standing), started.standing, message.nonce)
        key = page_key(self.paper_ring, started.key)
        return messages.Started(**standing, paper_key=key, last_seq=started.last_seq)


def _held(seat: HotSeat, message: messages.DeviceWrite, _: Sender) -> Held:
    return Held(seat.attempt_id, message.epoch, device_hash(message.device_secret))


def _asked(seat: HotSeat, message: messages.Start, sender: Sender) -> Asked:
    if message.attempt_id not in (UNSET, seat.attempt_id):
        raise OtherAttempt
    token = (message.token or "").strip().upper()
    return Asked(seat.attempt_id, device_of(message.device_secret, sender.address, sender.agent), token)


def _batch(seat: HotSeat, message: messages.Answers, sender: Sender) -> Batch:
    changes = [change.change() for change in message.changes]
    save.check_range(changes, seat.n_items, seat.options)
    return Batch(_held(seat, message, sender), changes)


def _acked(seat: HotSeat, message: messages.Answers, saved: Saved) -> messages.Ack:
    save.refuse(saved.verdict)
    if saved.conflicts:
        conflicts = [{"seq": seq, "position": position} for seq, position in saved.conflicts]
        raise SeqConflict(acked=list(saved.acked), conflicts=conflicts, nonce=message.nonce)
    standing = envelope(seat.clock(saved.standing), saved.standing, message.nonce)
    return messages.Ack(**standing, acked=saved.acked, saved_at=standing["server_time"])


def _submitted(seat: HotSeat, message: messages.DeviceWrite, closed: Closed) -> messages.Submitted:
    standing = envelope(seat.clock(closed.standing), closed.standing, message.nonce)
    return messages.Submitted(**standing, receipt=messages.ReceiptOut(**receipt(closed.receipt)))


def _lanes(
    pool: asyncpg.Pool, statement: Statement[T, R], key: Callable[[T], UUID], alone: asyncio.Semaphore
) -> Lanes[T, R]:
    verb = statement.__name__.removesuffix("_many")
    return Lanes(lambda sitting_id: Lane(Writes(pool, sitting_id, statement, alone), key, verb), {})
