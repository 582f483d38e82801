"""Due process: suspected, withheld alone, heard, decided by somebody who was not in the room, void or released, with a letter."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pypdf
import pytest

from app import delivery, identity
from app.core.access import Role
from app.worker import work_once
from tests.api.test_papers import text_of
from tests.databases import TestDatabase
from tests.factories import (
    PASSWORD,
    Candidate,
    World,
    client_of,
    make_settings,
    make_world,
    running_app,
    violations,
)

ACCOUNT = "Pengawas melihat secarik kertas berisi catatan di bawah papan ketik."
WORDS = "Kertas itu bon kantin; saya lupa menaruhnya di tas."
GROUNDS = "Kertas yang disita memuat rumus yang ditanyakan."
CALM = "Catatan tidak berkaitan dengan soal."


@dataclass
class Process:
    """A sitting that two candidates have handed in, and everybody who takes part in what follows."""

    database: TestDatabase
    world: World
    proctor: httpx.AsyncClient
    committee: httpx.AsyncClient
    second: httpx.AsyncClient
    candidates: list[Candidate]
    attempts: list[str]

    def path(self, rest: str = "") -> str:
        return f"/api/staff/sittings/{self.world.sitting_id}/irregularities{rest}"

    async def open(self, client: httpx.AsyncClient | None = None, attempt: int = 0, **changes: Any) -> httpx.Response:
        body = {"attempt_id": self.attempts[attempt], "reason": "notes", "account": ACCOUNT} | changes
        return await (client or self.proctor).post(self.path(), json=body)

    async def opened(self) -> str:
        return str((await self.open()).json()["id"])

    async def ask(self, case: str, days: int = 3) -> httpx.Response:
        return await self.committee.post(self.path(f"/{case}/ask"), json={"days": days})

    async def decide(self, case: str, *, void: bool, client: httpx.AsyncClient | None = None) -> httpx.Response:
        body = {"void": void, "grounds": GROUNDS if void else CALM}
        return await (client or self.committee).post(self.path(f"/{case}/decision"), json=body)

    async def state(self, words: str = WORDS, who: int = 0) -> httpx.Response:
        return await self.candidates[who].post("irregularity/statement", {"words": words})

    async def own(self, who: int = 0) -> dict[str, Any]:
        answer = await self.candidates[who].read("irregularity")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def result(self, who: int) -> str:
        """The candidate's result page: `released`, or the code of the refusal."""
        answer = await self.candidates[who].read("result")
        return "released" if answer.status_code == 200 else str(answer.json()["code"])

    async def release_sitting(self) -> None:
        sitting = f"/api/staff/sittings/{self.world.sitting_id}"
        for step, body in (("key-check/clear", {"note": "diperiksa"}), ("release", {})):
            answer = await self.committee.post(f"{sitting}/{step}", json=body)
            assert answer.status_code == 204, answer.text

    async def run(self, statement: str) -> None:
        superuser = await asyncpg.connect(self.database.superuser_url)
        await superuser.execute(statement)
        await superuser.close()

    async def time_passes(self) -> None:
        await self.run("UPDATE irregularity_steps SET until = clock_timestamp() WHERE until IS NOT NULL")


@pytest.fixture
async def process(database: TestDatabase) -> AsyncIterator[Process]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, with_passwords=True)
        async with world.database.staff() as session, session.begin():
            second = await identity.add_staff(session, name="Kedua", username="second", roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, second, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, second, PASSWORD)
            world.staff["second"] = second
        clients = [await stack.enter_async_context(client_of(app)) for _ in range(5)]
        for client, role in zip(clients, ("proctor", "committee", "second"), strict=False):
            await world.log_in(client, role)
        candidates = [Candidate(client, card) for client, card in zip(clients[3:], world.cards, strict=True)]
        for candidate in candidates:
            await candidate.enter()
            await candidate.save({1: 0})
            await candidate.submit()
        await work_once(app.state.database)
        attempts = [(await one.read("me")).json()["attempt"]["id"] for one in candidates]
        yield Process(database, world, *clients[:3], candidates, attempts)


async def test_one_result_is_withheld_and_the_others_go_out(process: Process) -> None:
    await process.opened()
    await process.release_sitting()
    assert [await process.result(who) for who in (0, 1)] == ["result-withheld", "released"]
    assert (await process.own())["account"] is None, "what is suspected is told with the question"
    assert (await process.candidates[1].read("irregularity")).status_code == 404


