"""What ends a report: its limits, its method, its terms, and who signs."""

from __future__ import annotations

from collections.abc import Iterable

from app.review.report import blocks
from app.review.report.blocks import Block, Chapter
from app.review.report.evidence import evidence
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import figures_in
from app.review.shown import Definition, definition

LEAST_SIGNATURES = 2


def limits(facts: ReportFacts, voice: Voice) -> Chapter:
    """Everything that was withheld, once, with its reason."""
    withheld: dict[tuple[str, str], None] = {}
    for part in ("exam", "integrity"):
        for one in figures_in(facts.part(part)):
            if one["value"] is None and (reason := voice.told(one, "reason")):
                meaning = definition(one["definition"])
                withheld[voice.say(meaning.title_id, meaning.title_en), reason] = None
    columns = [
        blocks.column(voice.say("Tidak dihitung", "Not computed")),
        blocks.column(voice.say("Karena", "Because"), 2),
    ]
    none = blocks.text(voice.say("Semua ukuran ujian dapat dihitung.", "Every figure of the exam could be computed."))
    return blocks.chapter(
        voice.say("Batas-batas kajian ini", "Limits of this review"),
        blocks.text(
            voice.say(
                "Yang tidak dapat ditanggung oleh banyaknya peserta tidak ditampilkan sebagai angka. Tanda adalah alasan untuk"
                " melihat, bukan putusan; tidak adanya tanda bukan bukti bahwa tidak ada masalah. Statistik memakai ujian pertama"
                " tiap peserta. Kelompok hanya memuat peserta yang menyetujui pemakaian datanya.",
                "What the number of candidates cannot carry is not shown as a figure. A lead is a reason to look and no verdict; no"
                " lead is no proof that nothing is wrong."
                " Statistics use each candidate's first attempt. Groups hold only candidates who agreed"
                " that their data may be used.",
            )
        ),
        blocks.table(columns, [list(pair) for pair in withheld]) or none,
    )


def method(facts: ReportFacts, voice: Voice) -> Chapter:
    one, review = facts.method, facts.review
    approved = f"{one.approved_by}, {voice.day(one.approved_at)}" if one.approved_by else voice.say("belum", "not yet")
    rows = [[voice.told(field, "title"), voice.told(field, "text")] for field in one.fields]
    columns = [
        blocks.column(voice.say("Ketentuan", "Setting"), 5),
        blocks.column(voice.say("Nilai", "Value"), 2, right=True),
    ]
    return blocks.chapter(
        voice.say("Metode", "Method"),
        blocks.facts(
            [
                (
                    voice.say("Metode kajian", "Review method"),
                    voice.say(f"versi {one.version_no}", f"version {one.version_no}"),
                ),
                (voice.say("Berlaku sejak", "Valid from"), voice.day(one.valid_from)),
                (voice.say("Disusun oleh", "Written by"), one.made_by),
                (voice.say("Disetujui oleh", "Approved by"), approved),
                (voice.say("Dasar", "Basis"), one.basis),
                (voice.say("Dihitung", "Computed"), voice.day(review.computed_at)),
                (voice.say("Program hitung", "Program"), review.program),
            ]
        ),
        _lateness(facts, voice),
        blocks.table(columns, rows),
        blocks.heading(voice.say("Sidik data", "Fingerprints")),
        blocks.small(
            voice.say(
                "Dari data dengan sidik ini, metode ini dan program ini keluar angka yang sama sampai angka terakhir, bertahun-tahun"
                " kemudian.",
                "From data with this fingerprint, this method and this program come the same figures to the last digit, years later.",
            )
        ),
        blocks.facts(
            [
                (voice.say("Data beku", "Frozen data"), review.snapshot_sha256),
                (voice.say("Metode", "Method"), one.sha256),
            ]
        ),
        blocks.heading(voice.say("Pelaksanaan ujian yang dikaji", "Sittings in this review")),
        blocks.table(
            [
                blocks.column(voice.say("Kode", "Code"), 2),
                blocks.column(voice.say("Pelaksanaan", "Sitting"), 5),
                blocks.column(voice.say("Tanggal", "Day"), 2),
            ],
            [[sitting.code, sitting.title, voice.day(sitting.held_on)] for sitting in review.sittings],
        ),
    )


