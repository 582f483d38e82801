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
            SELECT count(*) AS n FROM answers w JOIN item_keys k ON k.item_version_id = f.item_version_ids[w.position]
            WHERE w.sitting_id = s.sitting_id AND w.attempt_id = s.attempt_id
              AND f.option_orders[w.position][w.option + 1] = k.key) counted
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
        "Nilai dihitung dari jawaban pada tanda terima.",
        "A score was computed from the answers of the receipt.",
        """
        SELECT s.attempt_id::text FROM scores s JOIN attempts a ON a.sitting_id = s.sitting_id AND a.id = s.attempt_id
        WHERE s.answers_sha256 <> a.receipt_sha256
        """,
    ),
)
