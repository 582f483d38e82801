"""The messages of the hot paths, the same over HTTP and WebSocket. Those of the other routes stand in `schemas`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import astuple

from app.core.errors import Malformed
from app.core.web import parse_json
from app.delivery.envelope import DEVICE_SECRET, NONCE, TOKEN
from app.delivery.types import Change

MOST_CHANGES = 200

DeviceSecret = Annotated[str, Meta(pattern=DEVICE_SECRET)]
Nonce = Annotated[str, Meta(pattern=NONCE)]
Token = Annotated[str, Meta(pattern=TOKEN)]
Epoch = Annotated[int, Meta(ge=0, le=1_000_000)]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1)]  # a JavaScript number holds it exactly
Small = Annotated[int, Meta(ge=-32768, le=32767)]


class Request(Struct, forbid_unknown_fields=True, frozen=True):
    """What every request carries; its reply echoes it. By itself: somebody waits in the lobby."""

    nonce: Nonce


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


class Envelope(Struct, frozen=True):
    """What every acknowledgement says besides its own matter: the server's time and where the attempt stands."""

    nonce: str
    server_time: str
    closes_at: str | None
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


def decode(kind: type[Request], body: bytes) -> Request:
    """A message of this kind, read as strictly as everywhere else: 400 for what is no JSON, 422 for a wrong member."""
    try:
        message: Request = _DECODERS[kind].decode(body)
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
    kind: msgspec.json.Decoder(kind) for kind in (Request, Start, DeviceWrite, Answers)
}


def _each_member_once(message: Request, body: bytes) -> bool:
    """Cheap proof that no key stands twice: where no string holds a colon, colons count members.

    Where a token does, or a change left out what it may, the proof does not hold and the slow parser looks.
    """
    changes = message.changes if isinstance(message, Answers) else ()
    if any(change.clear is UNSET or change.doubtful is UNSET for change in changes):
        return False
    sent = sum(value is not UNSET for value in astuple(message))
    return body.count(b":") == sent + 5 * len(changes)


def _fault(said: str) -> dict[str, str]:
    """`Expected `int` - at `$.changes[0].seq`` as the field and the fault."""
    fault, _, path = said.partition(" - at `$")
    field = "body" + path.rstrip("`").replace("[", ".").replace("]", "")
    return {"field": field, "fault": fault}
