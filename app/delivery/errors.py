"""Refusals of delivery. `number` is what a candidate reads aloud to the proctor."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed, Unavailable


class DeviceLocked(Conflict):
    code = "device-locked"
    title = "Another device holds this exam. The proctor has been asked to release it."
    number = 201
    retryable = True


class StaleEpoch(Conflict):
    code = "stale-epoch"
    title = "The exam goes on at another device."
    number = 202


class WrongToken(Conflict):
    code = "wrong-token"
    title = "This is not the sitting's current token."
    number = 203


class NotAdmitted(Conflict):
    code = "not-admitted"
    title = "The proctor has not admitted this candidate yet."
    number = 204
    retryable = True


class SittingNotOpen(Conflict):
    code = "sitting-not-open"
    title = "The sitting is not open yet."
    number = 205
    retryable = True


class SittingOver(Conflict):
    code = "sitting-over"
    title = "The time in which this exam could be started is over."
    number = 206


class AttemptClosed(Conflict):
    code = "attempt-closed"
    title = "The exam is closed; what was saved before is safe."
    number = 207


class SeqConflict(Conflict):
    code = "seq-conflict"
    title = "A change with the same number and another value was saved before."
    number = 208


class OtherAttempt(Conflict):
    code = "other-attempt"
    title = "This browser is logged in for another exam now."
    number = 212


class NoSuchPosition(Malformed):
    code = "no-such-position"
    title = "The form has no such position."
    number = 209


class NoSuchOption(Malformed):
    code = "no-such-option"
    title = "The question has no such option."
    number = 209


class NotRunning(Conflict):
    code = "not-running"
    title = "The exam is not running."
    number = 210


class AgreeFirst(Conflict):
    code = "agree-first"
    title = "The candidate has not confirmed their details and the pledge yet."
    number = 211


class ClockSuspect(Unavailable):
    code = "clock-suspect"
    title = "The server's clock is being checked. Nobody's time runs out meanwhile; the hand-in is repeated."
    number = 213


class AttemptPaused(Conflict):
    retryable = True
    code = "attempt-paused"
    title = "The exam is paused and its clock stands. It goes on by itself."
    number = 214


class TimeRequested(Conflict):
    retryable = True
    code = "time-requested"
    title = "More time was asked for; until that is decided the exam is not closed."
    number = 215


class RoomFrozen(Conflict):
    code = "room-frozen"
    title = "The room is paused because of a disturbance. The exam can be started when the proctor lets it go on."
    number = 216
    retryable = True


class FrozenAlready(Conflict):
    code = "frozen-already"
    title = "This room is frozen already."


class NotFrozen(Conflict):
    code = "not-frozen"
    title = "This room is not frozen, or was thawed before."


class TooLongAgo(Malformed):
    code = "too-long-ago"
    title = "A disturbance may be dated back by 15 minutes at most, and not into the future; grant the rest as time."


class RoomTaken(Conflict):
    code = "room-taken"
    title = "There is a room of this name in this sitting already."


class SeatTaken(Conflict):
    code = "seat-taken"
    title = "Somebody else has this seat; move them first, or choose another one."


class RoomFull(Conflict):
    code = "room-full"
    title = "This room has no free place left."


class DecidedBefore(Conflict):
    code = "time-decided-before"
    title = "This request was decided before."


class SecondPersonNeeded(Conflict):
    code = "second-person-needed"
    title = "Another person has to decide: not who asked for the time, and not the candidate."


class OtherNumber(Conflict):
    code = "other-number"
    title = "The participant number that was typed is not that of this candidate."


class ClockTrusted(Conflict):
    code = "clock-trusted"
    title = "The clock is not suspect; there is nothing to clear."


class SittingNotDraft(Conflict):
    code = "sitting-not-draft"
    title = "The sitting is open or closed already."


class NotPrepared(Conflict):
    code = "not-prepared"
    title = "The candidates of this sitting have no forms yet; prepare it first."


class FormsWithoutCertificate(Conflict):
    code = "forms-without-certificate"
    title = "The forms of this sitting were drawn before certificates were asked for; make another sitting."


class CannotVoid(Conflict):
    code = "cannot-void"
    title = "This attempt is void already."


class NothingToRelease(Conflict):
    code = "no-device-request"
    title = "No other device is asking for this attempt."


class UnknownZone(Malformed):
    code = "unknown-zone"
    title = "The time zone is not one of Asia/Jakarta, Asia/Makassar, Asia/Jayapura."


class WrongWindow(Malformed):
    code = "wrong-window"
    title = "The sitting must close after it opens."


class BadCode(Malformed):
    code = "bad-sitting-code"
    title = (
        "A sitting's code has 1 to 40 letters, digits, dots, dashes or underscores and begins with a letter or digit."
    )


class CodeTaken(Conflict):
    code = "sitting-code-taken"
    title = "There is a sitting with this code already."


class BadTitle(Malformed):
    code = "bad-title"
    title = "A sitting's title has 1 to 200 characters in one line."


class BadPlace(Malformed):
    code = "bad-place"
    title = "Place, address and map link are one line each, and the link begins with https://."


class NoExam(Conflict):
    code = "no-exam"
    title = "The scheme gives no exam: number of items or pass mark is not set."
