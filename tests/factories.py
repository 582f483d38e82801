"""Minimal valid objects with their parents: a scheme, a bank, a sitting, candidates, a running server."""

from __future__ import annotations

import json
import secrets
import struct
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, itembank
from app.cli.verify import find_all
from app.core import logs
from app.core.access import Role
from app.core.clock import read_clock
from app.core.config import Settings, bank_ring, read_settings
from app.core.db import Database
from app.core.durability import Durability
from app.delivery import Admission, Takeover, papers
from app.identity import IssuedCard
from app.identity.secrets import hash_password
from app.itembank import Answer, DraftItem, ItemContent
from app.itembank.richtext import Image
from app.main import create_app
from app.schemes import SchemeVersion
from app.schemes import rules as scheme_rules
from app.schemes.models import SchemeVersionRow
from tests import worlds
from tests.databases import TestDatabase
from tests.forms import give_forms

PUBLIC_URL = "http://127.0.0.1:8000"
SECRET = "unit-test-Xq3vN8kLw0ZtRb5yHd7mPf2sJc9gAe4u"
BANK_KEYS = "uji1:q2vX0b1m0s9Z8yK3h7tJ5cV4nL6gR1dP0wE9aS8fT7k="
BANK_RING = bank_ring(BANK_KEYS)
PASSWORD = "correct horse 42 battery"
KUKS_PER_UNIT = (3, 3, 5, 6, 3)
PER_KUK = 5
BANK_PER_KUK = 6
USUAL_OPENING = timedelta(minutes=-5)
_HASHES: list[str] = []


def kuks() -> list[str]:
    return [f"{unit}.{row}" for unit, rows in enumerate(KUKS_PER_UNIT, 1) for row in range(1, rows + 1)]


def scheme_content(**exam: Any) -> dict[str, Any]:
    """The shape of a scheme file, no more than the server reads."""
    units = [
        {
            "code": f"MM {unit}",
            "title": f"Unit {unit}",
            "elements": [
                {"title": f"Elemen {unit}.{row}", "criterion": {"kuk": f"{unit}.{row}", "text": f"KUK {unit}.{row}"}}
                for row in range(1, rows + 1)
            ],
        }
        for unit, rows in enumerate(KUKS_PER_UNIT, 1)
    ]
    rules = {
        "items": 100,
        "options": 4,
        "pass_mark": 68,
        "max_score": 100,
        "duration_minutes": 120,
        "transmission_seconds": 10,
        "words": {"at_or_above": "Lulus", "below": "Belum Lulus"},
        "lang": "id",
    }
    return {
        "code": "MMu",
        "title": "Manajer Mutu",
        "body": {"name": "Lembaga Sertifikasi Profesi Teknik Manajemen Industri", "short": "LSP-TMI"},
        "units": units,
        "exam": rules | exam,
        "blueprint": {"items_per_kuk": dict.fromkeys(kuks(), PER_KUK)},
    }


def draft_items(per_kuk: int = BANK_PER_KUK) -> list[DraftItem]:
    """Synthetic items; the key moves from place to place."""
    drafts = []
    for kuk in kuks():
        for number in range(1, per_kuk + 1):
            code = f"MMU-{kuk}-{number:02d}"
            drafts.append(
                DraftItem(
                    code=code,
                    kuk=kuk,
                    lang="id",
                    content=ItemContent(f"Pokok soal {code}?", tuple(f"Opsi {letter} {code}" for letter in "ABCD")),
                    answer=Answer(
                        key=len(drafts) % 4,
                        rationale=f"rationale of {code}",
                        source="sumber",
                        cognitive_level="apply",
                        expected_p=0.65,
                    ),
                    enemies=(),
                    file="test.yaml",
                    line=1,
                )
            )
    return drafts


@dataclass
class World:
    """A prepared, open sitting with candidates and staff."""

    database: Database
    scheme: SchemeVersion
    sitting_id: UUID
    cards: list[IssuedCard]
    staff: dict[str, UUID] = field(default_factory=dict)
    plan_id: UUID | None = None

    async def log_in(self, client: httpx.AsyncClient, role: str) -> None:
        """Log the member of staff with this role in; the world needs `with_passwords`."""
        answer = await client.post("/api/staff/login", json={"username": role, "password": PASSWORD})
        assert answer.status_code == 200, answer.text


