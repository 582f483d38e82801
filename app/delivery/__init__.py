"""Delivery: sittings, rosters, attempts and answers; the answer protocol.

A sitting moves draft → open → closed; an attempt assigned → admitted → running ⇄ paused → submitted, and void. The forms are
given out while the sitting is a draft (`app.delivery.forms`). Starting is one UPDATE; saving is one statement that judges state,
device, epoch and deadline by the database's clock and locks the attempt; closing stores a receipt over the final answers.

Invariants: no acknowledged answer is lost; an item's value is the one with the highest (epoch, seq); nothing is accepted after
`closes_at`, which is started_at + duration + the sum of append-only time grants; one device at a time, each hand-over a new
epoch; a retry of any write changes nothing.

What a dead line kept from the server may come in afterwards as a file (`app.delivery.rescue`). A sitting may ask for Safe Exam
Browser (`app.delivery.seb`). What candidates and proctors tell each other is `app.delivery.talk`, what is noticed around the exam
`app.delivery.signals`.

Not here: scores (`app.grading`), the proctor's board (`app.proctoring`), which items a form holds (`app.assembly`).
"""

from app.delivery import admission, forms, rescue, roster, seb, signals, talk
from app.delivery.admission import admit, check_in, mark_absent
from app.delivery.board import list_board
from app.delivery.clock_guard import ClockGuard
from app.delivery.closing import close_attempt
from app.delivery.corrections import ClockState, clear_clock, clock_state, figures
from app.delivery.courses import Course, Grant, Outage, hold_states, list_courses, list_grants, list_outages
from app.delivery.devices import release_device
from app.delivery.errors import FormsWithoutCertificate, NothingToRelease, NotPrepared, SittingNotDraft
from app.delivery.final import submitted_answers
from app.delivery.grants import decide_time, grant_time, list_time_requests
from app.delivery.history import DeviceView, MinuteOfAnswers, ids_of_candidate, list_devices, list_minutes
from app.delivery.hot.desk import Desk
from app.delivery.hot.frames import HotFrames
from app.delivery.hot.messages import ReceiptOut, receipt_out
from app.delivery.hot.paths import ROUTES as HOT_ROUTES
from app.delivery.hot.paths import Call, HotPaths, HotRoute, find_route, hot_route
from app.delivery.hot.paths import openapi_paths as hot_openapi
from app.delivery.hot.protocol import HOT_PATHS, HotProtocol
from app.delivery.hot.pushes import Pushes
from app.delivery.hot.socket import PATH as SOCKET_PATH
from app.delivery.hot.socket import Socket
from app.delivery.invariants import INVARIANTS
from app.delivery.moments import Save, first_attempts, list_saves, stretches
from app.delivery.news import announce as announce_news
from app.delivery.papers import discard_papers
from app.delivery.pauses import freeze, get_freeze, list_freezes, pause, resume, thaw
from app.delivery.practice import router as practice_router
from app.delivery.preparation import Prepared, judge_preparation, read_preparation
from app.delivery.queries import (
    clock_of,
    count_states,
    find_sitting,
    get_candidate,
    get_seat,
    get_sitting,
    hold_sitting,
    list_attempts,
    list_candidates,
    list_comments,
    list_own_attempts,
    list_proctors,
    list_sittings,
    people_of,
)
from app.delivery.rooms import (
    assign_room,
    assign_rooms,
    attempts_in_scope,
    change_room,
    create_room,
    duties,
    hand_over_room,
    leave_room,
    list_duties,
    list_rooms,
    list_roster,
    require_attempts,
    require_room,
    rooms_of,
)
from app.delivery.routes import router
from app.delivery.rows import receipt_of
from app.delivery.rules import phase, receipt_code, receipt_sha256, shown_end
from app.delivery.seating import Filled, fill_seats, move_candidate, seat_candidate
from app.delivery.sittings import (
    ZONES,
    add_to_roster,
    announce_release,
    assign_staff,
    close_sitting,
    create_sitting,
    lock_token,
    next_numbers,
    number_prefix,
    open_sitting,
    renew_token,
    set_lateness,
    set_place,
)
from app.delivery.submit import SCORE_JOB, sweep_overdue
from app.delivery.types import (
    Admission,
    Attempt,
    AttemptState,
    BoardRow,
    Candidate,
    Duty,
    FreezeView,
    ItemCommentView,
    Outcome,
    Outcomes,
    Phase,
    Place,
    Receipt,
    RoomView,
    RosterView,
    Seat,
    Sitting,
    SittingState,
    Takeover,
    TimeRequestView,
)
from app.delivery.voiding import void_attempt

