"""An item over HTTP: written, sent back, mended, approved by two, used, drawn; and what each person is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import assembly, delivery
from app.core.access import Role
from app.core.clock import read_clock
from app.delivery import Admission, Takeover
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_cards, make_settings, make_world, running_app
from tests.forms import give_forms

BANK = "/api/staff/bank"
STEM = "Siapa yang menetapkan <b>kebijakan mutu</b>?"
ITEM: dict[str, Any] = {
    "kuk": "1.1",
    "lang": "id",
    "stimulus_code": None,
    "content": {"stem": STEM, "options": ["Direksi", "Auditor", "Pemasok", "Klien"], "stimulus": ""},
    "key": 0,
    "rationale": "Klausul 5.2.1.",
    "source": "ISO 9001:2015",
    "cognitive_level": "apply",
    "expected_p": 0.6,
    "enemies": [],
}
CARD = {"material": "good", "construction": "mend", "language": "good"}
WHY = "opsi D juga dapat dibenarkan"


@dataclass
class Bank:
    app: FastAPI
    world: World
    author: httpx.AsyncClient
    reviewer: httpx.AsyncClient
    committee: httpx.AsyncClient

    async def card(self, code: str, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        answer = await (client or self.committee).get(f"{BANK}/items/{code}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def write(self, **changes: Any) -> tuple[str, str]:
        answer = await self.author.post(f"{BANK}/items", json=ITEM | {"scheme": "MMu"} | changes)
        assert answer.status_code == 201, answer.text
        return answer.json()["code"], answer.json()["version_id"]


async def move(client: httpx.AsyncClient, version: str, action: str, reason: str = WHY) -> httpx.Response:
    return await client.post(f"{BANK}/versions/{version}/moves", json={"action": action, "reason": reason})


async def review(client: httpx.AsyncClient, version: str, verdict: str = "approve") -> httpx.Response:
    body = {"verdict": verdict, "reason": WHY, "card": CARD}
    return await client.post(f"{BANK}/versions/{version}/reviews", json=body)


@pytest.fixture
async def bank(database: TestDatabase) -> AsyncIterator[Bank]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, with_passwords=True)
        clients = []
        for role in ("author", "reviewer", "committee"):
            client = await stack.enter_async_context(client_of(app))
            await world.log_in(client, role)
            clients.append(client)
        yield Bank(app, world, *clients)


@asynccontextmanager
async def another_sitting(world: World, code: str) -> AsyncIterator[list[assembly.Form]]:
    """The forms of a sitting for twenty, drawn now."""
    async with world.database.staff() as session, session.begin():
        now = await read_clock(session)
        sitting_id = await delivery.create_sitting(
            session,
            world.scheme,
            code=code,
            title="Ujian berikutnya",
            zone="Asia/Jakarta",
            opens_at=now + timedelta(hours=1),
            closes_at=now + timedelta(hours=5),
            admission=Admission.OPEN,
            takeover=Takeover.PROCTOR,
        )
        cards = await make_cards(session, 20, prefix=code)
        await delivery.add_to_roster(session, sitting_id, [(card, f"Peserta {n}") for n, card in enumerate(cards)])
        await give_forms(session, sitting_id, world.scheme, forms=6, seed=bytes(32))
        yield await assembly.list_forms(session, sitting_id)


async def test_from_an_authors_words_to_the_forms_of_a_sitting(bank: Bank) -> None:
    code, first = await bank.write()
    assert code == "MMU-1.1-07", "the next of its criterion"
    assert (await bank.reviewer.get(f"{BANK}/versions/{first}")).status_code == 404, "a draft is its author's"
    assert (await move(bank.author, first, "submit")).status_code == 204
    assert (await review(bank.author, first)).status_code == 403
    assert (await review(bank.reviewer, first, "send_back")).status_code == 204

    card = await bank.card(code, bank.author)
    (version,) = card["versions"]
    assert (version["state"], version["may"]) == ("draft", ["edit", "submit", "withdraw"])
    assert [(one["person"], one["verdict"], one["reason"], one["card"]) for one in version["reviews"]] == [
        ("Petugas reviewer", "send_back", WHY, CARD)
    ]
    assert card["history"][-1]["reason"] == WHY

    content = ITEM["content"] | {"options": ["Direksi", "Auditor", "Pemasok", "Pelanggan"]}
    mended = (await bank.author.put(f"{BANK}/versions/{first}", json=ITEM | {"content": content, "reason": WHY})).json()
    second = mended["version_id"]
    assert second != first
    difference = (await bank.reviewer.get(f"{BANK}/versions/{first}/difference/{second}")).status_code
    assert difference == 404, "not before it is handed in"
    assert (await move(bank.author, second, "submit")).status_code == 204
    fields = (await bank.reviewer.get(f"{BANK}/versions/{first}/difference/{second}")).json()["fields"]
    changed = {one["field"]: one["segments"] for one in fields if any(s["op"] != "same" for s in one["segments"])}
    assert changed == {"options.3": [{"op": "gone", "text": "Klien"}, {"op": "new", "text": "Pelanggan"}]}

    assert (await review(bank.reviewer, second)).status_code == 204
    assert (await review(bank.reviewer, second)).json()["code"] == "approved-already"
    assert (await move(bank.committee, second, "activate")).json()["code"] == "item-moved"
    assert (await review(bank.committee, second)).status_code == 204
    assert (await move(bank.reviewer, second, "activate")).status_code == 403
    assert (await move(bank.author, second, "activate")).status_code == 403
    assert (await move(bank.committee, second, "activate")).status_code == 204

    async with another_sitting(bank.world, "UJI-2") as forms:
        holding = [form for form in forms if second in map(str, form.version_ids)]
    assert len(holding) > 5
    card = await bank.card(code)
    assert card["exposure"]["forms"] == len(holding)
    assert [(one["state"], one["seen"]) for one in card["versions"]] == [("retired", False), ("active", True)]
    refused = await bank.author.put(f"{BANK}/versions/{second}", json=ITEM | {"reason": WHY})
    assert (refused.status_code, refused.json()["code"]) == (409, "item-moved")
    assert card["versions"][1]["may"] == ["rest", "suspend", "retire", "revise", "correct"]
    assert (card["versions"][1]["approvals"], card["versions"][1]["approvals_needed"]) == (2, 2)
    revised = await bank.author.post(f"{BANK}/items/{code}/versions", json=ITEM | {"kind": "revision", "key": 1})
    assert revised.status_code == 201, revised.text
    shown = (await bank.committee.get(f"/api/staff/items/{code}")).json()
    assert (shown["version_no"], shown["state"]) == (2, "active"), "what is in use, not what is being written"


async def test_a_version_is_read_whole_and_each_reading_of_its_key_is_journaled(bank: Bank) -> None:
    code, version = await bank.write()
    read = (await bank.author.get(f"{BANK}/versions/{version}")).json()
    assert read["html"]["stem"] == "Siapa yang menetapkan <strong>kebijakan mutu</strong>?"
    assert read["shown"]["stem"][1] == {"tag": "strong", "children": ["kebijakan mutu"]}
    assert {name: read[name] for name in ("key", "rationale", "source", "state", "code")} == {
        "key": 0, "rationale": "Klausul 5.2.1.", "source": "ISO 9001:2015", "state": "draft", "code": code,
    }  # fmt: skip
    async with bank.world.database.staff() as session:
        readers = await session.scalars(
            text("SELECT actor_id FROM journal WHERE action = 'item.read' AND subject_id = :code"), {"code": code}
        )
        assert list(readers) == [bank.world.staff["author"]]


async def test_authors_see_their_own_items_only(bank: Bank) -> None:
    card = await bank.card("MMU-1.1-01")
    version = card["versions"][0]["id"]
    for path in ("items/MMU-1.1-01", f"versions/{version}", f"versions/{version}/comments"):
        assert (await bank.author.get(f"{BANK}/{path}")).status_code == 404, path
    assert (await bank.author.get("/api/staff/items/MMU-1.1-01")).status_code == 404
    assert (
        await bank.author.post(f"{BANK}/items/MMU-1.1-01/versions", json=ITEM | {"kind": "revision"})
    ).status_code == 404
    assert (await bank.reviewer.get(f"{BANK}/versions/{version}")).status_code == 200


async def test_comments_stand_in_their_order(bank: Bank) -> None:
    _, version = await bank.write()
    await move(bank.author, version, "submit")
    for client, words in ((bank.reviewer, "Opsi D?"), (bank.author, "Saya ganti.")):
        answer = await client.post(f"{BANK}/versions/{version}/comments", json={"text": words})
        assert answer.status_code == 201
    told = (await bank.committee.get(f"{BANK}/versions/{version}/comments")).json()["comments"]
    assert [(one["person"], one["text"]) for one in told] == [
        ("Petugas reviewer", "Opsi D?"),
        ("Petugas author", "Saya ganti."),
    ]


async def test_candidates_remarks_are_found_by_item(bank: Bank) -> None:
    async with client_of(bank.app) as client:
        candidate = Candidate(client, bank.world.cards[0])
        assert (await candidate.enter()).status_code == 200
        shown = (await candidate.paper())["questions"][6]["stem"]
        told = await candidate.post("comment", {"position": 7, "text": "Dua jawaban benar.", "nonce": "n" * 12})
        assert told.status_code == 204, told.text
    code = shown.removeprefix("Pokok soal ").removesuffix("?")
    (remark,) = (await bank.reviewer.get(f"{BANK}/items/{code}/remarks")).json()["remarks"]
    assert (remark["version_no"], remark["text"]) == (1, "Dua jawaban benar.")
    assert (await bank.author.get(f"{BANK}/items/{code}/remarks")).status_code == 404


async def test_what_cannot_be_kept_is_said_by_field_in_both_languages(bank: Bank) -> None:
    content = {"stem": 'Lihat <iframe src="x"></iframe>?', "options": ["a", "b", "c", "d"], "stimulus": ""}
    answer = await bank.author.post(f"{BANK}/items", json=ITEM | {"scheme": "MMu", "content": content})
    assert (answer.status_code, answer.json()["code"]) == (422, "unfit-item")
    (fault,) = answer.json()["faults"]
    assert fault["field"] == "stem"
    assert "iframe" in fault["text_id"]
    assert "iframe" in fault["text_en"]


async def test_a_reason_is_asked_for_where_only_a_person_knows_it(bank: Bank) -> None:
    version = (await bank.card("MMU-1.1-01"))["versions"][0]["id"]
    answer = await move(bank.committee, version, "suspend", "")
    assert (answer.status_code, answer.json()["code"]) == (422, "reason-needed")
    assert (await move(bank.committee, version, "suspend")).status_code == 204
    async with another_sitting(bank.world, "UJI-3") as forms:
        assert not any(version in map(str, form.version_ids) for form in forms)


@pytest.mark.parametrize("role", ["author", "reviewer", "committee"])
async def test_nobody_reads_items_before_signing(bank: Bank, role: str) -> None:
    client: httpx.AsyncClient = getattr(bank, role)
    await client.post("/api/staff/undertakings/confidentiality/withdraw", json={"reason": "benturan kepentingan"})
    for answer in (await client.get(f"{BANK}/items/MMU-1.1-01"), await client.get("/api/staff/items/MMU-1.1-01")):
        assert (answer.status_code, answer.json()["code"]) == (403, "undertaking-needed")


async def test_who_holds_both_roles_still_cannot_approve_their_own(bank: Bank) -> None:
    _, version = await bank.write()
    await move(bank.author, version, "submit")
    async with bank.world.database.staff() as session, session.begin():
        await session.execute(
            text("INSERT INTO role_grants (id, person_id, role) VALUES (gen_random_uuid(), :person, 'reviewer')"),
            {"person": bank.world.staff["author"]},
        )
    await bank.author.post("/api/staff/logout", json={})
    await bank.world.log_in(bank.author, "author")
    refused = await review(bank.author, version)
    assert (refused.status_code, refused.json()["code"]) == (409, "own-work")
    assert Role.REVIEWER in (await bank.author.get("/api/staff/me")).json()["roles"]
