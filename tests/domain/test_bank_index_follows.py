"""An index that follows a bank step by step shows what one shows that is made anew, whoever does whatever to the bank."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.core.access import Actor
from app.core.db import Database
from app.core.errors import AppError
from app.itembank import BankIndex, DraftItem, ItemContent, Kind, lifecycle
from app.itembank.bulk import move_many
from app.itembank.entries import words_of
from app.itembank.index import Shelf
from app.itembank.keys import read_answers
from app.itembank.lifecycle import Action, Standing, Verdict, rules
from app.itembank.lifecycle.standing import read_standings
from app.itembank.models import ItemExposure, ItemVersion
from app.itembank.search import FoundVersion
from tests.databases import TestDatabase
from tests.domain.itembank.importing import Importing, csv_of, row
from tests.factories import draft_items, make_world, open_database
from tests.writers import GOOD, WHY, Writers, make_writers, written

STEPS: Final = 80
MOST: Final = 400  # what is rare, and may be refused when its turn comes, is waited for
PICTURE: Final = f'<p><img alt="peta" src="image:{"0" * 64}"></p>'
NO_WORDS: Final = words_of(ItemContent("", ()))
# What must have been done at least once for the comparison to say anything.
DONE_ONCE: Final = {
    "write", "edit", "submit", "review", "revise", "correct", "activate", "rest", "suspend", "retire", "load", "import", "bulk",
    "figures", "exposure", "taken back",
}  # fmt: skip


@pytest.fixture
async def opened(database: TestDatabase) -> AsyncIterator[Database]:
    opened = open_database(database, pool_size=2)
    yield opened
    await opened.close()


def few_items() -> list[DraftItem]:
    return draft_items(per_kuk=1)


@dataclass
class Chance:
    """People who do to a bank whatever comes to their mind."""

    writers: Writers
    sitting_id: UUID
    rng: random.Random
    files: list[DraftItem] = field(default_factory=few_items)
    done: Counter[str] = field(default_factory=Counter)

    async def step(self) -> None:
        """Refused is refused, and changes nothing."""
        likely = (self.touch_one, 16), (self.write, 3), (self.load, 2), (self.use, 2), (self.bring_in, 1)
        more = (self.move_several, 2), (self.take_back, 1)
        works, weights = zip(*likely, *more, strict=True)
        work: Callable[[], Awaitable[str]] = self.rng.choices(works, weights)[0]
        try:
            self.done[await work()] += 1
        except AppError:
            self.done["refused"] += 1

    def text(self) -> dict[str, Any]:
        stem = f"Apa arti {self.rng.randrange(10**6)}?"
        return {"stem": stem, "enemies": tuple(self.rng.sample([one.code for one in self.files], 2))}

    async def write(self) -> str:
        case = self.rng.choice(({}, {"stimulus_code": "K-1", "stimulus": "Sebuah bengkel."}))
        await self.writers.write(**self.text(), **case)
        return "write"

    async def load(self) -> str:
        """The files of the bank, of which some are others now, some stand with others, and some are gone."""
        for place in self.rng.sample(range(len(self.files)), 4):
            one = self.files[place]
            content = replace(one.content, stem=self.rng.choice((PICTURE, "")) + self.text()["stem"])
            company = {"enemies": self.text()["enemies"], "stimulus": self.rng.choice((None, "K-2"))}
            self.files[place] = replace(one, **self.rng.choice(({"content": content}, company)))
        kept = self.rng.sample(self.files, len(self.files) - 3)
        async with self.writers.at_work() as session:
            await itembank.load_items(session, "MMu", kept)
        return "load"

    async def use(self) -> str:
        """What no revision of the bank tells of."""
        async with self.writers.at_work() as session:
            one = await self._version(session)
            if self.rng.random() < 0.5:
                figures = {"p": self.rng.random(), "d": self.rng.random()}
                n = self.rng.randrange(200)
                await itembank.record_statistics(session, one.version_id, source="kajian", n=n, statistics=figures)
                return "figures"
            if await session.get(ItemExposure, (one.version_id, self.sitting_id)) is None:
                await itembank.record_exposure(session, self.sitting_id, {one.version_id: 1})
            return "exposure"

    async def bring_in(self) -> str:
        importing = Importing(self.writers.database, self.writers.committee)
        stems = (f"Kapan rapat {self.rng.randrange(10**6)} dimulai?" for _ in range(2))
        await importing.apply(await importing.read(csv_of(*(row(stem=stem) for stem in stems))))
        return "import"

    async def touch_one(self) -> str:
        """Of what somebody may do to a version, what was done least."""
        people = (self.writers.author, self.writers.reviewer, self.writers.second, self.writers.committee)
        async with self.writers.at_work() as session:
            one = await self._version(session)
            allowed = [(do, who) for who in people for do in rules.list_allowed(one, who.person_id, who.permissions)]
            self.rng.shuffle(allowed)
            retired = (Action.RETIRE, self.writers.committee)
            action, actor = min(allowed, key=lambda one: self.done[one[0]], default=retired)
            await self._act(session, one, action, actor)
        return str(action)

    async def _act(self, session: AsyncSession, one: Standing, action: Action, actor: Actor) -> None:
        if action is Action.EDIT:
            await lifecycle.edit_version(session, one.version_id, written(**self.text()), None, actor=actor)
        elif action is Action.REVIEW:
            verdict = Verdict.SEND_BACK if self.rng.random() < 0.2 else Verdict.APPROVE
            await lifecycle.review(session, one.version_id, verdict, WHY, GOOD, actor=actor)
        elif action in (Action.REVISE, Action.CORRECT):
            kind = Kind.REVISION if action is Action.REVISE else Kind.EDITORIAL
            version, answer = (
                await session.get_one(ItemVersion, one.version_id),
                await read_answers(session, [one.version_id]),
            )
            kept = {"kuk": version.kuk, "key": answer[one.version_id].key}  # a correction keeps them
            await lifecycle.add_version(session, one.code, kind, written(**self.text(), **kept), WHY, actor=actor)
        else:
            await lifecycle.move(session, one.version_id, action, WHY, actor=actor)

    async def move_several(self, *, dry_run: bool = False) -> str:
        async with self.writers.at_work() as session:
            ids = {(await self._version(session)).version_id for _ in range(2)}
            action = self.rng.choice((Action.REST, Action.SUSPEND, Action.ACTIVATE))
            rows = await move_many(session, list(ids), action, WHY, actor=self.writers.committee, dry_run=dry_run)
        return "bulk" if rows[0].outcome == "done" else "refused"

    async def take_back(self) -> str:
        """What was done and never committed, with all its marks."""
        async with self.writers.database.staff() as session:
            await lifecycle.create_item(session, "MMu", written(**self.text()), actor=self.writers.author)
            await session.rollback()
        await self.move_several(dry_run=True)
        return "taken back"

    async def _version(self, session: AsyncSession) -> Standing:
        """Mostly one that is on its way, since those are few."""
        query = select(ItemVersion.id, ItemVersion.item_id, ItemVersion.state).order_by(
            ItemVersion.created_at, ItemVersion.id
        )
        rows = (await session.execute(query)).all()
        written_here = [one for one in rows if one.state in ("draft", "in_review", "approved")]
        one = self.rng.choice(written_here if written_here and self.rng.random() < 0.8 else rows)
        return (await read_standings(session, [one.item_id]))[one.id]


def shown(shelf: Shelf) -> list[Any]:
    """All that a search can see. A stem is compared by what it says."""

    def bare(version: FoundVersion | None) -> FoundVersion | None:
        return replace(version, words=NO_WORDS) if version else None

    def said(version: FoundVersion | None) -> tuple[object, ...]:
        words = version.words if version else NO_WORDS
        return words.stem.text, words.stem.frame, words.all, words.excerpt, words.has_picture

    return [
        (replace(item, shown=bare(item.shown), draft=bare(item.draft)), said(item.shown), said(item.draft))
        for item in shelf.items
    ]


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_an_index_that_follows_shows_what_a_fresh_one_shows(opened: Database) -> None:
    world = await make_world(opened, drafts=few_items(), prepared=False)
    chance = Chance(await make_writers(opened, with_scheme=False), world.sitting_id, random.Random(22))
    index = BankIndex()
    for step in range(MOST):
        if step >= STEPS and chance.done.keys() >= DONE_ONCE:
            break
        await chance.step()
        async with opened.staff() as session:
            followed, fresh = await index.read(session, "MMu"), await BankIndex().read(session, "MMu")
        assert shown(followed) == shown(fresh), chance.done
    assert chance.done.keys() >= DONE_ONCE, chance.done
