"""Refusals of proctoring."""

from __future__ import annotations

from app.core.errors import Conflict


class NotAProctor(Conflict):
    code = "not-a-proctor"
    title = "This person holds neither the role of a proctor nor that of an invigilator."


class IncidentClosed(Conflict):
    code = "incident-closed"
    title = "This incident was closed before."
