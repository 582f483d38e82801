"""The messages of the hot paths, the same over HTTP and WebSocket. Those of the other routes stand in `schemas`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from app.core.errors import Malformed
from app.core.web import parse_json
from app.delivery.envelope import DEVICE_SECRET, NONCE, TOKEN, receipt
from app.delivery.rules import STATEMENT_VERSION
from app.delivery.types import Change, Receipt

M = TypeVar("M", bound=Struct)

MOST_CHANGES = 200
MEMBERS_OF_A_CHANGE = 5

DeviceSecret = Annotated[str, Meta(pattern=DEVICE_SECRET)]
Nonce = Annotated[str, Meta(pattern=NONCE)]
Token = Annotated[str, Meta(pattern=TOKEN)]
Typed = Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,64}$")]
Epoch = Annotated[int, Meta(ge=0, le=1_000_000)]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1)]  # a JavaScript number holds it exactly
Small = Annotated[int, Meta(ge=-32768, le=32767)]


class Request(Struct, forbid_unknown_fields=True, frozen=True):
    """What every request carries; its reply echoes it. By itself: somebody waits in the lobby."""

    nonce: Nonce


class NoArguments(Struct, forbid_unknown_fields=True, frozen=True):
    """A command that its path says whole: `{}`."""


class Login(Struct, forbid_unknown_fields=True, frozen=True):
    number: Typed
    pin: Typed


class Agree(Struct, forbid_unknown_fields=True, frozen=True):
    """The version is that of the words on the candidate's screen: an old page must not agree to words it never showed."""

    statement_version: Annotated[str, Meta(pattern=f"^{STATEMENT_VERSION}$")]


class Start(Request, frozen=True):
    """`attempt_id` is what the page believes to start: the cookie may have become another candidate's meanwhile."""

    device_secret: DeviceSecret
    token: Token | UnsetType | None = UNSET
    attempt_id: UUID | UnsetType = UNSET


class DeviceWrite(Request, frozen=True):
    """What every write of a running exam carries: which hand-over, which device."""

    epoch: Epoch
    device_secret: DeviceSecret


class ChangeIn(Struct, forbid_unknown_fields=True, frozen=True):
    """One item's new value. A blank is said twice: option null and clear true."""

    seq: Seq
    position: Small
    option: Small | None
    clear: bool | UnsetType = UNSET
    doubtful: bool | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.option is None) != (self.clear is True):
            raise ValueError("an empty option needs clear: true, and only an empty one")

    def change(self) -> Change:
        return Change(self.seq, self.position, self.option, self.doubtful is True)


class Answers(DeviceWrite, frozen=True):
    changes: Annotated[list[ChangeIn], Meta(min_length=1, max_length=MOST_CHANGES)]

    def __post_init__(self) -> None:
        if len(self.changes) == 1:
            return
        positions = {change.position for change in self.changes}
        seqs = {change.seq for change in self.changes}
        if len(positions) < len(self.changes) or len(seqs) < len(self.changes):
            raise ValueError("each position and each seq may stand once in a batch")


class SittingOut(Struct, frozen=True):
    code: str
    title: str
    scheme_code: str
    scheme_title: str
    zone: str
    opens_at: str
    closes_at: str
    duration_seconds: int
    transmission_seconds: int
    items: int
    options: int
    pass_mark: int
    admission: str
    takeover: str
    lang: str
    proctors: list[str]


class AttemptOut(Struct, frozen=True):
    id: str
    state: str
    phase: str
    phase_ends_at: str | None
    agreed_at: str | None
    started_at: str | None
    closes_at: str | None
    epoch: int
    rev: int
    claimed: bool
    released: bool
    paper: str | None


class Me(Struct, frozen=True, kw_only=True):
    number: str
    name: str
    server_time: str
    statement_version: str = STATEMENT_VERSION
    sitting: SittingOut
    attempt: AttemptOut
    seb: str | None = None  # where the sitting asks for Safe Exam Browser: the mark that this session's addresses carry


class Envelope(Struct, frozen=True):
    """What every acknowledgement says besides its own matter: the server's time and where the attempt stands. A read has no nonce."""

    nonce: str | None
    server_time: str
    closes_at: str | None
    resumes_at: str | None
    ends_at: str | None
    state: str
    phase: str
    epoch: int
    rev: int


class Started(Envelope, frozen=True):
    """`paper_key` is hexadecimal; `last_seq` is above 0 where answers of this attempt are stored already."""

    paper_key: str | None
    last_seq: int


class Ack(Envelope, frozen=True):
    acked: tuple[int, ...]
    saved_at: str


class ReceiptOut(Struct, frozen=True):
    answered: int
    items: int
    submitted_at: str
    reason: str
    code: str
    hash: str


class Submitted(Envelope, frozen=True):
    receipt: ReceiptOut


class AnswerOut(Struct, frozen=True):
    position: int
    option: int | None
    doubtful: bool
    epoch: int
    seq: int
    saved_at: str


class AttemptDetail(Envelope, frozen=True):
    last_seq: int
    paper_key: str | None
    answers: list[AnswerOut]
    receipt: ReceiptOut | None


def receipt_out(stored: Receipt | None) -> ReceiptOut | None:
    return ReceiptOut(**receipt(stored)) if stored else None


def device_of(headers: Mapping[bytes, bytes]) -> str | None:
    """A read has no body; the device secret comes in a header of its own. Raises Malformed for what cannot be one."""
    sent = headers.get(b"sahih-device")
    if sent is None:
        return None
    secret = sent.decode("latin-1")
    if not re.fullmatch(DEVICE_SECRET, secret):
        raise Malformed(fields=[{"field": "header.Sahih-Device", "fault": f"does not match {DEVICE_SECRET}"}])
    return secret


def decode(kind: type[M], body: bytes) -> M:
    """A message of this kind, read as strictly as everywhere else: 400 for what is no JSON, 422 for a wrong member."""
    try:
        message: M = _DECODERS[kind].decode(body)
    except msgspec.ValidationError as error:
        parse_json(body)
        raise Malformed(fields=[_fault(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        parse_json(body)
        raise Malformed(fields=[{"field": "body", "fault": str(error)}]) from error
    if not _each_member_once(message, body):
        parse_json(body)  # refuses duplicate keys
    return message


_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Request, NoArguments, Login, Agree, Start, DeviceWrite, Answers)
}


def _each_member_once(message: Struct, body: bytes) -> bool:
    """Cheap proof that no key stands twice: where no string holds a colon, colons count members.

    Where a token does, or something was left out that may be, the proof does not hold and the slow parser looks.
    """
    changes = message.changes if isinstance(message, Answers) else ()
    if any(change.clear is UNSET or change.doubtful is UNSET for change in changes):
        return False
    members = message.__struct_fields__
    sent = sum(getattr(message, name) is not UNSET for name in members) if message.__struct_defaults__ else len(members)
    return body.count(b":") == sent + MEMBERS_OF_A_CHANGE * len(changes)


def _fault(said: str) -> dict[str, str]:
    """`Expected `int` - at `$.changes[0].seq`` as the field and the fault."""
    fault, _, path = said.partition(" - at `$")
    field = "body" + path.rstrip("`").replace("[", ".").replace("]", "")
    return {"field": field, "fault": fault}
