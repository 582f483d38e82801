"""Refusals of corrections. The pages of staff say each of them in Indonesian and English, with the remedy."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class WrongVersions(Malformed):
    code = "correction-versions"
    title = "Name versions of this one item that share their meaning: of one lineage, with the same options."


class WrongOption(Malformed):
    code = "correction-option"
    title = "Another key or a second one names one option that is not right already; a void item names none."


class NobodyHadIt(Conflict):
    code = "correction-nobody"
    title = "Nobody whose attempt is scored had this item: write a revision in the item bank instead."


class CorrectionOpen(Conflict):
    code = "correction-open"
    title = "Another correction of this item waits for a decision: approve it or withdraw it first."


class CorrectionEnded(Conflict):
    code = "correction-ended"
    title = "This correction is applied or withdrawn already."


class ApprovedBefore(Conflict):
    code = "correction-approved-before"
    title = "You have said yes to this correction; somebody else has to."


class OwnResult(Conflict):
    code = "correction-own-result"
    title = "Your own result is among those that this correction counts anew; others have to decide."


class FactsChanged(Conflict):
    """`expected` says what the correction would do now."""

    code = "correction-outdated"
    title = "The scores are no longer those that this was worked out with; look at what it would do now, and propose it anew."


class ScoringUnderWay(Conflict):
    code = "correction-scoring"
    title = "Some of these attempts are being scored anew just now; try again in a minute."
    retryable = True


class Unsound(Conflict):
    code = "correction-unsound"
    title = "Counted from all of its answers, a score is not what it should be: nothing was changed. Have `sahih verify` run."
