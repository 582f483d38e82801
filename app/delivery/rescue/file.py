"""Reading a rescue file, as strictly as every other thing that a browser sends."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from app.core.errors import AppError
from app.core.web import parse_json
from app.delivery.hot.messages import DeviceSecret, Epoch, Seq, Small
from app.delivery.rescue.errors import NotARescueFile

LARGEST: Final = 48_000  # characters; 100 answers need 9,000
MOST_ANSWERS: Final = 400


class FileAnswer(Struct, forbid_unknown_fields=True, frozen=True):
    """One item's newest value on the candidate's computer. `sent`: acknowledged by the server, says the computer."""

    position: Small
    option: Small | None
    doubtful: bool
    epoch: Epoch
    seq: Seq
    sent: bool

    @property
    def key(self) -> tuple[int, int]:
        return self.epoch, self.seq


class RescueFile(Struct, forbid_unknown_fields=True, frozen=True):
    """What the candidate's computer knew when the time was over."""

    format: Literal["sahih-rescue-1"]
    sitting: Annotated[str, Meta(max_length=40)]
    participant: Annotated[str, Meta(max_length=64)]
    attempt_id: UUID
    epoch: Epoch
    device_secret: DeviceSecret
    created_at: Annotated[datetime, Meta(tz=True)]
    answers: Annotated[list[FileAnswer], Meta(min_length=1, max_length=MOST_ANSWERS)]


_DECODER: Final[msgspec.json.Decoder[RescueFile]] = msgspec.json.Decoder(RescueFile)


def canonical(text: str) -> str:
    """The text that the digest is made of: without what a transport may put around it."""
    return text.lstrip("\ufeff").strip()


def file_sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def read_file(content: str) -> RescueFile:
    if len(content) > LARGEST:
        raise _refusal("file", "too large")
    try:
        parse_json(content.encode())
    except AppError as error:
        raise _refusal("file", "not JSON") from error
    try:
        read = _DECODER.decode(content)
    except msgspec.ValidationError as error:
        fault, _, path = str(error).partition(" - at `$")
        raise _refusal(path.rstrip("`").lstrip(".") or "file", fault) from error
    if len({answer.position for answer in read.answers}) < len(read.answers):
        raise _refusal("answers", "a position stands twice")
    if any(answer.epoch > read.epoch for answer in read.answers):
        raise _refusal("answers", "an epoch is later than the file's own")
    return read


def _refusal(field: str, fault: str) -> NotARescueFile:
    fields: list[dict[str, Any]] = [{"field": field, "fault": fault}]
    return NotARescueFile(fields=fields)
