"""A rescue file from the bell to the score: the way through, the second person, and what stays on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import delivery, grading, review
from app.core.access import Actor, Role
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.factories import violations
from tests.rescuing import SENT, Room, attempt_of, code, open_room, release, ring, rows


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with open_room(database) as opened:
        yield opened


@pytest.fixture
async def over(room: Room) -> Room:
    """The same after the bell: the server has the sent answers and nothing else."""
    await ring(room.urls, room.database)
    return room


@pytest.mark.invariant("I-20")
@pytest.mark.invariant("I-27")
async def test_approved_answers_are_scored_in_a_run_of_their_own(over: Room) -> None:
    first = (await over.candidate.read("attempt")).json()["receipt"]
    rescue_id = await over.uploaded()
    (waiting,) = (await over.committee.rescues())["rescues"]
    assert (waiting["state"], waiting["added"]) == ("waiting", 2), "position 3 anew, position 4; a blank adds nothing"
    assert await over.scores() == [(1, first["hash"])]
    assert (await over.committee.decide(rescue_id)).status_code == 204
    await work_once(over.database)

    attempt_id = await attempt_of(over.database, over.candidate)
    async with over.database.staff() as session:
        answers = (await delivery.submitted_answers(session, over.world.sitting_id))[attempt_id]
    assert answers == {1: 0, 2: 1, 3: 3, 4: 1}
    second = delivery.receipt_sha256(attempt_id, answers)
    assert await over.scores() == [(1, first["hash"]), (2, second)], "the first run stays as it was"
    await work_once(over.database)
    assert len(await over.scores()) == 2, "scored once, however often the worker looks"
    record = (await over.candidate.read("attempt")).json()
    assert record["receipt"] == first, "the candidate's first receipt stays explainable"
    (decided,) = (await over.proctor.rescues())["rescues"]
    assert decided["receipt_code"] == delivery.receipt_code(second)
    assert await violations(over.database, but=("I-45",)) == []

    await release(over)
    result = (await over.candidate.read("result")).json()
    assert result["receipt"] == first
    assert result["rescue"] == {
        "state": "approved",
        "added": 2,
        "code": delivery.receipt_code(second),
        "hash": second,
    }
    assert await violations(over.database, but=("I-45",)) == []


async def test_answers_that_the_file_calls_sent_count_never_and_warn_whoever_decides(over: Room) -> None:
    """The server acknowledges what it has stored: a file that calls more than that sent is damaged, forged, or the server's loss."""
    answers = rows(over.candidate, SENT | {6: 1, 7: 2}, {4: 1})
    uploaded = await over.office.upload(await over.noted_file(answers=answers))
    (waiting,) = (await over.committee.rescues())["rescues"]
    assert (waiting["added"], waiting["missing"]) == (1, 2)
    assert (await over.committee.decide(uploaded.json()["id"])).status_code == 204
    attempt_id = await attempt_of(over.database, over.candidate)
    async with over.database.staff() as session:
        final = await delivery.submitted_answers(session, over.world.sitting_id)
    assert final[attempt_id] == {1: 0, 2: 1, 3: 2, 4: 1}


async def test_without_a_file_the_result_speaks_of_none(over: Room) -> None:
    await release(over)
    assert (await over.candidate.read("result")).json()["rescue"] is None


async def test_a_file_counts_once(over: Room) -> None:
    file = await over.noted_file()
    other = await over.noted_file({4: 3})
    rescue_id = (await over.office.upload(file)).json()["id"]
    waiting = (await over.office.upload(other)).json()["id"]
    assert code(await over.office.upload(file)) == (409, "rescue-uploaded-before")
    assert (await over.committee.decide(rescue_id)).status_code == 204
    assert code(await over.committee.decide(rescue_id)) == (409, "rescue-decided-before")
    assert code(await over.committee.decide(waiting)) == (409, "rescue-approved-before")
    third = await over.noted_file({4: 0})
    assert code(await over.office.upload(third)) == (409, "rescue-approved-before")
    assert (await over.committee.decide(waiting, approve=False)).status_code == 204