async def make_scheme(session: AsyncSession, **exam: Any) -> SchemeVersion:
    content = scheme_content(**exam)
    row = SchemeVersionRow(
        id=uuid4(), code="MMu", version_no=1, content=content, content_hash=scheme_rules.content_hash(content)
    )
    session.add(row)
    await session.flush()
    return scheme_rules.parse(row.id, 1, content)


async def make_staff(session: AsyncSession) -> dict[str, UUID]:
    """One person for each role, all with PASSWORD; user name = role."""
    staff = {}
    for role in Role:
        if role is not Role.CANDIDATE:
            staff[role.value] = await identity.add_staff(
                session, name=f"Petugas {role.value}", username=role.value, roles=[role]
            )
            await identity.undertakings.sign_all_needed(session, staff[role.value], frozenset({role}))
    return staff


async def make_world(
    database: Database,
    *,
    candidates: int = 2,
    admission: Admission = Admission.OPEN,
    takeover: Takeover = Takeover.PROCTOR,
    opens_in: timedelta = USUAL_OPENING,
    seed: bytes | None = None,
    forms: int | None = None,
    opened: bool = True,
    prepared: bool = True,
    with_passwords: bool = False,
    code: str = "UJI-1",
    drafts: Sequence[DraftItem] | None = None,
    images: Mapping[str, Image] | None = None,
    exam: Mapping[str, Any] | None = None,
) -> World:
    """Where one like it was made a moment ago in this run, it is copied."""
    async with database.staff() as session:
        name = str(await session.scalar(text("SELECT current_database()")))
    usual = opens_in == USUAL_OPENING and drafts is None and images is None and exam is None
    like = (candidates, admission, takeover, seed, forms, opened, prepared, with_passwords, code)
    if usual and (world := await worlds.bring(name, like)):
        return replace(world, database=database, cards=list(world.cards), staff=dict(world.staff))
    async with database.staff() as session, session.begin():
        scheme = await make_scheme(session, **(exam or {}))
        await itembank.load_items(session, "MMu", drafts or draft_items(), images)
        now = await read_clock(session)
        sitting_id = await delivery.create_sitting(
            session,
            scheme,
            code=code,
            title="Ujian uji coba",
            zone="Asia/Jakarta",
            opens_at=now + opens_in,
            closes_at=now + opens_in + timedelta(hours=4),
            admission=admission,
            takeover=takeover,
        )
        cards = await make_cards(session, candidates)
        await delivery.add_to_roster(session, sitting_id, [(card, f"Peserta {n}") for n, card in enumerate(cards, 1)])
        staff = await make_staff(session)
        plan_id = None
        if prepared:
            plan_id = await give_forms(
                session, sitting_id, scheme, committee=staff["committee"], forms=forms, seed=seed
            )
        if prepared and opened:
            await delivery.open_sitting(session, sitting_id)
        await delivery.assign_staff(session, sitting_id, staff["proctor"])
        if with_passwords:
            await session.execute(
                text("UPDATE staff_accounts SET password_hash = :hash"), {"hash": await hash_of_password()}
            )
    world = World(database, scheme, sitting_id, cards, staff, plan_id)
    if usual:
        await worlds.keep(name, like, replace(world, cards=list(cards), staff=dict(staff)))
    return world


async def hash_of_password() -> str:
    """Of PASSWORD, made once per run: a hash costs as much as all of the world without it."""
    if not _HASHES:
        _HASHES.append(await hash_password(PASSWORD))
    return _HASHES[0]


async def make_cards(session: AsyncSession, count: int, prefix: str = "MMU-26") -> list[IssuedCard]:
    cards = []
    for number in range(1, count + 1):
        person = await identity.add_person(session, f"Peserta {number}")
        cards.append(
            await identity.issue_card(session, SECRET.encode(), number=f"{prefix}-{number:04d}", person_id=person)
        )
    return cards


def open_database(database: TestDatabase, *, pool_size: int = 1) -> Database:
    return Database(database.app_url, database.exam_url, BANK_RING, pool_size=pool_size)


