"""Commands that cannot be done: each says why in one sentence, in both languages, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import pytest

from app.cli import environment
from app.cli.refusals import IN_INDONESIAN, Refused
from app.cli.serving import require_free_port
from app.core.config import SettingsError
from app.core.errors import AppError
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase
from tests.e2e.conftest import free_port
from tests.factories import client_of, make_settings, make_world, open_database, running_app

DATA_COMMANDS = [
    ("scheme", "load"),
    ("scheme", "show"),
    ("bank", "load"),
    ("user", "add", "--role", "proctor", "--name", "Sari", "--username", "sari"),
    ("sitting", "open", "UJI-1"),
    ("sitting", "staff", "UJI-1"),
    ("stats", "UJI-1"),
]
OPENS = "2126-12-05 08:00"


@pytest.fixture
async def filled(database: TestDatabase) -> AsyncIterator[TestDatabase]:
    """With a scheme, a bank and the open sitting UJI-1."""
    opened = open_database(database)
    await make_world(opened)
    await opened.close()
    yield database


async def count(database: TestDatabase, query: str) -> int:
    connection = await asyncpg.connect(database.superuser_url)
    found: int = await connection.fetchval(query)
    await connection.close()
    return found


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "postgresql://sahih_app:x@127.0.0.1:9/sahih", "DATABASE_URL cannot be reached"),
        ("DATABASE_URL", "postgresql://sahih_app:x@nowhere.invalid/sahih", "DATABASE_URL cannot be reached"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL cannot be reached"),
        ("DATABASE_URL", "postgresql://h:port/sahih", "DATABASE_URL cannot be reached"),
    ],
)
async def test_a_database_that_is_not_there(database: TestDatabase, name: str, value: str, says: str) -> None:
    values = installed(database, **{name: value})
    for command in DATA_COMMANDS:
        assert says in await refused(values, *command)


async def test_a_database_that_was_never_migrated(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("DROP TABLE alembic_version")
    await connection.close()
    for command in DATA_COMMANDS:
        assert "sahih migrate" in await refused(installed(database), *command)


async def test_migrations_need_their_own_address(database: TestDatabase) -> None:
    nowhere = "postgresql://sahih_owner:x@127.0.0.1:9/sahih"
    assert "SAHIH_MIGRATE_URL is not set" in await refused(installed(database, SAHIH_MIGRATE_URL=None), "migrate")
    assert "SAHIH_MIGRATE_URL cannot be reached" in await refused(
        installed(database, SAHIH_MIGRATE_URL=nowhere), "migrate"
    )
    assert (await sahih(installed(database), "migrate")).code == 0


@pytest.mark.parametrize("host", ["203.0.113.7", "nohost.invalid", "::g"])
def test_an_address_to_listen_on_that_is_not_ours(host: str) -> None:
    """Without the start-up check, which a fast test cluster would not pass."""
    with pytest.raises(Refused, match=f"Cannot listen on {host}"):
        require_free_port(host, 8000)
    require_free_port("127.0.0.1", free_port())


async def test_a_roster_that_must_not_be_used(filled: TestDatabase, tmp_path: Path) -> None:
    rosters = {
        "save the file as UTF-8": b"Sari\xe9\n",
        "roster-1:2: a name has at most": b"Sari\nBu\0di\n",
        "there is no name in it": b"\n  \n",
        "roster-3:1: a name has at most": b"x" * 100_000,
        "the file is too large": b"Sari\n" * 1_000_000,
    }
    values, cards = installed(filled), tmp_path / "cards.csv"

    async def create(number: int, content: bytes) -> str:
        roster = tmp_path / f"roster-{number}"
        roster.write_bytes(content)
        return await refused(
            values, "sitting", "create", "TUK-1", "--roster", str(roster), "--cards", str(cards), "--opens", OPENS
        )

    for number, (says, content) in enumerate(rosters.items()):
        assert says in await create(number, content)
    assert not cards.exists()


async def test_a_sitting_that_must_not_be_made(filled: TestDatabase, tmp_path: Path) -> None:
    roster = tmp_path / "roster.txt"
    roster.write_text("Sari\u00a0Dewi \nBudi\n", encoding="utf-8-sig")
    sound = {"code": "TUK-1", "--cards": str(tmp_path / "cards.csv"), "--opens": OPENS, "--roster": str(roster)}
    wrong: list[tuple[dict[str, str], dict[str, str | None], str]] = [
        ({"code": "UJI-1"}, {}, "There is a sitting with this code already"),
        ({"code": ""}, {}, "A sitting's code has"),
        ({"code": "TUK – 1"}, {}, "A sitting's code has"),
        ({"--hours": "1e9"}, {}, "--hours must be"),
        ({"--hours": "nan"}, {}, "--hours must be"),
        ({"--opens": "2025-12-05 08:00"}, {}, "is over already"),
        ({"--opens": "9999-12-31 23:59"}, {}, "the year 9999 cannot be"),
        ({"--zone": "Asia/Singapore"}, {}, "choose one of Asia/Jakarta"),
        ({"--scheme": "Lain"}, {}, "Scheme Lain is not loaded"),
        ({"--cards": str(tmp_path / "missing" / "cards.csv")}, {}, "cannot be written"),
        ({"--cards": str(roster)}, {}, "exists already"),
        ({}, {"SAHIH_SECRETS": "short"}, "at least 32 bytes"),
        ({}, {"SAHIH_SECRETS": None}, "SAHIH_SECRETS is empty"),
    ]

    def command(changes: dict[str, str]) -> list[str]:
        options = {**sound, **changes}
        code = options.pop("code")
        return ["sitting", "create", code, *(part for option in options.items() for part in option)]

    for changes, env, says in wrong:
        assert says in await refused(installed(filled, **env), *command(changes))
    assert await count(filled, "SELECT count(*) FROM sittings") == 1
    assert not Path(sound["--cards"]).exists(), "no card of a sitting that was not made"
    done = await sahih(installed(filled), *command({}))
    assert done.code == 0, done.err
    assert Path(sound["--cards"]).stat().st_mode & 0o777 == 0o600
    assert "Sari Dewi" in Path(sound["--cards"]).read_text(encoding="utf-8-sig")


async def test_people_who_cannot_be_added(filled: TestDatabase) -> None:
    add = ("user", "add", "--name", "Sari")
    wrong = {
        ("--role", "admin", "--username", "sari"): "There is an administrator already",
        ("--role", "proctor", "--username", "proctor"): "This user name is in use",
        ("--role", "proctor", "--username", "Sa ri"): "A user name has",
        ("--role", "proctor", "--username", ""): "A user name has",
        ("--username", "sari"): "Give --role and --name",
        ("--again", "--username", "nobody"): "There is no user nobody",
    }
    for rest, says in wrong.items():
        assert says in await refused(installed(filled), *add, *rest)
    bare = ("user", "add", "--role", "office", "--name", "Sari", "--username", "sari")
    assert "SAHIH_PUBLIC_URL must look like" in await refused(installed(filled, SAHIH_PUBLIC_URL=None), *bare)
    assert "There is no sitting X" in await refused(installed(filled), "sitting", "staff", "X")
    assert "committee is not a proctor" in await refused(
        installed(filled), "sitting", "staff", "UJI-1", "--proctor", "committee"
    )


async def test_a_step_that_the_sitting_does_not_allow(filled: TestDatabase) -> None:
    assert "open → open" in await refused(installed(filled), "sitting", "open", "UJI-1")
    assert "There is no sitting X" in await refused(installed(filled), "stats", "X")


async def test_sample_data_never_gets_into_a_database_of_yours(database: TestDatabase) -> None:
    for arguments in (("demo",), ("demo", "--accounts")):
        assert "DATABASE_URL is set" in await refused(installed(database), *arguments)
    assert await count(database, "SELECT count(*) FROM people") == 0


async def test_a_simulation_without_a_server_leaves_no_sitting(filled: TestDatabase) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    said = await refused(installed(filled), "simulate", "--candidates", "2", "--url", away)
    assert "There is no Sahih server" in said
    said = await refused(installed(filled, SAHIH_PUBLIC_URL=None), "simulate")
    assert "SAHIH_PUBLIC_URL must look like" in said
    assert await count(filled, "SELECT count(*) FROM sittings") == 1


class Useless(BaseHTTPRequestHandler):
    """Says that it is our server, and refuses every candidate."""

    def do_GET(self) -> None:
        body = json.dumps({"public_url": f"http://127.0.0.1:{self.server.server_port}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


class UselessServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A candidate that gives up closes its connection in the middle: that is no news, and none for this process's stderr."""


