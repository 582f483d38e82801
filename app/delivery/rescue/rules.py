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
    """The answers of the file that the server does not have: made on the last device, and newer than what is stored."""
    return [
        answer
        for answer in answers
        if answer.epoch == epoch
        and (answer.position not in stored or answer.key > (stored[answer.position].epoch, stored[answer.position].seq))
    ]


def contradictions(answers: Iterable[FileAnswer], stored: Mapping[int, Answer]) -> list[int]:
    """Positions where the same change has another value in the file. No page of ours writes that."""
    return [
        answer.position
        for answer in answers
        if (known := stored.get(answer.position))
        and answer.key == (known.epoch, known.seq)
        and (answer.option, answer.doubtful) != (known.option, known.doubtful)
    ]


def overlaid(stored: Mapping[int, int | None], answers: Mapping[int, int | None]) -> dict[int, int]:
    """Position → option of live and rescued answers together; blanks are absent."""
    return {position: option for position, option in {**stored, **answers}.items() if option is not None}
