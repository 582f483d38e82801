"""Participants' cards: number and PIN. A PIN is in clear only while its card is made; stored is a keyed hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.identity import secrets
from app.identity.errors import NumberTaken
from app.identity.models import CandidateCard, SessionRow
from app.identity.service import revoke_sessions
from app.identity.types import IssuedCard


async def issue_card(session: AsyncSession, secret: bytes, *, number: str, person_id: UUID) -> IssuedCard:
    """Make (or replace) the PIN of a participant number. Who logged in with the old one is logged out."""
    pin = secrets.new_pin()
    stored = secrets.pin_hmac(secret, number, pin)
    card = await session.get(CandidateCard, number)
    if card is not None and card.person_id != person_id:
        raise NumberTaken
    if card is None:
        session.add(CandidateCard(number=number, person_id=person_id, pin_hmac=stored))
    else:
        await revoke_sessions(session, card.person_id, actor=None, reason="new PIN")
        card.pin_hmac, card.person_id = stored, person_id
    await session.flush()
    return IssuedCard(number, pin, person_id)


def new_pins(numbers: Iterable[str]) -> dict[str, str]:
    """A PIN for each number; none of them opens anything before `replace_pins`."""
    return {number: secrets.new_pin() for number in numbers}


async def replace_pins(
    session: AsyncSession, secret: bytes, pins: Mapping[str, str], *, sitting_id: UUID, actor: Actor
) -> None:
    """Let these PINs count instead of the ones that cards have. Who logged in with an old one is logged out."""
    cards = list(
        await session.scalars(
            select(CandidateCard).where(CandidateCard.number.in_(pins)).order_by(CandidateCard.number).with_for_update()
        )
    )
    if len(cards) != len(pins):
        raise NotFound
    for card in cards:
        card.pin_hmac = secrets.pin_hmac(secret, card.number, pins[card.number])
    await session.flush()
    await session.execute(
        update(SessionRow)
        .where(SessionRow.candidate_number.in_(pins), SessionRow.revoked_at.is_(None))
        .values(revoked_at=func.clock_timestamp())
    )
    numbers = [card.number for card in cards]
    about = ("participant", numbers[0]) if len(numbers) == 1 else ("sitting", sitting_id)
    facts = {"candidates": len(numbers), "numbers": numbers}
    await journal.record(session, "cards.reissued", *about, actor=actor, sitting_id=sitting_id, facts=facts)
