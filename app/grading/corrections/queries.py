"""Reads of corrections: which are in force, what they say, and the attempts that one concerns."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.core.db import BANK, ring_of
from app.core.errors import NotFound
from app.grading import rules
from app.grading.corrections.models import CorrectionApprovalRow, CorrectionEffectRow, KeyCorrectionRow
from app.grading.corrections.types import Affected, Approval, CorrectionState, CorrectionView, Effect
from app.grading.types import Correction, CorrectionKind, Right

# It is kept with its effects whether the results of a sitting were out: clocks may step, what was done stands.
IN_SITTING = text(
    """
    SELECT c.id, c.kind, c.version_ids, c.sealed, EXISTS (
        SELECT FROM key_correction_effects e WHERE e.correction_id = c.id AND e.sitting_id = :sitting_id AND e.released
    ) AS keeps
    FROM key_corrections c WHERE c.state = 'applied' ORDER BY c.ended_at, c.id
    """
)
OPEN = text(
    """
    SELECT DISTINCT c.item_code FROM key_corrections c
    WHERE c.state = 'proposed' AND EXISTS (
        SELECT FROM forms f WHERE f.sitting_id = :sitting_id AND f.item_version_ids && c.version_ids)
    ORDER BY c.item_code
    """
)
# The latest run of each submitted attempt whose form holds one of the versions. Rescued answers stand over the live ones.
AFFECTED = text(
    """
    SELECT a.sitting_id, a.id, a.form_id, s.run_no, s.score, s.recommendation, s.corrections, s.answers_sha256,
           s.answers_sha256 <> coalesce(r.receipt_sha256, a.receipt_sha256) AS due,
           EXISTS (SELECT FROM releases p WHERE p.sitting_id = a.sitting_id AND p.state = 'released') AS released,
           had.versions, had.chosen
    FROM forms f
    JOIN attempts a ON a.sitting_id = f.sitting_id AND a.form_id = f.id AND a.state = 'submitted'
    JOIN LATERAL (
        SELECT run_no, score, recommendation, corrections, answers_sha256 FROM scores
        WHERE sitting_id = a.sitting_id AND attempt_id = a.id ORDER BY run_no DESC LIMIT 1) s ON true
    LEFT JOIN rescue_receipts r ON r.sitting_id = a.sitting_id AND r.attempt_id = a.id AND r.state = 'approved'
    JOIN LATERAL (
        SELECT array_agg(version) AS versions,
               array_agg(f.option_orders[place][CASE WHEN e.position IS NULL THEN w.option ELSE e.option END + 1]) AS chosen
        FROM unnest(CAST(:versions AS uuid[])) AS version
        JOIN LATERAL array_position(f.item_version_ids, version) AS place ON place IS NOT NULL
        LEFT JOIN answers w ON w.sitting_id = a.sitting_id AND w.attempt_id = a.id AND w.position = place
        LEFT JOIN answer_events e ON e.sitting_id = a.sitting_id AND e.attempt_id = a.id AND e.position = place
             AND e.source = 'rescue' AND s.answers_sha256 <> a.receipt_sha256) had ON true
    WHERE f.item_version_ids && CAST(:versions AS uuid[])
    ORDER BY a.sitting_id, a.id
    """
)


def seal_option(session: AsyncSession, correction_id: UUID, option: int | None) -> bytes:
    return ring_of(session, BANK).seal(json.dumps(option).encode(), _place(correction_id))


def open_option(session: AsyncSession, sealed: bytes, correction_id: UUID) -> int | None:
    option: int | None = json.loads(ring_of(session, BANK).open(sealed, _place(correction_id)))
    return option


def _place(correction_id: UUID) -> str:
    return f"key_corrections/{correction_id}"


async def in_sitting(session: AsyncSession, sitting_id: UUID) -> tuple[Correction, ...]:
    """Every correction in force as it works in this sitting, the oldest first."""
    return tuple(
        Correction(
            row.id,
            CorrectionKind(row.kind),
            frozenset(row.version_ids),
            open_option(session, row.sealed, row.id),
            row.keeps,
        )
        for row in await session.execute(IN_SITTING, {"sitting_id": sitting_id})
    )


async def corrections_in_force(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, Right]:
    """What is right for those of these versions that a correction changed, as the newest says it, whatever was released before.

    Without an entry in the journal: the caller makes one (`itembank.record_reading`).
    """
    rows = select(KeyCorrectionRow).where(
        KeyCorrectionRow.state == CorrectionState.APPLIED, KeyCorrectionRow.version_ids.overlap(list(version_ids))
    )
    found = [
        Correction(
            row.id, CorrectionKind(row.kind), frozenset(row.version_ids), open_option(session, row.sealed, row.id)
        )
        for row in await session.scalars(rows.order_by(KeyCorrectionRow.ended_at, KeyCorrectionRow.id))
    ]
    concerned = {version for correction in found for version in correction.version_ids}
    return rules.rights(await itembank.peek_keys(session, concerned), found)


async def open_corrections(session: AsyncSession, sitting_id: UUID) -> list[str]:
    """The codes of the items of this sitting for which a correction is proposed, and neither applied nor withdrawn."""
    return list(await session.scalars(OPEN, {"sitting_id": sitting_id}))


async def list_touching(session: AsyncSession, sitting_ids: Collection[UUID]) -> dict[UUID, str]:
    """The applied corrections that counted anybody of these sittings anew after their results were out, each with the code of its
    item."""
    rows = await session.execute(
        select(KeyCorrectionRow.id, KeyCorrectionRow.item_code)
        .where(
            KeyCorrectionRow.state == CorrectionState.APPLIED,
            exists().where(
                CorrectionEffectRow.correction_id == KeyCorrectionRow.id,
                CorrectionEffectRow.sitting_id.in_(sitting_ids),
                CorrectionEffectRow.released,
            ),
        )
        .order_by(KeyCorrectionRow.ended_at, KeyCorrectionRow.id)
    )
    return {row.id: row.item_code for row in rows}


async def list_affected(session: AsyncSession, version_ids: Collection[UUID]) -> tuple[Affected, ...]:
    """Every scored attempt whose form holds one of these versions, whether its result is released or not."""
    rows = await session.execute(AFFECTED, {"versions": list(version_ids)})
    return tuple(
        Affected(
            sitting_id=row.sitting_id,
            attempt_id=row.id,
            form_id=row.form_id,
            run_no=row.run_no,
            score=row.score,
            recommendation=row.recommendation,
            corrections=tuple(row.corrections),
            answers_sha256=row.answers_sha256,
            due=row.due,
            released=row.released,
            chosen=tuple(zip(row.versions, row.chosen, strict=True)),
        )
        for row in rows
    )


async def list_corrections(session: AsyncSession) -> list[CorrectionView]:
    """The newest first."""
    rows = (await session.scalars(select(KeyCorrectionRow).order_by(KeyCorrectionRow.proposed_at.desc()))).all()
    approvals = await _approvals(session, [row.id for row in rows])
    return [_view(row, approvals.get(row.id, ())) for row in rows]


async def get_correction(session: AsyncSession, correction_id: UUID) -> CorrectionView:
    """Raises NotFound."""
    row = await session.get(KeyCorrectionRow, correction_id)
    if row is None:
        raise NotFound
    return _view(row, (await _approvals(session, [row.id])).get(row.id, ()))


async def list_effects(session: AsyncSession, correction_id: UUID) -> list[Effect]:
    """What an applied correction did, by sitting and attempt."""
    table = CorrectionEffectRow
    rows = select(table).where(table.correction_id == correction_id).order_by(table.sitting_id, table.attempt_id)
    return [
        Effect(
            row.sitting_id,
            row.attempt_id,
            row.run_no,
            row.score_before,
            row.score_after,
            row.recommendation_before,
            row.recommendation_after,
            row.released,
        )
        for row in await session.scalars(rows)
    ]


async def _approvals(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, tuple[Approval, ...]]:
    table = CorrectionApprovalRow
    found: dict[UUID, tuple[Approval, ...]] = {}
    for row in await session.scalars(select(table).where(table.correction_id.in_(ids)).order_by(table.at)):
        found[row.correction_id] = (*found.get(row.correction_id, ()), Approval(row.person_id, row.note, row.at))
    return found


def _view(row: KeyCorrectionRow, approvals: tuple[Approval, ...]) -> CorrectionView:
    members: dict[str, Any] = {
        "kind": CorrectionKind(row.kind),
        "state": CorrectionState(row.state),
        "version_ids": tuple(row.version_ids),
        "approvals": approvals,
    }
    same = (
        "id", "scheme_code", "item_code", "reason", "expected", "expected_sha256", "proposed_by", "proposed_at", "ended_by",
        "ended_at", "end_reason",
    )  # fmt: skip
    return CorrectionView(**{name: getattr(row, name) for name in same}, **members)
