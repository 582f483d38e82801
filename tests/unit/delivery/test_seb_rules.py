"""What a request shows, case by case."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.delivery.seb import mark_of, request_hash
from app.delivery.seb.rules import judge, read_request

KEY, OTHER_KEY = "a" * 64, "b" * 64
HOST = "https://ujian.example.org"
ME, OTHER = UUID(int=1), UUID(int=2)
MINE, THEIRS = f"seb={mark_of(ME)}", f"seb={mark_of(OTHER)}"
SAVE, WHO, SOCKET = "/api/exam/answers", "/api/exam/me", "/api/exam/socket"


def program(path: str, query: str, key: str = KEY, host: str = HOST) -> dict[bytes, bytes]:
    """What Safe Exam Browser itself adds to a request for this address."""
    url = host + path + (f"?{query}" if query else "")
    return {b"x-safeexambrowser-configkeyhash": request_hash(url, key).encode()}


def page(query: str, key: str = KEY) -> dict[bytes, bytes]:
    """What a page at this address adds that was told its key."""
    return {b"sahih-seb": request_hash(f"{HOST}/" + (f"?{query}" if query else ""), key).encode()}


@pytest.mark.parametrize(
    ("path", "query", "headers", "verdict"),
    [
        (SAVE, MINE, program(SAVE, MINE), "right"),
        (SAVE, MINE, page(MINE), "right"),
        (SAVE, MINE, program(SAVE, MINE) | page(MINE), "right"),
        (SAVE, MINE, program(SAVE, MINE, OTHER_KEY) | page(MINE), "right"),
        (SAVE, MINE, {}, "missing"),
        (SAVE, "", {}, "missing"),
        (SAVE, MINE, {b"x-safeexambrowser-configkeyhash": b"", b"sahih-seb": b""}, "missing"),
        (SAVE, MINE, {b"x-safeexambrowser-configkeyhash": b"0" * 64}, "wrong"),
        (SAVE, MINE, {b"sahih-seb": b"\xff\xfe"}, "wrong"),
        (SAVE, MINE, program(SAVE, MINE, OTHER_KEY), "wrong"),  # settings that somebody changed
        (SAVE, MINE, program("/api/exam/heartbeat", MINE), "wrong"),  # from another address
        (SAVE, MINE, program(SAVE, MINE, host="https://lain.example.org"), "wrong"),
        (SAVE, MINE, program(SAVE, THEIRS), "wrong"),  # from another session
        (SAVE, MINE, page(THEIRS), "wrong"),
        (SAVE, THEIRS, program(SAVE, THEIRS), "other-session"),  # from another session, with its address
        (SAVE, THEIRS, page(THEIRS), "other-session"),
        (SAVE, "", program(SAVE, ""), "other-session"),
        (SAVE, "", page(""), "other-session"),
        (WHO, "", {}, None),
        ("/api/exam/lobby", MINE, {}, None),  # an ordinary browser in the waiting room
        ("/api/exam/lobby", MINE, {b"sahih-seb": b"0" * 64}, "wrong"),
        ("/api/exam/start", MINE, {}, "missing"),
        (WHO, "", program(WHO, ""), "right"),  # before the page can know its mark
        (WHO, "", page(""), "right"),
        (WHO, THEIRS, program(WHO, THEIRS), "other-session"),
        (WHO, MINE, program(WHO, MINE), "right"),
        (SOCKET, f"{MINE}&page={page(MINE)[b'sahih-seb'].decode()}", {}, "right"),
        (SOCKET, f"{THEIRS}&page={page(THEIRS)[b'sahih-seb'].decode()}", {}, "other-session"),
        (SOCKET, f"{MINE}&page=x", {}, "wrong"),
    ],
)
def test_a_request(path: str, query: str, headers: dict[bytes, bytes], verdict: str | None) -> None:
    assert judge(KEY, ME, read_request(HOST, path, query, headers)) == verdict
