"""What must hold of every rescue: noted in time, decided by another person, never over a newer live answer, receipt kept."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-03",
        "Jawaban dari berkas tidak menimpa jawaban langsung yang lebih baru.",
        "A rescued answer stands over no live answer that is as new or newer.",
        """
        SELECT e.attempt_id || ' position ' || e.position FROM answer_events e
        WHERE e.source = 'rescue' AND (e.late OR EXISTS (
            SELECT FROM answers w WHERE w.sitting_id = e.sitting_id AND w.attempt_id = e.attempt_id
              AND w.position = e.position AND (w.epoch, w.seq) >= (e.epoch, e.seq)))
        UNION ALL
        SELECT min(attempt_id::text) || ' position ' || position || ' twice' FROM answer_events
        WHERE source = 'rescue' GROUP BY sitting_id, attempt_id, position HAVING count(*) > 1
        """,
    ),
    Invariant(
        "I-08",
        "Jawaban dari berkas hanya masuk bila enam katanya dicatat paling lambat 15 menit setelah waktu habis.",
        "Answers come from a file only where its words were noted within 15 minutes of the bell.",
        """
        SELECT DISTINCT e.attempt_id::text FROM answer_events e
        WHERE e.source = 'rescue' AND NOT EXISTS (
            SELECT FROM rescue_decisions d
            JOIN rescues r ON r.sitting_id = d.sitting_id AND r.id = d.rescue_id
            JOIN rescue_notes n ON n.sitting_id = r.sitting_id AND n.id = r.note_id
            JOIN attempts a ON a.sitting_id = d.sitting_id AND a.id = d.attempt_id
            WHERE d.sitting_id = e.sitting_id AND d.attempt_id = e.attempt_id AND d.approved
              AND r.attempt_id = d.attempt_id AND n.attempt_id = d.attempt_id AND a.submit_reason = 'time'
              AND n.noted_at >= a.closes_at AND n.noted_at < a.closes_at + interval '15 minutes')
        """,
    ),
    Invariant(
        "I-20",
        "Tanda terima kedua cocok dengan jawaban langsung dan jawaban dari berkas.",
        "A second receipt is that of the live and the rescued answers together.",
        """
        SELECT d.attempt_id::text FROM rescue_decisions d
        WHERE d.approved AND d.receipt_sha256 IS DISTINCT FROM (
            SELECT encode(sha256(convert_to('sahih-receipt-1' || chr(10) || d.attempt_id || chr(10) || coalesce(
                string_agg(final.position || '=' || final.option, ',' ORDER BY final.position), ''), 'UTF8')), 'hex')
            FROM (SELECT coalesce(e.position, w.position) AS position,
                         CASE WHEN e.position IS NULL THEN w.option ELSE e.option END AS option
                  FROM (SELECT * FROM answers WHERE sitting_id = d.sitting_id AND attempt_id = d.attempt_id) w
                  FULL JOIN (SELECT * FROM answer_events WHERE sitting_id = d.sitting_id AND attempt_id = d.attempt_id
                               AND source = 'rescue') e ON e.position = w.position) final
            WHERE final.option IS NOT NULL)
        """,
    ),
    Invariant(
        "I-27",
        "Berkas jawaban dicatat, diunggah, dan diputuskan oleh tiga orang; pesertanya tidak memutuskan.",
        "A file is noted, uploaded and decided by three persons; who sat the exam does not decide.",
        """
        SELECT d.rescue_id::text FROM rescue_decisions d
        JOIN rescues r ON r.sitting_id = d.sitting_id AND r.id = d.rescue_id
        JOIN rescue_notes n ON n.sitting_id = r.sitting_id AND n.id = r.note_id
        JOIN attempts a ON a.sitting_id = d.sitting_id AND a.id = d.attempt_id
        JOIN roster c ON c.sitting_id = a.sitting_id AND c.id = a.roster_id
        WHERE d.decided_by IN (n.noted_by, r.uploaded_by, c.person_id) OR r.uploaded_by = n.noted_by
        """,
    ),
)
