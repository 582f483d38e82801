"""The files in deploy/ fit the server: settings that exist, routes that exist, times that agree, PostgreSQL that is durable."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from app import itembank
from app.cli.main import app as command
from app.cli.serving import KEEP_ALIVE_SECONDS, STOP_SECONDS
from app.core.config import Settings
from app.core.startup import DURABLE
from app.core.web import LARGEST_BODY, LARGEST_UPLOAD
from app.delivery import SOCKET_PATH
from app.main import PAGES, create_app
from app.proctoring import UPLOADS
from tests.factories import BANK_KEYS, SECRET

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
CADDY = (DEPLOY / "Caddyfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
UNITS = sorted(DEPLOY.glob("*.service"))
# Read by others than the server: uvicorn, PostgreSQL's image, and the Caddyfile beside it.
LARGEST_BANK_FILE = max(body.most for body in itembank.UPLOADS.values())
OTHERS = {"FORWARDED_ALLOW_IPS", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS", "SAHIH_HOST", "SAHIH_UPSTREAMS"}
COMING = ("/papers/",)  # encrypted papers as files: the proxies are ready for them


def known_variables() -> set[str]:
    """What the settings read, and what commands read besides."""
    fields = {str(field.validation_alias or f"SAHIH_{name.upper()}") for name, field in Settings.model_fields.items()}
    sources = (path.read_text() for path in (DEPLOY.parent / "app").rglob("*.py"))
    return fields | {name for source in sources for name in re.findall(r'"(SAHIH_[A-Z_]+)"', source)}


def test_every_variable_is_one_that_somebody_reads() -> None:
    text = "".join(path.read_text() for path in DEPLOY.iterdir())
    named = set(re.findall(r"\b(SAHIH_[A-Z_]*[A-Z]|DATABASE_URL|FORWARDED_ALLOW_IPS|POSTGRES_[A-Z_]*[A-Z])\b", text))
    assert "SAHIH_PUBLIC_URL" in named
    assert named - known_variables() - OTHERS == set()


def paths() -> list[str]:
    settings = Settings(public_url="http://127.0.0.1:8000", allow_http=True, secrets=SECRET, bank_keys=BANK_KEYS)  # type: ignore[arg-type]
    return [*create_app(settings).openapi()["paths"], *PAGES, "/assets", SOCKET_PATH]


@pytest.mark.parametrize("path", re.findall(r"location (?:= )?(/\S*)", NGINX) + re.findall(r"handle (/\S+)", CADDY))
def test_every_path_is_one_that_is_served(path: str) -> None:
    beginning = path.rstrip("*")
    assert beginning in COMING or any(served.startswith(beginning.rstrip("/")) for served in paths())


@pytest.mark.parametrize("text", [NGINX, CADDY], ids=["nginx", "caddy"])
def test_the_board_s_stream_is_found_and_not_buffered(text: str) -> None:
    (pattern,) = re.findall(r"\^/api/staff\S+\$", text)
    streams = [path for path in paths() if path.endswith("/stream")]
    assert streams
    assert all(re.fullmatch(pattern, re.sub(r"{\w+}", "x", path)) for path in streams)
    assert re.search(r"proxy_buffering off|flush_interval -1", text.partition(pattern)[2][:200])


def test_the_proxies_close_idle_lines_before_the_servers_do() -> None:
    upstream = re.search(r"upstream sahih {(.*?)\n    }", NGINX, re.DOTALL)
    assert upstream
    (nginx,) = re.findall(r"keepalive_timeout (\d+)s", upstream[1])
    (caddy,) = re.findall(r"keepalive (\d+)s", CADDY)
    assert max(int(nginx), int(caddy)) < KEEP_ALIVE_SECONDS
    assert "ip_hash" not in NGINX, "no sticky sessions"
    assert re.findall(r"lb_policy (\w+)", CADDY) == ["least_conn"]


def test_the_proxies_take_bodies_as_large_as_the_server_does() -> None:
    assert all(path.startswith("/api/staff/bank/") for path in itembank.UPLOADS)
    assert re.findall(r"client_max_body_size (\w+);", NGINX) == [
        f"{LARGEST_BODY // 1024}k",
        f"{LARGEST_UPLOAD // 1024}k",
        f"{LARGEST_BANK_FILE // 1024}k",
    ]
    assert max(body.most for body in UPLOADS.values()) <= LARGEST_UPLOAD
    (caddy,) = re.findall(r"max_size (\d+)KB", CADDY)
    assert int(caddy) * 1000 > LARGEST_BANK_FILE, (
        "what is too large is refused by the server: Caddy would call it a lost server"
    )


def test_no_zone_of_nginx_is_declared_twice() -> None:
    names = re.findall(r"(?:zone |keys_zone=|shared:)(\w+)", NGINX)
    assert len(names) == len(set(names)) == 3


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_exists_and_gives_it_time_to_stop(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    service = parser["Service"]
    check_command(service["ExecStart"].split("bin/sahih ")[1].split())
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS
    assert service["User"] != "root"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["Restart"] == "always"


def check_command(arguments: list[str]) -> None:
    """The command exists, and so does each of its options."""
    said = CliRunner().invoke(command, [arguments[0], "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert said.exit_code == 0
    assert [option for option in arguments if option.startswith("--") and option not in said.output] == []


def test_compose_runs_a_durable_database() -> None:
    given = dict(word.split("=", 1) for word in COMPOSE["services"]["postgres"]["command"] if "=" in word)
    assert {name: given[name] in allowed for name, allowed in DURABLE.items()} == dict.fromkeys(DURABLE, True)
    assert int(COMPOSE["services"]["postgres"]["image"].split(":")[1].split("-")[0]) >= 16


def test_compose_migrates_first_and_keeps_the_owner_s_address_from_the_servers() -> None:
    services = COMPOSE["services"]
    ours = [services[name] for name in ("server-1", "server-2", "worker")]
    for service in ours:
        assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert "SAHIH_MIGRATE_URL" not in service["environment"]
        assert int(service["stop_grace_period"].rstrip("s")) > STOP_SECONDS
    assert set(services["migrate"]["environment"]) == {"SAHIH_MIGRATE_URL"}
    for service in (services["migrate"], services["worker"]):
        check_command(service["command"][1:])
    given = re.findall(r"\$\{(\w+)(:\?)?", (DEPLOY / "compose.yaml").read_text())
    assert {name for name, required in given if not required} == {"SAHIH_TIME_SOURCES"}, "nothing secret has a default"


def test_compose_keeps_backups_and_what_preflight_reads_of_them() -> None:
    """A container is thrown away with its files, and these are read-only: what a command leaves behind needs volumes."""
    services, image = COMPOSE["services"], (DEPLOY.parent / "Dockerfile").read_text()
    (folder,) = re.findall(r"ENV SAHIH_HOME=(\S+)", image)
    wanted = [f"home:{folder}", f"backups:{folder}/backups"]
    for name in ("server-1", "server-2", "worker", "backup"):
        assert services[name]["volumes"] == wanted, name
    assert {"home", "backups", "database"} <= set(COMPOSE["volumes"])
    assert f"{folder} {folder}/backups" in image, "a new volume belongs to the account that writes into it"
    assert services["backup"]["profiles"], "it runs when asked, not with the servers"
    assert set(services["backup"]["environment"]) == {"DATABASE_URL", "SAHIH_MIGRATE_URL"}
    check_command(services["backup"]["command"][1:])
    assert {"SAHIH_METRICS_TOKEN", "SAHIH_TIME_SOURCES"} <= set(services["server-1"]["environment"])


def test_nginx_accepts_its_file_where_it_is_installed(tmp_path: Path) -> None:
    """The structure is judged above on every machine; where nginx is there, it has the last word."""
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        assert NGINX.count("{") == NGINX.count("}")
        return
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    text = NGINX.replace("/etc/ssl/sahih", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(text.replace("/var/cache/nginx", str(tmp_path)))
    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_caddy_accepts_its_file_where_it_is_installed(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        assert CADDY.count("{") == CADDY.count("}")
        return
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    places = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, env=places, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
