"""Whether a request comes from Safe Exam Browser with this sitting's settings, in this session. No I/O; cheap enough for each."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from app.delivery.seb.keys import is_request_hash
from app.delivery.seb.types import Verdict

FROM_THE_PROGRAM: Final = b"x-safeexambrowser-configkeyhash"  # of the address that was asked for
FROM_THE_PAGE: Final = b"sahih-seb"  # of the page's own address, where only the page is told
MARK: Final = "seb"  # in the query of the page's address and of whatever it asks for
IN_QUERY: Final = "page"  # FROM_THE_PAGE, for a WebSocket: it has no headers to add to
# A page asks who it is before it can know the session's mark.
BEFORE_THE_MARK: Final = frozenset({"/api/exam/me"})
# What shows no question. Many log in with an ordinary browser first: there the page has the link to the right one. And a result
# is read days later, at home.
WAITING: Final = ("me", "agree", "lobby", "logout", "readiness", "messages", "help", "help/cancel")
AROUND_THE_EXAM: Final = frozenset(
    "/api/exam/" + path for path in (*WAITING, "result", "irregularity", "irregularity/statement")
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request says of itself: the addresses as the browser saw them, the session's mark, and the two hashes."""

    path: str
    url: str
    page: str
    mark: str
    by_program: str
    by_page: str


def read_request(public_url: str, path: str, query: str, headers: Mapping[bytes, bytes]) -> Sent:
    said = dict(parse_qsl(query)) if query else {}
    mark = said.get(MARK, "")
    return Sent(
        path,
        public_url + path + (f"?{query}" if query else ""),
        f"{public_url}/" + (f"?{MARK}={mark}" if mark else ""),
        mark,
        headers.get(FROM_THE_PROGRAM, b"").decode("latin-1"),
        headers.get(FROM_THE_PAGE, b"").decode("latin-1") or said.get(IN_QUERY, ""),
    )


def judge(key: str, session_id: UUID, sent: Sent) -> Verdict | None:
    """Compare what was sent with this sitting's Config Key. The hash binds it to an address, the mark in it to a session.

    None where nothing was sent and nothing needs to be.
    """
    if not sent.by_program and not sent.by_page:
        return None if sent.path in AROUND_THE_EXAM else Verdict.MISSING
    if not (is_request_hash(sent.by_program, sent.url, key) or is_request_hash(sent.by_page, sent.page, key)):
        return Verdict.WRONG
    if hmac.compare_digest(sent.mark.encode(), mark_of(session_id).encode()):
        return Verdict.RIGHT
    return Verdict.RIGHT if not sent.mark and sent.path in BEFORE_THE_MARK else Verdict.OTHER_SESSION


def mark_of(session_id: UUID) -> str:
    """What a session's addresses carry. It tells sessions apart and says nothing about them."""
    return hashlib.sha256(b"seb" + session_id.bytes).hexdigest()[:16]