async def test_a_simulation_that_fails_closes_its_sitting(
    filled: TestDatabase, capfd: pytest.CaptureFixture[str]
) -> None:
    with UselessServer(("127.0.0.1", 0), Useless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        simulate = ("simulate", "--candidates", "2", "--url", address)
        assert "Only with sample data" in await refused(installed(filled), *simulate), "nobody else's committee accepts"
        add = ("user", "add", "--role", "committee", "--name", "Hana Komite", "--username", "komite")
        assert (await sahih(installed(filled), *add)).code == 0
        said = await refused(installed(filled), *simulate)
        server.shutdown()
    assert "The simulation stopped" in said
    child = capfd.readouterr().err
    assert "a synthetic candidate failed: HTTPStatusError" in child
    assert "Traceback" not in child
    assert await count(filled, "SELECT count(*) FROM sittings WHERE code LIKE 'SIM-%' AND state = 'closed'") == 1


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", ""])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("SAHIH_PORT", port)
    with pytest.raises(SettingsError, match="SAHIH_PORT must be a number"):
        environment.port()


async def test_the_printed_sql_has_passwords_of_its_own(database: TestDatabase) -> None:
    first, second = [await sahih(installed(database), "db", "init") for _ in range(2)]
    passwords = [re.findall(r"PASSWORD '([^']+)'", done.out) for done in (first, second)]
    assert len({*passwords[0], *passwords[1]}) == 6
    assert min(len(password) for password in passwords[0]) >= 32
    for name, password in zip(("SAHIH_MIGRATE_URL", "DATABASE_URL", "SAHIH_EXAM_URL"), passwords[0], strict=True):
        assert re.search(rf"^{name}=postgresql://\w+:{re.escape(password)}@HOST", first.err, re.MULTILINE)
    assert "<" not in first.out
    assert "only letters" in await refused(installed(database), "db", "init", "--database", "a b")


def test_every_refusal_that_is_translated_exists() -> None:
    def codes(kind: type[AppError]) -> set[str]:
        return {kind.code}.union(*(codes(child) for child in kind.__subclasses__()))

    assert set(IN_INDONESIAN) <= codes(AppError)


async def test_a_lost_card_gets_a_new_pin_and_the_old_one_ends(filled: TestDatabase) -> None:
    environment = installed(filled)
    done = await sahih(environment, "sitting", "card", "UJI-1", "mmu-26-0001")
    assert done.code == 0, done.err
    number, pin = re.findall(r"(MMU-26-0001) .* PIN: (\S+)", done.out)[0]
    before = await count(filled, "SELECT count(*) FROM journal WHERE action = 'sessions.revoked'")
    assert before == 1
    async with running_app(make_settings(filled)) as app, client_of(app) as client:
        answer = await client.post("/api/exam/login", json={"number": number, "pin": pin})
        assert answer.status_code == 200
    assert "no number MMU-26-9999" in await refused(environment, "sitting", "card", "UJI-1", "MMU-26-9999")
