"""Invariants of attempts and answers. Times are compared as they were stored, by the database's clock of that moment."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant
from app.delivery.papers import altered_papers

# When an attempt is to be closed: at its deadline, or when the clock could be trusted again, or when a grant that somebody asked
# for was decided, or an hour had gone by without a word.
DUE: Final = """
    greatest(a.closes_at,
        (SELECT max(h.until_at) FROM clock_holds h WHERE a.closes_at BETWEEN h.from_at AND h.until_at),
        (SELECT max(least(coalesce(d.decided_at, 'infinity'), a.closes_at + interval '1 hour'))
         FROM time_requests q LEFT JOIN time_decisions d ON d.sitting_id = q.sitting_id AND d.request_id = q.id
         WHERE q.sitting_id = a.sitting_id AND q.attempt_id = a.id))
"""

INVARIANTS: Final = (
    Invariant(
        "I-03",
        "Jawaban tersimpan adalah perubahan terbaru yang diterima.",
        "A stored answer is the newest change that was accepted.",
        """
        WITH newest AS (
            SELECT DISTINCT ON (sitting_id, attempt_id, position)
                   sitting_id, attempt_id, position, epoch, seq, option, doubtful, at
            FROM answer_events WHERE NOT late AND source = 'live'
            ORDER BY sitting_id, attempt_id, position, epoch DESC, seq DESC)
        SELECT attempt_id || ' position ' || position || CASE WHEN a.saved_at IS NULL THEN ' is missing' ELSE '' END
        FROM answers a FULL JOIN newest n USING (sitting_id, attempt_id, position)
        WHERE (a.epoch, a.seq, a.option, a.doubtful, a.saved_at) IS DISTINCT FROM (n.epoch, n.seq, n.option, n.doubtful, n.at)
        """,
    ),
    Invariant(
        "I-05",
        "Satu perangkat memegang satu ujian, dan serah terimanya tercatat.",
        "One device holds an attempt, and its hand-over is on record.",
        """
        SELECT a.id::text FROM attempts a LEFT JOIN LATERAL (
            SELECT d.epoch, d.device_sha256 FROM attempt_devices d
            WHERE d.sitting_id = a.sitting_id AND d.attempt_id = a.id ORDER BY d.epoch DESC LIMIT 1) last ON true
        WHERE a.epoch <> coalesce(last.epoch, 0) OR a.device_sha256 IS DISTINCT FROM last.device_sha256
        """,
    ),
    Invariant(
        "I-06",
        "Paling banyak satu ujian yang berlaku per peserta dan sesi.",
        "At most one attempt counts per candidate and sitting.",
        """
        SELECT roster_id::text FROM attempts WHERE state <> 'void' GROUP BY sitting_id, roster_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "I-07",
        "Batas waktu = mulai + lama ujian + semua tambahan waktu.",
        "A deadline is the start, the duration and all grants of time.",
        """
        SELECT a.id || ' closes at ' || a.closes_at FROM attempts a JOIN sittings s ON s.id = a.sitting_id
        WHERE a.closes_at IS DISTINCT FROM a.started_at + make_interval(secs => s.duration_seconds + (
            SELECT coalesce(sum(g.seconds), 0) FROM time_grants g WHERE g.sitting_id = a.sitting_id AND g.attempt_id = a.id))
        """,
    ),
    Invariant(
        "I-08",
        "Tidak ada jawaban langsung yang diterima setelah batas waktu.",
        "No live answer was accepted after the deadline.",
        """
        SELECT e.attempt_id || ' position ' || e.position || ' at ' || e.at
        FROM answer_events e JOIN attempts a ON a.sitting_id = e.sitting_id AND a.id = e.attempt_id
        WHERE NOT e.late AND e.source = 'live' AND (a.closes_at IS NULL OR e.at >= a.closes_at) AND a.paused_at IS NULL
          AND NOT EXISTS (SELECT FROM clock_holds h WHERE e.at BETWEEN h.from_at AND h.until_at)
        """,
    ),
    Invariant(
        "I-09",
        "Setiap jawaban disimpan antara mulai dan pengumpulan.",
        "Every answer was saved between the start and the hand-in.",
        f"""
        SELECT w.attempt_id || ' position ' || w.position
        FROM answers w JOIN attempts a ON a.sitting_id = w.sitting_id AND a.id = w.attempt_id
        WHERE (a.started_at IS NULL OR w.saved_at < a.started_at OR w.saved_at > coalesce(a.submitted_at, 'infinity'))
          AND NOT EXISTS (SELECT FROM clock_holds h WHERE w.saved_at BETWEEN h.from_at AND h.until_at)
        UNION ALL
        SELECT id || ' was closed late' FROM attempts a WHERE submitted_at > interval '30 seconds' + {DUE}
        """,  # noqa: S608  (made of constants)
    ),
    Invariant(
        "I-10",
        "Ujian yang waktunya habis ditutup dalam 30 detik.",
        "An attempt whose time is over is closed within 30 seconds.",
        f"""
        SELECT id || ' should have closed at ' || closes_at FROM attempts a
        WHERE state = 'running' AND clock_timestamp() > interval '30 seconds' + {DUE}
          AND NOT EXISTS (SELECT FROM clock_guard WHERE suspect)
        """,  # noqa: S608  (made of constants)
    ),
    Invariant(
        "I-11",
        "Naskah tersegel berisi tepat apa yang dirakit.",
        "A sealed paper holds exactly what was assembled.",
        altered_papers,
    ),
    Invariant(
        "I-12",
        "Setiap paket berisi jumlah soal yang ditetapkan, tanpa soal ganda.",
        "A form holds the items that were promised, none of them twice.",
        """
        SELECT a.id::text FROM attempts a JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id
        WHERE a.n_items <> cardinality(f.item_version_ids)
           OR a.n_items <> (SELECT count(DISTINCT v.item_id) FROM item_versions v WHERE v.id = ANY(f.item_version_ids))
        """,
    ),
    Invariant(
        "I-15",
        "Keadaan ujian cocok dengan waktu dan tanda terimanya.",
        "The state of an attempt fits its times and its receipt.",
        """
        SELECT id || ' is ' || state FROM attempts
        WHERE (state IN ('assigned', 'admitted') AND started_at IS NOT NULL)
           OR (state IN ('running', 'paused', 'submitted') AND (started_at IS NULL OR closes_at IS NULL))
           OR (state <> 'void' AND (state = 'paused') <> (paused_at IS NOT NULL))
           OR (state <> 'void' AND (state = 'submitted') <> (submitted_at IS NOT NULL))
           OR (state <> 'void' AND (state = 'submitted') <> (receipt_sha256 IS NOT NULL))
        """,
    ),
    Invariant(
        "I-20",
        "Tanda terima cocok dengan jawaban langsung yang tersimpan.",
        "A receipt is that of the stored live answers.",
        """
        SELECT a.id::text FROM attempts a WHERE a.state = 'submitted' AND a.receipt_sha256 IS DISTINCT FROM (
            SELECT encode(sha256(convert_to('sahih-receipt-1' || chr(10) || a.id || chr(10) || coalesce(
                string_agg(w.position || '=' || w.option, ',' ORDER BY w.position), ''), 'UTF8')), 'hex')
            FROM answers w WHERE w.sitting_id = a.sitting_id AND w.attempt_id = a.id AND w.option IS NOT NULL)
        """,
    ),
    Invariant(
        "I-21",
        "Mulai dan pengumpulan tercatat tepat satu kali dalam jurnal.",
        "Start and hand-in stand in the journal exactly once.",
        """
        SELECT a.id || ' ' || step.action FROM attempts a
        CROSS JOIN LATERAL (VALUES ('attempt.started', a.started_at IS NOT NULL),
                                   ('attempt.submitted', a.submitted_at IS NOT NULL)) AS step (action, happened)
        LEFT JOIN (SELECT sitting_id, subject_id, action, count(*) AS times FROM journal GROUP BY 1, 2, 3) j
            ON j.sitting_id = a.sitting_id AND j.subject_id = a.id::text AND j.action = step.action
        WHERE step.happened::int <> coalesce(j.times, 0)
        """,
    ),
)