__all__ = [
    "HOT_PATHS",
    "HOT_ROUTES",
    "INVARIANTS",
    "SCORE_JOB",
    "SOCKET_PATH",
    "ZONES",
    "Admission",
    "Attempt",
    "AttemptState",
    "BoardRow",
    "Call",
    "Candidate",
    "ClockGuard",
    "ClockState",
    "Course",
    "Desk",
    "DeviceView",
    "Duty",
    "Filled",
    "FormsWithoutCertificate",
    "FreezeView",
    "Grant",
    "HotFrames",
    "HotPaths",
    "HotProtocol",
    "HotRoute",
    "ItemCommentView",
    "MinuteOfAnswers",
    "NotPrepared",
    "NothingToRelease",
    "Outage",
    "Outcome",
    "Outcomes",
    "Phase",
    "Place",
    "Prepared",
    "Pushes",
    "Receipt",
    "ReceiptOut",
    "RoomView",
    "RosterView",
    "Save",
    "Seat",
    "Sitting",
    "SittingNotDraft",
    "SittingState",
    "Socket",
    "Takeover",
    "TimeRequestView",
    "add_to_roster",
    "admission",
    "admit",
    "announce_news",
    "announce_release",
    "assign_room",
    "assign_rooms",
    "assign_staff",
    "attempts_in_scope",
    "change_room",
    "check_in",
    "clear_clock",
    "clock_of",
    "clock_state",
    "close_attempt",
    "close_sitting",
    "count_states",
    "create_room",
    "create_sitting",
    "decide_time",
    "discard_papers",
    "duties",
    "figures",
    "fill_seats",
    "find_route",
    "find_sitting",
    "first_attempts",
    "forms",
    "freeze",
    "get_candidate",
    "get_freeze",
    "get_number",
    "get_seat",
    "get_sitting",
    "grant_time",
    "hand_over_room",
    "hold_sitting",
    "hold_states",
    "hot_openapi",
    "hot_route",
    "ids_of_candidate",
    "judge_preparation",
    "leave_room",
    "list_attempts",
    "list_board",
    "list_candidates",
    "list_comments",
    "list_courses",
    "list_devices",
    "list_duties",
    "list_freezes",
    "list_grants",
    "list_minutes",
    "list_outages",
    "list_own_attempts",
    "list_proctors",
    "list_rooms",
    "list_roster",
    "list_saves",
    "list_sittings",
    "list_time_requests",
    "lock_token",
    "mark_absent",
    "move_candidate",
    "next_numbers",
    "number_prefix",
    "open_sitting",
    "pause",
    "people_of",
    "phase",
    "practice_router",
    "read_preparation",
    "receipt_code",
    "receipt_of",
    "receipt_out",
    "receipt_sha256",
    "release_device",
    "renew_token",
    "require_attempts",
    "require_room",
    "rescue",
    "resume",
    "rooms_of",
    "roster",
    "router",
    "seat_candidate",
    "seb",
    "set_lateness",
    "set_place",
    "shown_end",
    "signals",
    "stretches",
    "submitted_answers",
    "sweep_overdue",
    "talk",
    "thaw",
    "void_attempt",
]
