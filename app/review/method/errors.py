"""Refusals about review methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from app.core.errors import Conflict, Malformed
from app.review.method.content import MethodFault


class UnfitMethod(Malformed):
    """`faults` says of each field what is wrong and what to do, in both languages."""

    code = "unfit-method"
    title = "The review method cannot be kept like this; each fault names its field."

    def __init__(self, faults: Iterable[MethodFault]) -> None:
        super().__init__(faults=[asdict(fault) for fault in faults])


class MethodBasisNeeded(Malformed):
    code = "basis-needed"
    title = "Say on what the review method rests, in a sentence: at least ten characters."


class MethodApprovedByWriter(Conflict):
    code = "approve-by-another"
    title = "Nobody approves what they wrote; another member of the committee has to."


class MethodDecidedAlready(Conflict):
    code = "decided-already"
    title = "This is no draft any more; look again."


class NoMethod(Conflict):
    code = "no-method"
    title = (
        "The scheme has no approved review method that holds in this period: one member writes it, another approves it."
    )
