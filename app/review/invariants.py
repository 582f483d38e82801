"""What must hold of reviews and their findings, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.review.data.proofs import INVARIANTS as OF_DATA
from app.review.findings.invariants import INVARIANTS as OF_FINDINGS
from app.review.reviews.invariants import INVARIANTS as OF_REVIEWS

INVARIANTS: Final = (*OF_DATA, *OF_FINDINGS, *OF_REVIEWS)
