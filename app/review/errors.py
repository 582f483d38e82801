"""Refusals of the review."""

from __future__ import annotations

from app.core.errors import Conflict


class NotReady(Conflict):
    code = "key-check-not-ready"
    title = "The key check begins when the sitting is over and every submitted attempt is scored."


class AlreadyCleared(Conflict):
    code = "key-check-cleared"
    title = "The key check was cleared before."


class NotCleared(Conflict):
    code = "key-check-not-cleared"
    title = "Results are released only after a named person has cleared the key check, knowing every incident."


class RescuesWaiting(Conflict):
    code = "rescues-waiting"
    title = "A rescue file of this sitting waits for a decision; decide on it first."


class IncidentsOpen(Conflict):
    code = "incidents-open"
    title = "Incidents of this sitting are still open; close them first."


class NotPlanned(Conflict):
    code = "forms-not-planned"
    title = "The forms of this sitting were drawn before there were plans; nothing says how hard they were meant to be."
