"""The minutes account for every second: whatever moved a clock stands in its sum."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import journal
from app.core.access import Actor, Role
from app.proctoring.papers import queries
from app.proctoring.papers.minutes import minutes
from app.proctoring.papers.types import MinutesFacts
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app


def actor_of(world: World, role: Role) -> Actor:
    return Actor(world.staff[role.value], uuid4(), f"Petugas {role}", frozenset({role}))


async def read(session: AsyncSession, world: World, actor: Actor) -> MinutesFacts:
    sitting = await delivery.get_sitting(session, world.sitting_id, actor)
    return await queries.read_minutes(session, await queries.read_sitting(session, sitting, actor, None))


@pytest.mark.invariant("I-07")
@pytest.mark.invariant("I-14")
async def test_pauses_outages_and_grants_add_up_to_the_second(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=3)
        proctor, office = actor_of(world, Role.PROCTOR), actor_of(world, Role.OFFICE)
        for card in world.cards[:2]:
            async with client_of(app) as client:
                assert (await Candidate(client, card).enter()).status_code == 200
        async with app.state.database.staff() as session, session.begin():
            first, second, absent = await delivery.list_courses(session, world.sitting_id, proctor)
            assert first.attempt_id and second.attempt_id and absent.attempt_id
            here, one = (session, world.sitting_id), [first.attempt_id]
            await delivery.pause(*here, one, reason="ke kamar kecil", actor=proctor)
            await delivery.resume(*here, one, in_seconds=7, actor=proctor)
        async with app.state.database.staff() as session, session.begin():
            freeze_id, _ = await delivery.freeze(session, world.sitting_id, None, reason="listrik padam", actor=proctor)
            await delivery.thaw(session, world.sitting_id, freeze_id, in_seconds=20, actor=proctor)
            await delivery.grant_time(session, world.sitting_id, one, seconds=1000, reason="komputer", actor=proctor)
            (request,) = await delivery.list_time_requests(session, world.sitting_id)
            await delivery.decide_time(
                session, world.sitting_id, request.id, approve=True, reason="benar", actor=office
            )
            await delivery.grant_time(
                session, world.sitting_id, [absent.attempt_id], seconds=60, reason="macet", actor=proctor
            )
        async with app.state.database.staff() as session:
            facts = await read(session, world, proctor)
    assert [clock.difference for clock in facts.accounts] == [timedelta(0), timedelta(0)]
    kinds = [{grant.kind for grant in clock.grants} for clock in facts.accounts]
    assert kinds == [{"transmission", "pause", "outage", "approved"}, {"transmission", "outage"}]
    said = minutes(facts)
    assert said["proof"]["right"]
    assert said["proof"]["difference"] == "0 detik"
    assert said["outages"][0][:2] == ["seluruh sesi", "listrik padam"]
    told = [(one["what"], one["detail"]) for one in said["happenings"]]
    assert ("Tambahan waktu diberikan", "Peserta 3 (MMU-26-0003); 60 detik; macet") in told
    assert ("Tambahan waktu disetujui", "Peserta 1 (MMU-26-0001); 1000 detik; benar") in told
    assert said["absent"] == ["Peserta 3 (MMU-26-0003)"]


async def test_a_clock_that_stands_says_since_when(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        proctor = actor_of(world, Role.PROCTOR)
        assert (await Candidate(client, world.cards[0]).enter()).status_code == 200
        async with app.state.database.staff() as session, session.begin():
            (course,) = await delivery.list_courses(session, world.sitting_id, proctor)
            assert course.attempt_id
            await delivery.pause(session, world.sitting_id, [course.attempt_id], reason="sakit", actor=proctor)
        async with app.state.database.staff() as session:
            said = minutes(await read(session, world, proctor))
    assert said["clocks"][0]["members"][0][-1].startswith("jam berhenti sejak ")
    assert ["Sedang dijeda", "1"] in said["presence"]


async def test_a_void_attempt_gives_way_to_the_one_that_counts(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=2)
        await alter(database, "UPDATE attempts SET state = 'void'")
        again = "SELECT sitting_id, gen_random_uuid(), roster_id, form_id, 'assigned', n_items FROM attempts LIMIT 1"
        await alter(database, f"INSERT INTO attempts (sitting_id, id, roster_id, form_id, state, n_items) {again}")
        async with app.state.database.staff() as session:
            courses = await delivery.list_courses(session, world.sitting_id, actor_of(world, Role.PROCTOR))
    assert sorted(course.number for course in courses) == [card.number for card in world.cards]
    assert sorted(course.state for course in courses) == ["assigned", "void"]


async def test_the_minutes_say_whose_file_of_answers_was_approved(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=1)
        proctor = actor_of(world, Role.PROCTOR)
        async with app.state.database.staff() as session, session.begin():
            (course,) = await delivery.list_courses(session, world.sitting_id, proctor)
            facts = {"attempt": str(course.attempt_id), "added": 3}
            await journal.record(
                session, "rescue.approved", "rescue", uuid4(), actor=proctor, sitting_id=world.sitting_id, facts=facts
            )
        async with app.state.database.staff() as session:
            said = minutes(await read(session, world, proctor))
    told = [(one["what"], one["detail"]) for one in said["happenings"]]
    assert ("Berkas jawaban disetujui", "Peserta 1 (MMU-26-0001)") in told
