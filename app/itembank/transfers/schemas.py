"""What requests about imports and exports carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from app.core.web import Payload
from app.itembank.exchange import Format
from app.itembank.transfers.exports import FILES
from app.itembank.types import State

Reason = Annotated[str, StringConstraints(min_length=10, max_length=500)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=10_000)]
Exported = Annotated[Format, Field(json_schema_extra={"enum": [*FILES]})]


class Empty(Payload):
    """Nothing needs to be said."""


class ApplyIn(Payload):
    """Yes to what was shown: the bank at this revision, every row but those that `skip` names by line."""

    reason: Reason
    revision: StrictInt
    skip: Annotated[tuple[StrictInt, ...], Field(max_length=10_000)] = ()


class ExportIn(Payload):
    """Items by code, or every item in these states, of these criteria."""

    scheme: Code
    format: Exported
    reason: Reason
    codes: Codes | None = None
    kuks: Codes | None = None
    states: Annotated[tuple[State, ...], Field(min_length=1)] = (State.APPROVED, State.ACTIVE, State.SUSPENDED)


class DecisionIn(Payload):
    approve: StrictBool
    reason: Reason


class FileIn(Payload):
    """`passphrase`: for a sealed package alone."""

    passphrase: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
