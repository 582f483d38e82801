"""What a line of the log holds, and what it leaves out."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from app.core import logs

CANARY = "MMU-26-0042"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The log is the process's: whatever a test sets up ends with it."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising


def written(kind: str) -> io.StringIO:
    out = io.StringIO()
    logs.configure(kind, out)
    return out


def fail() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"row ({CANARY}) already exists") from error


def test_a_failure_is_told_by_its_kinds_and_places() -> None:
    out = written("json")
    try:
        fail()
    except ValueError:
        logging.getLogger("sahih").exception("it failed")
    told = json.loads(out.getvalue())
    assert (told["level"], told["event"]) == ("ERROR", "it failed")
    assert [line for line in told["trace"] if line.endswith("Error")] == ["KeyError", "ValueError"]
    assert any("test_logs.py" in line and line.endswith("fail") for line in told["trace"])
    assert CANARY not in out.getvalue()


def test_what_a_library_says_below_its_first_line_stays_out() -> None:
    out = written("json")
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task result=%s>", CANARY)
    assert json.loads(out.getvalue())["event"] == "Task exception was never retrieved"


def test_an_event_cannot_forge_another_line() -> None:
    out = written("json")
    logging.getLogger("sahih").warning("lost: %s", 'x\n{"event": "all is well"}')
    assert len(out.getvalue().splitlines()) == 1


@pytest.mark.parametrize(("kind", "is_json"), [("json", True), ("text", False), ("", True)])
def test_the_form_is_chosen_by_the_setting_or_by_where_it_goes(kind: str, is_json: bool) -> None:
    out = written(kind)
    logs.tell_refusal("POST", "/api/exam/answers", 409, b'{"code": "stale-epoch"}', 0.0)
    line = out.getvalue()
    assert line.startswith("{") is is_json
    for fact in ("POST", "/api/exam/answers", "409", "stale-epoch", "refused"):
        assert fact in line


@pytest.mark.parametrize(("status", "level"), [(404, "INFO"), (503, "WARNING"), (500, "ERROR")])
def test_who_is_at_fault_decides_how_loud_it_is(status: int, level: str) -> None:
    out = written("json")
    logs.tell_refusal("GET", "/x", status, b"not a problem document", 0.0)
    assert json.loads(out.getvalue())["level"] == level
