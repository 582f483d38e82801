"""A finding from the lead that raised it to its closure: who may do what, when, and what stays written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, itembank
from app.core.access import Actor, Role
from app.core.clock import read_clock
from app.core.db import Database
from app.core.errors import NotFound
from app.grading.corrections.models import CorrectionApprovalRow, KeyCorrectionRow
from app.grading.corrections.queries import seal_option
from app.review.findings import moves, queries, raising
from app.review.findings.errors import Barred, DueInPast, FindingStands, LeadUnknown, OwnerUnknown
from app.review.findings.moves import Asked, Verdict
from app.review.findings.raising import Origin, Words
from app.review.findings.types import ActionKind, Bar, Finding, Grade, State
from app.review.reviews import states
from app.review.shown import Subject, SubjectKind
from tests.databases import TestDatabase
from tests.factories import World, make_world, open_database, violations
from tests.findings import make_review, member, mis_key_lead

WORDS = Words(Grade.MAJOR, "Kunci soal MMU-1.1-01 keliru.", "Lima dari enam peserta terbaik memilih jawaban lain.")
CAUSE = "Kunci tertukar saat impor berkas asesor."
WORKED = "Pada periode berikutnya soal ini tidak lagi ditandai."
UNTOUCHED = ("I-45", "I-48")  # the tests' cluster is not durable, and these reviews have leads without data
EXAM = Subject(SubjectKind.EXAM, "", "ujian")


@dataclass
class Committee:
    """Two members and the office; a review in whose period a key is suspected."""

    database: Database
    world: World
    one: Actor
    other: Actor
    office: Actor
    today: date
    review: UUID
    lead_id: str

    async def raised(self, words: Words = WORDS, *, source: UUID | None = None) -> UUID:
        async with self.database.staff() as session, session.begin():
            mark = await raising.raise_from_lead(session, source or self.review, self.lead_id, words, actor=self.one)
        return mark.id

    async def asked(self, finding: UUID, kind: ActionKind = ActionKind.ITEM_REVISED, **changes: object) -> UUID:
        asked = {
            "kind": kind,
            "description": "Perbaiki kunci dan opsi soal ini.",
            "owner_id": self.office.person_id,
            "due_on": self.today + timedelta(days=30),
        }
        async with self.database.staff() as session, session.begin():
            return await moves.ask_action(session, finding, Asked(**(asked | changes)), actor=self.one)  # type: ignore[arg-type]

    async def done(self, action: UUID, actor: Actor | None = None) -> None:
        async with self.database.staff() as session, session.begin():
            await moves.report_done(session, action, "Sudah diperbaiki.", actor=actor or self.office)

    async def corrected(self, code: str, kind: str) -> None:
        """A correction that two persons applied; nobody sat an exam here, so it changes no score."""
        correction_id = uuid4()
        async with self.database.staff() as session, session.begin():
            session.add(
                KeyCorrectionRow(
                    id=correction_id,
                    scheme_code="MMu",
                    item_code=code,
                    version_ids=[],
                    kind=kind,
                    sealed=seal_option(session, correction_id, None if kind == "void" else 1),
                    reason=WORKED,
                    state="applied",
                    expected={},
                    expected_sha256="",
                    proposed_by=self.one.person_id,
                )
            )
            await session.flush()
            session.add_all(
                CorrectionApprovalRow(correction_id=correction_id, person_id=one.person_id, note=WORKED)
                for one in (self.one, self.other)
            )

    async def caused(self, finding: UUID) -> None:
        async with self.database.staff() as session, session.begin():
            await moves.name_cause(session, finding, CAUSE, actor=self.one)

    async def verified(self, finding: UUID, verdict: Verdict, actor: Actor | None = None) -> None:
        async with self.database.staff() as session, session.begin():
            await moves.verify(session, finding, verdict, actor=actor or self.other)

    async def withdrawn(self, finding: UUID, actor: Actor) -> None:
        async with self.database.staff() as session, session.begin():
            await moves.withdraw(session, finding, "Salah membaca tabel.", actor=actor)

    async def read(self, finding: UUID) -> Finding:
        async with self.database.staff() as session:
            return await queries.get_finding(session, finding)

    async def later_review(self, days: int = 1, *, computed: bool = True) -> UUID:
        begins = self.today + timedelta(days=days)
        async with self.database.staff() as session, session.begin():
            return await make_review(
                session, self.world, (begins, begins + timedelta(days=180)), leads=[mis_key_lead()], computed=computed
            )


@pytest.fixture
async def committee(database: TestDatabase) -> AsyncIterator[Committee]:
    opened = open_database(database, pool_size=3)
    world = await make_world(opened, candidates=0, prepared=False)
    async with opened.staff() as session, session.begin():
        today = (await read_clock(session) + timedelta(hours=7)).date()
        other = await identity.add_staff(session, name="Anggota kedua", username="kedua", roles=[Role.COMMITTEE])
        lead = mis_key_lead()
        period = (today - timedelta(days=200), today - timedelta(days=20))
        review = await make_review(session, world, period, leads=[lead])
    second = Actor(other, uuid4(), "Anggota kedua", frozenset({Role.COMMITTEE}))
    office = member(world, "office")
    yield Committee(opened, world, member(world), second, office, today, review, lead.id)
    assert await violations(opened, but=UNTOUCHED) == []
    await opened.close()


async def closed_by(committee: Committee, review: UUID) -> UUID:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding))
    await committee.verified(finding, Verdict(True, WORKED, review))
    return finding


@pytest.mark.clause("9.3.5", "a finding is closed only after its correction was verified")
async def test_the_whole_loop_from_a_lead_to_a_proven_correction(committee: Committee) -> None:
    finding = await committee.raised()
    raised = await committee.read(finding)
    assert (raised.mark.no, raised.mark.state, raised.subject.label) == (1, State.OPEN, "MMU-1.1-01")
    assert raised.lead == mis_key_lead().as_json(), "as it stood"
    action = await committee.asked(finding)
    await committee.caused(finding)
    await committee.done(action)
    assert (await committee.read(finding)).mark.state is State.VERIFYING
    await committee.verified(finding, Verdict(True, WORKED, await committee.later_review()))
    closed = await committee.read(finding)
    assert (closed.mark.state, closed.closed_by) == (State.CLOSED, "Anggota kedua")
    async with committee.database.staff() as session:
        written = await session.execute(
            text("SELECT action, facts::text, reason FROM journal WHERE subject = 'finding' ORDER BY id")
        )
        entries = written.all()
    assert [entry.action for entry in entries] == [
        "finding.raised",
        "finding.action_asked",
        "finding.acting",
        "finding.cause_named",
        "finding.action_done",
        "finding.verifying",
        "finding.verified",
        "finding.closed",
    ]
    assert "kunci" not in str(entries).lower(), "what people wrote of an item stays with the finding"


async def reopened(committee: Committee, review: UUID) -> None:
    async with committee.database.staff() as session, session.begin():
        await states.reopen(session, review, "dihitung ulang sesudah koreksi", actor=committee.one)


@pytest.mark.clause("9.3.5", "a finding is closed by the figures of a review as they stand")
@pytest.mark.parametrize("effective", [True, False])
@pytest.mark.invariant("I-49", "I-50")
async def test_what_a_reopened_review_proved_is_to_be_proven_again(committee: Committee, effective: bool) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding))
    review = await committee.later_review()
    await committee.verified(finding, Verdict(effective, WORKED, review))
    await reopened(committee, review)
    waits = await committee.read(finding)
    assert (waits.mark.state, waits.closed_at, waits.closed_by) == (State.VERIFYING, None, None)
    (proof,) = waits.verifications
    assert (proof.effective, proof.taken_back_at is not None) == (effective, True), "it stays on record"
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, Verdict(True, WORKED, review))
    assert barred.value.code == Bar.NOT_COMPUTED
    async with committee.database.staff() as session:
        last = text("SELECT action, facts ->> 'review' FROM journal WHERE subject = 'finding' ORDER BY id DESC LIMIT 2")
        assert [tuple(row) for row in await session.execute(last)] == [
            ("finding.verifying", None),
            ("finding.verification_taken_back", str(review)),
        ]


async def test_what_was_asked_for_or_found_since_is_not_undone_by_reopening(committee: Committee) -> None:
    asked_again = await committee.raised()
    await committee.caused(asked_again)
    await committee.done(await committee.asked(asked_again))
    review = await committee.later_review()
    await committee.verified(asked_again, Verdict(False, WORKED, review))
    await committee.done(await committee.asked(asked_again))
    other = await committee.later_review(40)
    await committee.verified(asked_again, Verdict(True, WORKED, other))
    await reopened(committee, review)
    assert (await committee.read(asked_again)).mark.state is State.CLOSED, "the other review proved it"
    again = await committee.raised()
    await reopened(committee, other)
    first = await committee.read(asked_again)
    assert (first.mark.state, first.verifications[-1].taken_back_at) == (State.CLOSED, None)
    assert (await committee.read(again)).mark.state is State.OPEN, "the newer finding stands for it"


async def test_a_newer_finding_that_was_withdrawn_stands_for_nothing(committee: Committee) -> None:
    review = await committee.later_review()
    finding = await closed_by(committee, review)
    await committee.withdrawn(await committee.raised(), committee.other)
    await reopened(committee, review)
    assert (await committee.read(finding)).mark.state is State.VERIFYING


@pytest.mark.invariant("I-50")
@pytest.mark.parametrize("seen_again", ["in another review", "in the same"])
async def test_raising_again_waits_for_whoever_takes_back_what_closed_it(committee: Committee, seen_again: str) -> None:
    review = await committee.later_review()
    finding = await closed_by(committee, review)
    source = committee.review if seen_again == "in another review" else review
    async with committee.database.staff() as session, session.begin():
        await states.reopen(session, review, "dihitung ulang sesudah koreksi", actor=committee.one)
        raising_again = asyncio.create_task(committee.raised(source=source))
        await asyncio.wait([raising_again], timeout=0.5)
    with pytest.raises(FindingStands if source == committee.review else NotFound):
        await raising_again
    assert (await committee.read(finding)).mark.state is State.VERIFYING


@pytest.mark.parametrize("seen_again", ["in another review", "in the same"])
async def test_taking_back_waits_for_whoever_raises_it_again(committee: Committee, seen_again: str) -> None:
    review = await committee.later_review()
    finding = await closed_by(committee, review)
    source = committee.review if seen_again == "in another review" else review
    async with committee.database.staff() as session, session.begin():
        await raising.raise_from_lead(session, source, committee.lead_id, WORDS, actor=committee.one)
        reopening = asyncio.create_task(reopened(committee, review))
        await asyncio.wait([reopening], timeout=0.5)
    await reopening
    assert (await committee.read(finding)).mark.state is State.CLOSED, "the newer finding stands for it"


@pytest.mark.clause("9.3.5", "a finding is closed only after its correction was verified")
async def test_whoever_owns_an_action_does_not_close_the_finding(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding, owner_id=committee.other.person_id), committee.other)
    later = await committee.later_review()
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, Verdict(True, WORKED, later), committee.other)
    assert barred.value.code == Bar.OWNER
    await committee.verified(finding, Verdict(True, WORKED, later), committee.one)


@pytest.mark.clause("9.3.5", "a finding is closed only after its correction was verified")
async def test_whoever_says_for_an_owner_that_it_is_done_does_not_close_the_finding(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding), committee.one)
    later = await committee.later_review()
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, Verdict(True, WORKED, later), committee.one)
    assert barred.value.code == Bar.OWNER
    async with committee.database.staff() as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO finding_verifications (finding_id, review_id, effective, evidence, verified_by) "
                "VALUES (:finding, :review, true, 'x', :person)"
            ),
            {"finding": finding, "review": later, "person": committee.one.person_id},
        )
        await _break(session, finding, "closed")
    assert len(await violations(committee.database, but=UNTOUCHED)) == 1, "past the rule it is found"
    async with committee.database.staff() as session, session.begin():
        await _break(session, finding, "verifying")
    await committee.verified(finding, Verdict(True, WORKED, later))


async def test_what_did_not_work_is_acted_on_again(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding))
    later = await committee.later_review()
    await committee.verified(finding, Verdict(False, "Soal ini masih ditandai.", later))
    assert (await committee.read(finding)).mark.state is State.ACTING
    with pytest.raises(Barred, match="keadaan lain"):
        await committee.verified(finding, Verdict(True, WORKED, later))
    await committee.done(await committee.asked(finding, ActionKind.ITEM_RETIRED))
    await committee.verified(finding, Verdict(True, WORKED, later))
    closed = await committee.read(finding)
    assert [proof.effective for proof in closed.verifications] == [False, True]


@pytest.mark.parametrize(("days", "computed", "bar"), [(0, True, Bar.NOT_LATER), (1, False, Bar.NOT_COMPUTED)])
async def test_only_the_figures_of_a_later_period_are_evidence(
    committee: Committee, days: int, computed: bool, bar: Bar
) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding))
    review = await committee.later_review(days, computed=computed)
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, Verdict(True, WORKED, review))
    assert barred.value.code == bar


async def test_a_re_score_is_verified_at_once_and_a_revised_item_is_not(committee: Committee) -> None:
    at_once = Verdict(True, WORKED, at_once="Nilai semua peserta sudah dihitung ulang.")
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding, ActionKind.REKEYED))
    await committee.done(await committee.asked(finding, ActionKind.ITEM_REVISED))
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, at_once)
    assert barred.value.code == Bar.NOT_AT_ONCE
    async with committee.database.staff() as session, session.begin():
        mark = await raising.raise_on(session, Origin(scheme_code="MMu"), EXAM, WORDS, actor=committee.one)
    await committee.caused(mark.id)
    await committee.done(await committee.asked(mark.id, ActionKind.REKEYED))
    with pytest.raises(Barred) as barred:
        await committee.verified(mark.id, at_once)
    assert barred.value.code == Bar.NOT_A_FACT, "no key was corrected"
    await committee.corrected("MMU-1.1-02", "rekey")
    await committee.verified(mark.id, at_once)
    assert (await committee.read(mark.id)).mark.state is State.CLOSED


async def test_only_the_correction_of_its_own_item_proves_a_finding_at_once(committee: Committee) -> None:
    at_once = Verdict(True, WORKED, at_once="Nilai semua peserta sudah dihitung ulang.")
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding, ActionKind.VOIDED))
    for code, kind in (("MMU-1.1-02", "void"), ("MMU-1.1-01", "rekey")):
        await committee.corrected(code, kind)
        with pytest.raises(Barred) as barred:
            await committee.verified(finding, at_once)
        assert barred.value.code == Bar.NOT_A_FACT
    await committee.corrected("MMU-1.1-01", "void")
    await committee.verified(finding, at_once)


async def test_an_item_is_withdrawn_once_the_bank_says_so(committee: Committee) -> None:
    at_once = Verdict(True, WORKED, at_once="Soal ini tidak dipakai lagi.")
    finding = await committee.raised()
    await committee.caused(finding)
    await committee.done(await committee.asked(finding, ActionKind.ITEM_RETIRED))
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, at_once)
    assert barred.value.code == Bar.NOT_A_FACT
    async with committee.database.staff() as session, session.begin():
        versions = await itembank.lifecycle.list_visible(session, "MMU-1.1-01", committee.one)
        for version in versions:
            await itembank.lifecycle.move(
                session, version.version_id, itembank.lifecycle.Action.RETIRE, WORKED, actor=committee.one
            )
    await committee.verified(finding, at_once)


async def test_nothing_is_verified_before_its_cause_is_named(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.done(await committee.asked(finding))
    verdict = Verdict(True, WORKED, await committee.later_review())
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, verdict)
    assert barred.value.code == Bar.CAUSE
    await committee.caused(finding)
    await committee.verified(finding, verdict)


async def test_nothing_is_verified_while_something_is_to_be_done(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.caused(finding)
    first = await committee.asked(finding)
    await committee.asked(finding, ActionKind.TRAINING)
    await committee.done(first)
    with pytest.raises(Barred) as barred:
        await committee.verified(finding, Verdict(True, WORKED, await committee.later_review()))
    assert barred.value.code == Bar.STATE


async def test_only_its_owner_or_the_committee_reports_an_action(committee: Committee) -> None:
    action = await committee.asked(await committee.raised())
    author = member(committee.world, "author")
    with pytest.raises(Barred) as barred:
        await committee.done(action, author)
    assert barred.value.code == Bar.NOT_OWNER
    await committee.done(action, committee.other)
    with pytest.raises(Barred) as barred:
        await committee.done(action)
    assert barred.value.code == Bar.DONE_BEFORE


async def test_an_owner_has_a_role_that_reports_and_a_day_that_is_to_come(committee: Committee) -> None:
    finding = await committee.raised()
    with pytest.raises(OwnerUnknown):
        await committee.asked(finding, owner_id=committee.world.staff["proctor"])
    with pytest.raises(DueInPast):
        await committee.asked(finding, due_on=committee.today - timedelta(days=1))
    action = await committee.asked(finding, due_on=committee.today)
    async with committee.database.staff() as session, session.begin():
        later = committee.today + timedelta(days=9)
        await moves.postpone_action(session, action, later, "Menunggu rapat.", actor=committee.one)
    assert (await committee.read(finding)).due_on == later


async def test_a_finding_raised_by_mistake_is_withdrawn_by_somebody_else(committee: Committee) -> None:
    finding = await committee.raised()
    with pytest.raises(Barred) as barred:
        await committee.withdrawn(finding, committee.one)
    assert barred.value.code == Bar.RAISER
    await committee.withdrawn(finding, committee.other)
    assert (await committee.read(finding)).mark.state is State.WITHDRAWN
    with pytest.raises(Barred):
        await committee.asked(finding)


async def test_once_something_was_done_a_finding_ends_by_verification_alone(committee: Committee) -> None:
    finding = await committee.raised()
    await committee.done(await committee.asked(finding))
    with pytest.raises(Barred) as barred:
        await committee.withdrawn(finding, committee.other)
    assert barred.value.code == Bar.DONE


async def test_a_lead_is_one_finding_until_that_is_closed_and_then_a_repeated_one(committee: Committee) -> None:
    first = await committee.raised()
    with pytest.raises(FindingStands) as stands:
        await committee.raised()
    assert stands.value.members["finding"]["no"] == 1
    await committee.caused(first)
    await committee.done(await committee.asked(first))
    await committee.verified(first, Verdict(True, WORKED, await committee.later_review()))
    again = await committee.read(await committee.raised())
    assert again.repeats is not None
    assert (again.mark.no, again.repeats.id) == (2, first)


async def test_a_lead_that_the_review_does_not_hold_raises_nothing(committee: Committee) -> None:
    async with committee.database.staff() as session, session.begin():
        with pytest.raises(LeadUnknown):
            await raising.raise_from_lead(session, committee.review, "leak:item:x", WORDS, actor=committee.one)
        with pytest.raises(NotFound):
            await raising.raise_from_lead(session, uuid4(), committee.lead_id, WORDS, actor=committee.one)
        with pytest.raises(NotFound):
            await raising.raise_on(session, Origin(scheme_code="XX"), EXAM, WORDS, actor=committee.one)


async def test_the_next_review_shows_first_what_stands(committee: Committee) -> None:
    finding = await committee.raised()
    later = await committee.later_review()
    async with committee.database.staff() as session:
        _, earlier, own = await queries.list_of_review(session, later)
        assert ([one.mark.id for one in earlier], own) == ([finding], [])
        assert [one.mark.id for one in await queries.list_open(session, "MMu")] == [finding]
        assert (await queries.findings_by_lead(session, "MMu"))[committee.lead_id].id == finding
    await committee.caused(finding)
    await committee.done(await committee.asked(finding))
    await committee.verified(finding, Verdict(True, WORKED, later))
    async with committee.database.staff() as session:
        assert await queries.list_open(session, "MMu") == []
        assert await queries.findings_by_lead(session, "MMu") == {}
        _, earlier, _ = await queries.list_of_review(session, later)
        assert [one.mark.id for one in earlier] == [finding], "what it verified stays with it"


async def _break(session: AsyncSession, finding: UUID, state: str) -> None:
    await session.execute(text("UPDATE findings SET state = :state WHERE id = :id"), {"state": state, "id": finding})


@pytest.mark.parametrize("change", ["findings SET statement = 'x'", "corrective_actions SET owner_id = asked_by"])
async def test_what_was_found_and_who_was_asked_is_not_rewritten(committee: Committee, change: str) -> None:
    await committee.asked(await committee.raised())
    async with committee.database.staff() as session:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text(f"UPDATE {change}"))


@pytest.mark.invariant("I-49", "I-50")
async def test_verify_finds_a_finding_that_was_closed_without_proof(committee: Committee) -> None:
    finding = await committee.raised()
    async with committee.database.staff() as session, session.begin():
        await _break(session, finding, "closed")
    found = await violations(committee.database, but=UNTOUCHED)
    assert [one.split(":")[0] for one in found] == ["I-49", "I-50"]
    async with committee.database.staff() as session, session.begin():
        await _break(session, finding, "open")
