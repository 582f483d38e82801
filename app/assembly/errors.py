"""Refusals of form assembly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from app.assembly.foundations.blueprints import BlueprintFault
from app.assembly.types import Shortfall
from app.core.errors import Conflict, Malformed


class BankTooSmall(Conflict):
    code = "bank-too-small"
    title = "The active items of a criterion are fewer than the blueprint asks for."


class OptionsDiffer(Conflict):
    code = "options-differ"
    title = "An active item has another number of options than the exam of the scheme."


class FormsExist(Conflict):
    code = "forms-exist"
    title = "The forms of this sitting were issued already; forms are never issued twice."


class PlanLives(Conflict):
    code = "forms-planned"
    title = "There is a plan of forms for this sitting already; withdraw it before another one is asked for."


class NotProposed(Conflict):
    code = "forms-not-proposed"
    title = "Only a plan of forms that lies before the committee can be accepted."


class Unacceptable(Conflict):
    code = "forms-not-acceptable"
    title = "The certificate says that these forms are not comparable; withdraw the plan and ask for another one."


class NotWithdrawable(Conflict):
    code = "forms-not-withdrawable"
    title = "This plan of forms is decided, or candidates' forms were made from it."


class ItemsLeft(Conflict):
    code = "forms-items-left"
    title = "Items of the accepted forms are no longer active as they were; withdraw the plan and ask for another one."


class NoExam(Conflict):
    code = "scheme-without-exam"
    title = "The scheme gives no number of items or pass mark, so it has no blueprint and no standard."


class UnfitBlueprint(Malformed):
    """`faults` says of each field what is wrong and what to do, in both languages."""

    code = "unfit-blueprint"
    title = "The blueprint cannot be kept like this; each fault names its field."

    def __init__(self, faults: Iterable[BlueprintFault]) -> None:
        super().__init__(faults=[asdict(fault) for fault in faults])


class BasisNeeded(Malformed):
    code = "basis-needed"
    title = "Say on what this rests (practice analysis, reasons), in a sentence: at least ten characters."


class ApproveByAnother(Conflict):
    code = "approve-by-another"
    title = "Nobody approves what they wrote; another member of the committee has to."


class DecidedAlready(Conflict):
    code = "decided-already"
    title = "This is no draft any more; look again."


class NoBlueprint(Conflict):
    code = "no-blueprint"
    title = "The scheme has no approved blueprint: a member of the committee writes one, another approves it."


class NoStandard(Conflict):
    code = "no-standard"
    title = "The scheme has no approved reference standard: a member of the committee writes one, another approves it."


class StandardFrozen(Conflict):
    code = "standard-frozen"
    title = "This scheme version has its reference standard; it stays until the scheme has a new version."


class StandardOutdated(Conflict):
    code = "standard-outdated"
    title = "The standard was computed with another blueprint than the one that is approved now; write it again."


class NothingToCarryOver(Conflict):
    code = "nothing-to-carry-over"
    title = "No other version of this scheme has an approved standard for the same pass mark and number of items."


class CannotPlan(Conflict):
    """`shortfalls` names each rule that cannot be kept, by how much, and what would help."""

    code = "cannot-plan"
    title = "No forms keep all rules with this pool."

    def __init__(self, shortfalls: Sequence[Shortfall]) -> None:
        super().__init__("; ".join(shortfall.text_en for shortfall in shortfalls))
        self.shortfalls = tuple(shortfalls)
