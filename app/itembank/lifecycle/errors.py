"""Refusals of an item's life."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.errors import AppError, Conflict, Forbidden, Malformed
from app.itembank.lifecycle.types import Bar
from app.itembank.types import State
from app.itembank.written import TextFault


class VersionMoved(Conflict):
    code = "item-moved"
    title = "The version is in another state now, and this cannot be done in it; look again."


class OwnWork(Conflict):
    code = "own-work"
    title = "Nobody reviews what they wrote; another person has to."


class NotYourDraft(Conflict):
    code = "not-your-draft"
    title = "Only its author goes on with a draft."


class DraftChanged(Conflict):
    code = "draft-changed"
    title = "The draft was saved elsewhere since it was opened; look at what it says now."


class ApprovedAlready(Conflict):
    code = "approved-already"
    title = "You have approved this version; another person has to."


class VersionUnderWay(Conflict):
    code = "version-under-way"
    title = "Another version of this item is being written or reviewed, or this is not the newest one."


class NotEditorial(Conflict):
    """`fields` names what differs."""

    code = "not-editorial"
    title = "An editorial correction keeps key, number of options, criterion and language; write a revision instead."


class KeyFoundWrong(Conflict):
    code = "key-found-wrong"
    title = (
        "A correction found the key of this version wrong: write a revision, or have two persons review it again first."
    )


class CodeTaken(Conflict):
    code = "code-taken"
    title = "Another item has this code."


class ReasonNeeded(Malformed):
    code = "reason-needed"
    title = "Say why, in a sentence: at least ten characters."


class UnfitItem(Malformed):
    """`faults` says of each field what is wrong and what to do, in both languages."""

    code = "unfit-item"
    title = "The item cannot be kept like this; each fault names its field."

    def __init__(self, faults: Iterable[TextFault]) -> None:
        listed = [{"field": one.field, "text_id": one.text_id, "text_en": one.text_en} for one in faults]
        super().__init__(faults=listed)


_REFUSALS: dict[Bar, type[AppError]] = {
    Bar.STATE: VersionMoved,
    Bar.ROLE: Forbidden,
    Bar.OWN_WORK: OwnWork,
    Bar.NOT_AUTHOR: NotYourDraft,
    Bar.APPROVED_ALREADY: ApprovedAlready,
    Bar.UNDER_WAY: VersionUnderWay,
    Bar.FOUND_WRONG: KeyFoundWrong,
}


def refusal(bar: Bar, state: State) -> AppError:
    """`state` is where the version stands now."""
    return _REFUSALS[bar](state=state)
