"""Pengawas and proktor: who watches a room does not for that run the token, the devices and the log-ins."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import delivery
from app.core.access import PERMISSIONS, Permission, Role
from tests.databases import TestDatabase
from tests.factories import client_of, make_settings, make_world, running_app

PROKTOR_ONLY: Final = {Permission.TOKEN_RENEW, Permission.DEVICE_RELEASE, Permission.LOG_IN_RESET}


def test_a_proctor_may_what_an_invigilator_may_and_runs_the_exam_besides() -> None:
    assert PERMISSIONS[Role.PROCTOR] - PERMISSIONS[Role.INVIGILATOR] >= PROKTOR_ONLY
    assert PERMISSIONS[Role.INVIGILATOR] < PERMISSIONS[Role.PROCTOR]


@pytest.mark.parametrize(("role", "renewed"), [("invigilator", 403), ("proctor", 200)])
async def test_both_watch_the_room_and_one_renews_its_token(database: TestDatabase, role: str, renewed: int) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        async with world.database.staff() as session, session.begin():
            await delivery.assign_staff(session, world.sitting_id, world.staff[role])
        await world.log_in(client, role)
        room = f"/api/staff/sittings/{world.sitting_id}"
        assert (await client.get(f"{room}/board")).status_code == 200
        incident = {"category": "environment", "note": "listrik padam"}
        assert (await client.post(f"{room}/incidents", json=incident)).status_code == 201
        assert (await client.post(f"{room}/token", json={})).status_code == renewed


async def test_a_role_of_a_newer_release_grants_nothing_and_breaks_nothing(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        grant = text("INSERT INTO role_grants (id, person_id, role) VALUES (:id, :person, 'of-tomorrow')")
        async with world.database.staff() as session, session.begin():
            await session.execute(grant, {"id": uuid4(), "person": world.staff["invigilator"]})
        await world.log_in(client, "invigilator")
        assert (await client.get("/api/staff/me")).json()["roles"] == ["invigilator"]
