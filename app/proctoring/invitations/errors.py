"""Refusals of the template of invitations."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class BadPlaceholder(Malformed):
    """`unknown` names what invitations do not know, `known` what they do."""

    code = "bad-placeholder"
    title = "The template asks for something that invitations do not know."


class TemplateChanged(Conflict):
    code = "text-changed"
    title = "Somebody else has saved a newer version. Look at it first."
