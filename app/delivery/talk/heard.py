"""What a page asks whenever its attempt's `rev` rose, and says of a message: a whole room at once, so these are hot paths."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.core.access import Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.errors import NotFound
from app.core.pool import connection
from app.delivery.hot.messages import NoArguments
from app.delivery.hot.paths import Call, hot_route

UNREAD = """
    SELECT m.id, m.text, m.sent_at FROM message_copies c
    JOIN messages m ON m.sitting_id = c.sitting_id AND m.id = c.message_id
    WHERE c.sitting_id = $1 AND c.attempt_id = $2 AND c.acknowledged_at IS NULL ORDER BY m.sent_at, m.id
"""
# The first time counts; a later one writes nothing. Reading is seeing.
MARK = """
    WITH marked AS (
        UPDATE message_copies SET shown_at = coalesce(shown_at, clock_timestamp()),
            acknowledged_at = CASE WHEN $4 THEN clock_timestamp() END
        WHERE sitting_id = $1 AND attempt_id = $2 AND message_id = $3 AND acknowledged_at IS NULL AND ($4 OR shown_at IS NULL)
    )
    SELECT EXISTS (SELECT FROM message_copies WHERE sitting_id = $1 AND attempt_id = $2 AND message_id = $3)
"""
OPEN_CALL = """
    SELECT need, called_at, answered_at FROM help_calls
    WHERE sitting_id = $1 AND attempt_id = $2 AND ended_at IS NULL
"""


class MessageOut(Struct, frozen=True):
    id: str
    text: str
    sent_at: str


class HelpOut(Struct, frozen=True):
    """Who comes is no matter of the page; that somebody does is."""

    need: str
    called_at: str
    answered_at: str | None


class Heard(Struct, frozen=True):
    """Everything that the page has to show besides the exam: unread messages, oldest first, and the open call for help."""

    messages: list[MessageOut]
    help: HelpOut | None


@hot_route("/api/exam/messages", "examMessages", Permission.ATTEMPT_TAKE, None, Heard)
async def heard(call: Call) -> Heard:
    seat = call.seat
    async with connection(call.desk.pool) as held:
        unread = await held.fetch(UNREAD, seat.sitting_id, seat.attempt_id)
        calling = await held.fetchrow(OPEN_CALL, seat.sitting_id, seat.attempt_id)
    messages = [MessageOut(str(row["id"]), row["text"], rfc3339(row["sent_at"])) for row in unread]
    return Heard(messages, help_out(*calling) if calling else None)


@hot_route("/api/exam/messages/{message_id}/shown", "examMessageShown", Permission.ATTEMPT_TAKE, NoArguments, None)
async def shown(call: Call) -> None:
    await _mark(call, acknowledged=False)


@hot_route("/api/exam/messages/{message_id}/read", "examMessageRead", Permission.ATTEMPT_TAKE, NoArguments, None)
async def read(call: Call) -> None:
    await _mark(call, acknowledged=True)


async def _mark(call: Call, *, acknowledged: bool) -> None:
    """The candidate's page shows the message, or the candidate has read it."""
    try:
        message_id = UUID(call.path.split("/")[-2])
    except ValueError:
        raise NotFound from None
    async with connection(call.desk.pool) as held:
        theirs = await held.fetchval(MARK, call.seat.sitting_id, call.seat.attempt_id, message_id, acknowledged)
    if not theirs:
        raise NotFound


def help_out(need: str, called_at: datetime, answered_at: datetime | None) -> HelpOut:
    return HelpOut(need, rfc3339(called_at), maybe_rfc3339(answered_at))
