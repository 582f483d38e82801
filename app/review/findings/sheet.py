"""The list of findings as a table for spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from app.core.sheets import to_csv
from app.review.findings.rules import local_day
from app.review.findings.types import Action, Finding
from app.review.findings.wording import ACTIONS, FINDING_STATES, GRADES, SUBJECTS

HEADER: Final = (
    "skema", "nomor", "tingkat", "keadaan", "mengenai", "pernyataan", "bukti", "akar masalah", "berulang dari", "dibuat oleh",
    "dibuat", "tindakan", "uraian tindakan", "penanggung jawab", "tenggat", "selesai", "catatan selesai", "terbukti efektif",
    "bukti verifikasi", "diverifikasi oleh", "ditutup",
)  # fmt: skip
WIDE: Final = {"pernyataan", "bukti", "akar masalah", "uraian tindakan", "catatan selesai", "bukti verifikasi"}


def findings_csv(findings: Sequence[Finding]) -> str:
    return to_csv(HEADER, table(findings))


def findings_xlsx(findings: Sequence[Finding]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Temuan")
    for place, name in enumerate(HEADER):
        sheet.column_dimensions[chr(ord("A") + place)].width = 48 if name in WIDE else 18
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, value=name) for name in HEADER]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in table(findings):
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with "=" is a text
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(findings: Sequence[Finding]) -> list[list[str | int | None]]:
    """One row for each action; a finding without any has one row, too."""
    return [[*_head(one), *_act(action), *_end(one)] for one in findings for action in (one.actions or (None,))]


def _head(one: Finding) -> list[str | int | None]:
    mark, subject = one.mark, one.subject
    return [
        mark.scheme_code, mark.no, GRADES[mark.grade][0], FINDING_STATES[mark.state][0],
        f"{SUBJECTS[subject.kind][0]} {subject.label}", one.statement, one.evidence, one.root_cause,
        one.repeats.no if one.repeats else None, one.raised_by, _day(one.raised_at),
    ]  # fmt: skip


def _act(action: Action | None) -> list[str | int | None]:
    if action is None:
        return [None] * 6
    return [
        ACTIONS[action.kind][0], action.description, action.owner, _day(action.due_on), _day(action.done_at), action.done_note,
    ]  # fmt: skip


def _end(one: Finding) -> list[str | int | None]:
    last = next((proof for proof in reversed(one.verifications) if not proof.taken_back_at), None)
    if last is None:
        return [None, None, None, _day(one.closed_at)]
    return ["ya" if last.effective else "tidak", last.evidence, last.by, _day(one.closed_at)]


def _day(at: datetime | date | None) -> str | None:
    if at is None:
        return None
    return (local_day(at) if isinstance(at, datetime) else at).isoformat()
