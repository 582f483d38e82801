"""A candidate is told before the start what is recorded of them (UU PDP): every table about a candidate has words on that page.

A new table is judged here before it can hold anything: either the page names what is in it, or it holds nothing about anybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from app import delivery
from app.models import Base

ROOT: Final = Path(delivery.__file__).parents[2]
PAGE: Final = {lang: (ROOT / f"frontend/src/i18n/lobby.{lang}.ts").read_text(encoding="utf-8") for lang in ("id", "en")}

# What the page says of each table, in Indonesian and in English.
TOLD: Final = {
    "absence_marks": ("terlambat atau tidak hadir", "late or absent"),
    "answer_events": ("waktu setiap perubahannya", "time of each change"),
    "answers": ("Jawaban Anda", "Your answers"),
    "attempt_devices": ("pindah komputer", "another computer"),
    "attempts": ("mulai", "start"),
    "candidate_photos": ("pasfoto", "photograph"),
    "candidate_groups": ("kelompok yang Anda sebut", "group that you name"),
    "check_ins": ("Pemeriksaan identitas", "check of your identity"),
    "contacts": ("kontak terakhir", "last contact"),
    "device_requests": ("pindah komputer", "another computer"),
    "group_withdrawals": ("Anda tarik, hanya kapan", "if you withdraw that, only when"),
    "help_calls": ("Panggilan Anda", "Your calls"),
    "incident_candidates": ("kejadian di ruang", "incidents in the room"),
    "incident_photos": ("difoto pengawas", "photographed by the proctor"),
    "incidents": ("kejadian di ruang", "incidents in the room"),
    "irregularities": ("dugaan pelanggaran", "suspected irregularity"),
    "irregularity_steps": ("keterangan Anda", "your statement"),
    "item_comments": ("Catatan yang Anda tulis", "Comments you write"),
    "key_correction_effects": ("dihitung ulang", "counted anew"),
    "message_copies": ("kapan Anda membacanya", "when you read them"),
    "readiness": ("Keadaan komputer", "The state of the computer"),
    "rescue_decisions": ("sebagai berkas", "as a file"),
    "rescue_notes": ("sebagai berkas", "as a file"),
    "rescues": ("sebagai berkas", "as a file"),
    "roster": ("tempat duduk", "your seat"),
    "scores": ("nilainya", "the score"),
    "seb_overrides": ("Safe Exam Browser", "Safe Exam Browser"),
    "seb_signals": ("Safe Exam Browser", "Safe Exam Browser"),
    "sessions": ("Waktu masuk", "The times of log-in"),
    "signal_counts": ("kejadian berikut", "record the following"),
    "signals": ("kejadian berikut", "record the following"),
    "time_grants": ("tambahan waktu", "time that was added"),
    "time_requests": ("tambahan waktu", "time that was added"),
}
NOT_ABOUT_CANDIDATES: Final = {
    "angoff_judges": "staff who judge items",
    "angoff_ratings": "staff who judge items",
    "candidate_cards": "what they log in with",
    "freezes": "outages of a room or a sitting",
    "incident_grants": "which time was added for which incident",
    "item_moves": "staff who write and approve items",
    "item_reviews": "staff who review items",
    "item_version_comments": "staff who write and review items",
    "key_correction_approvals": "staff",
    "clock_debts": "what a wrong clock of the server owes to all",
    "log_in_openings": "what a proctor did so that a number can try again",
    "one_time_links": "staff",
    "papers": "the questions, sealed",
    "review_views": "how staff look at a table",
    "role_grants": "staff",
    "room_staff": "staff",
    "sitting_staff": "staff",
    "staff_accounts": "staff",
    "undertakings": "staff",
    "watchers": "staff",
}
NAMES_SOMEBODY: Final = {
    "attempt_id",
    "roster_id",
    "candidate_number",
    "number",
    "person_id",
    "irregularity_id",
    "incident_id",
}


def test_every_table_about_a_candidate_is_judged() -> None:
    about = {
        table.name for table in Base.metadata.tables.values() if NAMES_SOMEBODY & {one.name for one in table.columns}
    }
    assert about == set(TOLD) | set(NOT_ABOUT_CANDIDATES)


@pytest.mark.parametrize("table", TOLD)
def test_the_page_before_the_start_names_what_is_recorded(table: str) -> None:
    for lang, words in zip(("id", "en"), TOLD[table], strict=True):
        assert words in PAGE[lang], lang


def test_the_page_says_who_reads_it_and_promises_what_can_be_read() -> None:
    assert "Yang boleh membacanya" in PAGE["id"]
    assert "Catatan lain tentang Anda dapat diminta kepada LSP" in PAGE["id"]
