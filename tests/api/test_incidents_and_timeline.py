"""What belongs to an incident, and what a committee can read afterwards of one attempt."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.core.web import LARGEST_UPLOAD
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


async def board(client: httpx.AsyncClient, place: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{place}/board")).json()
    return found


async def test_an_incident_carries_candidates_grants_and_photos(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as committee:
        world = await make_world(app.state.database, candidates=3, with_passwords=True)
        await world.log_in(proctor, "proctor")
        await world.log_in(committee, "committee")
        place = f"/api/staff/sittings/{world.sitting_id}"
        one, two, three = (row["attempt_id"] for row in (await board(proctor, place))["candidates"])
        await proctor.post(f"{place}/time", json={"attempt_ids": [one, two], "seconds": 60, "reason": "jaringan putus"})

        wrong = {"category": "candidate", "code": "power", "note": "gelap", "attempt_ids": [one]}
        assert (await proctor.post(f"{place}/incidents", json=wrong)).json()["code"] == "other-code"
        right = {"category": "environment", "code": "power", "note": "gelap", "attempt_ids": [one, two]}
        incident_id = (await proctor.post(f"{place}/incidents", json=right)).json()["id"]
        incident = f"{place}/incidents/{incident_id}"

        grants = (await proctor.get(f"{incident}/grants")).json()["grants"]
        assert {(grant["attempt_id"], grant["seconds"]) for grant in grants} == {(one, 60), (two, 60)}
        links = {"attempt_ids": [two, three], "grant_ids": [grant["id"] for grant in grants]}
        for _ in range(2):  # twice changes nothing
            assert (await proctor.post(f"{incident}/links", json=links)).status_code == 204
        added = await proctor.post(f"{incident}/photos", content=PNG, headers={"Content-Type": "image/png"})
        assert added.status_code == 201

        (shown,) = (await board(proctor, place))["incidents"]
        assert (shown["code"], sorted(shown["attempt_ids"])) == ("power", sorted([one, two, three]))
        assert len(shown["grant_ids"]) == 2
        assert [row["incidents"] for row in (await board(proctor, place))["candidates"]] == [1, 1, 1]
        photo = await committee.get(f"{incident}/photos/{shown['photos'][0]['id']}")
        assert (photo.content, photo.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (PNG + bytes(LARGEST_UPLOAD - len(PNG)), "image/png", 201),
        (PNG + bytes(LARGEST_UPLOAD - len(PNG) + 1), "image/png", 413),
        (b"\xff\xd8\xff" + bytes(10), "image/jpeg", 201),
        (b"GIF89a", "image/png", 422),
        (PNG, "application/json", 415),
    ],
)
async def test_only_small_pictures_are_taken(database: TestDatabase, content: bytes, kind: str, status: int) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as proctor:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        place = f"/api/staff/sittings/{world.sitting_id}/incidents"
        opened = await proctor.post(place, json={"category": "technical", "note": "layar retak"})
        photos = f"{place}/{opened.json()['id']}/photos"
        assert (await proctor.post(photos, content=content, headers={"Content-Type": kind})).status_code == status


async def test_the_timeline_tells_order_and_time_and_no_answer(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as page:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        place = f"/api/staff/sittings/{world.sitting_id}"
        candidate = Candidate(page, world.cards[0])
        await candidate.enter()
        assert (await candidate.save({1: 2, 2: 3})).status_code == 200
        assert (await candidate.save({1: 0})).status_code == 200
        mine = next(
            row["attempt_id"]
            for row in (await board(proctor, place))["candidates"]
            if row["number"] == world.cards[0].number
        )
        await proctor.post(f"{place}/pause", json={"attempt_ids": [mine], "reason": "izin ke toilet"})
        await proctor.post(f"{place}/resume", json={"attempt_ids": [mine], "in_seconds": 0})
        body = {"category": "candidate", "code": "illness", "note": "pusing", "attempt_ids": [mine]}
        await proctor.post(f"{place}/incidents", json=body)
        events = (await proctor.get(f"{place}/attempts/{mine}/timeline")).json()["events"]
        told = [event["what"] for event in events]
        for what in (
            "session.opened",
            "pledge.made",
            "attempt.started",
            "device.held",
            "attempt.paused",
            "attempt.resumed",
            "incident.opened",
        ):
            assert told.count(what) == 1, what
        assert [event["at"] for event in events] == sorted(event["at"] for event in events)
        assert told.index("attempt.started") < told.index("answers.saved")
        minutes = [event["facts"] for event in events if event["what"] == "answers.saved"]
        assert {name: sum(minute[name] for minute in minutes) for name in ("first", "changed", "late")} == {
            "first": 2,
            "changed": 1,
            "late": 0,
        }
        assert all("option" not in event["facts"] and "position" not in event["facts"] for event in events)


async def test_the_timeline_tells_what_was_noticed_said_called_for_and_checked(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as page:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        place = f"/api/staff/sittings/{world.sitting_id}"
        candidate = Candidate(page, world.cards[0])
        await candidate.enter()
        mine, other = (row["attempt_id"] for row in (await board(proctor, place))["candidates"])
        seen = {"document": "ktp", "matched": False, "note": "wajah berbeda"}
        assert (await proctor.post(f"{place}/attempts/{mine}/check-in", json=seen)).status_code == 204
        left = {"seq": 1, "kind": "focus-back", "at": "2026-11-21T03:00:00.000Z", "seconds": 12.5}
        assert (await candidate.post("signals", {"page": "ab" * 8, "signals": [left]})).status_code == 204
        await candidate.post("help", {"need": "network"})
        (call,) = next(row["help"] for row in (await board(proctor, place))["candidates"] if row["help"])
        for step in ("answer", "end"):
            await proctor.post(f"{place}/help/{call['id']}/{step}", json={})
        await proctor.post(f"{place}/messages", json={"attempt_ids": [mine], "text": "Sepuluh menit lagi dijeda."})
        await proctor.post(f"{place}/messages", json={"attempt_ids": [other], "text": "bukan untuk Anda"})
        ((message,),) = [(await candidate.read("messages")).json()["messages"]]
        await candidate.post(f"messages/{message['id']}/shown", {})

        events = (await proctor.get(f"{place}/attempts/{mine}/timeline")).json()["events"]
        facts = {event["what"]: event["facts"] for event in events}
        noticed = next(event for event in events if event["facts"].get("signal") == "focus-back")
        assert noticed["at"] > noticed["facts"]["client_at"] == "2026-11-21T03:00:00.000Z"
        assert noticed["facts"]["lasted"] == 12.5
        assert {event["facts"]["note"] for event in events if event["facts"].get("signal") == "address"} == {
            "127.0.0.1"
        }
        said = [event for event in events if event["what"] == "message.sent"]
        assert [(one["facts"]["text"], one["by"]) for one in said] == [
            ("Sepuluh menit lagi dijeda.", "Petugas proctor")
        ]
        assert said[0]["facts"]["shown_at"] >= said[0]["at"]
        assert said[0]["facts"]["acknowledged_at"] is None
        assert facts["help.called"] == facts["help.answered"] == facts["help.ended"] == {"need": "network"}
        assert facts["identity.checked"] == {"document": "ktp", "matched": False}
        assert next(event["reason"] for event in events if event["what"] == "identity.checked") == "wajah berbeda"


async def test_signals_past_those_that_are_kept_are_counted_on_the_timeline(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.delivery.signals.record.MOST_KEPT", 4)
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as page:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        await world.log_in(proctor, "proctor")
        place = f"/api/staff/sittings/{world.sitting_id}"
        candidate = Candidate(page, world.cards[0])
        await candidate.enter()
        left = [{"seq": seq, "kind": "copy", "at": "2026-11-21T03:00:00.000Z"} for seq in range(1, 7)]
        await candidate.post("signals", {"page": "ab" * 8, "signals": left})
        (row,) = (await board(proctor, place))["candidates"]
        events = (await proctor.get(f"{place}/attempts/{row['attempt_id']}/timeline")).json()["events"]
        assert len([event for event in events if event["facts"].get("signal") == "copy"]) == 4 + 1
        (counted,) = [event["facts"] for event in events if event["what"] == "signal.counted"]
        assert (counted["signal"], counted["times"]) == ("copy", 6)
