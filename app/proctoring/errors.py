"""Refusals of proctoring."""

from __future__ import annotations

from app.core.errors import Conflict


class IncidentClosed(Conflict):
    code = "incident-closed"
    title = "This incident was closed before."
