"""Safe Exam Browser through HTTP: the office asks for it, the file is everybody's."""

from __future__ import annotations

import gzip
import plistlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import delivery
from app.delivery import seb
from tests.databases import TestDatabase, alter
from tests.factories import World, client_of, make_settings, make_world, running_app
from tests.rescuing import Staff, code

QUIT = {"quit_password": "pulang-2026"}


@dataclass
class Room:
    app: FastAPI
    world: World
    stack: AsyncExitStack
    office: Staff
    proctor: Staff

    async def require(self, **choices: Any) -> httpx.Response:
        return await self.office.client.post(f"{self.office.path}/seb", json=choices)

    async def drop(self) -> httpx.Response:
        return await self.office.client.post(f"{self.office.path}/seb/drop", json={})

    async def read(self) -> dict[str, Any]:
        return (await self.office.client.get(f"{self.office.path}/seb")).json()

    async def file(self) -> httpx.Response:
        async with client_of(self.app) as anybody:
            return await anybody.get("/api/public/seb/UJI-1.seb")


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, with_passwords=True)
        await alter(database, "UPDATE roster SET agreed_at = clock_timestamp(), agreed_version = '1'")
        staff = []
        for role in ("office", "proctor"):
            client = await stack.enter_async_context(client_of(app))
            await world.log_in(client, role)
            staff.append(Staff(client, world))
        yield Room(app, world, stack, *staff)


async def required(room: Room) -> str:
    assert (await room.require(**QUIT)).status_code == 204
    key: str = (await room.read())["chosen"]["config_key"]
    return key


async def test_the_file_has_the_key_that_the_server_expects(room: Room) -> None:
    assert (await room.file()).status_code == 404, "nobody asked for it yet"
    key = await required(room)
    file = await room.file()
    assert (file.status_code, file.headers["content-type"]) == (200, "application/seb")
    assert file.headers["content-disposition"] == 'attachment; filename="UJI-1.seb"'
    settings = plistlib.loads(gzip.decompress(gzip.decompress(file.content)[4:]))
    assert seb.config_key(settings) == key
    assert settings["startURL"] == "http://127.0.0.1:8000/"
    assert (await room.read())["file"] == "http://127.0.0.1:8000/api/public/seb/UJI-1.seb"
    assert (await room.drop()).status_code == 204
    assert (await room.file()).status_code == 404
    assert (await room.read())["required"] is False


async def test_files_that_are_out_stay_right_until_a_choice_changes(room: Room) -> None:
    first = await required(room)
    await room.drop()
    assert (await room.require()).status_code == 204, "the password of before stays"
    assert (await room.read())["chosen"]["config_key"] == first
    assert (await room.require(allowed_versions="Win.3.7.min")).status_code == 204
    changed = await room.read()
    assert changed["chosen"]["config_key"] != first
    assert changed["chosen"]["allowed_versions"] == ["Win.3.7.min"]
    assert changed["chosen"]["changed_by"] == "Petugas office"


@pytest.mark.parametrize(
    ("choices", "refusal"),
    [
        ({}, "seb-quit-password"),
        ({"quit_password": "pendek1"}, "seb-quit-password"),
        (QUIT | {"allowed_versions": "3.7"}, "seb-version"),
        (QUIT | {"certificate": "-----BEGIN PRIVATE KEY-----"}, "seb-certificate"),
        (QUIT | {"settings": {}}, "malformed"),
    ],
)
async def test_what_the_office_may_not_choose(room: Room, choices: dict[str, Any], refusal: str) -> None:
    assert code(await room.require(**choices)) == (422, refusal)
    assert (await room.read())["chosen"] is None


async def test_a_closed_sitting_changes_no_more(room: Room) -> None:
    await required(room)
    async with room.app.state.database.staff() as session, session.begin():
        await delivery.close_sitting(session, room.world.sitting_id)
    assert code(await room.require(**QUIT)) == (409, "seb-sitting-closed")
    assert code(await room.drop()) == (409, "seb-sitting-closed")
    assert (await room.read())["may_change"] is False
