"""The same move for many versions: first what would happen, row by row, then all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.itembank.lifecycle import Action, Bar, Standing, judge_moves, move_all
from app.itembank.types import State


class Outcome(StrEnum):
    WOULD = "would"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one version, and why not where it is refused."""

    version_id: UUID
    code: str
    outcome: Outcome
    text_id: str = ""
    text_en: str = ""


# As pages name them, Indonesian and English.
STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.DRAFT: ("konsep", "a draft"),
    State.IN_REVIEW: ("ditelaah", "in review"),
    State.APPROVED: ("disetujui", "approved"),
    State.ACTIVE: ("aktif", "active"),
    State.SUSPENDED: ("ditangguhkan", "suspended"),
    State.RETIRED: ("ditarik", "retired"),
}
REASONS: Final[Mapping[Bar, tuple[str, str]]] = {
    Bar.STATE: ("sedang {state}; tindakan ini tidak berlaku untuknya", "it is {state}; this cannot be done to it"),
    Bar.ROLE: ("peran Anda tidak boleh melakukan ini", "your role may not do this"),
    Bar.OWN_WORK: ("Anda penulisnya; orang lain yang menelaah", "you wrote it; somebody else reviews it"),
    Bar.NOT_AUTHOR: ("hanya penulisnya yang boleh", "only its author may"),
    Bar.APPROVED_ALREADY: ("sudah Anda setujui", "you have approved it"),
    Bar.UNDER_WAY: ("versi lain sedang ditulis atau ditelaah", "another version is being written or reviewed"),
    Bar.FOUND_WRONG: (
        "kuncinya terbukti keliru; tulis revisi, atau mintalah dua orang menelaahnya lagi",
        "its key was found wrong; write a revision, or have two persons review it again",
    ),
}
GONE: Final = ("tidak ada, atau bukan untuk Anda", "it is not there, or not for you")


async def move_many(
    session: AsyncSession, version_ids: Sequence[UUID], action: Action, reason: str, *, actor: Actor, dry_run: bool
) -> list[Row]:
    """A row for each version. Where one is refused none is moved; a dry run does it all, and takes it back."""
    judged = await judge_moves(session, version_ids, action, actor=actor)
    rows = [judgement(version_id, judged.get(version_id)) for version_id in dict.fromkeys(version_ids)]
    if any(row.outcome is Outcome.REFUSED for row in rows):
        return rows
    banks: dict[str, list[UUID]] = defaultdict(list)
    for version, _ in judged.values():
        banks[version.scheme_code].append(version.version_id)
    async with session.begin_nested() as attempt:
        for scheme_code in sorted(banks):
            await move_all(session, scheme_code, banks[scheme_code], action, reason, actor=actor)
        if dry_run:
            await attempt.rollback()
            return rows
    return [Row(row.version_id, row.code, Outcome.DONE) for row in rows]


def judgement(version_id: UUID, judged: tuple[Standing, Bar | None] | None) -> Row:
    """What would come of it, for the person who was judged; in words where it is refused."""
    if judged is None:
        return Row(version_id, "", Outcome.REFUSED, *GONE)
    version, barred = judged
    if barred is None:
        return Row(version_id, version.code, Outcome.WOULD)
    words = zip(REASONS[barred], STATES[version.state], strict=True)
    text_id, text_en = (reason.format(state=state) for reason, state in words)
    return Row(version_id, version.code, Outcome.REFUSED, text_id, text_en)
