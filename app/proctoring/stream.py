"""The live board: one snapshot of a sitting a second, shared by all who watch; each learns what changed, made once for all.

Whoever sees the same rooms sees one `View`. Its first event is the whole board, every further one says what changed since, down
to the members of a candidate, with a running number: who missed one is sent the whole again. The bytes are made once and sent to
all, so that fifty proctors cost little more than one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec

from app import delivery
from app.core.access import Actor
from app.core.db import Database
from app.core.events import Listener
from app.core.pool import is_transient
from app.proctoring.board import Board, Rooms, read_board, seen_from
from app.proctoring.watchers import note_watchers, still_watching

FRESH_SECONDS = 1.0
HINTED_SECONDS = 0.25  # a command shows at once, a hundred of them in a row as often as this
GATHER_SECONDS = 0.05  # the hints of one command become one snapshot
SIGN_OF_LIFE_SECONDS = 10.0  # tells the page that the line is alive, and what time it is
ASK_AGAIN_SECONDS = 4.0  # a log-out, a revoked session or a lost role ends a stream within five
NOTE_SECONDS = 10.0

log = logging.getLogger("sahih")


class View:
    """What those see who watch the same rooms, and how it changed last."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._shown: Board | None = None
        self._whole = self._changes = b""
        self.number = 0

    def show(self, board: Board) -> None:
        """Move on to this board. The number rises if anything changed; the clock alone is no change."""
        known, self._shown = self._shown, seen_from(board, self._rooms)
        news = changes(known, self._shown) if known else {}
        if known and not news:
            return
        self.number += 1
        self._whole, self._changes = b"", self._event("changes", news)

    def event_after(self, number: int) -> bytes | None:
        """What somebody needs who knows this number: nothing, the last changes, or everything."""
        if number == self.number:
            return None
        if number == self.number - 1 and number > 0:
            return self._changes
        if not self._whole and self._shown:
            self._whole = self._event("board", self._shown.as_reply())
        return self._whole

    def sign_of_life(self) -> bytes:
        return self._event("clock", {})

    def _event(self, name: str, content: dict[str, Any]) -> bytes:
        now = self._shown.server_time if self._shown else ""
        said = msgspec.json.encode({**content, "number": self.number, "server_time": now})
        return b"event: %s\ndata: %s\n\n" % (name.encode(), said)


def changes(old: Board, new: Board) -> dict[str, Any]:
    """What is other than it was: members, of each candidate what changed, and who is there no more. Empty if nothing is."""
    members = {name: value for name, value in new.members.items() if old.members.get(name) != value}
    candidates = []
    for attempt_id, candidate in new.candidates.items():
        known = old.candidates.get(attempt_id, {})
        if candidate != known:
            other = {name: value for name, value in candidate.items() if known.get(name, ...) != value}
            candidates.append({"attempt_id": attempt_id, **other})
    gone = [attempt_id for attempt_id in old.candidates if attempt_id not in new.candidates]
    if not (members or candidates or gone):
        return {}
    return {"members": members, "candidates": candidates, "gone": gone}


@dataclass(slots=True)
class Viewer:
    """One open stream: whose it is, and which rooms it shows."""

    actor: Actor
    rooms: Rooms
    allowed: bool = True
    id: UUID = field(default_factory=uuid4)


