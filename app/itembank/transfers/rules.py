"""Pure decisions: who may decide on an export, and who may take its file, until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.itembank.transfers.types import ExportState

FILE_LIFE: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)  # files of imports, and what they would have done


def bar_of_decision(state: ExportState, asked_by: UUID, person: UUID) -> str | None:
    """The code of the refusal; None if this person may decide."""
    if state is not ExportState.WAITING:
        return "export-decided"
    return "own-export" if person == asked_by else None


def bar_of_file(
    state: ExportState, decided_at: datetime | None, asked_by: UUID, person: UUID, now: datetime
) -> str | None:
    """The code of the refusal; None if this person may take the file now. The last moment is no part of its time."""
    if person != asked_by:
        return "not-your-export"
    if state is not ExportState.APPROVED or decided_at is None:
        return "export-not-approved"
    return "export-expired" if now >= decided_at + FILE_LIFE else None
