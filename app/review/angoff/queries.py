"""Reads of panels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, itembank, schemes
from app.assembly import ANGOFF
from app.core.errors import NotFound
from app.itembank import Finding
from app.review.angoff.models import AngoffJudgeRow, AngoffPanelRow, AngoffRatingRow
from app.review.angoff.types import Compromise, Judge, Panel, PanelItem, State
from app.review.reviews import parts
from app.review.reviews.brief import list_briefs


async def get_panel(session: AsyncSession, panel_id: UUID) -> Panel:
    """Raises NotFound."""
    row = await session.get(AngoffPanelRow, panel_id)
    if row is None:
        raise NotFound
    return (await _panels(session, [row]))[0]


async def get_visible(session: AsyncSession, panel_id: UUID, person_id: UUID, *, leads: bool) -> Panel:
    """To its judges, and to whoever leads panels. Raises NotFound."""
    panel = await get_panel(session, panel_id)
    if not leads and panel.judge(person_id) is None:
        raise NotFound
    return panel


async def list_visible(session: AsyncSession, person_id: UUID, *, leads: bool) -> list[Panel]:
    """The newest first."""
    rows = (await session.scalars(select(AngoffPanelRow).order_by(AngoffPanelRow.made_at.desc()))).all()
    panels = await _panels(session, rows)
    return [panel for panel in panels if leads or panel.judge(person_id) is not None]


async def ratings_of(
    session: AsyncSession, panel_id: UUID, round_no: int, person_id: UUID | None = None
) -> dict[UUID, dict[UUID, int]]:
    """Judge → item → percent; of one judge alone where a person is named."""
    query = select(AngoffRatingRow).where(AngoffRatingRow.panel_id == panel_id, AngoffRatingRow.round_no == round_no)
    if person_id is not None:
        query = query.where(AngoffRatingRow.person_id == person_id)
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in await session.scalars(query):
        found[row.person_id][row.item_version_id] = row.percent
    return dict(found)


async def list_items(session: AsyncSession, scheme_code: str) -> list[PanelItem]:
    """What is in use, by code, with what candidates did so far."""
    known = {one.version_id: one for one in await itembank.list_statistics(session, scheme_code)}
    found = []
    for item in await itembank.list_active(session, scheme_code):
        n, right = _observed(known[item.version_id].findings if item.version_id in known else ())
        found.append(PanelItem(item.version_id, item.code, item.kuk, n, right))
    return found


async def items_of(session: AsyncSession, panel: Panel) -> list[PanelItem]:
    """In the order of the panel; an item that was taken out of use since keeps its place and its code."""
    scheme = await schemes.get_scheme_version(session, panel.scheme_version_id)
    now = {one.version_id: one for one in await list_items(session, scheme.code)}
    codes = await itembank.codes_of(session, [one for one in panel.items if one not in now])
    return [now.get(one) or PanelItem(one, codes[one], "", 0, None) for one in panel.items]


async def past_scores(session: AsyncSession, scheme_code: str) -> list[int]:
    """Of the first attempts of the window that the newest computed review of the scheme holds; none where there is none."""
    review = next((one for one in await list_briefs(session, scheme_code) if one.computed), None)
    if review is None or "exam" not in await parts.list_parts(session, review.id):
        return []
    bars = (await parts.read_part(session, review.id, "exam"))["scores"]["histogram"]["bars"]
    return [bar["score"] for bar in bars for _ in range(bar["window"])]


def _observed(findings: Sequence[Finding]) -> tuple[int, float | None]:
    """The newest share that was observed; what a panel thinks is none."""
    seen = [one for one in findings if not one.source.startswith(ANGOFF) and one.statistics.get("p") is not None]
    return (seen[-1].n, float(seen[-1].statistics["p"])) if seen else (0, None)


async def _panels(session: AsyncSession, rows: Sequence[AngoffPanelRow]) -> list[Panel]:
    judges = await _judges(session, [row.id for row in rows])
    return [
        Panel(
            id=row.id,
            scheme_version_id=row.scheme_version_id,
            title=row.title,
            state=State(row.state),
            items=tuple(row.item_version_ids),
            judges=tuple(judges[row.id]),
            results=row.results,
            made_at=row.made_at,
            closed_at=row.closed_at,
        )
        for row in rows
    ]


async def _judges(session: AsyncSession, panel_ids: Collection[UUID]) -> dict[UUID, list[Judge]]:
    query = select(AngoffJudgeRow).where(AngoffJudgeRow.panel_id.in_(panel_ids))
    rows = (await session.scalars(query)).all()
    names = await identity.names_of(session, {row.person_id for row in rows})
    found: dict[UUID, list[Judge]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (names[row.person_id], row.person_id)):
        compromise = Compromise(**row.compromise) if row.compromise else None
        name = names[row.person_id]
        found[row.panel_id].append(Judge(row.person_id, name, row.expertise, frozenset(row.done_rounds), compromise))
    return found
