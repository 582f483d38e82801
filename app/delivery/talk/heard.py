"""What a page asks whenever its attempt's `rev` rose, a whole room at once: a hot path, so that a pause of all costs little."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.core.access import Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.pool import connection
from app.delivery.hot.paths import Call, hot_route

UNREAD = """
    SELECT m.id, m.text, m.sent_at FROM message_copies c
    JOIN messages m ON m.sitting_id = c.sitting_id AND m.id = c.message_id
    WHERE c.sitting_id = $1 AND c.attempt_id = $2 AND c.acknowledged_at IS NULL ORDER BY m.sent_at, m.id
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


def help_out(need: str, called_at: datetime, answered_at: datetime | None) -> HelpOut:
    return HelpOut(need, rfc3339(called_at), maybe_rfc3339(answered_at))
