"""What must hold of every case: heard before void, decided by somebody who was not involved, withheld until released."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-27",
        "Perkara tidak diputuskan oleh yang membuka atau mencatatnya, dan ujian tidak dibatalkan sebelum peserta diminta keterangan.",
        "A case is not decided by who opened or reported it, and nothing is void before the candidate was asked.",
        """
        SELECT d.irregularity_id || ' decided by its opener or reporter' FROM irregularity_steps d
        JOIN irregularities c ON c.sitting_id = d.sitting_id AND c.id = d.irregularity_id
        JOIN irregularity_steps o ON o.sitting_id = c.sitting_id AND o.irregularity_id = c.id AND o.no = 1
        LEFT JOIN incidents i ON i.id = c.incident_id
        WHERE d.state IN ('void', 'released') AND (d.by = o.by OR d.by IS NOT DISTINCT FROM i.opened_by)
        UNION ALL
        SELECT d.irregularity_id || ' void unheard' FROM irregularity_steps d
        WHERE d.state = 'void' AND NOT EXISTS (
            SELECT FROM irregularity_steps h WHERE h.sitting_id = d.sitting_id AND h.irregularity_id = d.irregularity_id
              AND (h.state = 'statement-given' OR (h.state = 'statement-asked' AND h.until <= d.at)))
        """,
    ),
    Invariant(
        "I-28",
        "Perkara tidak diputuskan oleh petugas atau peserta sesi itu.",
        "A case is decided by nobody who was assigned to the sitting or sat in it.",
        """
        SELECT d.irregularity_id || ' decided from the room' FROM irregularity_steps d
        WHERE d.state IN ('void', 'released') AND (
            EXISTS (SELECT FROM roster r WHERE r.sitting_id = d.sitting_id AND r.person_id = d.by)
            OR d.involved -> 'staff' ? d.by::text OR d.involved IS NULL)
        """,
    ),
)
