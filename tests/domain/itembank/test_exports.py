"""Items out of the bank: two persons, a day, a file that says who took it, and what can be read back of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app import itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.journal import JournalEntry
from app.core.resources import itembank_path
from app.itembank.exchange import Format
from app.itembank.transfers import exports, rules, trace
from app.itembank.transfers.errors import ExportBarred, NoSuchItems, PassphraseNeeded
from app.itembank.transfers.exports import File
from app.itembank.transfers.types import ExportState
from app.itembank.types import State
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase, alter
from tests.domain.itembank.importing import Importing, actor_of, second_member
from tests.factories import World, kuks, make_settings, make_world, running_app

SAMPLE = itembank_path()
PASSPHRASE = "gunung biru di timur"
IN_USE = (State.APPROVED, State.ACTIVE, State.SUSPENDED)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
async def world(database: TestDatabase) -> AsyncIterator[World]:
    async with running_app(make_settings(database)) as app:
        yield await make_world(app.state.database, prepared=False)


async def ask(database: Database, actor: Actor, wanted: Format = Format.XLSX, codes: list[str] | None = None) -> UUID:
    async with database.staff() as session, session.begin():
        return await exports.ask_for_export(
            session, "MMu", wanted, codes=codes, kuks=None, states=IN_USE, reason="arsip tahunan", actor=actor
        )


async def decide(database: Database, export_id: UUID, actor: Actor, *, approve: bool = True) -> None:
    async with database.staff() as session, session.begin():
        await exports.decide_export(session, export_id, approve=approve, reason="sesuai prosedur", actor=actor)


async def take(database: Database, export_id: UUID, actor: Actor, passphrase: str | None = None) -> File:
    async with database.staff() as session, session.begin():
        return await exports.make_file(session, export_id, passphrase, actor=actor)


async def there_and_back(world: World, wanted: Format) -> dict[str, Any]:
    """The whole bank into a file, and what an import of that file would do."""
    database, asker = world.database, actor_of(world, Role.COMMITTEE)
    export_id = await ask(database, asker, wanted)
    await decide(database, export_id, await second_member(database, f"ratna-{wanted}"))
    file = await take(database, export_id, asker, PASSPHRASE)
    importing = Importing(database, asker)
    passphrase = PASSPHRASE if wanted is Format.PACKAGE else None
    return await importing.report(
        await importing.read(file.content, name=file.name, format=None, passphrase=passphrase)
    )


@pytest.mark.parametrize(
    ("state", "person", "expected"),
    [
        (ExportState.WAITING, OTHER, None),
        (ExportState.WAITING, ONE, "own-export"),
        (ExportState.APPROVED, OTHER, "export-decided"),
        (ExportState.REFUSED, OTHER, "export-decided"),
    ],
)
def test_another_person_decides_once(state: ExportState, person: UUID, expected: str | None) -> None:
    assert rules.bar_of_decision(state, ONE, person) == expected


@pytest.mark.parametrize(
    ("state", "person", "after", "expected"),
    [
        (ExportState.APPROVED, ONE, timedelta(0), None),
        (ExportState.APPROVED, ONE, timedelta(hours=24) - timedelta.resolution, None),
        (ExportState.APPROVED, ONE, timedelta(hours=24), "export-expired"),
        (ExportState.APPROVED, OTHER, timedelta(0), "not-your-export"),
        (ExportState.REFUSED, ONE, timedelta(0), "export-not-approved"),
        (ExportState.WAITING, ONE, timedelta(0), "export-not-approved"),
    ],
)
def test_who_asked_takes_the_file_within_a_day(
    state: ExportState, person: UUID, after: timedelta, expected: str | None
) -> None:
    assert rules.bar_of_file(state, NOW, ONE, person, NOW + after) == expected


@pytest.mark.clause("9.3.4", "items leave the bank as a file after two persons agreed, and the file names who took it")
async def test_nobody_takes_a_file_that_no_other_person_approved(world: World) -> None:
    database, asker = world.database, actor_of(world, Role.COMMITTEE)
    export_id = await ask(database, asker)
    for barred in (decide(database, export_id, asker), take(database, export_id, asker)):
        with pytest.raises(ExportBarred):
            await barred
    await decide(database, export_id, await second_member(database), approve=False)
    with pytest.raises(ExportBarred) as refusal:
        await take(database, export_id, asker)
    assert refusal.value.code == "export-not-approved"


async def test_an_approval_lasts_a_day(world: World, database: TestDatabase) -> None:
    asker = actor_of(world, Role.COMMITTEE)
    export_id = await ask(world.database, asker)
    await decide(world.database, export_id, await second_member(world.database))
    await alter(database, "UPDATE bank_exports SET decided_at = decided_at - interval '25 hours'")
    with pytest.raises(ExportBarred) as refusal:
        await take(world.database, export_id, asker)
    assert refusal.value.code == "export-expired"


@pytest.mark.parametrize("wanted", [*exports.FILES])
async def test_what_goes_out_comes_back_the_same(world: World, wanted: Format) -> None:
    """Every item of the bank, in every format that it can leave in; the exceptions of a format are in its module."""
    report = await there_and_back(world, wanted)
    assert not report["faults"]
    assert {row["outcome"] for row in report["rows"]} == {"same"}
    assert len(report["rows"]) == 6 * len(kuks())


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_sample_bank_goes_out_and_comes_back_the_same(world: World) -> None:
    """With its pictures, cases, formulas and tables, in every format."""
    bank = itembank.read_bank(SAMPLE / "mmu" / "items", SAMPLE / "schema" / "items.schema.json", n_options=4)
    async with world.database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", bank.drafts, bank.images)
    for wanted in exports.FILES:
        report = await there_and_back(world, wanted)
        differing = {(row["code"], *row["differs"]) for row in report["rows"] if row["outcome"] != "same"}
        assert differing == set(), wanted
        assert len(report["rows"]) == len(bank.drafts)


@pytest.mark.clause("9.3.4", "items leave the bank as a file after two persons agreed, and the file names who took it")
@pytest.mark.parametrize("wanted", [*exports.FILES])
async def test_a_file_found_somewhere_says_who_took_it(world: World, wanted: Format) -> None:
    database, asker = world.database, actor_of(world, Role.COMMITTEE)
    export_id = await ask(database, asker, wanted)
    await decide(database, export_id, await second_member(database))
    file = await take(database, export_id, asker, PASSPHRASE)
    async with database.staff() as session:
        (found,) = await trace(session, file.content)
        assert (found.export_id, found.name, found.unchanged) == (str(export_id), asker.name, True)
        assert await trace(session, b"nothing of ours") == []
        if wanted is Format.PACKAGE:
            return  # nobody changes what is sealed
        resaved = file.content[:-2] + b"\1\0x" if file.content.startswith(b"PK") else file.content + b"\n"
        changed = await trace(session, resaved)
        assert [(one.export_id, one.unchanged) for one in changed] == [(str(export_id), False)]


async def test_every_step_is_in_the_journal_and_no_text_is(world: World) -> None:
    database, asker = world.database, actor_of(world, Role.COMMITTEE)
    export_id = await ask(database, asker, codes=["MMU-1.1-01", "MMU-1.1-02"])
    await decide(database, export_id, await second_member(database))
    await take(database, export_id, asker)
    async with database.staff() as session:
        entries = (
            await session.scalars(
                select(JournalEntry).where(JournalEntry.subject_id == str(export_id)).order_by(JournalEntry.id)
            )
        ).all()
        read_keys = await session.scalar(
            select(JournalEntry.facts).where(JournalEntry.action == "bank.keys-read").order_by(JournalEntry.id.desc())
        )
    assert [one.action for one in entries] == ["bank.export-asked", "bank.export-approved", "bank.exported"]
    assert read_keys == {"keys": 2, "codes": ["MMU-1.1-01", "MMU-1.1-02"]}
    assert not re.search("Pokok|Opsi|rationale", str([one.facts for one in entries]))


async def test_what_does_not_exist_is_not_promised(world: World) -> None:
    with pytest.raises(NoSuchItems):
        await ask(world.database, actor_of(world, Role.COMMITTEE), codes=["MMU-9.9-01"])


async def test_a_sealed_package_needs_a_passphrase(world: World) -> None:
    asker = actor_of(world, Role.COMMITTEE)
    export_id = await ask(world.database, asker, Format.PACKAGE)
    await decide(world.database, export_id, await second_member(world.database))
    with pytest.raises(PassphraseNeeded):
        await take(world.database, export_id, asker, "pendek")


async def test_the_command_names_who_took_a_file(world: World, database: TestDatabase, tmp_path: Path) -> None:
    asker = actor_of(world, Role.COMMITTEE)
    export_id = await ask(world.database, asker, codes=["MMU-1.1-01"])
    await decide(world.database, export_id, await second_member(world.database))
    found = tmp_path / "ditemukan.xlsx"
    found.write_bytes((await take(world.database, export_id, asker)).content)
    said = await sahih(installed(database), "bank", "trace", str(found))
    assert str(export_id) in said.out
    assert asker.name in said.out
    found.write_bytes(b"Soal;A;B")
    await refused(installed(database), "bank", "trace", str(found))
