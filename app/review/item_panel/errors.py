"""Refusals of the item panel."""

from __future__ import annotations

from app.core.errors import Conflict


class NotUnderDiscussion(Conflict):
    code = "review-not-discussed"
    title = "The committee decides on items while the review is under discussion."


class CannotDecideThis(Conflict):
    """Of an item in such a state; `state` says which."""

    code = "item-decision-state"
    title = "An item in this state cannot be decided on like this."


class TooManyViews(Conflict):
    code = "too-many-views"
    title = "So many views are kept already; remove one that you no longer need."
