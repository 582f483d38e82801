"""What waits for the committee today: reviews that are due, computed or decided, and findings that are late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core.dates import plain_date
from app.review.findings.counts import count_overdue
from app.review.method.queries import find_method
from app.review.method.types import ReviewMethod
from app.review.reviews.meeting import today
from app.review.reviews.models import ReviewRow
from app.review.reviews.queries import list_standing
from app.review.reviews.rules import add_months
from app.review.reviews.sittings import list_sittings_in
from app.review.reviews.types import ReviewState

SOON: Final = timedelta(days=30)
EVER: Final = (date.min, date.max)
S = ReviewState


@dataclass(frozen=True, slots=True)
class Wait:
    """`kind`: due, planned, failed, computed, decided, findings. `review_id`: where to go on, if there is one."""

    kind: str
    scheme: str
    late: bool
    text_id: str
    text_en: str
    review_id: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"review_id": str(self.review_id) if self.review_id else None}


async def list_waiting(session: AsyncSession) -> list[Wait]:
    """What is late comes first."""
    now = await today(session)
    reviews = await list_standing(session)
    due = await _due_dates(session, reviews)
    found = [
        *_due(due, now),
        *(wait for row in reviews if (wait := _step(row, now))),
        *_findings(await count_overdue(session, now)),
    ]
    return sorted(found, key=lambda wait: not wait.late)


async def _due_dates(session: AsyncSession, reviews: Sequence[ReviewRow]) -> dict[str, date]:
    """When the next review of each scheme is due: as the newest that was decided says; an interval after the first released
    results where there was none."""
    found: dict[str, date] = {}
    for scheme in await schemes.list_newest(session):
        decided = next((row.next_due for row in reviews if row.scheme_code == scheme.code and row.next_due), None)
        if decided is not None:
            found[scheme.code] = decided
            continue
        held = [one.held_on for one in await list_sittings_in(session, scheme.code, EVER) if one.released]
        if held:
            version = await find_method(session, scheme.code, (held[0], held[-1]))
            method = version.method if version else ReviewMethod()
            found[scheme.code] = add_months(held[0], method.interval_months)
    return found


def _due(due: Mapping[str, date], now: date) -> Iterator[Wait]:
    for scheme, day in due.items():
        if day > now + SOON:
            continue
        late = day < now
        said_id, said_en = ("sudah lewat", "was due") if late else ("jatuh tempo", "is due")
        yield Wait(
            "due",
            scheme,
            late,
            f"Kajian validitas ujian {scheme} berikutnya {said_id} {plain_date(day, 'id')}.",
            f"The next validity review of {scheme} {said_en} on {plain_date(day, 'en')}.",
        )


def _step(row: ReviewRow, now: date) -> Wait | None:
    match row.state:
        case S.PLANNED if row.fault:
            kind, text_id, text_en = "failed", "tidak dapat dihitung", "could not be computed"
        case S.PLANNED if row.period_to < now:
            kind, text_id, text_en = (
                "planned",
                "periodenya berakhir; dapat dihitung",
                "its period is over; it can be computed",
            )
        case S.DISCUSSION:
            kind, text_id, text_en = "computed", "selesai dihitung; menunggu rapat", "is computed; the meeting is next"
        case S.DECIDED:
            kind, text_id, text_en = "decided", "diputuskan; menunggu laporan dan penutupan", "is decided; to be closed"
        case _:
            return None
    return Wait(kind, row.scheme_code, kind == "failed", f"{row.title}: {text_id}.", f"{row.title}: {text_en}.", row.id)


def _findings(overdue: Mapping[str, int]) -> Iterator[Wait]:
    for scheme, count in overdue.items():
        yield Wait(
            "findings",
            scheme,
            True,
            f"{scheme}: tindakan pada {count} temuan melewati tenggat.",
            f"{scheme}: actions of {count} findings are overdue.",
        )
