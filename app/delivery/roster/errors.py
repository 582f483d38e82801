"""Refusals of a roster's file. The faults themselves are sentences in both languages, with the remedy."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class RosterFile(Malformed):
    code = "roster-file"
    title = "The file cannot be read as a roster; the members say where and why."


class RosterRefused(Conflict):
    code = "roster-refused"
    title = "Rows of this file are refused; nothing was written. Look at it again."


class RosterChanged(Conflict):
    code = "roster-changed"
    title = "The roster or the file is not what was looked at. Look at it again."
