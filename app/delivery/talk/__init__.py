"""Talk: what candidates and proctors tell each other during an exam, besides the exam itself.

A proctor sends a message to one candidate, to many, to a room; each gets a copy that goes unread → shown → acknowledged. A
candidate calls for help with a coded need; the call goes open → answered → ended, and there is one open call per attempt. Both
raise the `rev` of the attempts that they concern, so that a page hears of them with its next heartbeat at the latest.

Not here: who watches whom (`app.delivery.rooms`), the board that shows it (`app.proctoring`).
"""

from app.delivery.talk.errors import HelpAnswered, HelpEnded
from app.delivery.talk.heard import Heard
from app.delivery.talk.help import answer_help, call_help, cancel_help, end_help
from app.delivery.talk.messages import send_message
from app.delivery.talk.queries import find_call, list_copies, list_messages, list_open_calls, unread_counts
from app.delivery.talk.routes import router
from app.delivery.talk.types import CopyView, HelpCall, MessageView, Need

__all__ = [
    "CopyView",
    "Heard",
    "HelpAnswered",
    "HelpCall",
    "HelpEnded",
    "MessageView",
    "Need",
    "answer_help",
    "call_help",
    "cancel_help",
    "end_help",
    "find_call",
    "list_copies",
    "list_messages",
    "list_open_calls",
    "router",
    "send_message",
    "unread_counts",
]
