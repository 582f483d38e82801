"""The messages of the hot paths, the same over HTTP and WebSocket. Every field a candidate may receive stands here or in `schemas`."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from app.core.clock import rfc3339
from app.core.errors import Malformed
from app.core.web import parse_json
from app.delivery import rules
from app.delivery.types import AttemptClock, Change, Standing

MOST_CHANGES = 200

DeviceSecret = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Nonce = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
Epoch = Annotated[int, Meta(ge=0, le=1_000_000)]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1)]  # a JavaScript number holds it exactly
Small = Annotated[int, Meta(ge=-32768, le=32767)]


class DeviceWrite(Struct, forbid_unknown_fields=True, frozen=True):
    """What every write of a running exam carries: which hand-over, which device, which request."""

    epoch: Epoch
    device_secret: DeviceSecret
    nonce: Nonce


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


def decode(kind: type[DeviceWrite], body: bytes) -> DeviceWrite:
    """A message of this kind, read as strictly as everywhere else: 400 for what is no JSON, 422 for a wrong member."""
    try:
        message: DeviceWrite = _DECODERS[kind].decode(body)
    except msgspec.ValidationError as error:
        parse_json(body)
        raise Malformed(fields=[_fault(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        parse_json(body)
        raise Malformed(fields=[{"field": "body", "fault": str(error)}]) from error
    if not _each_member_once(message, body):
        parse_json(body)  # refuses duplicate keys
    return message


_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(kind) for kind in (DeviceWrite, Answers)}


def _each_member_once(message: DeviceWrite, body: bytes) -> bool:
    """Cheap proof that no key stands twice. No string of these messages may hold a colon, so colons count members;

    where a member that may be left out was left out, the proof does not hold and the slow parser looks.
    """
    changes = message.changes if isinstance(message, Answers) else ()
    if any(change.clear is UNSET or change.doubtful is UNSET for change in changes):
        return False
    members = 3 + (1 + 5 * len(changes) if isinstance(message, Answers) else 0)
    return body.count(b":") == members


def _fault(said: str) -> dict[str, str]:
    """`Expected `int` - at `$.changes[0].seq`` as the field and the fault."""
    fault, _, path = said.partition(" - at `$")
    field = "body" + path.rstrip("`").replace("[", ".").replace("]", "")
    return {"field": field, "fault": fault}


def envelope(clock: AttemptClock, standing: Standing, nonce: str) -> dict[str, Any]:
    closes_at = standing.closes_at
    return {
        "nonce": nonce,
        "server_time": rfc3339(standing.at),
        "closes_at": rfc3339(closes_at) if closes_at else None,
        "ends_at": rfc3339(rules.shown_end(closes_at, clock.transmission_seconds)) if closes_at else None,
        "state": standing.state,
        "phase": rules.phase(clock, standing.at).phase,
        "epoch": standing.epoch,
        "rev": standing.rev,
    }