class Watch:
    """A sitting that somebody watches: takes a snapshot a second, and after a hint, as long as anybody does."""

    def __init__(self, database: Database, listener: Listener, sitting_id: UUID) -> None:
        self._database = database
        self._listener = listener
        self._sitting_id = sitting_id
        self._board: Board | None = None
        self._views: dict[Rooms, View] = {}
        self._turn = asyncio.Event()
        self._trouble: Exception | None = None
        self._asked_at = self._noted_at = 0.0
        self._viewers: dict[UUID, Viewer] = {}
        self._task = asyncio.create_task(self._go_on(), name="board")

    def join(self, viewer: Viewer) -> None:
        self._viewers[viewer.id] = viewer
        self._noted_at = 0.0

    def leave(self, viewer: Viewer) -> bool:
        """Whether this was the last one, with whom it ends."""
        del self._viewers[viewer.id]
        if not self._viewers:
            self._task.cancel()
        return not self._viewers

    @property
    def has_ended(self) -> bool:
        return self._trouble is not None

    async def next_after(self, board: Board | None) -> Board:
        """The newest snapshot, as soon as there is another one than this. Raises what ended the watch."""
        while self._board is board or self._board is None:
            if self._trouble:
                raise self._trouble
            await self._turn.wait()
        return self._board

    def view(self, rooms: Rooms) -> View:
        """Made for whoever comes first, and moved on with every snapshot."""
        view = self._views.get(rooms)
        if view is None:
            view = self._views[rooms] = View(rooms)
            if self._board:
                view.show(self._board)
        return view

    async def _go_on(self) -> None:
        try:
            with self._listener.changed(self._sitting_id) as changed:
                while True:
                    began_at = time.monotonic()
                    await self._attend(began_at)
                    self._show(await self._take())
                    await _wait(changed, began_at, time.monotonic() - began_at)
        except Exception as error:
            self._trouble = error
            self._wake()

    def _show(self, board: Board) -> None:
        self._board = board
        wanted = {viewer.rooms for viewer in self._viewers.values()}
        self._views = {rooms: view for rooms, view in self._views.items() if rooms in wanted}
        for view in self._views.values():
            view.show(board)
        self._wake()

    def _wake(self) -> None:
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()

    async def _take(self) -> Board:
        async with self._database.staff() as session:
            return await read_board(session, await delivery.get_sitting(session, self._sitting_id))

    async def _attend(self, now: float) -> None:
        """Now and then: note who watches, and ask whether they still may. Once for all of them."""
        asks, notes = now - self._asked_at >= ASK_AGAIN_SECONDS, now - self._noted_at >= NOTE_SECONDS
        if not (asks or notes):
            return
        viewers = list(self._viewers.values())
        people = {viewer.actor.session_id: viewer.actor.person_id for viewer in viewers}
        self._asked_at = now
        if notes:
            self._noted_at = now
        async with self._database.staff() as session, session.begin():
            allowed = await still_watching(session, self._sitting_id, people)
            if notes and allowed:
                await note_watchers(session, self._sitting_id, {people[session_id] for session_id in allowed})
        for viewer in viewers:
            viewer.allowed = viewer.actor.session_id in allowed
            viewer.rooms = allowed.get(viewer.actor.session_id, frozenset())


class Boards:
    """The sittings that somebody watches. All who watch one are told at the same moment."""

    def __init__(self, database: Database, listener: Listener) -> None:
        self._database = database
        self._listener = listener
        self._watched: dict[UUID, Watch] = {}
        self._ending = False

    async def stream(self, sitting_id: UUID, actor: Actor, rooms: Rooms) -> AsyncIterator[bytes]:
        """Server-sent events: a `board`, `changes` of it, a `clock` now and then; ends when it may not go on.

        It ends, too, when the database is away: the page comes again by itself, and is told then how things stand.
        """
        viewer = Viewer(actor, rooms)
        watch = self._watched.get(sitting_id)
        if watch is None or watch.has_ended:
            watch = self._watched[sitting_id] = Watch(self._database, self._listener, sitting_id)
        watch.join(viewer)
        try:
            async for event in self._events(watch, viewer):
                yield event
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("a board ended, the database is away: %s", type(error).__name__)
        finally:
            if watch.leave(viewer) and self._watched.get(sitting_id) is watch:
                del self._watched[sitting_id]

    async def _events(self, watch: Watch, viewer: Viewer) -> AsyncIterator[bytes]:
        board, seen, known, spoke_at = None, None, 0, time.monotonic()
        while not self._ending:
            board = await watch.next_after(board)
            if not viewer.allowed:
                return
            view = watch.view(viewer.rooms)
            event = view.event_after(known if view is seen else 0)
            if event is None and time.monotonic() - spoke_at >= SIGN_OF_LIFE_SECONDS:
                event = view.sign_of_life()
            seen, known = view, view.number
            if event is not None:
                yield event
                spoke_at = time.monotonic()

    def end(self) -> None:
        """End every stream within a second: the server stops, and the pages come back to another one."""
        self._ending = True


async def _wait(changed: asyncio.Event, began_at: float, took: float) -> None:
    """Until the next snapshot is due: a second after this one, sooner after a hint, never at it for more than half of the time."""

    def due(seconds: float) -> float:
        return began_at + max(seconds, 2 * took) - time.monotonic()

    try:
        await asyncio.wait_for(changed.wait(), due(FRESH_SECONDS))
    except TimeoutError:
        return
    changed.clear()  # a hint from here on is one more
    await asyncio.sleep(max(GATHER_SECONDS, due(HINTED_SECONDS)))
