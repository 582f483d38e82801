"""Invariants of scoring runs and of the corrections that make one."""

from __future__ import annotations

from typing import Final

from app.core.invariants import Invariant

RUNS: Final = Invariant(
    "I-18",
    "Nilai tidak pernah diubah: penilaian ulang menambah satu, bernomor urut, dengan jawaban atau koreksi yang lain.",
    "A score is never changed: a re-score adds one, numbered in order, by other answers or other corrections.",
    """
    SELECT attempt_id || ' has ' || count(*) || ' runs, numbered up to ' || max(run_no) FROM scores
    GROUP BY sitting_id, attempt_id HAVING min(run_no) <> 1 OR max(run_no) <> count(*)
    UNION ALL
    SELECT n.attempt_id || ' run ' || n.run_no || ' counts what the run before it counted'
    FROM scores n JOIN scores o ON o.sitting_id = n.sitting_id AND o.attempt_id = n.attempt_id AND o.run_no = n.run_no - 1
    WHERE n.answers_sha256 = o.answers_sha256 AND n.corrections = o.corrections AND n.rule_version = o.rule_version
    """,
)
# The latest run of each submitted attempt names every applied correction that concerns its form; two persons stand behind each;
# what was kept of its effects is what the runs say; no run after a release gave less than the one before; and what was found wrong is
# not in use by what was said of it before.
ALL_OR_NONE: Final = Invariant(
    "I-19",
    "Koreksi kunci mengenai semua peserta yang mendapat soal itu, disetujui dua orang, dan tidak menurunkan nilai yang sudah dirilis; "
    "soalnya dipakai lagi hanya setelah disetujui dua orang.",
    "A correction of a key reaches everyone who had the item, two persons approved it, and no released result is lower by it; "
    "the item is used again only after two persons approved it.",
    """
    SELECT a.id || ' was not counted anew by correction ' || c.id
    FROM key_corrections c JOIN forms f ON f.item_version_ids && c.version_ids
    JOIN attempts a ON a.sitting_id = f.sitting_id AND a.form_id = f.id AND a.state = 'submitted'
    JOIN LATERAL (
        SELECT corrections FROM scores WHERE sitting_id = a.sitting_id AND attempt_id = a.id ORDER BY run_no DESC LIMIT 1) s ON true
    WHERE c.state = 'applied' AND c.id <> ALL (s.corrections)
    UNION ALL
    SELECT 'correction ' || c.id || ' was applied without two approvers' FROM key_corrections c
    WHERE c.state = 'applied' AND (SELECT count(*) FROM key_correction_approvals p WHERE p.correction_id = c.id) < 2
    UNION ALL
    SELECT e.attempt_id || ' is not what correction ' || e.correction_id || ' made of it' FROM key_correction_effects e
    LEFT JOIN scores n ON n.sitting_id = e.sitting_id AND n.attempt_id = e.attempt_id AND n.run_no = e.run_no
    LEFT JOIN scores o ON o.sitting_id = e.sitting_id AND o.attempt_id = e.attempt_id AND o.run_no = e.run_no - 1
    WHERE n.score IS DISTINCT FROM e.score_after OR o.score IS DISTINCT FROM e.score_before
       OR NOT e.correction_id = ANY (n.corrections) OR e.correction_id = ANY (o.corrections)
    UNION ALL
    SELECT n.attempt_id || ' run ' || n.run_no || ' is by correction ' || c || ', which kept no effect'
    FROM scores n JOIN scores o ON o.sitting_id = n.sitting_id AND o.attempt_id = n.attempt_id AND o.run_no = n.run_no - 1,
         unnest(n.corrections) AS c
    WHERE n.answers_sha256 = o.answers_sha256 AND c <> ALL (o.corrections) AND NOT EXISTS (
        SELECT FROM key_correction_effects e WHERE e.correction_id = c AND e.sitting_id = n.sitting_id
        AND e.attempt_id = n.attempt_id AND e.run_no = n.run_no)
    UNION ALL
    SELECT n.attempt_id || ' was lowered from ' || o.score || ' to ' || n.score || ' after the release'
    FROM scores n JOIN scores o ON o.sitting_id = n.sitting_id AND o.attempt_id = n.attempt_id AND o.run_no = n.run_no - 1
    JOIN releases r ON r.sitting_id = n.sitting_id AND r.state = 'released'
    LEFT JOIN key_correction_effects e
           ON e.sitting_id = n.sitting_id AND e.attempt_id = n.attempt_id AND e.run_no = n.run_no
    WHERE n.score < o.score AND (n.scored_at > r.released_at OR e.released)
    UNION ALL
    SELECT 'item version ' || v.id || ' is in use though its key was found wrong' FROM item_versions v
    JOIN LATERAL (SELECT max(id) FILTER (WHERE verdict = 'found_wrong') AS wrong, max(id) FILTER (WHERE verdict <> 'approve') AS last
                  FROM item_reviews WHERE item_version_id = v.id) r ON r.wrong IS NOT NULL
    WHERE v.state = 'active' AND 2 > (SELECT count(DISTINCT p.person_id) FROM item_reviews p
                                      WHERE p.item_version_id = v.id AND p.verdict = 'approve' AND p.id > r.last)
    """,
)
