"""Move versions from state to state: one way in, whoever asks and for how many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.errors import ReasonNeeded, UnfitItem, VersionUnderWay, refusal
from app.itembank.lifecycle.fitness import faults_before_review
from app.itembank.lifecycle.standing import read_standings, take_version
from app.itembank.lifecycle.types import Action, Bar, Standing
from app.itembank.models import ItemMove, ItemVersion
from app.itembank.revisions import touch
from app.itembank.types import State

JOURNAL: Final = {
    Action.WRITE: "item.written",
    Action.EDIT: "item.edited",
    Action.SUBMIT: "item.submitted",
    Action.WITHDRAW: "item.withdrawn",
    Action.APPROVE: "item.approved",
    Action.SEND_BACK: "item.sent_back",
    Action.ACTIVATE: "item.activated",
    Action.REST: "item.rested",
    Action.SUSPEND: "item.suspended",
    Action.RESUME: "item.resumed",
    Action.RETIRE: "item.retired",
    Action.RECHECK: "item.rechecked",
    Action.SUPERSEDE: "item.superseded",
}


async def move(session: AsyncSession, version_id: UUID, action: Action, reason: str | None, *, actor: Actor) -> None:
    """Do one of `rules.MOVES` to a version. What becomes active replaces every other version of its item."""
    version = await take_version(session, version_id, actor)
    barred = rules.bar(action, version, actor.person_id, actor.permissions)
    if barred:
        raise refusal(barred, version.state)
    await _carry_out(session, [version], action, reason, actor)


async def judge_moves(
    session: AsyncSession, version_ids: Collection[UUID], action: Action, *, actor: Actor
) -> dict[UUID, tuple[Standing, Bar | None]]:
    """What bars this person from doing this to each of these versions; those that they may not see are left out."""
    item_ids = set(await session.scalars(select(ItemVersion.item_id).where(ItemVersion.id.in_(version_ids))))
    standings = await read_standings(session, item_ids)
    asked = (standings[version_id] for version_id in version_ids if version_id in standings)
    person, permissions = actor.person_id, actor.permissions
    return {
        version.version_id: (version, rules.bar(action, version, person, permissions))
        for version in asked
        if rules.may_see(version, person, permissions)
    }


async def move_all(
    session: AsyncSession,
    scheme_code: str,
    version_ids: Sequence[UUID],
    action: Action,
    reason: str | None,
    *,
    actor: Actor,
) -> None:
    """Do the same to many versions of one bank, or to none: the first that must not be moved refuses them all."""
    await touch(session, scheme_code)
    judged = await judge_moves(session, version_ids, action, actor=actor)
    if len(judged) < len(set(version_ids)):
        raise NotFound
    for version, barred in judged.values():
        if barred:
            raise refusal(barred, version.state)
        if version.scheme_code != scheme_code:
            raise NotFound
    await _carry_out(session, [version for version, _ in judged.values()], action, reason, actor)


async def _carry_out(
    session: AsyncSession, versions: Sequence[Standing], action: Action, reason: str | None, actor: Actor
) -> None:
    if action is Action.SUBMIT:
        faults = await faults_before_review(session, versions)
        if faults:
            raise UnfitItem(faults)
    target = rules.TRANSITIONS[action][1]
    if target is State.ACTIVE:
        await _replace_others(session, versions, actor)
    await apply(session, versions, action, said(action, reason), actor)


async def _replace_others(session: AsyncSession, versions: Sequence[Standing], actor: Actor) -> None:
    chosen = {version.version_id for version in versions}
    if len({version.item_id for version in versions}) < len(versions):
        raise VersionUnderWay("Two versions of one item.")
    standings = await read_standings(session, {version.item_id for version in versions})
    others = [one for one in standings.values() if one.state in rules.LIVE and one.version_id not in chosen]
    await apply(session, others, Action.SUPERSEDE, said(Action.SUPERSEDE, None), actor)


def said(action: Action, reason: str | None) -> str:
    """The reason that is kept. Raises ReasonNeeded where only the person can know it."""
    if action in rules.REASON_NEEDED and len(reason or "") < rules.LEAST_REASON:
        raise ReasonNeeded(
            "Tulis alasannya, paling sedikit sepuluh huruf. / Write the reason, at least ten characters."
        )
    return reason or rules.USUAL_REASONS[action]


async def apply(
    session: AsyncSession,
    versions: Sequence[Standing],
    action: Action,
    reason: str | None,
    actor: Actor,
    *,
    review_id: int | None = None,
) -> None:
    """The one way to a new state, once it is decided. The words of a review stay out of the journal, which more people read."""
    if not versions:
        return
    target = rules.TRANSITIONS[action][1]
    values: dict[str, object] = {"state": target}
    if action is Action.SUBMIT:
        values["submitted_at"] = func.coalesce(ItemVersion.submitted_at, func.clock_timestamp())
    ids = [version.version_id for version in versions]
    await session.execute(update(ItemVersion).where(ItemVersion.id.in_(ids)).values(values))
    await note(session, ((v.version_id, v.state, target) for v in versions), action, reason, actor, review_id=review_id)
    for version in versions:
        facts = {"version_no": version.version_no, "from": version.state, "to": target}
        await journal.record(session, JOURNAL[action], "item", version.code, actor=actor, reason=reason, facts=facts)


async def note(
    session: AsyncSession,
    moved: Iterable[tuple[UUID, State | None, State]],
    action: Action,
    reason: str | None,
    actor: Actor | None,
    *,
    review_id: int | None = None,
) -> None:
    """Write down in the history of versions where they came from and went."""
    rows = [
        {
            "item_version_id": version_id,
            "action": action,
            "from_state": old,
            "to_state": new,
            "person_id": actor.person_id if actor else None,
            "reason": reason,
            "review_id": review_id,
        }
        for version_id, old, new in moved
    ]
    if rows:
        await session.execute(ItemMove.__table__.insert(), rows)  # type: ignore[attr-defined]  # Table, typed as FromClause
