"""Corrections of keys after an exam: a void item, another key, or a second one beside the first.

proposed → applied, or withdrawn. What it would do to every score is worked out first and stored with the proposal as counts and a
hash; nothing changes before two persons said yes (whoever proposes is one of them). The second yes applies it in one transaction:
one more scoring run over every scored attempt that had the item, in every sitting, or over none. If a score has moved since, it is
refused and looked at again. Whatever is scored later goes by the corrections in force.

Invariants: keys of the bank never change; the option that counts is sealed; a released result is never lowered; old runs stay
as they were, and each names the corrections that it went by.

Not here: statistics of the item under another key and letters to candidates (`app.review.rescore`).
"""

from app.grading.corrections.errors import FactsChanged, NobodyHadIt
from app.grading.corrections.proposals import APPROVERS, approve, propose, read_fault, withdraw
from app.grading.corrections.queries import (
    corrections_in_force,
    get_correction,
    in_sitting,
    list_corrections,
    list_effects,
    list_touching,
    open_corrections,
)
from app.grading.corrections.types import (
    Affected,
    Approval,
    CorrectionState,
    CorrectionView,
    Effect,
    Fault,
    ShownVersion,
    WhatIf,
)
from app.grading.corrections.what_if import find_fault, list_shown, weigh

__all__ = [
    "APPROVERS",
    "Affected",
    "Approval",
    "CorrectionState",
    "CorrectionView",
    "Effect",
    "FactsChanged",
    "Fault",
    "NobodyHadIt",
    "ShownVersion",
    "WhatIf",
    "approve",
    "corrections_in_force",
    "find_fault",
    "get_correction",
    "in_sitting",
    "list_corrections",
    "list_effects",
    "list_shown",
    "list_touching",
    "open_corrections",
    "propose",
    "read_fault",
    "weigh",
    "withdraw",
]
