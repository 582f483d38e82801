"""Invariants of scores: each is computed again here, by other means than the scoring itself."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-16",
        "Nilai = jumlah jawaban benar menurut kunci.",
        "A score is the number of answers that the key calls right.",
        """
        SELECT s.attempt_id || ' has ' || s.score || ', counted ' || counted.n
        FROM scores s JOIN attempts a ON a.sitting_id = s.sitting_id AND a.id = s.attempt_id
        JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM generate_subscripts(f.item_version_ids, 1) AS place
            JOIN item_keys k ON k.item_version_id = f.item_version_ids[place]
            LEFT JOIN answers w ON w.sitting_id = s.sitting_id AND w.attempt_id = s.attempt_id AND w.position = place
            LEFT JOIN answer_events e ON e.sitting_id = s.sitting_id AND e.attempt_id = s.attempt_id AND e.position = place
                 AND e.source = 'rescue' AND s.answers_sha256 <> a.receipt_sha256
            WHERE f.option_orders[place][CASE WHEN e.position IS NULL THEN w.option ELSE e.option END + 1] = k.key) counted
        WHERE s.score <> counted.n
        """,
    ),
    Invariant(
        "I-17",
        "Direkomendasikan Lulus tepat bila nilai mencapai batas.",
        "Recommended to pass exactly where the score reaches the mark.",
        """
        SELECT attempt_id || ' ' || score || ' ' || recommendation FROM scores s
        WHERE recommendation <> (
            SELECT v.content -> 'exam' -> 'words' ->> CASE WHEN s.score >= s.pass_mark THEN 'at_or_above' ELSE 'below' END
            FROM sittings t JOIN scheme_versions v ON v.id = t.scheme_version_id WHERE t.id = s.sitting_id)
        """,
    ),
    Invariant(
        "I-20",
        "Nilai dihitung dari jawaban pada tanda terima, yang terbaru dari tanda terima kedua bila ada.",
        "A score was computed from the answers of a receipt, the released one from the second receipt where there is one.",
        """
        SELECT s.attempt_id || ' run ' || s.run_no FROM scores s
        JOIN attempts a ON a.sitting_id = s.sitting_id AND a.id = s.attempt_id
        LEFT JOIN rescue_receipts r ON r.sitting_id = a.sitting_id AND r.attempt_id = a.id AND r.state = 'approved'
        WHERE s.answers_sha256 <> a.receipt_sha256 AND s.answers_sha256 IS DISTINCT FROM r.receipt_sha256
        UNION ALL
        SELECT p.attempt_id || ' was released without its rescued answers' FROM released_scores p
        JOIN rescue_receipts r ON r.sitting_id = p.sitting_id AND r.attempt_id = p.attempt_id AND r.state = 'approved'
        WHERE p.answers_sha256 <> r.receipt_sha256
        """,
    ),
)
