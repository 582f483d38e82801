"""A released sitting with enough candidates for what needs many: its forms are compared, and its items calibrated."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import numpy as np
import pytest
from sqlalchemy import text

from app import assembly, delivery, grading, identity, itembank, review
from app.assembly import Source
from app.core.access import Actor, Role
from app.core.clock import read_clock
from app.core.db import Database
from app.worker import close_overdue
from tests.databases import TestDatabase
from tests.factories import SECRET, World, client_of, make_cards, make_settings, make_world, running_app
from tests.forms import give_forms

CANDIDATES = 210
JUDGED_B = -math.log(0.65 / 0.35)  # of every item of the tests' bank


async def take_exam(database: TestDatabase, opened: Database, world: World, *, seed: int = 9) -> None:
    """Everybody answers every item as abilities and luck have it, and the bell rings. Straight into the tables: so many browsers take
    minutes."""
    async with opened.staff() as session:
        attempts = await delivery.list_attempts(session, world.sitting_id)
        forms = {form.id: form for form in await assembly.list_forms(session, world.sitting_id)}
        keys = await itembank.peek_keys(session, {version for form in forms.values() for version in form.version_ids})
    rng = np.random.default_rng(seed)
    rows = []
    for attempt in attempts:
        form = forms[attempt.form_id]
        right = rng.random(len(form.version_ids)) < 1 / (1 + np.exp(JUDGED_B - rng.normal(0.3, 0.75)))
        for position, (version, order) in enumerate(zip(form.version_ids, form.orders, strict=True), 1):
            key = order.index(keys[version].key)
            option = key if right[position - 1] else (key + 1) % 4
            rows.append((world.sitting_id, attempt.id, position, option, False, 1, position))
    connection = await asyncpg.connect(database.superuser_url)
    columns = ["sitting_id", "attempt_id", "position", "option", "doubtful", "epoch", "seq"]
    await connection.execute("ALTER TABLE answers ALTER saved_at SET DEFAULT clock_timestamp()")
    await connection.copy_records_to_table("answers", records=rows, columns=columns)
    await connection.execute(
        "UPDATE attempts SET state = 'running', started_at = clock_timestamp() - interval '2 hours', closes_at = clock_timestamp() "
        "WHERE sitting_id = $1",
        world.sitting_id,
    )
    await connection.close()


async def close_and_release(opened: Database, world: World) -> None:
    await close_overdue(opened)
    await grading.score_sitting(opened, world.sitting_id)
    async with opened.staff() as session, session.begin():
        await grading.release(session, world.sitting_id, actor=committee(world))


def committee(world: World) -> Actor:
    return Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))


def width_of(figure: dict[str, Any]) -> float:
    """Half of its interval of 95 %: about two standard errors."""
    return float(figure["high"] - figure["value"])


async def equity_of(client: httpx.AsyncClient, world: World) -> httpx.Response:
    return await client.get(f"/api/staff/sittings/{world.sitting_id}/equity")


@pytest.mark.clause(
    "9.3.1", "after the sitting the forms are compared: means, equivalent of the standard, decisions that flip"
)
@pytest.mark.clause("9.3.1", "difficulties of items are calibrated from released sittings on the scale of the standard")
async def test_a_released_sitting_compares_its_forms_and_calibrates_its_items(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened, candidates=CANDIDATES, forms=2, with_passwords=True)
        await world.log_in(client, "committee")
        await take_exam(database, opened, world)
        early = await equity_of(client, world)
        assert (early.status_code, early.json()["code"]) == (409, "not-released")
        await close_and_release(opened, world)
        found = (await equity_of(client, world)).json()
        await review.record_calibration(opened, {"sitting_id": str(world.sitting_id)})
        async with opened.staff() as session:
            scores = await grading.list_scores(session, world.sitting_id)
            standard = await assembly.require_standard(session, world.scheme)
            pool = await assembly.read_pool(session, world.scheme, standard)
            reasons = await session.scalars(
                text("SELECT reason FROM journal WHERE action = 'bank.keys-read' ORDER BY at")
            )
            last = list(reasons)[-1]
    forms = found["forms"]
    assert [(form["form_no"], form["n"]["value"]) for form in forms] == [(1, 105), (2, 105)]
    assert sum(form["n"]["value"] * form["observed"]["value"] for form in forms) == pytest.approx(sum(scores.values()))
    for form in forms:
        assert form["equivalent"]["text_id"] == "68,0", "every item is judged alike, so no form differs"
        assert abs(form["observed"]["value"] - form["expected"]["value"]) < 2 * width_of(form["observed"])
        assert abs(form["equated"]["value"] - 68) < 2 * width_of(form["equated"])
    assert (found["flips"]["value"], found["n"]["value"]) == (0, CANDIDATES)
    assert last.startswith("kalibrasi butir"), "who opens the keys is written down"
    calibrated = [item for item in pool if item.source is Source.CALIBRATED]
    assert calibrated, "items of both forms have 210 answers"
    assert all(item.n == CANDIDATES for item in calibrated)
    assert np.mean([item.b for item in calibrated]) == pytest.approx(JUDGED_B, abs=0.05), "on the standard's scale"


async def test_who_sits_again_is_told_apart(database: TestDatabase) -> None:
    """They were given the form that spares them, so chance did not choose it."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened, candidates=2, with_passwords=True)
        await world.log_in(client, "committee")
        await take_exam(database, opened, world)
        await close_and_release(opened, world)
        again = await second_sitting(opened, world)
        await take_exam(database, opened, again)
        await close_and_release(opened, again)
        forms = (await equity_of(client, again)).json()["forms"]
    assert sum(form["n"]["value"] for form in forms) == 3
    assert sum(form["repeaters"]["value"] for form in forms) == 1


async def second_sitting(opened: Database, world: World) -> World:
    """For the first candidate once more, and for two new ones."""
    async with opened.staff() as session, session.begin():
        now = await read_clock(session)
        sitting_id = await delivery.create_sitting(
            session,
            world.scheme,
            code="UJI-2",
            title="Ujian ulang",
            zone="Asia/Jakarta",
            opens_at=now - timedelta(minutes=5),
            closes_at=now + timedelta(hours=4),
        )
        person = world.cards[0].person_id
        once_more = await identity.issue_card(session, SECRET.encode(), number="MMU-26-9001", person_id=person)
        cards = [once_more, *await make_cards(session, 2, prefix="MMU-27")]
        await delivery.add_to_roster(session, sitting_id, [(card, f"Peserta {card.number}") for card in cards])
        await give_forms(session, sitting_id, world.scheme, committee=world.staff["committee"])
        await delivery.open_sitting(session, sitting_id)
    return replace(world, sitting_id=sitting_id, cards=cards)
