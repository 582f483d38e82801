"""Bodies of the candidates' routes that go through FastAPI; those of the hot paths stand in `hot/messages`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, StrictBool, StringConstraints

from app.core.clock import rfc3339
from app.core.web import Payload
from app.delivery import rules
from app.delivery.envelope import DEVICE_SECRET, NONCE, receipt
from app.delivery.types import Receipt

Time = Annotated[datetime, PlainSerializer(rfc3339, return_type=str)]
DeviceSecret = Annotated[str, StringConstraints(pattern=DEVICE_SECRET)]
Nonce = Annotated[str, StringConstraints(pattern=NONCE)]


class Login(Payload):
    number: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    pin: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Empty(Payload):
    """A command without arguments: `{}`."""


class Agree(Payload):
    """The version is that of the words on the candidate's screen: an old page must not agree to words it never showed."""

    statement_version: Annotated[str, StringConstraints(pattern=f"^{rules.STATEMENT_VERSION}$")]


class Claim(Payload):
    device_secret: DeviceSecret
    take_over: StrictBool = False


class Comment(Payload):
    position: Annotated[int, Field(strict=True, ge=-32768, le=32767)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    nonce: Nonce


class SittingOut(BaseModel):
    code: str
    title: str
    scheme_code: str
    scheme_title: str
    zone: str
    opens_at: Time
    closes_at: Time
    duration_seconds: int
    transmission_seconds: int
    items: int
    options: int
    pass_mark: int
    admission: str
    takeover: str
    lang: str
    proctors: list[str]


class AttemptOut(BaseModel):
    id: str
    state: str
    phase: str
    phase_ends_at: Time | None
    agreed_at: Time | None
    started_at: Time | None
    closes_at: Time | None
    epoch: int
    rev: int
    claimed: bool
    released: bool
    paper: str | None


class Me(BaseModel):
    number: str
    name: str
    server_time: Time
    statement_version: str = rules.STATEMENT_VERSION
    sitting: SittingOut
    attempt: AttemptOut


class Envelope(BaseModel):
    """What every acknowledgement says besides its own matter: the server's time and where the attempt stands."""

    nonce: str | None
    server_time: Time
    closes_at: Time | None
    ends_at: Time | None
    state: str
    phase: str
    epoch: int
    rev: int


class Claimed(Envelope):
    last_seq: int


class ReceiptOut(BaseModel):
    answered: int
    items: int
    submitted_at: Time
    reason: str
    code: str
    hash: str


class AnswerOut(BaseModel):
    position: int
    option: int | None
    doubtful: bool
    epoch: int
    seq: int
    saved_at: Time


class AttemptDetail(Envelope):
    last_seq: int
    paper_key: str | None
    answers: list[AnswerOut]
    receipt: ReceiptOut | None


def receipt_out(stored: Receipt | None) -> ReceiptOut | None:
    return ReceiptOut(**receipt(stored)) if stored else None
