"""Pure decisions of a rescue. No I/O; times are arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from app.delivery.rescue.file import FileAnswer
from app.delivery.types import Answer

NOTING_TIME: Final = timedelta(minutes=15)


def may_note(closes_at: datetime, now: datetime) -> bool:
    """From the bell until 15 minutes after it: while the candidate is still in the room."""
    return closes_at <= now < closes_at + NOTING_TIME


def rescued(answers: Iterable[FileAnswer], stored: Mapping[int, Answer], epoch: int) -> list[FileAnswer]:
    """The answers of the file that count: never acknowledged, made on the last device, and newer than what is stored."""
    return [answer for answer in answers if answer.epoch == epoch and not answer.sent and _is_newer(answer, stored)]


def missing(answers: Iterable[FileAnswer], stored: Mapping[int, Answer]) -> list[int]:
    """Positions that the file calls sent and the server does not have: an answer is acknowledged once it is stored."""
    return [answer.position for answer in answers if answer.sent and _is_newer(answer, stored)]


def _is_newer(answer: FileAnswer, stored: Mapping[int, Answer]) -> bool:
    known = stored.get(answer.position)
    return known is None or answer.key > (known.epoch, known.seq)


def contradictions(answers: Iterable[FileAnswer], received: Iterable[Answer]) -> list[int]:
    """Positions where a change that reached the server, in time or late, has another value in the file. No page writes that."""
    values = {(known.position, known.epoch, known.seq): (known.option, known.doubtful) for known in received}
    return [
        answer.position
        for answer in answers
        if values.get((answer.position, *answer.key), (answer.option, answer.doubtful))
        != (answer.option, answer.doubtful)
    ]


def overlaid(stored: Mapping[int, int | None], answers: Mapping[int, int | None]) -> dict[int, int]:
    """Position → option of live and rescued answers together; blanks are absent."""
    return {position: option for position, option in {**stored, **answers}.items() if option is not None}
