"""Blueprints and reference standards: one person writes, another approves; what is approved stays, and the standard does not float."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, itembank, schemes
from app.assembly import PoolItem, Source, blueprint_score, default_blueprint
from app.assembly.errors import (
    ApproveByAnother,
    BankTooSmall,
    BasisNeeded,
    DecidedAlready,
    NoBlueprint,
    NoStandard,
    NothingToCarryOver,
    StandardFrozen,
    StandardOutdated,
    UnfitBlueprint,
)
from app.core.access import Actor, Role
from app.itembank import DraftItem
from app.schemes import SchemeVersion
from app.schemes import rules as scheme_rules
from app.schemes.models import SchemeVersionRow
from tests.databases import TestDatabase, alter
from tests.factories import draft_items, make_scheme, open_database, scheme_content, violations
from tests.writers import make_person

BASIS = "analisis praktik 2026, rapat komite 3 Maret"


@dataclass
class Room:
    """A scheme, its bank, and two members of the committee."""

    session: AsyncSession
    scheme: SchemeVersion
    writer: Actor
    approver: Actor

    async def blueprint(self, **changes: Any) -> UUID:
        """Written and approved."""
        blueprint = replace(default_blueprint(self.scheme), **changes)
        written = await assembly.write_blueprint(self.session, self.scheme, blueprint, BASIS, actor=self.writer)
        await assembly.approve_blueprint(self.session, written, actor=self.approver)
        return written

    async def standard(self, scheme: SchemeVersion | None = None, **asked: Any) -> UUID:
        """Written and approved."""
        written = await assembly.write_standard(self.session, scheme or self.scheme, BASIS, actor=self.writer, **asked)
        await assembly.approve_standard(self.session, written, actor=self.approver)
        return written

    async def load(self, drafts: list[DraftItem]) -> None:
        await itembank.load_items(self.session, "MMu", drafts)

    async def pool(self) -> dict[str, PoolItem]:
        standard = await assembly.find_standard(self.session, self.scheme)
        return {item.code: item for item in await assembly.read_pool(self.session, self.scheme, standard)}

    async def observe(self, source: str, **shares: float) -> None:
        """What a sitting of 60 found out; the other items as they were judged, of a cohort at the cut."""
        for item in await itembank.list_active(self.session, "MMu"):
            share = shares.get(item.code.replace("-", "_").replace(".", "_"), 0.65)
            await itembank.record_statistics(
                self.session, item.version_id, source=source, n=60, statistics={"p": share, "d": None}
            )

    async def next_version(self, **exam: Any) -> SchemeVersion:
        content = scheme_content(**exam) | {"title": "Manajer Mutu, edisi baru"}
        row = SchemeVersionRow(
            id=UUID(int=2), code="MMu", version_no=2, content=content, content_hash=scheme_rules.content_hash(content)
        )
        self.session.add(row)
        await self.session.flush()
        return await schemes.get_scheme_version(self.session, row.id)

    async def journal(self) -> list[tuple[str, UUID | None, str | None]]:
        rows = await self.session.execute(
            text("SELECT action, actor_id, reason FROM journal WHERE subject IN ('blueprint', 'standard') ORDER BY id")
        )
        return [tuple(row) for row in rows]


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    opened = open_database(database)
    async with opened.staff() as session:
        scheme = await make_scheme(session)
        await itembank.load_items(session, "MMu", draft_items())
        writer, approver = [await make_person(session, name, Role.COMMITTEE) for name in ("Hana", "Indra")]
        yield Room(session, scheme, writer, approver)
    await opened.close()


@pytest.mark.clause("9.3.1", "a blueprint holds when a second member of the committee has approved it, with its basis")
async def test_one_writes_a_blueprint_and_another_approves_it(room: Room) -> None:
    with pytest.raises(NoBlueprint, match="anggota lain mengesahkannya"):
        await assembly.require_blueprint(room.session, room.scheme)
    written = await assembly.write_blueprint(
        room.session, room.scheme, default_blueprint(room.scheme), BASIS, actor=room.writer
    )
    assert await assembly.find_blueprint(room.session, room.scheme) is None
    with pytest.raises(ApproveByAnother):
        await assembly.approve_blueprint(room.session, written, actor=room.writer)
    await assembly.approve_blueprint(room.session, written, actor=room.approver)
    blueprint_id, blueprint, _ = await assembly.require_blueprint(room.session, room.scheme)
    assert (blueprint_id, blueprint) == (written, default_blueprint(room.scheme))
    with pytest.raises(DecidedAlready):
        await assembly.approve_blueprint(room.session, written, actor=room.approver)
    assert await room.journal() == [
        ("blueprint.written", room.writer.person_id, BASIS),
        ("blueprint.approved", room.approver.person_id, BASIS),
    ]


async def test_the_next_approved_blueprint_replaces_the_one_before(room: Room) -> None:
    first = await room.blueprint()
    limit = assembly.Limit(assembly.Dimension.LEVEL, "apply", 60, 100)
    second = await room.blueprint(limits=(*default_blueprint(room.scheme).limits, limit))
    rows = await room.session.execute(text("SELECT id, version_no, state FROM blueprints ORDER BY version_no"))
    assert [tuple(row) for row in rows] == [(first, 1, "replaced"), (second, 2, "approved")]
    assert limit in (await assembly.require_blueprint(room.session, room.scheme)).blueprint.limits


async def test_a_blueprint_needs_a_basis_and_no_fault(room: Room) -> None:
    default = default_blueprint(room.scheme)
    with pytest.raises(BasisNeeded):
        await assembly.write_blueprint(room.session, room.scheme, default, "  setuju ", actor=room.writer)
    with pytest.raises(UnfitBlueprint) as refused:
        await assembly.write_blueprint(
            room.session, room.scheme, replace(default, limits=default.limits[:-1]), BASIS, actor=room.writer
        )
    assert {fault["field"] for fault in refused.value.members["faults"]} == {"kuk", "kuk 5.3"}


@pytest.mark.clause("9.3.1", "the pass mark means the ability that a frozen, approved set of items asks for")
async def test_a_standard_is_the_active_bank_at_the_cut(room: Room) -> None:
    with pytest.raises(NoBlueprint):
        await room.standard()
    await room.blueprint()
    with pytest.raises(NoStandard, match="standar acuan belum disahkan"):
        await assembly.require_standard(room.session, room.scheme)
    written = await room.standard()
    standard = await assembly.require_standard(room.session, room.scheme)
    assert (standard.id, len(standard.items), standard.target.score) == (written, 120, 68.0)
    blueprint = (await assembly.require_blueprint(room.session, room.scheme)).blueprint
    assert blueprint_score(standard.items.values(), blueprint, standard.target.theta) == pytest.approx(68, abs=1e-4)
    # All items are judged alike, .65 for a candidate at the cut, so that 68 asks for a little more than that.
    assert standard.target.theta == pytest.approx(0.1348, abs=1e-3)


async def test_nobody_approves_their_own_standard(room: Room) -> None:
    await room.blueprint()
    written = await assembly.write_standard(room.session, room.scheme, BASIS, actor=room.writer)
    with pytest.raises(ApproveByAnother):
        await assembly.approve_standard(room.session, written, actor=room.writer)


async def test_an_approved_standard_is_frozen_with_its_scheme_version(room: Room) -> None:
    await room.blueprint()
    other = await assembly.write_standard(room.session, room.scheme, BASIS, actor=room.writer)
    approved = await room.standard()
    with pytest.raises(StandardFrozen):
        await assembly.write_standard(room.session, room.scheme, BASIS, actor=room.writer)
    with pytest.raises(StandardFrozen):
        await assembly.approve_standard(room.session, other, actor=room.approver)
    rows = await room.session.execute(text("SELECT id, state FROM reference_standards"))
    assert {row.id: row.state for row in rows} == {other: "withdrawn", approved: "approved"}


@pytest.mark.parametrize("table", ["blueprints", "reference_standards"])
async def test_the_server_cannot_change_what_was_written(database: TestDatabase, table: str) -> None:
    connection = await asyncpg.connect(database.app_url)
    try:
        for change in (
            f"UPDATE {table} SET content = '{{}}'",
            f"UPDATE {table} SET basis = 'x'",
            f"DELETE FROM {table}",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
    finally:
        await connection.close()


async def test_a_standard_computed_with_a_replaced_blueprint_is_not_approved(room: Room) -> None:
    await room.blueprint()
    written = await assembly.write_standard(room.session, room.scheme, BASIS, actor=room.writer)
    await room.blueprint()
    with pytest.raises(StandardOutdated):
        await assembly.approve_standard(room.session, written, actor=room.approver)


async def test_a_bank_that_lacks_items_gives_no_standard_and_names_the_criterion(room: Room) -> None:
    await room.blueprint()
    await room.load([draft for draft in draft_items() if draft.kuk != "3.4"])
    with pytest.raises(BankTooSmall) as refused:
        await room.standard()
    assert refused.value.members["kuk"] == "3.4"


@pytest.mark.clause("9.3.1", "the meaning of the pass mark does not move with the bank")
async def test_the_standard_stays_while_the_bank_changes_and_its_drift_is_seen(room: Room) -> None:
    await room.blueprint()
    await room.standard()
    standard = await assembly.require_standard(room.session, room.scheme)
    easier = [replace(draft, answer=replace(draft.answer, expected_p=0.75)) for draft in draft_items()]
    reworded = [replace(one, content=replace(one.content, stem=one.content.stem + "!")) for one in easier]
    await room.load(reworded)
    assert await assembly.require_standard(room.session, room.scheme) == standard
    blueprint = (await assembly.require_blueprint(room.session, room.scheme)).blueprint
    now = await assembly.read_pool(room.session, room.scheme, standard)
    assert blueprint_score(now, blueprint, standard.target.theta) == pytest.approx(77.4, abs=0.1)


async def test_unchanged_items_keep_the_difficulty_of_the_standard(room: Room) -> None:
    await room.observe("LAMA · 0123456789ab", MMU_1_1_01=0.9)
    await room.blueprint()
    await room.standard()
    before = await room.pool()
    standard = await assembly.require_standard(room.session, room.scheme)
    assert standard.settled == {"LAMA"}
    assert before["MMU-1.1-01"].b < before["MMU-1.1-02"].b
    assert (before["MMU-1.1-01"].source, before["MMU-1.1-01"].n) == (Source.EMPIRICAL, 60)
    # Another text and another key make another item; the rest stays as the standard has it.
    drafts = draft_items()
    drafts[3] = replace(
        drafts[3],
        content=replace(drafts[3].content, stem="Kalimat yang lain sama sekali?"),
        answer=replace(drafts[3].answer, expected_p=0.3),
    )
    drafts[0] = replace(drafts[0], answer=replace(drafts[0].answer, key=3))
    await room.load(drafts)
    after = await room.pool()
    assert (after["MMU-1.1-01"].source, after["MMU-1.1-01"].n) == (Source.JUDGED, 0)
    assert after["MMU-1.1-01"].b == pytest.approx(-0.6190, abs=1e-4)
    assert after["MMU-1.1-04"].b == pytest.approx(0.8473, abs=1e-4)
    assert [after[code].b for code in sorted(after)[4:]] == [before[code].b for code in sorted(before)[4:]]


async def test_new_answers_move_an_item_of_the_standard_and_old_ones_do_not_count_twice(room: Room) -> None:
    await room.observe("LAMA · 0123456789ab", MMU_1_1_01=0.9)
    await room.blueprint()
    await room.standard()
    before = await room.pool()
    await room.observe("BARU · 0123456789ab", MMU_1_1_01=0.4)
    after = await room.pool()
    assert after["MMU-1.1-01"].b > before["MMU-1.1-01"].b
    assert after["MMU-1.1-01"].se < before["MMU-1.1-01"].se
    assert after["MMU-1.1-01"].n == 120


async def test_an_editorial_correction_goes_on_with_the_statistics_of_its_lineage(
    room: Room, database: TestDatabase
) -> None:
    await room.observe("LAMA · 0123456789ab", MMU_1_1_01=0.9)
    known = {item.code: item for item in await itembank.list_statistics(room.session, "MMu")}
    assert [finding.n for finding in known["MMU-1.1-01"].findings] == [60]
    reworded = draft_items()
    reworded[0] = replace(reworded[0], content=replace(reworded[0].content, stem="Pokok soal yang lain?"))
    await room.load(reworded)
    # A revision begins anew, and what the old wording showed still tells how able that sitting was.
    known = {(i.code, bool(i.findings)): i for i in await itembank.list_statistics(room.session, "MMu")}
    assert known["MMU-1.1-01", True].version_id != known["MMU-1.1-01", False].version_id
    assert (await room.pool())["MMU-1.1-01"].source is Source.JUDGED
    await room.session.commit()
    await alter(
        database,
        "UPDATE item_versions SET lineage_id = $1 WHERE id = $2",
        known["MMU-1.1-01", True].version_id,
        known["MMU-1.1-01", False].version_id,
    )
    assert (await room.pool())["MMU-1.1-01"].n == 60


async def test_a_new_scheme_version_carries_the_standard_over_as_it_is(room: Room) -> None:
    await room.blueprint()
    await room.standard()
    first = await assembly.require_standard(room.session, room.scheme)
    newer = replace(room, scheme=await room.next_version())
    await newer.blueprint()
    with pytest.raises(NoStandard):
        await assembly.require_standard(room.session, newer.scheme)
    await room.load([replace(one, answer=replace(one.answer, expected_p=0.3)) for one in draft_items()])
    await newer.standard(carry_over=True)
    carried = await assembly.require_standard(room.session, newer.scheme)
    assert carried == replace(first, id=carried.id)


async def test_a_standard_for_another_pass_mark_is_not_carried_over(room: Room) -> None:
    await room.blueprint()
    await room.standard()
    newer = replace(room, scheme=await room.next_version(pass_mark=70))
    await newer.blueprint()
    with pytest.raises(NothingToCarryOver):
        await newer.standard(carry_over=True)


async def test_defaults_are_approved_once_and_leave_what_people_decided(room: Room) -> None:
    decided = await room.blueprint()
    for _ in range(2):
        await assembly.approve_defaults(room.session, room.scheme)
    assert (await assembly.require_blueprint(room.session, room.scheme)).id == decided
    counts = await room.session.execute(
        text("SELECT (SELECT count(*) FROM blueprints), (SELECT count(*) FROM reference_standards)")
    )
    assert tuple(counts.one()) == (1, 1)


@pytest.mark.invariant("I-27")
@pytest.mark.parametrize("table", ["blueprints", "reference_standards"])
async def test_verify_finds_what_its_own_writer_approved(room: Room, database: TestDatabase, table: str) -> None:
    await assembly.approve_defaults(room.session, room.scheme, writer=room.writer, approver=room.approver)
    await room.session.commit()
    opened = open_database(database)
    assert await violations(opened, but=("I-45",)) == []
    await alter(database, f"UPDATE {table} SET approved_by = made_by")
    (found,) = await violations(opened, but=("I-45",))
    await opened.close()
    assert found.startswith("I-27: ")


@pytest.mark.invariant("I-47")
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("UPDATE reference_standards SET content = jsonb_set(content, '{items,0,b}', '2')", "another hash"),
        ("UPDATE reference_standards SET content = jsonb_set(content, '{theta_cut}', '0.5')", "theta_cut is 0.5"),
        ("UPDATE blueprints SET sha256 = 'x'", "another blueprint"),
    ],
)
async def test_verify_computes_every_standard_again(room: Room, database: TestDatabase, damage: str, says: str) -> None:
    await assembly.approve_defaults(room.session, room.scheme)
    await room.session.commit()
    opened = open_database(database)
    assert await violations(opened, but=("I-45",)) == []
    await alter(database, damage)
    found = await violations(opened, but=("I-45",))
    await opened.close()
    assert found
    assert all(one.startswith("I-47: ") for one in found)
    assert any(says in one for one in found)
