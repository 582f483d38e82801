"""The tables of delivery, by subject. Every row of the hot path carries `sitting_id`, the key by which a cluster would shard."""

from app.delivery.models.answers import ANSWER_EVENTS, AnswerRow, ItemComment
from app.delivery.models.attempts import AttemptRow, Contact, PaperRow
from app.delivery.models.clock_guard import ClockDebt, ClockGuard, ClockHold
from app.delivery.models.devices import AttemptDevice, DeviceRequest
from app.delivery.models.grants import TimeDecision, TimeGrant, TimeRequest
from app.delivery.models.rooms import Freeze, Room, RoomStaff
from app.delivery.models.sittings import RosterEntry, SittingRow, SittingStaff

__all__ = [
    "ANSWER_EVENTS",
    "AnswerRow",
    "AttemptDevice",
    "AttemptRow",
    "ClockDebt",
    "ClockGuard",
    "ClockHold",
    "Contact",
    "DeviceRequest",
    "Freeze",
    "ItemComment",
    "PaperRow",
    "Room",
    "RoomStaff",
    "RosterEntry",
    "SittingRow",
    "SittingStaff",
    "TimeDecision",
    "TimeGrant",
    "TimeRequest",
]
