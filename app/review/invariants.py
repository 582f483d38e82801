"""What must hold of reviews and their findings, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant
from app.review.data.proofs import INVARIANTS as OF_DATA
from app.review.findings.invariants import INVARIANTS as OF_FINDINGS
from app.review.reviews.invariants import INVARIANTS as OF_REVIEWS

GROUPS: Final = Invariant(
    "I-52",
    "Kelompok peserta yang menarik persetujuannya tidak disimpan, kecuali ia menyetujuinya lagi sesudah hari itu.",
    "No group is kept of a candidate who withdrew their consent, unless they agreed again after that day.",
    """
    SELECT 'person ' || g.person_id || ', ' || g.attribute FROM candidate_groups g JOIN group_withdrawals w USING (person_id)
    WHERE (g.consented_at AT TIME ZONE 'UTC')::date <= (w.withdrawn_at AT TIME ZONE 'Asia/Jakarta')::date
    """,
)
INVARIANTS: Final = (*OF_DATA, GROUPS, *OF_FINDINGS, *OF_REVIEWS)
