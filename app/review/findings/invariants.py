"""What must hold of findings, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-49",
        "Temuan ditutup hanya setelah semua tindakannya selesai dan terbukti efektif, bukan oleh pelaku atau pelapornya.",
        "A finding is closed only when all its actions are done and proven effective, by somebody who neither owned nor reported any.",
        """
        SELECT 'finding ' || f.scheme_code || ' ' || f.finding_no FROM findings f
        WHERE f.state = 'closed' AND NOT EXISTS (
            SELECT FROM finding_verifications v LEFT JOIN reviews r ON r.id = v.review_id
            WHERE v.finding_id = f.id AND v.effective
              AND v.id = (SELECT max(n.id) FROM finding_verifications n WHERE n.finding_id = f.id)
              AND EXISTS (SELECT FROM corrective_actions a WHERE a.finding_id = f.id)
              AND (v.review_id IS NULL) = (v.at_once IS NOT NULL) AND v.taken_back_at IS NULL
              AND (v.review_id IS NULL OR r.snapshot_sha256 IS NOT NULL AND r.state <> 'withdrawn'
                   OR EXISTS (SELECT FROM findings n WHERE n.repeats_id = f.id))
              AND NOT EXISTS (
                  SELECT FROM corrective_actions a
                  WHERE a.finding_id = f.id
                    AND (a.done_at IS NULL OR v.verified_at < a.done_at OR v.verified_by IN (a.owner_id, a.done_by)
                         OR r.period_from <= (a.done_at AT TIME ZONE 'Asia/Jakarta')::date)))
        """,
    ),
    Invariant(
        "I-50",
        "Keadaan temuan sesuai dengan tindakannya, dan nomornya berurutan tanpa celah.",
        "A finding stands where its actions put it, and numbers have no gaps.",
        """
        SELECT 'finding ' || f.scheme_code || ' ' || f.finding_no || ' is ' || f.state
        FROM findings f LEFT JOIN LATERAL (
            SELECT count(*) AS asked, count(a.done_at) AS done FROM corrective_actions a WHERE a.finding_id = f.id
        ) AS acts ON true
        WHERE (f.state = 'open' AND acts.asked > 0)
           OR (f.state IN ('verifying', 'closed') AND (acts.asked = 0 OR acts.done < acts.asked))
           OR (f.state = 'withdrawn' AND acts.done > 0)
        UNION ALL
        SELECT 'findings of ' || scheme_code || ' have gaps' FROM findings
        GROUP BY scheme_code HAVING max(finding_no) <> count(*)
        UNION ALL
        SELECT 'finding ' || f.scheme_code || ' ' || f.finding_no || ' repeats another thing'
        FROM findings f JOIN findings e ON e.id = f.repeats_id
        WHERE (e.state <> 'closed' AND f.state <> 'withdrawn')
           OR e.lead_id IS DISTINCT FROM f.lead_id OR e.scheme_code <> f.scheme_code
        """,
    ),
)
