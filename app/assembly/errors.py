"""Refusals of form assembly."""

from __future__ import annotations

from app.core.errors import Conflict


class BankTooSmall(Conflict):
    code = "bank-too-small"
    title = "The active items of a criterion are fewer than the blueprint asks for."


class OptionsDiffer(Conflict):
    code = "options-differ"
    title = "An active item has another number of options than the exam of the scheme."


class FormsExist(Conflict):
    code = "forms-exist"
    title = "The forms of this sitting were drawn already; forms are never drawn twice."