async def test_a_refused_file_changes_no_answer(over: Room) -> None:
    rescue_id = await over.uploaded()
    assert (await over.committee.decide(rescue_id, approve=False)).status_code == 204
    await work_once(over.database)
    assert len(await over.scores()) == 1
    await release(over)
    assert (await over.candidate.read("result")).json()["rescue"] == {
        "state": "refused",
        "added": 2,
        "code": None,
        "hash": None,
    }
    assert await violations(over.database, but=("I-45",)) == []


@pytest.mark.invariant("I-27")
async def test_one_person_never_carries_a_rescue_alone(over: Room) -> None:
    """Whatever roles a person holds: who noted, who uploaded and who sat the exam do not decide."""
    staff = over.world.staff
    for person in (staff["committee"], staff["proctor"]):
        for role in ("committee", "proctor"):
            await alter(
                over.urls,
                "INSERT INTO role_grants (id, person_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                uuid4(),
                person,
                role,
            )
    await over.world.log_in(over.committee.client, "committee")
    await over.world.log_in(over.proctor.client, "proctor")
    rescue_id = await over.uploaded(by=over.committee)
    assert code(await over.committee.decide(rescue_id)) == (409, "rescue-same-person"), "who uploaded"
    assert code(await over.proctor.decide(rescue_id)) == (409, "rescue-same-person"), "who noted"
    third = Actor(over.world.cards[0].person_id, uuid4(), "x", frozenset({Role.COMMITTEE}))
    async with over.database.staff() as session:
        with pytest.raises(delivery.rescue.SamePerson):
            await delivery.rescue.decide(
                session, over.world.sitting_id, rescue_id, approve=True, reason="x", actor=third
            )


async def test_after_the_release_it_is_too_late(over: Room) -> None:
    file = await over.noted_file()
    await release(over)
    assert code(await over.office.upload(file)) == (409, "rescue-after-release")


async def test_results_wait_for_a_decision_and_for_another_look(over: Room) -> None:
    """A file that came in after the key check was cleared asks for another look, as an incident does."""
    actor = Actor(over.world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
    async with over.database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, over.world.sitting_id)
        await review.clear(session, sitting, "diperiksa", actor=actor)
    rescue_id = await over.uploaded()
    path = over.committee.path
    assert code(await over.committee.client.post(f"{path}/release", json={})) == (409, "rescues-waiting")
    clear = {"note": "diperiksa lagi"}
    assert code(await over.committee.client.post(f"{path}/key-check/clear", json=clear)) == (409, "rescues-waiting")
    await over.committee.decide(rescue_id)
    assert code(await over.committee.client.post(f"{path}/key-check/clear", json=clear)) == (409, "key-check-not-ready")
    async with over.database.staff() as session, session.begin():
        with pytest.raises(grading.NotScored):
            await grading.release(session, over.world.sitting_id, actor=actor)
    await work_once(over.database)
    assert (await over.committee.client.post(f"{path}/key-check/clear", json=clear)).status_code == 204
    assert (await over.committee.client.post(f"{path}/release", json={})).status_code == 204
    assert code(await over.committee.decide(rescue_id)) == (409, "rescue-decided-before")


@pytest.mark.parametrize("decided", [False, True])
async def test_a_clock_that_stepped_back_lets_no_file_pass_the_release(over: Room, decided: bool) -> None:
    """What the clearance saw is a matter of record, not of the hour that the database's clock showed."""
    actor = Actor(over.world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
    async with over.database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, over.world.sitting_id)
        await review.clear(session, sitting, "diperiksa", actor=actor)
    rescue_id = await over.uploaded()
    if decided:
        assert (await over.committee.decide(rescue_id)).status_code == 204
        await work_once(over.database)
    await alter(over.urls, "UPDATE rescues SET uploaded_at = uploaded_at - interval '1 hour'")
    await alter(over.urls, "UPDATE rescue_decisions SET decided_at = decided_at - interval '1 hour'")
    refused = await over.committee.client.post(f"{over.committee.path}/release", json={})
    assert code(refused) == (409, "key-check-not-cleared" if decided else "rescues-waiting")
    check = (await over.committee.client.get(f"{over.committee.path}/key-check")).json()
    assert check["state"] == "open", "the page asks for another look"


