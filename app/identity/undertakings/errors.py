"""Refusals of undertakings."""

from __future__ import annotations

from app.core.errors import Conflict, Forbidden


class UndertakingNeeded(Forbidden):
    """`kinds` names what is to be signed."""

    code = "undertaking-needed"
    title = "Sign the undertakings first; the page shows their text."


class UndertakingChanged(Conflict):
    code = "undertaking-changed"
    title = "There is a newer text of this undertaking; read that one."


class TextChanged(Conflict):
    code = "text-changed"
    title = "Somebody else has saved a newer version. Look at it first."


class NothingSigned(Conflict):
    code = "nothing-signed"
    title = "There is no valid undertaking of this kind to withdraw."
