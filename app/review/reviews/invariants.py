"""What must hold of reviews and their methods, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-51",
        "Kajian diputuskan dengan kuorum dan ditutup orang lain sesudah laporannya dicetak; metodenya disahkan bukan oleh penulisnya.",
        "A review is decided on by a quorum and closed by somebody else once its report is printed; its method was approved by "
        "another than its writer.",
        """
        SELECT 'review ' || r.title || ' is ' || r.state
        FROM reviews r JOIN review_methods m ON m.id = r.method_id
        WHERE m.approved_at IS NULL
           OR (r.state IN ('discussion', 'decided', 'closed') AND r.snapshot_sha256 IS NULL)
           OR (r.state IN ('planned', 'computing') AND r.snapshot_sha256 IS NOT NULL)
           OR (r.state IN ('decided', 'closed') AND (
                   r.decided_by IS NULL OR r.next_due IS NULL
                   OR coalesce(jsonb_array_length(r.meeting -> 'present'), 0) < r.quorum))
           OR (r.state = 'closed' AND (
                   r.closed_by IS NULL OR r.closed_by = r.decided_by
                   OR NOT EXISTS (SELECT FROM printed_papers p WHERE p.review_id = r.id AND p.printed_at > r.decided_at)))
        UNION ALL
        SELECT 'review ' || r.title || ' was decided on by figures from before correction ' || c.id
        FROM reviews r JOIN key_corrections c ON c.state = 'applied' AND c.ended_at < r.decided_at AND c.id <> ALL (r.corrections)
        WHERE EXISTS (SELECT FROM key_correction_effects e
                      WHERE e.correction_id = c.id AND e.released AND e.sitting_id = ANY (r.sitting_ids))
        UNION ALL
        SELECT 'review method ' || scheme_code || ' ' || version_no FROM review_methods
        WHERE approved_by = made_by OR (state = 'draft') <> (approved_at IS NULL)
        """,
    ),
)
