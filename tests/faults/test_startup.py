"""Server and worker judged against a cluster that is really durable: each refusal is one sentence and exit code 1.

Nothing of the check is switched off here. The sound installation is accepted first, so that every refusal has one cause.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.core.budget import of_server, read_room
from app.core.migrate import upgrade
from app.core.postgres import Cluster
from app.core.postgres.roles import stored_passwords
from app.core.startup import StartupRefusal, require_ready
from tests.commands import refused
from tests.databases import TestDatabase, copy_database, create_template, drop_database
from tests.e2e.conftest import free_port
from tests.factories import BANK_KEYS, SECRET, client_of, make_settings, running_app

NOWHERE = "postgresql://sahih_app:x@127.0.0.1:9/sahih"


@pytest.fixture(scope="module")
def durable_cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="sahih-startup-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder), settings={"autovacuum": "off"})
        cluster.start()
        asyncio.run(create_template(cluster, stored_passwords(cluster.home), upgrade))
        yield cluster
        cluster.stop("immediate")


@pytest.fixture
async def sound(durable_cluster: Cluster) -> AsyncIterator[TestDatabase]:
    database = await copy_database(durable_cluster, "sahih_template")
    yield database
    await drop_database(durable_cluster, database)


@pytest.fixture(scope="module")
def untouched(durable_cluster: Cluster) -> TestDatabase:
    """A sound database for tests that change nothing in it but the words of the environment."""
    return asyncio.run(copy_database(durable_cluster, "sahih_template"))


def environment(database: TestDatabase, **changes: str) -> dict[str, str]:
    sound = {
        "SAHIH_PUBLIC_URL": "http://127.0.0.1:8000",
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": SECRET,
        "SAHIH_BANK_KEYS": BANK_KEYS,
        "DATABASE_URL": database.app_url,
        "SAHIH_EXAM_URL": database.exam_url,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAHIH_")}
    return {**inherited, **sound, **changes}


async def as_superuser(database: TestDatabase, *statements: str) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def refused_with(sentence: str, values: dict[str, str]) -> None:
    """`sahih serve` ends with exit code 1 and says this, in a sentence, without a trace or a secret."""
    check_words(sentence, await refused(values, "serve", "--port", str(free_port())), values)


def check_words(sentence: str, said: str, values: dict[str, str]) -> None:
    said = " ".join(said.replace("│", " ").split())
    assert sentence in said
    assert len(said) < 600, said
    passwords = [values[name].split("@")[0].split(":")[-1] for name in ("DATABASE_URL", "SAHIH_EXAM_URL")]
    assert not [secret for secret in (SECRET, *passwords) if len(secret) > 4 and secret in said]


@pytest.mark.parametrize("command", [["-m", "app.cli", "serve", "--port", "8090"], ["-m", "app.worker"]])
async def test_server_and_worker_as_processes_of_their_own(sound: TestDatabase, command: list[str]) -> None:
    """Everything below asks `serve` within this process; here both end as an operator sees it."""
    await as_superuser(sound, f"ALTER ROLE sahih_exam IN DATABASE {sound.name} SET synchronous_commit = off")
    cases = (
        (environment(sound), "synchronous_commit=off"),
        (environment(sound, SAHIH_SECRETS="short"), "at least 32 bytes"),
    )
    for values, sentence in cases:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=values, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 1
        assert "Traceback" not in said.decode()
        check_words(sentence, said.decode(), values)


async def refused_twice(sentence: str, database: TestDatabase, **changes: str) -> None:
    """By the check itself, and by the command that asks it."""
    names = {"DATABASE_URL": "DATABASE_URL", "SAHIH_EXAM_URL": "exam_url"}
    with pytest.raises(StartupRefusal, match=sentence):
        await require_ready(make_settings(database, **{names[name]: value for name, value in changes.items()}))
    await refused_with(sentence, environment(database, **changes))


async def test_a_sound_installation_serves(untouched: TestDatabase) -> None:
    await require_ready(make_settings(untouched))
    port = free_port()
    values = environment(untouched, SAHIH_PUBLIC_URL=f"http://127.0.0.1:{port}")
    server = subprocess.Popen([sys.executable, "-m", "app.cli", "serve", "--port", str(port)], env=values)
    try:
        assert await becomes_ready(f"http://127.0.0.1:{port}/readyz", server)
    finally:
        server.terminate()
        server.wait(20)


async def becomes_ready(url: str, server: subprocess.Popen[bytes]) -> bool:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                return (await client.get(url)).status_code == 200
            except httpx.TransportError:
                assert server.poll() is None, "the server ended"
                await asyncio.sleep(0.05)
    return False


@pytest.mark.parametrize("role", ["sahih_app", "sahih_exam"])
async def test_a_log_in_without_synchronous_commit(sound: TestDatabase, role: str) -> None:
    await as_superuser(sound, f"ALTER ROLE {role} IN DATABASE {sound.name} SET synchronous_commit = off")
    await refused_twice("synchronous_commit=off", sound)


@pytest.mark.invariant("I-45")
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
async def test_a_cluster_set_to_be_unsafe(sound: TestDatabase, setting: str) -> None:
    # The launcher's own file says "on" and is read before what ALTER SYSTEM writes.
    await as_superuser(sound, f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    try:
        await settled(sound, setting, "off")
        await refused_twice(f"{setting}=off", sound)
    finally:
        await as_superuser(sound, f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
        await settled(sound, setting, "on")
    await require_ready(make_settings(sound))


@pytest.mark.parametrize("weaker", ["local", "remote_write"])
async def test_weaker_kinds_of_commit(sound: TestDatabase, weaker: str) -> None:
    await as_superuser(sound, f"ALTER ROLE sahih_exam IN DATABASE {sound.name} SET synchronous_commit = {weaker}")
    with pytest.raises(StartupRefusal, match=f"synchronous_commit={weaker}"):
        await require_ready(make_settings(sound))


async def settled(database: TestDatabase, setting: str, value: str) -> None:
    for _ in range(200):
        connection = await asyncpg.connect(database.superuser_url)
        shown = await connection.fetchval(f"SHOW {setting}")
        await connection.close()
        if shown == value:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{setting} is {shown}")


async def test_pending_migrations(sound: TestDatabase) -> None:
    await as_superuser(sound, "DELETE FROM alembic_version")
    await refused_twice("sahih migrate", sound)


async def test_a_database_that_was_never_migrated(sound: TestDatabase) -> None:
    await as_superuser(sound, "DROP TABLE alembic_version")
    with pytest.raises(StartupRefusal, match="sahih migrate"):
        await require_ready(make_settings(sound))


@pytest.mark.parametrize(("since", "starts"), [("0001", True), ("later", False), (None, False)])
async def test_a_database_ahead_of_this_release(sound: TestDatabase, since: str | None, starts: bool) -> None:
    """A rolling deploy migrates first: the release before it may start again if the newer migrations only expand."""
    comment = "NULL" if since is None else f"'{since}'"
    await as_superuser(
        sound, "UPDATE alembic_version SET version_num = 'later'", f"COMMENT ON TABLE alembic_version IS {comment}"
    )
    if starts:
        await require_ready(make_settings(sound))
    else:
        await refused_twice("Install the newer one", sound)


@pytest.mark.parametrize("name", ["DATABASE_URL", "SAHIH_EXAM_URL"])
async def test_an_unreachable_database(untouched: TestDatabase, name: str) -> None:
    await refused_twice(f"{name} cannot be reached", untouched, **{name: NOWHERE})


async def test_a_wrong_password_and_a_missing_database(untouched: TestDatabase) -> None:
    password = untouched.app_url.split("@")[0].split(":")[-1]
    for wrong in (
        untouched.app_url.replace(password, "wrong"),
        untouched.app_url.replace(f"/{untouched.name}?", "/nowhere?"),
    ):
        assert wrong != untouched.app_url
        with pytest.raises(StartupRefusal, match="DATABASE_URL cannot be reached"):
            await require_ready(make_settings(untouched, DATABASE_URL=wrong))


@pytest.mark.parametrize("name", ["DATABASE_URL", "SAHIH_EXAM_URL"])
@pytest.mark.parametrize("login", ["owner_url", "superuser_url"])
async def test_a_powerful_log_in(untouched: TestDatabase, name: str, login: str) -> None:
    await refused_twice("superuser or owner", untouched, **{name: getattr(untouched, login)})


async def test_an_address_with_parameters_is_read_as_the_server_reads_it(untouched: TestDatabase) -> None:
    values = {"DATABASE_URL": f"{untouched.app_url}&sslmode=prefer&application_name=x"}
    settings = make_settings(untouched, **values)
    await require_ready(settings)
    async with running_app(settings) as app, client_of(app) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_one_log_in_for_both_and_the_two_exchanged(untouched: TestDatabase) -> None:
    await refused_twice("SAHIH_EXAM_URL can read", untouched, SAHIH_EXAM_URL=untouched.app_url)
    await refused_twice("DATABASE_URL cannot read keys", untouched, DATABASE_URL=untouched.exam_url)


async def test_the_two_log_ins_in_different_databases(durable_cluster: Cluster, sound: TestDatabase) -> None:
    other = await copy_database(durable_cluster, "sahih_template")
    try:
        await refused_twice("different databases", sound, SAHIH_EXAM_URL=other.exam_url)
    finally:
        await drop_database(durable_cluster, other)


@pytest.mark.parametrize(
    ("grant", "revoke"),
    [
        ("GRANT SELECT ON item_keys TO sahih_exam", "REVOKE SELECT ON item_keys FROM sahih_exam"),
        ("GRANT SELECT (score) ON scores TO sahih_exam", "REVOKE SELECT (score) ON scores FROM sahih_exam"),
        (
            "GRANT SELECT (sealed) ON item_versions TO sahih_exam",
            "REVOKE SELECT (sealed) ON item_versions FROM sahih_exam",
        ),
        ("GRANT SELECT ON item_images TO sahih_exam", "REVOKE SELECT ON item_images FROM sahih_exam"),
        ("GRANT SELECT ON group_withdrawals TO sahih_exam", "REVOKE SELECT ON group_withdrawals FROM sahih_exam"),
        ("GRANT SELECT ON form_sets TO PUBLIC", "REVOKE SELECT ON form_sets FROM PUBLIC"),
        ("GRANT sahih_app TO sahih_exam", "REVOKE sahih_app FROM sahih_exam"),
        ("GRANT pg_read_all_data TO sahih_exam", "REVOKE pg_read_all_data FROM sahih_exam"),
    ],
)
async def test_an_exam_log_in_that_could_read_keys(sound: TestDatabase, grant: str, revoke: str) -> None:
    await as_superuser(sound, grant)
    try:
        with pytest.raises(StartupRefusal, match="SAHIH_EXAM_URL can read"):
            await require_ready(make_settings(sound))
    finally:
        await as_superuser(sound, revoke)
    await require_ready(make_settings(sound))


async def test_a_role_taken_on_by_set_role_counts_too(sound: TestDatabase) -> None:
    await as_superuser(sound, "ALTER ROLE sahih_exam NOINHERIT", "GRANT sahih_app TO sahih_exam")
    try:
        with pytest.raises(StartupRefusal, match="SAHIH_EXAM_URL can read"):
            await require_ready(make_settings(sound))
    finally:
        await as_superuser(sound, "REVOKE sahih_app FROM sahih_exam", "ALTER ROLE sahih_exam INHERIT")


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE answers OWNER TO sahih_app", "ALTER TABLE answers SET UNLOGGED"],
    ids=["owned", "unlogged"],
)
async def test_answers_that_could_be_rewritten_or_lost(sound: TestDatabase, statement: str) -> None:
    await as_superuser(sound, statement)
    await refused_twice("Table answers is UNLOGGED or owned", sound)


async def test_a_database_that_cannot_be_written(sound: TestDatabase) -> None:
    await as_superuser(sound, f"ALTER ROLE sahih_exam IN DATABASE {sound.name} SET default_transaction_read_only = on")
    await refused_twice("SAHIH_EXAM_URL is read-only", sound)


async def test_more_processes_than_the_database_has_connections_for(sound: TestDatabase) -> None:
    """In numbers: a process of the server holds 2 x 10 + 7, the worker 12, and 5 are left for people."""
    values = environment(sound, SAHIH_POOL_SIZE="10")
    said = await refused(values, "serve", "--port", str(free_port()), "--workers", "7")
    assert "7 processes need 7 x 27 + 17 = 206 connections; the database gives 197" in said
    room = await read_room(sound.app_url)
    assert not room.lacks(6 * of_server(10))
    held = [await asyncpg.connect(sound.app_url) for _ in range(20)]
    try:
        assert (await read_room(sound.exam_url)).taken >= 20, "those of other log-ins count, too"
        assert (await read_room(sound.app_url)).is_tight(7 * of_server(10) - 10)
        assert not (await read_room(sound.app_url)).is_tight(of_server(10))
    finally:
        for connection in held:
            await connection.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SAHIH_SECRETS": ""}, "SAHIH_SECRETS is empty"),
        ({"SAHIH_SECRETS": " , "}, "SAHIH_SECRETS is empty"),
        ({"SAHIH_SECRETS": "short"}, "at least 32 bytes"),
        ({"SAHIH_SECRETS": f"{SECRET},short"}, "at least 32 bytes"),
        ({"SAHIH_SECRETS": "changeme" * 5}, "too easy to guess"),
        ({"SAHIH_SECRETS": "ab" * 20}, "too easy to guess"),
        ({"SAHIH_BANK_KEYS": ""}, "SAHIH_BANK_KEYS is empty"),
        ({"SAHIH_BANK_KEYS": "k1:c2hvcnQ="}, "must look like id:base64"),
        ({"SAHIH_BANK_KEYS": BANK_KEYS.partition(":")[2]}, "must look like id:base64"),
        ({"SAHIH_BANK_KEYS": f"{BANK_KEYS},{BANK_KEYS}"}, "each id once"),
        ({"SAHIH_BANK_KEYS": "k1:" + "QUFB" * 10 + "QUE="}, "too easy to guess"),
        ({"SAHIH_PUBLIC_URL": "http://ujian.example.org"}, "loopback or private address"),
        ({"SAHIH_PUBLIC_URL": "http://203.0.113.7"}, "loopback or private address"),
        ({"SAHIH_ALLOW_HTTP": "0"}, "SAHIH_PUBLIC_URL is plain http"),
        ({"SAHIH_PUBLIC_URL": "ujian.example.org"}, "must look like"),
        ({"SAHIH_POOL_SIZE": "abc"}, "SAHIH_POOL_SIZE cannot be used"),
        ({"SAHIH_POOL_SIZE": "0"}, "SAHIH_POOL_SIZE cannot be used"),
        ({"SAHIH_ALLOW_HTTP": "maybe"}, "SAHIH_ALLOW_HTTP cannot be used"),
        ({"SAHIH_TOKEN_MINUTES": "1441"}, "SAHIH_TOKEN_MINUTES cannot be used"),
    ],
)
async def test_weak_secrets_and_plain_http(untouched: TestDatabase, changes: dict[str, str], sentence: str) -> None:
    await refused_with(sentence, environment(untouched, **changes))