def make_settings(database: TestDatabase, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "public_url": PUBLIC_URL,
        "allow_http": True,
        "secrets": SECRET,
        "bank_keys": BANK_KEYS,
        "DATABASE_URL": database.app_url,
        "exam_url": database.exam_url,
        "pool_size": 5,
    }
    return Settings(**(values | changes))


def unwatched_app() -> FastAPI:
    """The server as a process of its own on a database that is not durable, where that is what a test is about."""
    settings = read_settings()
    logs.configure(settings.log)
    return create_app(settings, durability=Durability(watched=False))


@asynccontextmanager
async def running_app(settings: Settings, *, durable: bool = False) -> AsyncIterator[FastAPI]:
    """`durable`: the database is a durable one and is watched as such; the tests' own cluster is fast instead."""
    app = create_app(settings, durability=Durability(watched=durable))
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def client_of(
    app: FastAPI, *, address: str = "127.0.0.1", origin: str | None = None, base_url: str | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser-like client: own cookies, our Origin, JSON."""
    url = base_url or app.state.settings.public_url
    headers = {"Origin": app.state.settings.public_url if origin is None else origin}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=url, headers=headers) as client:
        yield client


def make_photo(shade: int = 128, width: int = 240, height: int = 320) -> bytes:
    """A grey PNG."""
    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    header = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body)) for name, body in chunks
    )


class Candidate:
    """Drives one candidate through the HTTP API as the exam page does."""

    def __init__(self, client: httpx.AsyncClient, card: IssuedCard) -> None:
        self.client = client
        self.card = card
        self.device = secrets.token_hex(16)
        self.epoch = 0
        self.seq = 0

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.client.post(f"/api/exam/{path}", json=body)

    async def log_in(self) -> httpx.Response:
        return await self.post("login", {"number": self.card.number, "pin": self.card.pin})

    async def claim(self, *, take_over: bool = False) -> httpx.Response:
        answer = await self.post("claim", {"device_secret": self.device, "take_over": take_over})
        if answer.status_code == 200:
            self.epoch, self.seq = answer.json()["epoch"], answer.json()["last_seq"]
        return answer

    async def start(self, token: str | None = None) -> httpx.Response:
        return await self.post("start", {"device_secret": self.device, "token": token, "nonce": nonce()})

    async def enter(self, token: str | None = None) -> httpx.Response:
        """Log in, agree, claim, start."""
        for step in (self.log_in(), self.post("agree", {"statement_version": "2"}), self.claim()):
            answer = await step
            assert answer.status_code == 200, answer.text
        return await self.start(token)

    async def save(self, values: dict[int, int | None], **changes: Any) -> httpx.Response:
        return await self.post("answers", self.batch(values) | changes)

    def batch(self, values: dict[int, int | None]) -> dict[str, Any]:
        rows = []
        for position, option in values.items():
            self.seq += 1
            rows.append(
                {"seq": self.seq, "position": position, "option": option, "clear": option is None, "doubtful": False}
            )
        return {**self.write(), "changes": rows}

    async def read(self, path: str) -> httpx.Response:
        """GET as the page does it, from the device that holds the attempt (or says so)."""
        return await self.client.get(f"/api/exam/{path}", headers={"Sahih-Device": self.device})

    async def paper(self) -> dict[str, Any]:
        """The paper, fetched and opened as the page does it."""
        me = (await self.client.get("/api/exam/me")).json()
        key = bytes.fromhex((await self.read("attempt")).json()["paper_key"])
        sealed = (await self.client.get(me["attempt"]["paper"])).content
        return papers.unseal(sealed, key, UUID(me["attempt"]["id"]))

    async def submit(self) -> httpx.Response:
        return await self.post("submit", self.write())

    def write(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "device_secret": self.device, "nonce": nonce()}


async def violations(database: Database, *, but: tuple[str, ...] = ()) -> list[str]:
    """What `sahih verify` would complain about. The tests' own cluster is not durable: `but=("I-45",)` there."""
    async with database.staff() as session:
        found = await find_all(session)
    return [
        f"{invariant.id}: {one}" for invariant, broken in found.items() for one in broken if invariant.id not in but
    ]


def nonce() -> str:
    return secrets.token_urlsafe(12)


def shown(answer: httpx.Response) -> str:
    return json.dumps(answer.json(), indent=1)
