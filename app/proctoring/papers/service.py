"""Print a paper: gather what it says, make the PDF, and only then write down that it was printed.

Nothing is held while the press works: reading ends before it and writing begins after it. A paper that could not be made
leaves no trace, and cards that could not be made end no PIN.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app import delivery, identity
from app.core import crockford, journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.delivery import Sitting
from app.proctoring.papers import contents, press, queries, rules, words
from app.proctoring.papers.contents import Content
from app.proctoring.papers.minutes import minutes
from app.proctoring.papers.models import PrintedPaper
from app.proctoring.papers.types import Draft, Kind, Pdf, Print, SittingFacts

Sessions = async_sessionmaker[AsyncSession]

CODE_LENGTH: Final = 12  # 60 bits: nobody finds another print by trying


async def print_paper(
    sessions: Sessions, sitting_id: UUID, kind: Kind, *, room_id: UUID | None, actor: Actor, public_url: str
) -> Pdf:
    """A paper that changes nothing but the list of prints, as PDF."""
    async with sessions() as session:
        await _one_moment(session)
        sitting = await delivery.get_sitting(session, sitting_id, actor)
        facts = await queries.read_sitting(session, sitting, actor, room_id)
        paper = draft(sitting, kind, await _content(session, facts, kind), await read_clock(session))
    return await make(sessions, paper, actor=actor, public_url=public_url)


async def print_cards(
    sessions: Sessions,
    sitting_id: UUID,
    *,
    room_id: UUID | None,
    attempt_id: UUID | None,
    actor: Actor,
    secret: bytes,
    public_url: str,
) -> Pdf:
    """Cards with new PINs, of one candidate or of all. From then on the old ones open nothing; raises CardsInUse and ExamOver."""
    async with sessions() as session:
        await _one_moment(session)
        sitting = await delivery.get_sitting(session, sitting_id, actor)
        facts = await queries.read_sitting(session, sitting, actor, room_id)
        of_the_room = not actor.may(Permission.SITTING_READ_ALL)
        asked = rules.cards_for(facts.courses, attempt_id, of_the_room=of_the_room)
        pins = identity.new_pins(course.number for course in asked)
        content = contents.cards(facts, pins, public_url)
        printed = _new_print(sitting, Kind.CARDS, contents.without_pins(content), await read_clock(session))
    file_name = words.file_name(Kind.CARDS, sitting.code, "")
    pdf = await _set(Draft(file_name, sitting.zone, content, printed), actor, public_url)
    async with sessions() as session, session.begin():
        if attempt_id is None:  # somebody may have come in while the press worked
            waiting = [course.attempt_id for course in asked if course.attempt_id]
            rules.require_unused(await delivery.hold_states(session, sitting_id, waiting, actor))
        await identity.replace_pins(session, secret, pins, sitting_id=sitting_id, actor=actor)
        await _record(session, printed, actor)
    return pdf


def draft(sitting: Sitting, kind: Kind, content: Content, now: datetime, *, about: str = "") -> Draft:
    file_name = words.file_name(kind, sitting.code, about)
    return Draft(file_name, sitting.zone, content, _new_print(sitting, kind, content, now))


def draft_of_review(
    review_id: UUID, content: Content, now: datetime, *, about: str, file_name: str, zone: str
) -> Draft:
    """The report of a review. What stands under `control` counts the prints, so it is no part of what the hash is of."""
    sha256 = content_sha256({name: value for name, value in content.items() if name != "control"})
    printed = Print(crockford.new_code(CODE_LENGTH), Kind.REVIEW, None, sha256, now, review_id, about)
    return Draft(file_name, zone, content, printed)


async def make(sessions: Sessions, paper: Draft, *, actor: Actor, public_url: str) -> Pdf:
    pdf = await _set(paper, actor, public_url)
    async with sessions() as session, session.begin():
        await _record(session, paper.printed, actor)
    return pdf


async def _set(paper: Draft, actor: Actor, public_url: str) -> Pdf:
    content = await press.make_pdf(
        paper.content, paper.printed, zone=paper.zone, printed_by=actor.name, public_url=public_url
    )
    return Pdf(paper.file_name, content)


async def _content(session: AsyncSession, facts: SittingFacts, kind: Kind) -> Content:
    match kind:
        case Kind.ATTENDANCE:
            return contents.attendance(facts)
        case Kind.SEATING:
            return contents.seating(facts)
        case Kind.INCIDENTS:
            return contents.incidents(facts, await queries.read_incidents(session, facts))
        case Kind.MINUTES:
            return minutes(await queries.read_minutes(session, facts))
    raise ValueError(f"kind: {kind} is printed by a verb of its own")


def _new_print(sitting: Sitting, kind: Kind, content: Content, now: datetime) -> Print:
    return Print(crockford.new_code(CODE_LENGTH), kind, sitting.id, content_sha256(content), now)


def content_sha256(content: Content) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def _record(session: AsyncSession, printed: Print, actor: Actor) -> None:
    session.add(
        PrintedPaper(
            code=printed.code,
            sitting_id=printed.sitting_id,
            review_id=printed.review_id,
            about=printed.about,
            kind=printed.kind,
            sha256=printed.sha256,
            printed_by=actor.person_id,
            printed_at=printed.printed_at,
        )
    )
    await session.flush()
    facts = {"kind": printed.kind.value, "sha256": printed.sha256}
    if printed.review_id is not None:
        facts["review"] = str(printed.review_id)
    await journal.record(
        session, "paper.printed", "print", printed.code, actor=actor, sitting_id=printed.sitting_id, facts=facts
    )


async def _one_moment(session: AsyncSession) -> None:
    """Read everything as it was at one moment: a grant between two reads would look like a wrong sum."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