async def test_from_the_suspicion_to_a_void_attempt_and_its_letter(process: Process) -> None:
    case = await process.opened()
    assert (await process.ask(case)).status_code == 204
    mine = await process.own()
    assert (mine["state"], mine["account"], mine["may_state"]) == ("statement-asked", ACCOUNT, True)

    refused = await process.decide(case, void=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "hear-first")
    assert refused.json()["until"] == mine["until"]

    assert (await process.state()).status_code == 204
    assert (await process.state("Satu hal lagi.")).status_code == 204
    assert [one["words"] for one in (await process.own())["statements"]] == [WORDS, "Satu hal lagi."]

    decided = await process.decide(case, void=True)
    assert decided.status_code == 200, decided.text
    letter = decided.json()["letter"]
    for part in ("Peserta 1", process.world.cards[0].number, ACCOUNT, GROUNDS, "BATAL", "Hak banding", "WIB"):
        assert part in letter
    await process.release_sitting()
    assert await process.result(1) == "released"
    assert (await process.candidates[0].log_in()).json()["attempt"]["phase"] == "void"
    assert (await process.own())["letter"] == letter, "who is told no also learns why, and where to go"
    assert await process.result(0) == "result-withheld"
    assert (await process.state()).json()["code"] == "no-statement-asked"
    listed = (await process.second.get(process.path())).json()["cases"][0]
    assert [step["state"] for step in listed["steps"]] == [
        "opened", "statement-asked", "statement-given", "statement-given", "void",
    ]  # fmt: skip
    assert await violations(process.world.database, but=("I-45",)) == []


async def test_a_suspicion_that_comes_to_nothing_gives_the_result_back(process: Process) -> None:
    case = await process.opened()
    await process.release_sitting()
    assert (await process.decide(case, void=False)).status_code == 200, "nobody has to be asked before being cleared"
    assert await process.result(0) == "released"
    assert "Hak banding" not in (await process.own())["letter"]
    assert (await process.decide(case, void=False)).json()["code"] == "irregularity-moved"
    again = await process.open()
    assert again.status_code == 201, "another suspicion is another case"
    assert await process.result(0) == "result-withheld", "also when the results are out"


async def test_the_letter_is_printed_and_its_code_leads_back_to_it(process: Process) -> None:
    case = await process.opened()
    letter = process.path(f"/{case}/letter.pdf")
    assert (await process.committee.get(letter)).status_code == 404, "there is none before the decision"
    assert (await process.candidates[0].read("irregularity/letter.pdf")).status_code == 404
    await process.ask(case)
    await process.state()
    await process.decide(case, void=True)
    signed = await process.committee.get(letter)
    own = await process.candidates[0].read("irregularity/letter.pdf")
    for printed in (signed, own):
        assert printed.status_code == 200, printed.text
        assert process.world.cards[0].number in printed.headers["content-disposition"]
        said = text_of(printed.content)
        for part in ("Peserta 1", ACCOUNT, GROUNDS, "BATAL", "Hak banding", "UJI-1"):
            assert part in said
        (code,) = re.findall(r"/periksa/([0-9A-Z-]{14})", said)
        page = await process.candidates[1].client.get(f"/periksa/{code}")
        assert "Keputusan atas Dugaan Pelanggaran Ujian" in page.text
        assert "Peserta 1" not in page.text
    assert "Nama:" in text_of(signed.content)
    assert "Nama:" not in text_of(own.content), "a copy waits for nobody's signature"
    assert (await process.candidates[1].read("irregularity/letter.pdf")).status_code == 404
    listed = await process.proctor.get(f"/api/staff/sittings/{process.world.sitting_id}/papers")
    assert listed.json()["prints"] == [], "a proctor learns of no decision"


async def test_silence_lets_a_case_be_decided_and_takes_no_more_words(process: Process) -> None:
    case = await process.opened()
    await process.ask(case)
    await process.time_passes()
    late = await process.state()
    assert (late.status_code, late.json()["code"]) == (409, "statement-too-late")
    assert (await process.decide(case, void=True)).status_code == 200
    assert "tidak memberikannya" in (await process.own())["letter"]


async def test_nothing_is_void_before_the_candidate_was_asked(process: Process) -> None:
    case = await process.opened()
    refused = await process.decide(case, void=True)
    assert refused.json()["code"] == "hear-first"
    assert (await process.state()).json()["code"] == "no-statement-asked"


