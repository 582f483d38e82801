"""Hostile texts in a bank, brought there by the real way: each in the stem, an option and the rationale of an item of its own."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app import assembly, delivery, itembank
from app.core.access import Actor
from app.core.db import Database
from app.core.errors import AppError
from app.itembank import lifecycle
from app.itembank.lifecycle import Action, ExpertCard, Verdict
from app.itembank.models import Item, ItemVersion
from app.itembank.types import State
from tests.domain.itembank.importing import Importing
from tests.e2e.conftest import Live
from tests.factories import kuks, make_cards
from tests.forms import give_forms
from tests.unit.itembank.exchange.samples import payloads, picture

# One of so many is shown on each page, or each of them.
EVERY: Final = 1 if os.environ.get("SAHIH_EVERY_PAYLOAD") else 28
MOST_FORMS: Final = 8  # together they hold every item
GOOD = ExpertCard("good", "good", "good")
NUMBER = re.compile(r"Apa arti uji (\d+)\?")


@dataclass(frozen=True, slots=True)
class Hostile:
    """An item that shows one payload: the number of the payload, and where the item is in the bank."""

    number: int
    code: str
    version_id: UUID

    @property
    def shown(self) -> str:
        return f"Apa arti uji {self.number}?"


def texts() -> dict[int, str]:
    """Each payload by its number, without the signs that no file of ours may hold."""
    return {
        number: "".join(sign for sign in text if sign.isprintable() or sign in "\t\n")
        for number, text in enumerate(payloads())
    }


def hostile_file(form: str, some: Mapping[int, str]) -> bytes:
    """As somebody writes it by hand, with the picture `x` of which the payloads speak."""
    questions = "".join(question(number, text, form) for number, text in some.items())
    return f"<?xml version='1.0'?><quiz>{questions}</quiz>".encode()


def question(number: int, text: str, form: str) -> str:
    def said(words: str) -> str:
        return f"<text>{escape(words)}</text>"

    image = f"<file name='x' path='/' encoding='base64'>{b64encode(picture()).decode()}</file>"
    options = (f"satu {text}", f"dua {number}", f"tiga {number}", f"empat {number}")
    shares = ("100" if place == number % 4 else "0" for place in range(4))
    answers = (
        f"<answer fraction='{share}' format='{form}'>{said(option)}{image}</answer>"
        for share, option in zip(shares, options, strict=True)
    )
    tags = (
        f"<tag>{said(tag)}</tag>"
        for tag in (f"kuk:{kuks()[number % len(kuks())]}", "source:sumber", "level:apply", "p:0.6")
    )
    return (
        f"<question type='multichoice'><name>{said(f'uji {number}')}</name><single>true</single>"
        f"<questiontext format='{form}'>{said(f'Apa arti uji {number}? {text}')}{image}</questiontext>"
        f"<generalfeedback format='{form}'>{said(f'Alasan {text}')}{image}</generalfeedback>"
        f"{''.join(answers)}<tags>{''.join(tags)}</tags></question>"
    )


async def read_file(database: Database, author: Actor, content: bytes) -> UUID:
    return await Importing(database, author).read(content, name="soal.xml", format=None)


async def bring_in(database: Database, author: Actor, import_id: UUID) -> None:
    """What is refused is left out by name."""
    importing = Importing(database, author)
    rows = (await importing.report(import_id))["rows"]
    await importing.apply(import_id, skip=tuple(row["line"] for row in rows if row["outcome"] == "refused"))
    assert (await importing.now(import_id)).state == "applied"


async def list_hostile(database: Database, state: State) -> list[Hostile]:
    """Those in this state, by their number."""
    query = (
        select(ItemVersion.id, Item.code).join(Item, Item.id == ItemVersion.item_id).where(ItemVersion.state == state)
    )
    async with database.staff() as session:
        codes = {row.id: row.code for row in await session.execute(query)}
        contents = await itembank.read_contents(session, codes)
    numbers = {version_id: NUMBER.search(content.stem) for version_id, content in contents.items()}
    found = [Hostile(int(match[1]), codes[version_id], version_id) for version_id, match in numbers.items() if match]
    return sorted(found, key=lambda one: one.number)


async def submit(database: Database, author: Actor, items: Sequence[Hostile]) -> None:
    """What the bank refuses to show to reviewers stays a draft."""
    async with database.staff() as session, session.begin():
        for one in items:
            try:
                async with session.begin_nested():
                    await lifecycle.move(session, one.version_id, Action.SUBMIT, None, actor=author)
            except AppError:
                continue


async def take_into_use(
    database: Database, author: Actor, reviewers: Sequence[Actor], items: Sequence[Hostile]
) -> None:
    """These, and no other item of the bank."""
    async with database.staff() as session, session.begin():
        for one in items:
            for reviewer in reviewers:
                await lifecycle.review(session, one.version_id, Verdict.APPROVE, None, GOOD, actor=reviewer)
        others = await session.scalars(select(ItemVersion.id).where(ItemVersion.state == State.ACTIVE))
        await lifecycle.move_all(session, "MMu", list(others), Action.REST, None, actor=author)
        ids = [one.version_id for one in items]
        await lifecycle.move_all(session, "MMu", ids, Action.ACTIVATE, None, actor=author)


async def open_sitting(database: Database, live: Live, more_candidates: int) -> list[set[UUID]]:
    """The answer is what each candidate's form shows, in their order."""
    async with database.staff() as session, session.begin():
        cards = await make_cards(session, more_candidates, "MMU-27")
        names = [(card, f"Peserta {place}") for place, card in enumerate(cards, len(live.world.cards) + 1)]
        await delivery.add_to_roster(session, live.world.sitting_id, names)
        live.world.cards.extend(cards)
        forms = min(len(live.world.cards), MOST_FORMS)
        await give_forms(session, live.world.sitting_id, live.world.scheme, forms=forms)
        await delivery.open_sitting(session, live.world.sitting_id)
        given = sorted(await assembly.list_forms(session, live.world.sitting_id), key=lambda form: form.form_no)
        return [set(form.version_ids) for form in given]


def covering(forms: Sequence[set[UUID]]) -> list[int]:
    """Places of a few forms that together show all that any form shows."""
    missing, places = set().union(*forms), []
    while missing:
        place = max(range(len(forms)), key=lambda one: len(missing & forms[one]))
        missing -= forms[place]
        places.append(place)
    return places