def _lateness(facts: ReportFacts, voice: Voice) -> Block | None:
    """Thresholds that were chosen after the period began could have been chosen by what they give."""
    if not facts.method.late:
        return None
    told = voice.say(
        "Metode ini baru disahkan sesudah periode dimulai, sebab belum ada yang lain.",
        "This method was approved only after the period had begun, as there was no other.",
    )
    return blocks.remark(told, strong=True)


def evidence_map(facts: ReportFacts, voice: Voice) -> Chapter:
    """Clause by clause, where the evidence lies in this review."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in evidence(facts):
        records = f"{voice.say(one.what_id, one.what_en)}: {one.count} ({voice.day(one.last)})"
        found.setdefault((one.clause, one.iso, voice.say(one.asks_id, one.asks_en)), []).append(records)
    rows = [
        [clause + (f"\nISO/IEC 17024 {iso}" if iso else ""), asks, "\n".join(records)]
        for (clause, iso, asks), records in found.items()
    ]
    columns = [
        blocks.column(voice.say("Klausul", "Clause"), 3),
        blocks.column(voice.say("Yang diminta", "What it asks"), 5),
        blocks.column(
            voice.say("Bukti dalam kajian ini: banyaknya (terakhir)", "Evidence in this review: records (the last)"), 7
        ),
    ]
    return blocks.chapter(
        voice.say("Peta bukti", "Map of evidence"),
        blocks.text(
            voice.say(
                f"Klausul skema {facts.review.scheme_code} dan ISO/IEC 17024:2012 butir 9.3, dengan kata kami sendiri.",
                f"Clauses of the scheme {facts.review.scheme_code} and of ISO/IEC 17024:2012, 9.3, in our own words.",
            )
        ),
        blocks.table(columns, rows),
    )


def terms(names: Iterable[str], facts: ReportFacts, voice: Voice) -> Chapter:
    """Every figure that this report prints: in plain words, then how it is computed, with the limits of this review's method, and by
    whom it is described."""
    told = sorted(
        (definition(name) for name in names), key=lambda one: voice.say(one.title_id, one.title_en).casefold()
    )
    rows = [
        [
            voice.say(one.title_id, one.title_en),
            voice.say(one.says_id, one.says_en),
            " · ".join([voice.say(one.formula_id, one.formula_en), *_needed(one, voice), *_limits(one, facts, voice)]),
            voice.say(one.source_id, one.source_en),
        ]
        for one in told
    ]
    columns = [
        blocks.column(voice.say("Istilah", "Term"), 3),
        blocks.column(voice.say("Artinya", "What it means"), 6),
        blocks.column(voice.say("Cara menghitung", "How it is computed"), 4),
        blocks.column(voice.say("Sumber", "Source"), 3),
    ]
    return blocks.chapter(voice.say("Istilah", "Terms"), blocks.table(columns, rows))


def _needed(one: Definition, voice: Voice) -> list[str]:
    return [voice.say(f"perlu {one.least_n_id}", f"needs {one.least_n_en}")] if one.least_n_id else []


def _limits(one: Definition, facts: ReportFacts, voice: Voice) -> list[str]:
    """What the method of this review sets for it."""
    return [
        f"{voice.told(field, 'title')}: {voice.told(field, 'text')}"
        for field in facts.method.fields
        if field["name"] in one.method
    ]


def signing(facts: ReportFacts, voice: Voice) -> Chapter:
    meeting = facts.meeting
    members = meeting.present or ("",) * LEAST_SIGNATURES
    chair, member = voice.say("Ketua rapat komite skema", "Chair of the meeting"), voice.say("Anggota komite", "Member")
    rows = [
        (voice.say("Rapat", "Meeting"), ", ".join(filter(None, (voice.day(meeting.held_on), meeting.place)))),
        (voice.say("Kuorum", "Quorum"), voice.say(f"{facts.review.quorum} orang", f"{facts.review.quorum} people")),
        (voice.say("Hadir", "Present"), ", ".join(meeting.present) or "–"),
        (voice.say("Undangan", "Guests"), meeting.guests or "–"),
        (voice.say("Kajian berikutnya", "Next review"), voice.day(facts.review.next_due)),
    ]
    return blocks.chapter(
        voice.say("Rapat dan tanda tangan", "Meeting and signatures"),
        blocks.facts(rows),
        *(blocks.text(part) for part in meeting.minutes.splitlines() if part.strip()),
        blocks.signatures([(chair, voice.say("Nama:", "Name:")), *((member, name) for name in members)]),
    )
