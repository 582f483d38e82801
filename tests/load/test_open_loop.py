"""The simulated candidate against servers that misbehave: a wait must not hide behind another, and no answer is no yes."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable

from tests.load.candidate import Candidate, Seat
from tests.load.generator import live
from tests.load.lag import SAVED, STATE, Screen, lags
from tests.load.log import Log

Reply = Callable[[int], Awaitable[bytes]]
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


def ack(seq: int) -> bytes:
    body = b'{"acked":[%d]}' % seq
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


async def lived(timetable: list[tuple[float, str]], reply: Reply) -> Log:
    """One candidate's life with a server that answers its n-th request so."""
    turn = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turn
        while head := (await reader.readuntil(b"\r\n\r\n")).lower():
            await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
            turn += 1
            said = await reply(turn)
            if not said:
                writer.close()
                return
            writer.write(said)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await talk(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    log = Log(time.monotonic())
    candidate = Candidate(0, Seat("N", "P", "ab" * 16, "sahih=x", 1), origin, log, random.Random(1), sockets=False)
    await live(candidate, timetable, log)
    candidate.hang_up()
    server.close()
    await asyncio.sleep(0.05)  # the server sees that the line is gone
    return log


def test_a_save_that_had_to_wait_for_the_one_before_took_that_long() -> None:
    async def slowly(turn: int) -> bytes:
        await asyncio.sleep(0.2)
        return ack(turn)

    log = asyncio.run(lived([(0.0, "save"), (0.01, "save"), (0.02, "save")], slowly))
    took = [seconds for _, seconds in log.times["save"]]
    assert [seconds > least for seconds, least in zip(took, (0.19, 0.38, 0.57), strict=True)] == [True] * 3
    assert log.acks == 3


def test_what_was_not_acknowledged_is_sent_again_and_the_pauses_count() -> None:
    async def with_trouble(turn: int) -> bytes:
        return {1: ack(1), 2: b"", 3: b"", 4: UNAVAILABLE}.get(turn, ack(2))

    log = asyncio.run(lived([(0.0, "save"), (0.05, "save")], with_trouble))
    # The kept line that closed is opened again without a word, as a browser does; the new one that closed is a failure.
    assert log.statuses == {"save 200": 2, "save 0": 1, "save 503": 1}
    assert log.without_retry_after == 1
    assert (log.put_off, log.put_off_and_done) == (1, 1)
    assert log.acks == 2
    assert log.times["save"][1][1] > 1.0


def test_the_lag_is_the_time_until_a_proctor_saw_this_state_or_a_later_one() -> None:
    early, late = Screen(), Screen()
    for screen, moments in ((early, (1.0, 2.0, 3.0)), (late, (1.5, 3.5))):
        for at in moments:
            screen.show("N", SAVED, f"2026-11-21T03:42:0{int(at)}.000Z", at)
            screen.show("N", STATE, "submitted" if at >= 3 else "running", at)
    screens = [early.shown, late.shown]
    saved = ("N", SAVED, 1.75, "2026-11-21T03:42:01.500Z")
    assert lags([saved], screens) == ([0.25, 1.75], 0)
    assert lags([("N", STATE, 0.5, "running")], screens) == ([0.5, 1.0], 0)
    assert lags([("N", STATE, 3.25, "submitted")], screens) == ([0.0, 0.25], 0), (
        "seen before the acknowledgement was read"
    )
    assert lags([("N", SAVED, 4.0, "2026-11-21T03:42:04.000Z"), ("M", STATE, 0.0, "running")], screens) == ([], 4)


def test_an_acknowledgement_of_something_else_is_none() -> None:
    async def of_another(turn: int) -> bytes:
        return ack(99)

    log = asyncio.run(lived([(0.0, "save")], of_another))
    assert (log.acks, log.ledger) == (0, {})
