"""Reviews with leads, to raise findings from; without computing anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor, Role
from app.review.compute import PROGRAM
from app.review.data import parts
from app.review.method.models import ReviewMethodRow
from app.review.reviews.models import ReviewRow
from app.review.shown import Lead, Strength, Subject, SubjectKind
from tests.factories import World

LINEAGE = "11111111-1111-4111-8111-111111111111"


def member(world: World, role: str = "committee") -> Actor:
    return Actor(world.staff[role], uuid4(), role, frozenset({Role(role)}))


def mis_key_lead(code: str = "MMU-1.1-01") -> Lead:
    return Lead(
        rule="mis-key",
        subject=Subject(SubjectKind.ITEM, LINEAGE, code),
        strength=Strength.STRONG,
        text_id=f"Soal {code}: peserta yang bernilai tinggi memilih jawaban lain daripada kunci.",
        text_en=f"Item {code}: high scorers choose another answer than the key.",
    )


async def make_review(
    session: AsyncSession,
    world: World,
    period: tuple[date, date],
    *,
    leads: Sequence[Lead] = (),
    computed: bool = True,
) -> UUID:
    """A review of this period that found these leads."""
    method_id, sha256 = uuid4(), uuid4().hex
    session.add(
        ReviewMethodRow(
            id=method_id,
            scheme_code="MMu",
            version_no=period[0].year * 100 + period[0].month,
            content={},
            sha256=sha256,
            basis="metode uji coba",
            valid_from=period[0],
            state="approved",
            approved_at=func.clock_timestamp(),
        )
    )
    await session.flush()
    row = ReviewRow(
        id=uuid4(),
        scheme_version_id=world.scheme.id,
        scheme_code="MMu",
        method_id=method_id,
        title=f"Kajian {period[0].year}-{period[0].month:02d}",
        period_from=period[0],
        period_to=period[1],
        state="discussion" if computed else "planned",
        snapshot_sha256=uuid4().hex if computed else None,
        program=PROGRAM if computed else None,
        planned_by=world.staff["committee"],
        quorum=2,
    )
    session.add(row)
    await session.flush()
    if row.snapshot_sha256:
        content = {"leads": [lead.as_json() for lead in leads], "by_chance": {}, "chance": {}, "rules": {}}
        await parts.write_parts(session, parts.parts_key(row.snapshot_sha256, sha256), {"leads": content})
    return row.id
