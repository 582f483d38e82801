"""Invariants of scores: each is computed again here, by other means than the scoring itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.core.invariants import Invariant
from app.core.keyring import SealBroken
from app.grading.corrections.invariants import ALL_OR_NONE, RUNS
from app.grading.corrections.queries import open_option

SHOWN = text("SELECT DISTINCT unnest(item_version_ids) FROM forms")
# For each score the versions of its form, and the option in stored order that was chosen of each; rescued answers are newer.
CHOSEN = text(
    """
    SELECT s.sitting_id, s.attempt_id, s.run_no, s.score, s.rule_version, s.corrections, c.versions, c.chosen
    FROM scores s JOIN attempts a ON a.sitting_id = s.sitting_id AND a.id = s.attempt_id
    JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id,
    LATERAL (
        SELECT array_agg(f.item_version_ids[place] ORDER BY place) AS versions,
               array_agg(f.option_orders[place][CASE WHEN e.position IS NULL THEN w.option ELSE e.option END + 1]
                         ORDER BY place) AS chosen
        FROM generate_subscripts(f.item_version_ids, 1) AS place
        LEFT JOIN answers w ON w.sitting_id = s.sitting_id AND w.attempt_id = s.attempt_id AND w.position = place
        LEFT JOIN answer_events e ON e.sitting_id = s.sitting_id AND e.attempt_id = s.attempt_id AND e.position = place
             AND e.source = 'rescue' AND s.answers_sha256 <> a.receipt_sha256
    ) AS c
    """
)
# What each applied correction takes, and in which sittings whatever was right before it stayed right.
APPLIED = text(
    """
    SELECT c.id, c.kind, c.version_ids, c.sealed, array(
        SELECT DISTINCT e.sitting_id FROM key_correction_effects e WHERE e.correction_id = c.id AND e.released) AS keeping
    FROM key_corrections c WHERE c.state = 'applied'
    """
)
KNOWS_NO_CORRECTIONS: Final = "number-right-1"


@dataclass(frozen=True, slots=True)
class Applied:
    kind: str
    versions: frozenset[UUID]
    option: int | None
    keeping: frozenset[UUID]


async def miscounted(session: AsyncSession) -> list[str]:
    """The scores that are not the number of right answers, counted here once more from what is stored."""
    try:
        keyed = await itembank.peek_keys(session, await session.scalars(SHOWN))
        applied = {
            row.id: Applied(
                row.kind,
                frozenset(row.version_ids),
                open_option(session, row.sealed, row.id),
                frozenset(row.keeping),
            )
            for row in await session.execute(APPLIED)
        }
    except SealBroken as error:
        return [str(error)]
    keys = {version: item.key for version, item in keyed.items()}
    return [
        f"{row.attempt_id} run {row.run_no} {fault}"
        async for row in await session.stream(CHOSEN)
        if (fault := _fault(row, keys, applied))
    ]


def _fault(row: Any, keys: Mapping[UUID, int], applied: Mapping[UUID, Applied]) -> str | None:
    if set(row.corrections) - set(applied) or (row.corrections and row.rule_version == KNOWS_NO_CORRECTIONS):
        return "names corrections that it cannot have gone by"
    by = [applied[correction] for correction in row.corrections]
    counted = sum(
        _earns(option, version, keys[version], by, row.sitting_id)
        for version, option in zip(row.versions, row.chosen, strict=True)
    )
    return None if counted == row.score else f"has {row.score}, counted {counted}"


def _earns(option: int | None, version: UUID, key: int, by: Sequence[Applied], sitting_id: UUID) -> bool:
    """From the newest correction back to the key: the first that takes the answer, or that leaves nothing before it, decides."""
    for correction in reversed(by):
        if version in correction.versions:
            if correction.kind == "void" or option == correction.option:
                return True
            if correction.kind == "rekey" and sitting_id not in correction.keeping:
                return False
    return option == key


INVARIANTS: Final = (
    Invariant(
        "I-16",
        "Nilai = jumlah jawaban benar menurut kunci dan koreksi yang berlaku.",
        "A score is the number of answers that the key, and the corrections in force, call right.",
        miscounted,
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
    RUNS,
    ALL_OR_NONE,
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
    Invariant(
        "I-40",
        "Setiap penilaian meninggalkan catatan bahwa kunci dibaca.",
        "Each scoring left an entry of the keys that it read.",
        # Runs from before readings were written down do not say how many keys they read.
        """
        SELECT 'scoring of sitting ' || s.sitting_id FROM journal s
        WHERE s.action IN ('attempts.scored', 'attempts.rescored') AND s.facts ? 'keys' AND NOT EXISTS (
            SELECT FROM journal r WHERE r.sitting_id = s.sitting_id AND r.id < s.id AND r.action = 'bank.keys-read')
        """,
    ),
)
