"""What happens to a panel: opened, rated, frozen round by round, closed or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, itembank, schemes
from app.assembly import ANGOFF
from app.core import journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.review.angoff import queries, rules
from app.review.angoff.errors import (
    CompromiseFault,
    ItemUnknown,
    JudgeUnknown,
    NotAllRated,
    PanelMoved,
    RoundDone,
    TooFewJudges,
)
from app.review.angoff.models import AngoffJudgeRow, AngoffPanelRow, AngoffRatingRow
from app.review.angoff.outcome import compared, compromises, judged_share, outcome
from app.review.angoff.types import Compromise, NewJudge, Panel, State
from app.schemes import SchemeVersion


async def open_panel(
    session: AsyncSession,
    scheme: SchemeVersion,
    title: str,
    items: Sequence[UUID],
    judges: Sequence[NewJudge],
    *,
    actor: Actor,
) -> UUID:
    """Raises ItemUnknown, JudgeUnknown."""
    in_use = {one.version_id for one in await itembank.list_active(session, scheme.code)}
    if len(set(items)) != len(items) or not set(items) <= in_use:
        raise ItemUnknown
    people = [one.person_id for one in judges]
    may_judge = await identity.list_with_permission(session, Permission.ANGOFF_RATE)
    if len(set(people)) != len(people) or not may_judge.keys() >= set(people):
        raise JudgeUnknown
    row = AngoffPanelRow(
        scheme_version_id=scheme.id,
        title=title,
        state=State.ROUND_1,
        item_version_ids=list(items),
        made_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    session.add_all(AngoffJudgeRow(panel_id=row.id, person_id=one.person_id, expertise=one.expertise) for one in judges)
    await session.flush()
    await _record(session, "angoff.opened", row.id, actor, items=len(items), judges=[str(one) for one in people])
    return row.id


async def rate(session: AsyncSession, panel_id: UUID, percents: Mapping[UUID, int], *, actor: Actor) -> None:
    """Of 100 just-competent candidates so many answer the item right; kept as it is typed.

    Raises PanelMoved, RoundDone, ItemUnknown.
    """
    panel, round_no = await _rateable(session, panel_id, actor)
    if not percents.keys() <= set(panel.items):
        raise ItemUnknown
    rows = [
        {
            "panel_id": panel_id,
            "round_no": round_no,
            "person_id": actor.person_id,
            "item_version_id": item,
            "percent": percent,
        }
        for item, percent in sorted(percents.items())
    ]
    write = insert(AngoffRatingRow).values(rows)
    fresh = {"percent": write.excluded.percent, "rated_at": func.clock_timestamp()}
    await session.execute(write.on_conflict_do_update(index_elements=AngoffRatingRow.__table__.primary_key, set_=fresh))
    await _record(session, "angoff.rated", panel_id, actor, round=round_no, items=len(rows))


async def finish_round(session: AsyncSession, panel_id: UUID, compromise: Compromise | None, *, actor: Actor) -> None:
    """The judge is done; in round 2 also with what cuts they could accept.

    Raises PanelMoved, RoundDone, NotAllRated, CompromiseFault.
    """
    panel, round_no = await _rateable(session, panel_id, actor)
    own = await queries.ratings_of(session, panel_id, round_no, actor.person_id)
    left = rules.missing(panel.items, own.get(actor.person_id, {}))
    if left:
        raise NotAllRated(len(left))
    row = await session.get_one(AngoffJudgeRow, (panel_id, actor.person_id))
    if round_no == max(rules.ROUNDS.values()):
        if compromise is None:
            raise CompromiseFault("compromise", "isi keenam jawaban dahulu", "give all six answers first")
        row.compromise = (await _sound(session, panel, compromise)).as_json()
    row.done_rounds = sorted({*row.done_rounds, round_no})
    await session.flush()
    await _record(session, "angoff.round_done", panel_id, actor, round=round_no)


async def move(session: AsyncSession, panel_id: UUID, to: State, *, actor: Actor) -> None:
    """Freezes the round that ends; closing also hands the judged difficulties to the bank. Raises PanelMoved, TooFewJudges."""
    row = await session.get(AngoffPanelRow, panel_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    old = State(row.state)
    if not rules.may_move(old, to):
        raise PanelMoved
    if to in rules.FREEZES:
        await _freeze(session, row, rules.FREEZES[to])
    row.state = to
    if to is State.CLOSED:
        row.closed_by, row.closed_at = actor.person_id, await read_clock(session)
    await session.flush()
    await _record(session, "angoff.moved", panel_id, actor, old=old, new=to)


async def _freeze(session: AsyncSession, row: AngoffPanelRow, round_no: int) -> None:
    panel = await queries.get_panel(session, row.id)
    judges = rules.counted(panel.judges, round_no)
    if len(judges) < rules.LEAST_JUDGES:
        raise TooFewJudges(rules.LEAST_JUDGES)
    ratings = await queries.ratings_of(session, row.id, round_no)
    scheme = await schemes.get_scheme_version(session, row.scheme_version_id)
    found = outcome(judges, panel.items, ratings)
    if scheme.exam is not None:
        found["comparison"] = compared(found["figures"][0], scheme.exam.pass_mark, scheme.exam.max_score)
        if round_no == max(rules.ROUNDS.values()):
            scores = await queries.past_scores(session, scheme.code)
            found["compromise"], found["means"] = compromises(judges, scores, scheme.exam.max_score)
    row.results = {**row.results, str(round_no): found}
    if round_no == max(rules.ROUNDS.values()):
        await _tell_bank(session, panel, [ratings[judge.person_id] for judge in judges])


async def _tell_bank(session: AsyncSession, panel: Panel, ratings: Sequence[Mapping[UUID, int]]) -> None:
    """Assembly takes it for the difficulty of items that no candidate has answered."""
    for item in panel.items:
        share, se = judged_share([of_judge[item] for of_judge in ratings])
        await itembank.record_statistics(
            session,
            item,
            source=f"{ANGOFF} {panel.title}",
            n=len(ratings),
            statistics={"judged_p": round(share, 4), "se": round(se, 4)},
        )


async def _rateable(session: AsyncSession, panel_id: UUID, actor: Actor) -> tuple[Panel, int]:
    """The panel held, so that its round is not frozen meanwhile, and the round that this judge may rate in."""
    held = await session.get(AngoffPanelRow, panel_id, with_for_update={"read": True}, populate_existing=True)
    if held is None:
        raise NotFound
    panel = await queries.get_panel(session, panel_id)
    judge = panel.judge(actor.person_id)
    if judge is None:
        raise NotFound
    round_no = rules.open_round(panel.state)
    if round_no is None or judge not in rules.counted(panel.judges, round_no - 1):
        raise PanelMoved
    if round_no in judge.done_rounds:
        raise RoundDone
    return panel, round_no


async def _sound(session: AsyncSession, panel: Panel, given: Compromise) -> Compromise:
    scheme = await schemes.get_scheme_version(session, panel.scheme_version_id)
    most = scheme.exam.max_score if scheme.exam else 100
    for name in ("minimum", "min_cut", "max_cut"):
        if getattr(given, name) > most:
            raise CompromiseFault(name, f"isi 0 sampai {most}", f"give 0 to {most}")
    if given.min_cut > given.max_cut:
        raise CompromiseFault("max_cut", "isi sama atau di atas batas terendah", "give the lowest cut or more")
    if given.min_fail > given.max_fail:
        raise CompromiseFault("max_fail", "isi sama atau di atas bagian terendah", "give the lowest share or more")
    return given


async def _record(session: AsyncSession, what: str, panel_id: UUID, actor: Actor, **facts: Any) -> None:
    await journal.record(session, what, "angoff_panel", panel_id, actor=actor, facts=facts)
