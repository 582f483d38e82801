"""A validity review over HTTP, from the plan to the end: who may take which step, and what is asked for before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app import identity
from app.core.access import Actor, Role
from app.core.db import Database
from app.review.compute import PROGRAM
from app.review.data.parts import parts_key, write_parts
from app.review.findings import moves, raising
from app.review.findings.raising import Words
from app.review.findings.types import Grade
from app.review.method.versions import approve_default_method
from app.review.reviews.computing import fail, find_asked, keep_computed, note_progress
from app.review.reviews.rules import add_months
from app.review.shown import Lead, Strength, Subject, SubjectKind
from tests.databases import TestDatabase
from tests.domain.test_after_a_sitting import close_and_release, take_exam
from tests.factories import World, client_of, make_settings, make_world, running_app, violations

REVIEWS = "/api/staff/reviews"
METHODS = "/api/staff/review-methods"
SNAPSHOT = "5" * 64
TITLE = "Kajian semester ini"
BASIS = "rapat komite 3 Maret 2026, berita acara no. 4"
LINEAGE = UUID(int=7)
STRONG = Lead(
    "mis-key",
    Subject(SubjectKind.ITEM, str(LINEAGE), "MMU-1.1-01"),
    Strength.STRONG,
    "kunci mungkin keliru",
    "the key may be wrong",
)


@dataclass
class Room:
    database: Database
    world: World
    clients: dict[str, httpx.AsyncClient]
    today: date

    async def post(self, path: str, role: str = "committee", **body: Any) -> httpx.Response:
        return await self.clients[role].post(path, json=body)

    async def get(self, path: str, role: str = "committee") -> Any:
        answer = await self.clients[role].get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def approve_method(self) -> None:
        async with self.database.staff() as session, session.begin():
            await approve_default_method(session, "MMu", valid_from=self.today - timedelta(30))

    async def plan(self, until: date | None = None) -> str:
        period = {"period_from": str(self.today - timedelta(180)), "period_to": str(until or self.today)}
        answer = await self.post(REVIEWS, scheme="MMu", title=TITLE, **period)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def computed(self, leads: Sequence[Lead] = ()) -> str:
        """A review whose computing came to these leads."""
        await self.approve_method()
        review = await self.plan()
        await self.compute(review, leads)
        return review

    async def compute(self, review: str, leads: Sequence[Lead] = ()) -> None:
        assert (await self.post(f"{REVIEWS}/{review}/compute")).status_code == 204
        method = (await self.get(f"{REVIEWS}/{review}"))["method"]["sha256"]
        part = {"leads": [lead.as_json() for lead in leads], "by_chance": {}, "chance": {}, "rules": {}}
        async with self.database.staff() as session, session.begin():
            await write_parts(session, parts_key(SNAPSHOT, method), {"leads": part, "items": {"rows": []}})
            asked = await find_asked(session, UUID(review))
            assert asked is not None
            known = {"asking": asked.asking, "corrections": asked.corrections}
            assert await keep_computed(session, UUID(review), [self.world.sitting_id], SNAPSHOT, **known)

    async def print_report(self, review: str) -> None:
        async with self.database.staff() as session, session.begin():
            await session.execute(
                text(
                    "INSERT INTO printed_papers (code, kind, review_id, sha256, printed_by) "
                    "VALUES ('uji', 'review', :review, 'x', :person)"
                ),
                {"review": UUID(review), "person": self.world.staff["committee"]},
            )

    def minutes(self, **changed: Any) -> dict[str, Any]:
        present = [str(self.world.staff[one]) for one in ("committee", "member")]
        conclusions = dict.fromkeys(("fairness", "validity", "reliability", "performance"), "Baik.")
        meeting = {"held_on": str(self.today), "place": "Kantor", "present": present, "minutes": "Dibahas."}
        return meeting | conclusions | {"next_due": str(add_months(self.today, 6)), "revision": 0} | changed


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        opened = app.state.database
        world = await make_world(opened, with_passwords=True)
        await take_exam(database, opened, world)
        await close_and_release(opened, world)
        async with opened.staff() as session, session.begin():
            member = await identity.add_staff(session, name="Anggota lain", username="member", roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, member, frozenset({Role.COMMITTEE}))
            await session.execute(
                text(
                    "UPDATE staff_accounts SET password_hash = "
                    "(SELECT password_hash FROM staff_accounts WHERE username = 'committee')"
                )
            )
            today = await session.scalar(text("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Jakarta')::date"))
        world.staff["member"] = member
        clients = {}
        for role in ("committee", "member", "auditor"):
            clients[role] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[role], role)
        yield Room(opened, world, clients, today)


async def broken(room: Room) -> list[str]:
    """What reviews and methods break; the answers of this world were never sent."""
    return [one for one in await violations(room.database) if one.startswith("I-51")]


def codes(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.clause("9.3.5", "the review method is written by one member of the committee and approved by another")
async def test_a_method_is_written_by_one_and_approved_by_another(room: Room) -> None:
    found = await room.get(f"{METHODS}?scheme=MMu")
    assert found["methods"] == []
    values = found["proposed"]
    assert {field["name"] for group in found["groups"] for field in group["fields"]} == values.keys()
    body = {"scheme": "MMu", "values": values, "basis": BASIS, "valid_from": str(room.today)}
    short = await room.post(METHODS, **body | {"basis": "ya"})
    assert codes(short) == (422, "basis-needed")
    unfit = await room.post(METHODS, **body | {"values": values | {"quorum": 1}})
    assert codes(unfit) == (422, "unfit-method")
    assert unfit.json()["faults"][0]["text_id"] == "Kuorum rapat (orang): isi bilangan bulat antara 2 dan 50"
    written = (await room.post(METHODS, **body)).json()["id"]
    assert codes(await room.post(f"{METHODS}/{written}/approve")) == (409, "approve-by-another")
    assert (await room.post(f"{METHODS}/{written}/approve", "member")).status_code == 204
    assert codes(await room.post(f"{METHODS}/{written}/approve", "member")) == (409, "decided-already")

    second = (await room.post(METHODS, "member", **body | {"values": values | {"quorum": 3}})).json()["id"]
    assert (await room.post(f"{METHODS}/{second}/approve")).status_code == 204
    newest, first = (await room.get(f"{METHODS}?scheme=MMu", "auditor"))["methods"]
    assert (newest["state"], first["state"]) == ("approved", "replaced")
    assert newest["changes"] == [{"field": "quorum", "before": 2, "after": 3}]
    assert (first["made_by"]["name"], first["approved_by"]["name"]) == ("Petugas committee", "Anggota lain")


@pytest.mark.clause("9.3.5", "a review names its approved method, thresholds and window")
async def test_a_review_needs_a_method_and_says_when_it_came_late(room: Room) -> None:
    body = {"scheme": "MMu", "title": TITLE, "period_from": "2026-01-01", "period_to": str(room.today)}
    assert codes(await room.post(REVIEWS, **body)) == (409, "no-method")
    await room.approve_method()
    assert codes(await room.post(REVIEWS, **body | {"period_to": "2026-01-01"})) == (422, "bad-period")
    review = (await room.post(REVIEWS, **body)).json()["id"]
    assert codes(await room.post(REVIEWS, **body)) == (409, "review-exists")
    shown = await room.get(f"{REVIEWS}/{review}", "auditor")
    assert (shown["method"]["version_no"], shown["method"]["late"]) == (1, True)
    assert [(one["code"], one["candidates"], one["released"]) for one in shown["sittings"]] == [("UJI-1", 2, True)]
    withdrawn = await room.post(f"{REVIEWS}/{review}/withdraw", reason="periodenya keliru")
    assert withdrawn.status_code == 204
    assert (await room.post(REVIEWS, **body)).status_code == 201


async def test_computing_waits_for_the_end_of_the_period_and_for_results(room: Room) -> None:
    await room.approve_method()
    running = await room.plan(until=room.today + timedelta(1))
    assert codes(await room.post(f"{REVIEWS}/{running}/compute")) == (409, "period-running")
    early = {"period_from": str(room.today - timedelta(400)), "period_to": str(room.today - timedelta(200))}
    empty = (await room.post(REVIEWS, scheme="MMu", title=TITLE, **early)).json()["code"]
    assert empty == "no-method"  # none was meant for so early a period
    async with room.database.staff() as session, session.begin():
        await approve_default_method(session, "MMu", valid_from=room.today - timedelta(400))
    nothing = (await room.post(REVIEWS, scheme="MMu", title=TITLE, **early)).json()["id"]
    assert codes(await room.post(f"{REVIEWS}/{nothing}/compute")) == (409, "nothing-released")


async def test_computing_tells_how_far_it_is_and_why_it_came_to_nothing(room: Room) -> None:
    await room.approve_method()
    review = await room.plan()
    assert (await room.post(f"{REVIEWS}/{review}/compute")).status_code == 204
    assert codes(await room.post(f"{REVIEWS}/{review}/compute")) == (409, "review-moved")
    async with room.database.staff() as session, session.begin():
        asked = await session.scalars(text("SELECT payload FROM jobs WHERE kind = 'review.compute'"))
        assert list(asked) == [{"review_id": review}]
        assert await note_progress(session, UUID(review), "items", 3, 10, asking=1)
    shown = await room.get(f"{REVIEWS}/{review}")
    assert (shown["state"], shown["step"], shown["done"], shown["total"]) == ("computing", "items", 3, 10)
    async with room.database.staff() as session, session.begin():
        await fail(session, UUID(review), "tidak ada jawaban / no answers")
        assert not await note_progress(session, UUID(review), "items", 4, 10, asking=1)
    shown = await room.get(f"{REVIEWS}/{review}")
    assert (shown["state"], shown["fault"]) == ("planned", "tidak ada jawaban / no answers")
    assert (await room.post(f"{REVIEWS}/{review}/compute")).status_code == 204


async def test_whoever_computes_for_nobody_is_told(room: Room) -> None:
    await room.approve_method()
    review = await room.plan()
    assert (await room.post(f"{REVIEWS}/{review}/compute")).status_code == 204
    assert (await room.post(f"{REVIEWS}/{review}/reopen", reason="sesi susulan masuk")).status_code == 204
    async with room.database.staff() as session, session.begin():
        assert not await keep_computed(
            session, UUID(review), [room.world.sitting_id], SNAPSHOT, asking=1, corrections=[]
        )
    assert (await room.get(f"{REVIEWS}/{review}"))["state"] == "planned"
    assert (await room.post(f"{REVIEWS}/{review}/compute")).status_code == 204
    async with room.database.staff() as session, session.begin():
        assert not await note_progress(session, UUID(review), "items", 9, 10, asking=1), "its data are older"
        assert not await keep_computed(
            session, UUID(review), [room.world.sitting_id], SNAPSHOT, asking=1, corrections=[]
        )
        await fail(session, UUID(review), "jawaban terlambat / too late", asking=1)
    assert (await room.get(f"{REVIEWS}/{review}"))["state"] == "computing"


@pytest.mark.clause(
    "9.3.5", "a review is decided on with a quorum, minutes and conclusions, and closed by somebody else"
)
async def test_from_the_meeting_to_the_end(room: Room) -> None:
    review = await room.computed()
    path = f"{REVIEWS}/{review}"
    shown = await room.get(path)
    assert (shown["state"], shown["snapshot_sha256"]) == ("discussion", SNAPSHOT)
    assert [one["counted"] for one in shown["sittings"]] == [True]
    incomplete = await room.post(f"{path}/decide", revision=0)
    assert codes(incomplete) == (409, "review-incomplete")
    assert incomplete.json()["faults"] == shown["missing"]
    assert len(shown["missing"]) == 9

    kept = await room.post(f"{path}/meeting", **room.minutes(present=[str(room.world.staff["committee"])]))
    assert kept.json() == {"revision": 1}
    (few,) = (await room.get(path))["missing"]
    assert few["text_id"].startswith("Hadir 1 anggota komite, kuorum 2")
    over = await room.post(f"{path}/meeting", "member", **room.minutes())
    assert codes(over) == (409, "meeting-changed")
    assert (await room.post(f"{path}/meeting", "member", **room.minutes(revision=1))).json() == {"revision": 2}
    assert codes(await room.post(f"{path}/decide", revision=1)) == (409, "meeting-changed")
    assert (await room.post(f"{path}/decide", revision=2)).status_code == 204
    assert codes(await room.post(f"{path}/meeting", **room.minutes(revision=2))) == (409, "review-moved")
    assert codes(await room.post(f"{path}/reopen", reason="sesi susulan masuk")) == (409, "review-moved")

    own = await room.post(f"{path}/close")
    assert [fault["field"] for fault in own.json()["faults"]] == ["closer", "report"]
    unprinted = await room.post(f"{path}/close", "member")
    assert [fault["field"] for fault in unprinted.json()["faults"]] == ["report"]
    await room.print_report(review)
    assert (await room.post(f"{path}/close", "member")).status_code == 204
    assert await broken(room) == []
    done = await room.get(path, "auditor")
    assert (done["state"], done["next_due"]) == ("closed", str(add_months(room.today, 6)))
    assert (done["decided_by"]["name"], done["closed_by"]["name"]) == ("Petugas committee", "Anggota lain")
    async with room.database.staff() as session:
        told = await session.scalars(text("SELECT action FROM journal WHERE subject = 'review' ORDER BY id"))
        assert [one for one in told if one != "review.minutes_kept"] == [
            "review.planned", "review.computing", "review.discussion", "review.decided", "review.closed"
        ]  # fmt: skip


@pytest.mark.clause(
    "9.3.5", "a review is decided on with a quorum, minutes and conclusions, and closed by somebody else"
)
async def test_a_meeting_on_older_figures_decides_on_nothing(room: Room) -> None:
    review = await room.computed()
    path = f"{REVIEWS}/{review}"
    assert (await room.post(f"{path}/meeting", **room.minutes())).json() == {"revision": 1}
    assert (await room.post(f"{path}/reopen", "member", reason="sesi susulan masuk")).status_code == 204
    await room.compute(review)
    assert codes(await room.post(f"{path}/decide", revision=1)) == (409, "meeting-changed")
    shown = await room.get(path)
    assert (shown["meeting"]["minutes"], shown["meeting"]["present"]) == ("Dibahas.", [])
    assert [one["field"] for one in shown["missing"]] == ["held_on", "present"]
    assert (await room.post(f"{path}/meeting", **room.minutes(revision=2))).json() == {"revision": 3}
    assert (await room.post(f"{path}/decide", revision=3)).status_code == 204


async def test_a_computed_review_that_is_withdrawn_breaks_nothing(room: Room) -> None:
    review = await room.computed()
    assert (await room.post(f"{REVIEWS}/{review}/withdraw", reason="periodenya keliru")).status_code == 204
    assert await broken(room) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reviews SET state = 'decided', next_due = '2027-01-01', decided_by = planned_by",  # without anybody present
        "UPDATE reviews SET snapshot_sha256 = NULL",
        "UPDATE review_methods SET state = 'draft'",
    ],
)
async def test_what_went_past_the_rules_is_found(room: Room, change: str) -> None:
    await room.computed()
    assert await broken(room) == []
    async with room.database.staff() as session, session.begin():
        await session.execute(text(change))
    assert len(await broken(room)) == 1


async def test_only_members_are_ticked_present(room: Room) -> None:
    review = await room.computed()
    stranger = room.minutes(present=[str(room.world.staff["office"])])
    assert codes(await room.post(f"{REVIEWS}/{review}/meeting", **stranger)) == (422, "not-of-committee")


async def test_strong_evidence_is_spoken_about_before_the_decision(room: Room) -> None:
    review = await room.computed([STRONG])
    path = f"{REVIEWS}/{review}"
    assert (await room.post(f"{path}/meeting", **room.minutes())).status_code == 200
    (left,) = (await room.get(path))["missing"]
    assert (left["field"], "MMU-1.1-01" in left["text_en"]) == ("leads", True)
    async with room.database.staff() as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO item_decisions (review_id, lineage_id, item_version_id, decision, note, decided_by) "
                "SELECT :review, :lineage, id, 'accepted', 'dilihat', :person FROM item_versions LIMIT 1"
            ),
            {"review": UUID(review), "lineage": LINEAGE, "person": room.world.staff["committee"]},
        )
    assert (await room.get(path))["missing"] == []


@pytest.mark.clause("9.3.5", "whatever has strong evidence, not only an item, is spoken about before the decision")
async def test_strong_evidence_on_forms_pairs_and_the_exam_is_a_finding_before_the_decision(room: Room) -> None:
    found = [
        Lead("similar-answers", Subject(SubjectKind.PAIR, "a/b", "Ani dan Budi"), Strength.STRONG, "serupa", "alike"),
        Lead("form-beyond", Subject(SubjectKind.FORM, "s/3", "Paket 3"), Strength.STRONG, "beda", "differs"),
        Lead("reliability", Subject(SubjectKind.EXAM, "", "ujian"), Strength.STRONG, "rendah", "low"),
        Lead("speed", Subject(SubjectKind.EXAM, "", "ujian"), Strength.EXPERT, "cepat", "fast"),
    ]
    review = await room.computed(found)
    path = f"{REVIEWS}/{review}"
    assert (await room.post(f"{path}/meeting", **room.minutes())).status_code == 200
    (left,) = (await room.get(path))["missing"]
    assert left["text_en"].endswith("neither decided on nor a finding: Paket 3, pair of candidates, ujian."), (
        "who the pair is stands in the integrity panel alone"
    )
    words = Words(Grade.SUGGESTION, "Sudah dibahas dalam rapat.", "Lihat panel.")
    one, other = (
        Actor(room.world.staff[name], UUID(int=1), name, frozenset({Role.COMMITTEE}))
        for name in ("committee", "member")
    )
    for lead in found[:3]:
        async with room.database.staff() as session, session.begin():
            mark = await raising.raise_from_lead(session, UUID(review), lead.id, words, actor=one)
    assert (await room.get(path))["missing"] == []
    async with room.database.staff() as session, session.begin():
        await moves.withdraw(session, mark.id, "Sebabnya sudah diketahui.", actor=other)
    assert (await room.get(path))["missing"] == [], "two members looked at it, and their words are kept"


async def test_a_scheme_that_was_never_reviewed_is_due_an_interval_after_its_first_results(room: Room) -> None:
    assert (await room.get(f"{REVIEWS}/waiting"))["waiting"] == []
    async with room.database.staff() as session, session.begin():
        await session.execute(text("UPDATE sittings SET opens_at = opens_at - interval '200 days'"))
    (wait,) = (await room.get(f"{REVIEWS}/waiting"))["waiting"]
    assert (wait["kind"], wait["scheme"], wait["late"]) == ("due", "MMu", True)


async def test_what_waits_is_told_at_the_start(room: Room) -> None:
    await room.approve_method()
    planned = await room.plan(until=room.today - timedelta(1))
    (wait,) = (await room.get(f"{REVIEWS}/waiting"))["waiting"]
    assert (wait["kind"], wait["review_id"]) == ("planned", planned)
    assert (await room.post(f"{REVIEWS}/{planned}/withdraw", reason="periodenya keliru")).status_code == 204
    review = await room.computed()
    (wait,) = (await room.get(f"{REVIEWS}/waiting", "auditor"))["waiting"]
    assert (wait["kind"], wait["review_id"]) == ("computed", review)
    async with room.database.staff() as session, session.begin():
        await session.execute(
            text("UPDATE reviews SET state = 'closed', next_due = :due"), {"due": room.today - timedelta(1)}
        )
    (wait,) = (await room.get(f"{REVIEWS}/waiting"))["waiting"]
    assert (wait["kind"], wait["late"]) == ("due", True)
    async with room.database.staff() as session, session.begin():
        await session.execute(text("UPDATE reviews SET next_due = :due"), {"due": room.today + timedelta(31)})
    assert (await room.get(f"{REVIEWS}/waiting"))["waiting"] == []


async def test_a_review_keeps_the_edition_of_the_program_that_computed_it(room: Room) -> None:
    review = await room.computed([STRONG])
    one = await room.get(f"{REVIEWS}/{review}")
    assert one["program"] == PROGRAM
    async with room.database.staff() as session, session.begin():
        key = parts_key(one["snapshot_sha256"], one["method"]["sha256"], "kajian-1")
        await write_parts(session, key, {"leads": {"leads": []}})
        await session.execute(text("UPDATE reviews SET program = 'kajian-1' WHERE id = :id"), {"id": review})
    assert (await room.get(f"{REVIEWS}/{review}"))["program"] == "kajian-1"
    assert (await room.get(f"{REVIEWS}/{review}/parts/leads"))["leads"] == [], "what that edition computed, not today's"