@pytest.mark.parametrize("how", ["opener", "in-room", "candidate", "reporter"])
async def test_who_was_involved_decides_nothing(process: Process, how: str) -> None:
    """I-27, I-28: judged by persons and history, whatever roles they hold."""
    committee, room = process.world.staff["committee"], process.world.sitting_id
    incident = None
    if how == "reporter":
        noted = {"category": "candidate", "note": "catatan", "attempt_id": process.attempts[0]}
        path = f"/api/staff/sittings/{room}/incidents"
        incident = (await process.proctor.post(path, json=noted)).json()["id"]
        await process.run(f"UPDATE incidents SET opened_by = '{committee}'")
    case = str((await process.open(process.committee if how == "opener" else None, incident_id=incident)).json()["id"])
    if how == "in-room":
        async with process.world.database.staff() as session, session.begin():
            await delivery.assign_staff(session, room, committee)
    elif how == "candidate":
        await process.run(
            f"UPDATE roster SET person_id = '{committee}' WHERE number = '{process.world.cards[1].number}'"
        )
    for void in (True, False):
        refused = await process.decide(case, void=void)
        assert (refused.status_code, refused.json()["code"], refused.json()["bar"]) == (409, "may-not-decide", how)
    assert (await process.committee.get(process.path())).json()["cases"][0]["bar"] == how, "the page says so beforehand"
    assert (await process.decide(case, void=False, client=process.second)).status_code == 200


async def test_who_ran_the_room_without_being_assigned_decides_nothing(process: Process) -> None:
    """Whoever may see every sitting and is a proctor, too, can act in a room that nobody gave them."""
    committee, sitting = process.world.staff["committee"], process.world.sitting_id
    await process.run(
        f"INSERT INTO role_grants (id, person_id, role) VALUES (gen_random_uuid(), '{committee}', 'proctor')"
    )
    await process.world.log_in(process.committee, "committee")
    body = {"attempt_ids": process.attempts, "text": "Simpan catatan Saudara."}
    sent = await process.committee.post(f"/api/staff/sittings/{sitting}/messages", json=body)
    assert sent.status_code == 201, sent.text
    case = await process.opened()
    refused = await process.decide(case, void=False)
    assert (refused.status_code, refused.json().get("bar")) == (409, "in-room")
    assert (await process.decide(case, void=False, client=process.second)).status_code == 200


async def test_a_case_is_opened_once_and_only_where_there_is_something_to_withhold(process: Process) -> None:
    await process.opened()
    assert (await process.open()).json()["code"] == "irregularity-open"
    elsewhere = await process.open(attempt=1, incident_id=process.attempts[0])
    assert elsewhere.status_code == 404, "no such incident in this sitting"


async def test_a_candidate_is_not_asked_in_the_middle_of_the_exam(process: Process) -> None:
    await process.run("UPDATE attempts SET state = 'running'")
    case = await process.opened()
    assert (await process.ask(case)).json()["code"] == "irregularity-not-over"
    assert (await process.candidates[0].read("irregularity")).status_code == 404
    await process.run("UPDATE attempts SET state = 'admitted'")
    assert (await process.open(attempt=1)).json()["code"] == "irregularity-not-started"


async def test_a_case_is_only_ever_added_to_and_candidates_add_only_words(process: Process) -> None:
    case = await process.opened()
    add = (
        "INSERT INTO irregularity_steps (sitting_id, irregularity_id, no, state, by) "
        f"SELECT sitting_id, irregularity_id, 2, 'released', by FROM irregularity_steps WHERE irregularity_id = '{case}'"
    )
    exam = await asyncpg.connect(process.database.exam_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await exam.execute(add)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await exam.fetch("SELECT involved FROM irregularity_steps")
    await exam.close()
    app = await asyncpg.connect(process.database.app_url)
    for change in ("DELETE FROM irregularity_steps", "UPDATE irregularity_steps SET state = 'released'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(change)
    await app.close()


async def test_the_minutes_of_the_room_tell_nothing_of_what_is_judged_later(process: Process) -> None:
    """Who ran the room may not read cases: whose result is withheld and why is no matter of its papers."""
    case = await process.opened()
    await process.ask(case)
    await process.state()
    assert (await process.decide(case, void=True)).status_code == 200
    minutes = await process.proctor.get(f"/api/staff/sittings/{process.world.sitting_id}/papers/minutes.pdf")
    assert minutes.status_code == 200
    said = " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(minutes.content)).pages).split()
    )
    assert "Peserta 1" in said
    assert "irregularity" not in said
    assert GROUNDS not in said
    path = f"/api/staff/sittings/{process.world.sitting_id}/attempts/{process.attempts[0]}/timeline"
    timeline = await process.proctor.get(path)
    assert "attempt.voided" in timeline.text
    assert GROUNDS not in timeline.text


async def test_who_ran_the_room_gets_no_pin_with_which_to_speak_for_a_candidate(process: Process) -> None:
    """After the exam a PIN opens the result and the statement; a new one is the office's to print."""
    await process.ask(await process.opened())
    cards = f"/api/staff/sittings/{process.world.sitting_id}/papers/cards"
    refused = await process.proctor.post(cards, json={"attempt_id": process.attempts[0]})
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.json()["code"] == "exam-over"
    assert (await process.state()).status_code == 204, "and nobody was logged out"
    await process.world.log_in(process.second, "office")
    assert (await process.second.post(cards, json={"attempt_id": process.attempts[0]})).status_code == 200