async def test_an_answer_without_an_approved_file_does_not_count(over: Room) -> None:
    """The journal of answers alone says nothing: the decision is what lets an answer in."""
    await alter(
        over.urls,
        """
        INSERT INTO answer_events (sitting_id, attempt_id, at, seq, epoch, position, option, doubtful, late, source)
        SELECT sitting_id, id, clock_timestamp(), 99, epoch, 4, 1, false, false, 'rescue' FROM attempts
        """,
    )
    attempt_id = await attempt_of(over.database, over.candidate)
    async with over.database.staff() as session:
        answers = await delivery.submitted_answers(session, over.world.sitting_id)
    assert answers[attempt_id] == {1: 0, 2: 1, 3: 2}


async def test_every_step_stands_in_the_journal_and_none_tells_an_answer(over: Room) -> None:
    rescue_id = await over.uploaded()
    await over.committee.decide(rescue_id)
    async with over.database.staff() as session:
        entries = await session.execute(
            text("SELECT action, actor_id, reason, facts FROM journal WHERE action LIKE 'rescue.%' ORDER BY id")
        )
    noted_, uploaded, approved = entries.all()
    staff = over.world.staff
    assert (noted_.action, noted_.actor_id) == ("rescue.noted", staff["proctor"])
    assert (uploaded.action, uploaded.actor_id) == ("rescue.uploaded", staff["office"])
    assert (approved.action, approved.actor_id) == ("rescue.approved", staff["committee"])
    assert approved.reason == "jaringan ruang 2 putus 10.40"
    assert set(uploaded.facts) == {"attempt", "sha256", "added", "missing"}


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE answer_events SET seq = 1 WHERE source = 'rescue' AND position = 3", "I-03"),
        ("INSERT INTO answer_events SELECT * FROM answer_events WHERE source = 'rescue' AND position = 4", "I-03"),
        ("UPDATE rescue_notes SET noted_at = noted_at + interval '15 minutes'", "I-08"),
        ("UPDATE rescue_notes SET noted_at = noted_at - interval '15 minutes'", "I-08"),
        ("DELETE FROM rescue_decisions", "I-08"),
        ("UPDATE rescue_decisions SET approved = false", "I-08"),
        ("UPDATE answer_events SET option = 2 WHERE source = 'rescue' AND position = 4", "I-20"),
        ("UPDATE rescue_decisions SET receipt_sha256 = repeat('0', 64)", "I-20"),
        ("DELETE FROM answer_events WHERE source = 'rescue' AND position = 4", "I-20"),
        ("UPDATE rescue_decisions d SET decided_by = r.uploaded_by FROM rescues r WHERE r.id = d.rescue_id", "I-27"),
        ("UPDATE rescue_notes n SET noted_by = d.decided_by FROM rescue_decisions d", "I-27"),
        ("UPDATE rescue_notes n SET noted_by = r.uploaded_by FROM rescues r", "I-27"),
        ("UPDATE scores SET score = score + 1 WHERE run_no = 2", "I-16"),
        ("DELETE FROM scores WHERE run_no = 2", "I-20"),
    ],
)
async def test_verify_finds_each_damage_to_a_rescue(over: Room, damage: str, found: str) -> None:
    rescue_id = await over.uploaded()
    await over.committee.decide(rescue_id)
    await work_once(over.database)
    await release(over)
    await alter(over.urls, damage)
    assert found in {line.split(":")[0] for line in await violations(over.database, but=("I-45",))}
