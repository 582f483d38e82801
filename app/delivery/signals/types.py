"""What crosses the border of signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """A signal that is to be recorded. `source` and `seq` name it, so that it is recorded once however often it is sent."""

    source: str
    seq: int
    kind: str
    client_at: datetime | None = None
    seconds: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    kind: str
    at: datetime  # by the server's clock, when it heard of it
    client_at: datetime | None  # by the page's copy of that clock, when it happened
    seconds: float | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of one attempt: how often, how long altogether, when last."""

    kind: str
    times: int
    seconds: float
    last_at: datetime
