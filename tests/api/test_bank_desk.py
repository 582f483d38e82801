"""The bank's lists, previews, pictures, bulk actions and pools, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from app import assembly, delivery, identity
from app.core.access import Actor, Role
from app.core.clock import read_clock
from app.itembank import Answer, ItemContent, lifecycle
from app.itembank.lifecycle import ExpertCard, Verdict, Written
from tests.databases import TestDatabase
from tests.factories import (
    PASSWORD,
    World,
    client_of,
    kuks,
    make_cards,
    make_photo,
    make_settings,
    make_world,
    running_app,
)
from tests.forms import give_forms

ROLES = ("author", "reviewer", "committee")
BANK = "/api/staff/bank"
GOOD = ExpertCard("good", "good", "good")


@dataclass
class Desk:
    app: FastAPI
    world: World
    clients: dict[str, httpx.AsyncClient]

    async def get(self, path: str, role: str = "committee", **query: Any) -> dict[str, Any]:
        answer = await self.clients[role].get(BANK + path, params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str, body: dict[str, Any], role: str = "committee") -> httpx.Response:
        return await self.clients[role].post(BANK + path, json=body)

    async def codes(self, role: str = "committee", **query: Any) -> list[str]:
        found = await self.get("/items", role, scheme="MMu", **query)
        return [item["code"] for item in found["items"]]

    async def versions(self, **query: Any) -> dict[str, str]:
        """Code → the version it is shown by."""
        found = await self.get("/items", scheme="MMu", size=200, **query)
        return {item["code"]: item["version_id"] for item in found["items"]}

    def actor(self, role: str) -> Actor:
        return Actor(self.world.staff[role], uuid4(), role, frozenset({Role(role)}))

    async def write(self, stem: str, *, kuk: str = "1.1", submit: bool = False) -> tuple[str, UUID]:
        """An item by the author, as far as asked."""
        written = Written(
            kuk, "id", ItemContent(stem, ("satu", "dua", "tiga", "empat")), Answer(0, "alasan", "sumber", "apply", 0.6)
        )
        async with self.app.state.database.staff() as session, session.begin():
            code, version = await lifecycle.create_item(session, "MMu", written, actor=self.actor("author"))
            if submit:
                await lifecycle.move(session, version, lifecycle.Action.SUBMIT, None, actor=self.actor("author"))
        return code, version

    async def approve(self, version: UUID) -> None:
        async with self.app.state.database.staff() as session, session.begin():
            for role in ("reviewer", "committee"):
                await lifecycle.review(session, version, Verdict.APPROVE, None, GOOD, actor=self.actor(role))


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    async with opened_desk(database) as desk:
        yield desk


@asynccontextmanager
async def opened_desk(database: TestDatabase) -> AsyncIterator[Desk]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database)
        clients = {}
        for role in ROLES:
            async with app.state.database.staff() as session, session.begin():
                await identity.set_password(session, world.staff[role], PASSWORD)
            clients[role] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[role], role)
        yield Desk(app, world, clients)


async def test_a_list_names_each_item_with_what_is_known_of_it(desk: Desk) -> None:
    found = await desk.get("/items", scheme="MMu", kuk="1.1", size=2, page=2)
    assert found["total"] == 6
    first = found["items"][0]
    assert (first["code"], first["state"], first["draft"]) == ("MMU-1.1-03", "active", None)
    assert (first["excerpt"], first["expected_p"]) == ("Pokok soal MMU-1.1-03?", 0.65)
    assert (first["n"], first["p"], first["author"], first["has_picture"]) == (0, None, None, False)
    assert await desk.codes(unit="MM 2", text='"pokok soal" 2.3-06') == ["MMU-2.3-06"]
    assert await desk.codes(text="tidak ada di mana pun") == []
    assert len(await desk.codes(text="", kuk="", difficulty="", waiting="", size="200")) == 120


async def test_what_a_sitting_drew_counts_as_exposed(desk: Desk) -> None:
    async with desk.app.state.database.staff() as session:
        drawn = {
            version
            for form in await assembly.list_forms(session, desk.world.sitting_id)
            for version in form.version_ids
        }
    assert set((await desk.versions(exposure="seen")).values()) == {str(version) for version in drawn}
    assert len(await desk.codes(exposure="never", size=200)) == 120 - len(drawn)


async def test_each_role_finds_what_it_may_read(desk: Desk) -> None:
    draft, _ = await desk.write("Apa yang dicatat dalam rencana kaizen?")
    submitted, version = await desk.write("Siapa yang menutup tindakan kaizen?", submit=True)
    assert await desk.codes("author") == await desk.codes("author", text="kaizen") == [draft, submitted]
    assert await desk.codes("reviewer", text="kaizen") == [submitted]
    assert await desk.codes("committee", text="kaizen") == [draft, submitted]
    assert await desk.codes("reviewer", waiting="me") == await desk.codes("committee", waiting="me") == [submitted]
    assert await desk.codes("author", waiting="me") == [draft]
    async with desk.app.state.database.staff() as session, session.begin():
        await lifecycle.review(session, version, Verdict.APPROVE, None, GOOD, actor=desk.actor("reviewer"))
    assert await desk.codes("reviewer", waiting="me") == []
    assert await desk.codes("committee", waiting="me") == [submitted]


async def test_an_address_that_asks_for_something_unknown_is_refused(desk: Desk) -> None:
    for query in (
        {"scheme": "MMu", "size": 0},
        {"scheme": "MMu", "colour": "red"},
        {"scheme": "MMu", "waiting": "him"},
    ):
        assert (await desk.clients["committee"].get(f"{BANK}/items", params=query)).status_code == 422
    assert (await desk.clients["committee"].get(f"{BANK}/items", params={"scheme": "XX"})).status_code == 404


async def test_coverage_and_schemes(desk: Desk) -> None:
    covered = (await desk.get("/coverage", scheme="MMu"))["kuks"]
    assert [row["kuk"] for row in covered] == kuks()
    assert covered[0] == {
        "kuk": "1.1",
        "text": "KUK 1.1",
        "wanted": 10,
        "states": {"active": 6},
        "difficulties": {"easy": 0, "medium": 6, "hard": 0},
        "missing": 4,
    }
    (scheme,) = (await desk.get("/schemes"))["schemes"]
    assert (scheme["code"], scheme["units"][0]["kuks"][0]) == ("MMu", {"code": "1.1", "text": "KUK 1.1"})


async def test_a_preview_shows_hints_and_faults_instead_of_failing(desk: Desk) -> None:
    content = {
        "stem": "Pokok soal MMU-1.1-01? <script>alert(1)</script><iframe></iframe>",
        "options": [
            "semua benar",
            r"\(\frac{1}{\)",
            '<img src="https://example.org/a.png" alt="a">',
            "luas m<sup>2</sup>",
        ],
        "stimulus": f'<img src="image:{"0" * 64}" alt="diagram">',
    }
    answer = await desk.post("/preview", {"content": content, "key": 0, "scheme": "MMu", "code": "BARU"}, "author")
    found = answer.json()
    assert found["shown"]["stem"] == "Pokok soal MMU-1.1-01?"
    assert found["shown"]["options"][3] == ["luas m", {"tag": "sup", "children": ["2"]}]
    assert {fault["field"] for fault in found["faults"]} == {"stem", "options.1", "options.2", "stimulus"}
    assert "iframe" in found["faults"][0]["text_en"]
    rules = {(hint["rule"], hint["field"]) for hint in found["hints"]}
    assert {("banned-option", "options.0"), ("similar-stems", "stem")} <= rules
    assert any("MMU-1.1-01" in hint["text_id"] for hint in found["hints"])


async def test_an_item_does_not_resemble_itself(desk: Desk) -> None:
    options = ["satu", "dua", "tiga", "empat"]
    sent = {"content": {"stem": "Apa bunyi klausul kesembilan dari pedoman?", "options": options}, "scheme": "MMu"}
    code, _ = await desk.write("Apa bunyi klausul kesembilan dari pedoman?")
    same = await desk.post("/preview", sent | {"code": code}, "author")
    other = await desk.post("/preview", sent, "author")
    assert [hint["rule"] for hint in same.json()["hints"]] == []
    assert [hint["rule"] for hint in other.json()["hints"]] == ["similar-stems"]


async def test_a_picture_is_kept_once_and_served_to_its_reader_alone(desk: Desk) -> None:
    author = desk.clients["author"]
    answer = await author.post(f"{BANK}/images", content=make_photo(), headers={"Content-Type": "image/png"})
    assert answer.status_code == 201
    assert (answer.json()["width"], answer.json()["height"]) == (240, 320)
    again = await author.post(f"{BANK}/images", content=make_photo(), headers={"Content-Type": "image/png"})
    assert again.json() == answer.json()
    served = await desk.clients["reviewer"].get(f"{BANK}/images/{answer.json()['hash']}")
    assert served.content.startswith(b"\x89PNG")
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (await author.get(f"{BANK}/images/{'0' * 64}")).status_code == 404
    assert (await author.get(f"{BANK}/images/soal.png")).status_code == 422


async def test_what_is_no_picture_is_refused_with_a_remedy(desk: Desk) -> None:
    author = desk.clients["author"]
    broken = await author.post(f"{BANK}/images", content=b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"})
    assert (broken.status_code, broken.json()["code"]) == (422, "picture-unfit")
    assert "PNG" in broken.json()["text_id"]
    large = await author.post(
        f"{BANK}/images", content=b"\xff" * (4 * 1024 * 1024 + 1), headers={"Content-Type": "image/png"}
    )
    assert large.status_code == 413
    drawing = await author.post(f"{BANK}/images", content=b"<svg/>", headers={"Content-Type": "image/svg+xml"})
    assert drawing.status_code == 415


async def test_a_bulk_action_is_tried_first_and_then_done(desk: Desk) -> None:
    versions = list((await desk.versions(kuk="1.1")).values())
    body = {"version_ids": versions, "action": "rest", "reason": "", "dry_run": True}
    tried = (await desk.post("/bulk", body)).json()["rows"]
    assert {row["outcome"] for row in tried} == {"would"}
    assert await desk.codes(kuk="1.1", state="approved") == []
    done = (await desk.post("/bulk", body | {"dry_run": False})).json()["rows"]
    assert [row["outcome"] for row in done] == ["done"] * 6
    assert len(await desk.codes(kuk="1.1", state="approved")) == 6


async def test_one_refused_row_keeps_a_bulk_action_from_all(desk: Desk) -> None:
    _, draft = await desk.write("Apa yang dicatat dalam rencana kaizen?")
    versions = [*(await desk.versions(kuk="1.1", state="active")).values(), str(draft), str(uuid4())]
    body = {"version_ids": versions, "action": "rest", "reason": "", "dry_run": False}
    rows = (await desk.post("/bulk", body)).json()["rows"]
    assert [row["outcome"] for row in rows[-3:]] == ["would", "refused", "refused"]
    assert "draft" in rows[-2]["text_en"]
    assert await desk.codes(kuk="1.1", state="approved") == []


async def test_a_bulk_action_needs_the_right_of_each_row_and_a_reason_where_one_must_be_given(desk: Desk) -> None:
    version = next(iter((await desk.versions(kuk="1.1")).values()))
    body = {"version_ids": [version], "action": "suspend", "reason": "", "dry_run": True}
    (refused,) = (await desk.post("/bulk", body, "reviewer")).json()["rows"]
    assert (refused["outcome"], refused["text_en"]) == ("refused", "your role may not do this")
    without = await desk.post("/bulk", body)
    assert (without.status_code, without.json()["code"]) == (422, "reason-needed")
    assert (await desk.post("/bulk", body | {"action": "approve"})).status_code == 422


async def write_pool(desk: Desk, version_ids: list[str]) -> httpx.Response:
    body = {"scheme": "MMu", "period_from": "2027-01-01", "period_to": "2027-06-30", "candidates": 60}
    return await desk.post("/pools", body | {"version_ids": version_ids})


async def test_a_pool_goes_from_proposal_to_use_and_the_rest_of_the_bank_rests(desk: Desk) -> None:
    _, fresh = await desk.write("Apa yang dicatat dalam rencana kaizen?", submit=True)
    await desk.approve(fresh)
    proposal = await desk.get("/pools/proposal", scheme="MMu", candidates=60)
    assert proposal["size"] == len(proposal["version_ids"]) == 121
    assert str(fresh) in proposal["version_ids"]
    assert proposal["kuks"][0] == {"kuk": "1.1", "per_form": 5, "proposed": 7, "usable": 7}
    active = await desk.versions(state="active")
    left_out = {code for code in active if code.endswith("-06")}
    chosen = [version for code, version in active.items() if code not in left_out] + [str(fresh)]
    pool = (await write_pool(desk, chosen)).json()["id"]
    assert set(await desk.versions(state="active")) == set(active), "a pool that is written changes nothing"

    tried = (await desk.post(f"/pools/{pool}/activate", {"reason": "", "dry_run": True})).json()
    assert [row["version_id"] for row in tried["activating"]] == [str(fresh)]
    assert {row["code"] for row in tried["resting"]} == left_out
    assert set(await desk.versions(state="active")) == set(active)

    done = (await desk.post(f"/pools/{pool}/activate", {"reason": "rapat komite", "dry_run": False})).json()
    assert {row["outcome"] for row in done["activating"] + done["resting"]} == {"done"}
    assert set((await desk.versions(state="active")).values()) == set(chosen)
    assert set(await desk.versions(state="approved")) == left_out
    (listed,) = (await desk.get("/pools", scheme="MMu"))["pools"]
    assert (listed["state"], listed["size"], listed["activated_by"]) == ("active", 101, "Petugas committee")
    assert len((await desk.get(f"/pools/{pool}"))["items"]) == 101
    again = await desk.post(f"/pools/{pool}/activate", {"reason": "", "dry_run": False})
    assert (again.status_code, again.json()["code"]) == (409, "pool-activated")


async def test_the_next_sitting_is_drawn_from_the_pool(desk: Desk) -> None:
    active = await desk.versions(state="active")
    chosen = {code: version for code, version in active.items() if not code.endswith("-01")}
    pool = (await write_pool(desk, list(chosen.values()))).json()["id"]
    await desk.post(f"/pools/{pool}/activate", {"reason": "", "dry_run": False})
    before = await exposures(desk)
    async with desk.app.state.database.staff() as session, session.begin():
        now = await read_clock(session)
        sitting = await delivery.create_sitting(
            session,
            desk.world.scheme,
            code="UJI-2",
            title="Berikutnya",
            zone="Asia/Jakarta",
            opens_at=now,
            closes_at=now + timedelta(hours=3),
        )
        cards = await make_cards(session, 1, prefix="MMU-27")
        await delivery.add_to_roster(session, sitting, [(cards[0], "Peserta lain")])
        await give_forms(session, sitting, desk.world.scheme)
    drawn = {code for code, count in (await exposures(desk)).items() if count > before[code]}
    assert len(drawn) == 100
    assert drawn <= set(chosen)


async def exposures(desk: Desk) -> dict[str, int]:
    found = await desk.get("/items", scheme="MMu", size=200)
    return {item["code"]: item["exposure"] for item in found["items"]}


async def test_a_new_pool_ends_the_one_before(desk: Desk) -> None:
    chosen = list((await desk.versions(state="active")).values())
    for _ in range(2):
        pool = (await write_pool(desk, chosen)).json()["id"]
        answer = await desk.post(f"/pools/{pool}/activate", {"reason": "", "dry_run": False})
        assert answer.status_code == 200
    assert sorted(pool["state"] for pool in (await desk.get("/pools", scheme="MMu"))["pools"]) == ["active", "over"]


async def test_two_who_activate_a_pool_at_once_do_it_once(desk: Desk) -> None:
    pool = (await write_pool(desk, list((await desk.versions(state="active")).values()))).json()["id"]
    body = {"reason": "", "dry_run": False}
    answers = await asyncio.gather(*(desk.post(f"/pools/{pool}/activate", body) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_pool_that_cannot_make_a_form_is_not_written(desk: Desk) -> None:
    active = await desk.versions(state="active")
    few = [version for code, version in active.items() if not code.startswith("MMU-3.2")]
    lacking = await write_pool(desk, few)
    assert (lacking.status_code, lacking.json()["code"], lacking.json()["kuks"]) == (409, "pool-lacks-items", ["3.2"])
    _, draft = await desk.write("Apa yang dicatat dalam rencana kaizen?")
    unfit = await write_pool(desk, [*active.values(), str(draft)])
    assert (unfit.status_code, unfit.json()["codes"]) == (409, ["MMU-1.1-07"])


async def test_a_pool_whose_items_were_suspended_meanwhile_changes_nothing(desk: Desk) -> None:
    active = await desk.versions(state="active")
    chosen = {code: version for code, version in active.items() if not code.endswith("-06")}
    pool = (await write_pool(desk, list(chosen.values()))).json()["id"]
    body = {"version_ids": [chosen["MMU-1.1-01"]], "action": "suspend", "reason": "kunci diragukan", "dry_run": False}
    assert (await desk.post("/bulk", body)).status_code == 200
    answer = (await desk.post(f"/pools/{pool}/activate", {"reason": "", "dry_run": False})).json()
    assert answer["refused"] is True
    assert [row["code"] for row in answer["activating"] if row["outcome"] == "refused"] == ["MMU-1.1-01"]
    assert len(await desk.versions(state="active")) == 119
