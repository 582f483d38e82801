"""Refusals of imports and exports."""

from __future__ import annotations

from typing import Any

from app.core.datafile import Fault
from app.core.errors import Conflict, Malformed


class UnfitFile(Malformed):
    """`faults` says what is wrong and what to do, in both languages."""

    code = "unfit-file"
    title = "The file cannot be taken like this."

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults=[fault_out(fault) for fault in faults])


class ImportMoved(Conflict):
    """`state` is where it stands now."""

    code = "import-moved"
    title = "The import is in another state now; look again."


class BankMoved(Conflict):
    code = "bank-moved"
    title = "The bank has changed since the file was compared with it; read it again."


class RowsRefused(Conflict):
    """`lines` are the rows that hold the import up."""

    code = "rows-refused"
    title = "Some rows cannot be taken; mend the file, or leave these rows out by name."


class NoSuchItems(Malformed):
    code = "no-such-items"
    title = "No item fits what was asked for, or one of them does not exist."


class PassphraseNeeded(Malformed):
    code = "passphrase-needed"
    title = "A sealed package needs a passphrase of at least twelve signs."


class ExportBarred(Conflict):
    """One of several codes, each with a sentence."""

    TITLES = {  # noqa: RUF012
        "export-decided": "Somebody has decided on this export already.",
        "own-export": "Another person decides on an export.",
        "not-your-export": "Only who asked for an export takes its file.",
        "export-not-approved": "Nobody has approved this export.",
        "export-expired": "The day within which the file could be taken is over; ask again.",
    }

    def __init__(self, code: str) -> None:
        self.code, self.title = code, self.TITLES[code]
        super().__init__()


def fault_out(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "field": fault.field, "text_id": fault.fault_id, "text_en": fault.fault_en}
