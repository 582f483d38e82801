"""Bodies of the candidates' routes that go through FastAPI; those of the hot paths stand in `hot/messages`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, StrictBool, StringConstraints

from app.core.clock import rfc3339
from app.core.web import Payload
from app.delivery.admission import Report
from app.delivery.envelope import DEVICE_SECRET, NONCE

Time = Annotated[datetime, PlainSerializer(rfc3339, return_type=str)]
DeviceSecret = Annotated[str, StringConstraints(pattern=DEVICE_SECRET)]
Nonce = Annotated[str, StringConstraints(pattern=NONCE)]


class Empty(Payload):
    """A command without arguments: `{}`."""


class Claim(Payload):
    device_secret: DeviceSecret
    take_over: StrictBool = False


class Comment(Payload):
    position: Annotated[int, Field(strict=True, ge=-32768, le=32767)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    nonce: Nonce


class Readiness(Payload):
    """What a waiting room measured of its own computer."""

    clock_offset_ms: Annotated[int, Field(strict=True, ge=-(2**31), lt=2**31)]
    round_trip_ms: Annotated[int, Field(strict=True, ge=0, le=600_000)]
    saves: StrictBool
    persisted: StrictBool | None
    quota_mb: Annotated[int, Field(strict=True, ge=0, lt=2**31)] | None

    def report(self) -> Report:
        return Report(self.clock_offset_ms, self.round_trip_ms, self.saves, self.persisted, self.quota_mb)


class Envelope(BaseModel):
    """What every acknowledgement says besides its own matter: the server's time and where the attempt stands."""

    nonce: str | None
    server_time: Time
    closes_at: Time | None
    resumes_at: Time | None
    ends_at: Time | None
    state: str
    phase: str
    epoch: int
    rev: int


class Claimed(Envelope):
    last_seq: int
