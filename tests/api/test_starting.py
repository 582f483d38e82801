"""What lets a candidate start, and at which device: token, window, pledge, take-over; and what the page is told of it."""

from __future__ import annotations

import httpx
import pytest

from app import delivery
from app.delivery import Admission, Takeover
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app


def refusal(answer: httpx.Response) -> str | None:
    """The code of a refusal; None where the request was granted."""
    return None if answer.status_code == 200 else answer.json()["code"]


async def state_of(client: httpx.AsyncClient) -> dict[str, object]:
    return (await client.get("/api/exam/me")).json()["attempt"]


@pytest.mark.parametrize(("left", "expected"), [("1 minute", None), ("-1 second", "wrong-token")])
async def test_a_token_starts_an_exam_until_it_expires(database: TestDatabase, left: str, expected: str | None) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, admission=Admission.TOKEN)
        async with app.state.database.staff() as session:
            token = (await delivery.get_sitting(session, world.sitting_id)).token
        await alter(database, f"UPDATE sittings SET token_expires_at = clock_timestamp() + interval '{left}'")
        assert refusal(await Candidate(client, world.cards[0]).enter(token)) == expected
        assert (await state_of(client))["state"] == ("assigned" if expected else "running")


async def test_a_locked_token_starts_nobody_until_it_is_renewed(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as proctor:
        world = await make_world(app.state.database, admission=Admission.TOKEN, with_passwords=True)
        await world.log_in(proctor, "proctor")
        place = f"/api/staff/sittings/{world.sitting_id}"
        old = (await proctor.post(f"{place}/token", json={})).json()["value"]
        assert (await proctor.post(f"{place}/token/lock", json={})).status_code == 204
        assert (await proctor.get(f"{place}/board")).json()["token"] is None
        candidate = Candidate(client, world.cards[0])
        assert refusal(await candidate.enter(old)) == "wrong-token"
        assert refusal(await candidate.start("")) == "wrong-token"
        new = (await proctor.post(f"{place}/token", json={})).json()["value"]
        assert refusal(await candidate.start(new)) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("opens_at = clock_timestamp() + interval '1 minute'", "sitting-not-open"),
        ("opens_at = clock_timestamp() - interval '1 second'", None),
        ("closes_at = clock_timestamp() + interval '1 minute'", None),
        ("closes_at = clock_timestamp() - interval '1 second'", "sitting-over"),
        ("state = 'draft'", "sitting-not-open"),
        ("state = 'closed'", "sitting-over"),
    ],
)
@pytest.mark.parametrize("admission", [Admission.OPEN, Admission.PROCTOR])
async def test_an_exam_starts_within_the_window_of_an_open_sitting_only(
    database: TestDatabase, admission: Admission, change: str, expected: str | None
) -> None:
    """Whom a proctor admitted is bound to the window like everybody else."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, admission=admission)
        if admission is Admission.PROCTOR:
            await alter(database, "UPDATE attempts SET state = 'admitted', admitted_at = clock_timestamp()")
        await alter(database, f"UPDATE sittings SET {change}")
        assert refusal(await Candidate(client, world.cards[0]).enter()) == expected
        assert ((await state_of(client))["started_at"] is None) is bool(expected)


async def test_no_device_is_held_before_the_pledge(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        assert refusal(await candidate.claim()) == "agree-first"
        assert not (await state_of(client))["claimed"]
        assert refusal(await candidate.post("agree", {"statement_version": "2"})) is None
        assert refusal(await candidate.claim()) is None


async def test_no_clock_starts_before_the_pledge(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        assert refusal(await candidate.start()) == "agree-first", "no device is held either, and that is said later"
        await candidate.post("agree", {"statement_version": "2"})
        await candidate.claim()
        await alter(database, "UPDATE roster SET agreed_at = NULL")
        assert refusal(await candidate.start()) == "agree-first"
        assert (await state_of(client))["started_at"] is None


@pytest.mark.parametrize(("takeover", "expected"), [(Takeover.PROCTOR, "device-locked"), (Takeover.CANDIDATE, None)])
async def test_a_candidate_takes_over_a_device_only_where_the_sitting_allows_it(
    database: TestDatabase, takeover: Takeover, expected: str | None
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database, takeover=takeover)
        old, new = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
        await old.enter()
        await new.log_in()
        assert refusal(await new.claim(take_over=True)) == expected
        assert refusal(await old.save({1: 0})) == (None if expected else "stale-epoch")
        assert refusal(await new.save({1: 1})) == ("stale-epoch" if expected else None)


async def test_without_being_asked_no_device_takes_over(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database, takeover=Takeover.CANDIDATE)
        old, new = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
        await old.enter()
        await new.log_in()
        assert refusal(await new.claim()) == "device-locked"
        assert refusal(await old.save({1: 0})) is None


async def ask_for_release(staff: httpx.AsyncClient, world: World, attempt_id: object) -> None:
    await world.log_in(staff, "proctor")
    path = f"/api/staff/sittings/{world.sitting_id}/attempts/{attempt_id}/release-device"
    board = (await staff.get(f"/api/staff/sittings/{world.sitting_id}/board")).json()
    request = next(row["device_request"] for row in board["candidates"] if row["attempt_id"] == str(attempt_id))
    assert (await staff.post(path, json={"requested_at": request["requested_at"]})).status_code == 204


async def test_the_page_can_tell_that_its_device_was_released(database: TestDatabase) -> None:
    """`rev` is what a page compares to know that something about its attempt changed."""
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as one,
        client_of(app) as two,
        client_of(app) as staff,
    ):
        world = await make_world(app.state.database, with_passwords=True)
        old, new = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
        await old.enter()
        await new.log_in()
        await new.claim()
        before = await state_of(one)
        await ask_for_release(staff, world, before["id"])
        after = await state_of(one)
    assert after["epoch"] == before["epoch"] + 1
    assert after["rev"] > before["rev"]


@pytest.mark.parametrize(("left", "reason"), [("5 seconds", "candidate"), ("-1 second", "time")])
async def test_the_receipt_says_whether_the_candidate_or_the_clock_ended_the_exam(
    database: TestDatabase, left: str, reason: str
) -> None:
    """Five seconds before the deadline the shown clock has ended already; until the deadline it is the candidate's act."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        await alter(database, f"UPDATE attempts SET closes_at = clock_timestamp() + interval '{left}'")
        assert (await candidate.submit()).json()["receipt"]["reason"] == reason
