"""The Indonesian words of codes on paper. A code without a word is printed as it is: nothing is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.proctoring.papers.types import Kind

TITLES: Final[Mapping[str, str]] = {
    Kind.ATTENDANCE: "Daftar Hadir Peserta",
    Kind.SEATING: "Denah Tempat Duduk",
    Kind.CARDS: "Kartu Peserta",
    Kind.MINUTES: "Berita Acara Pelaksanaan Ujian",
    Kind.INCIDENTS: "Lembar Kejadian",
    Kind.DECISION: "Keputusan atas Dugaan Pelanggaran Ujian",
    Kind.FORMS: "Sertifikat Paket Soal",
    Kind.REVIEW: "Laporan Kajian Validitas Ujian",
    Kind.RESCORE: "Pemberitahuan Penghitungan Ulang Nilai",
}

# Of papers that exist in English, too.
ENGLISH_TITLES: Final[Mapping[str, str]] = {
    Kind.FORMS: "Certificate of Forms",
    Kind.REVIEW: "Report of the Exam Validity Review",
}

FILES: Final[Mapping[str, str]] = {
    Kind.ATTENDANCE: "daftar-hadir",
    Kind.SEATING: "denah",
    Kind.CARDS: "kartu-peserta",
    Kind.MINUTES: "berita-acara",
    Kind.INCIDENTS: "lembar-kejadian",
    Kind.DECISION: "keputusan",
    Kind.FORMS: "sertifikat-paket",
    Kind.REVIEW: "laporan-kajian",
    Kind.RESCORE: "hitung-ulang",
}

MODES: Final = {"daring": "daring (online)", "luring": "luring (offline)"}

ADMISSIONS: Final = {
    "proctor": "diizinkan masuk oleh pengawas",
    "token": "dengan token sesi",
    "open": "dalam waktu sesi, tanpa token",
}

STATES: Final = {
    "assigned": "tidak hadir",
    "admitted": "diizinkan masuk, belum mulai",
    "running": "sedang ujian",
    "paused": "sedang dijeda",
    "submitted": "selesai",
    "void": "dibatalkan",
}

ENDINGS: Final = {"candidate": "dikumpulkan sendiri", "time": "waktu habis", "proctor": "ditutup pengawas"}

CATEGORIES: Final = {
    "environment": "lingkungan",
    "candidate": "peserta",
    "staff": "petugas",
    "technical": "teknis",
}

CODES: Final = {
    "behaviour": "perilaku",
    "device": "komputer",
    "identity": "identitas",
    "illness": "sakit",
    "late": "terlambat",
    "mistake": "kekeliruan petugas",
    "network": "jaringan",
    "noise": "suara atau gangguan",
    "other": "lainnya",
    "power": "listrik",
    "server": "server",
    "shaking": "gempa, kebakaran, evakuasi",
    "unattended": "pengawas tidak di tempat",
}

GRANTS: Final = {
    "accommodation": "akomodasi",
    "approved": "tambah waktu, disetujui orang kedua",
    "clock": "koreksi jam server",
    "extra": "tambah waktu",
    "outage": "gangguan, ruang dibekukan",
    "pause": "jeda",
    "transmission": "waktu kirim",
    "waited": "menunggu persetujuan orang kedua",
}

ACTIONS: Final = {
    "attempt.closed": "Ujian ditutup oleh pengawas",
    "board.tuned": "Ambang perhatian diubah",
    "candidate.absent": "Ditandai tidak hadir",
    "candidate.came": "Ternyata hadir",
    "candidate.renamed": "Nama diperbaiki",
    "candidate.seated": "Tempat duduk diubah",
    "cards.reissued": "Kartu dicetak dengan PIN baru",
    "device.held": "Ujian dipindahkan ke perangkat lain",
    "forms.assembled": "Naskah soal diundi",
    "help.answered": "Pengawas menjawab panggilan",
    "help.called": "Peserta memanggil pengawas",
    "help.cancelled": "Panggilan dibatalkan peserta",
    "help.ended": "Peserta sudah dibantu",
    "identity.checked": "Identitas diperiksa",
    "incident.linked": "Kejadian dihubungkan",
    "incident.photographed": "Foto kejadian ditambahkan",
    "log_in.opened": "Percobaan masuk dibuka sebentar",
    "message.sent": "Pesan dikirim kepada peserta",
    "photo.added": "Pasfoto ditambahkan",
    "photo.approved": "Pasfoto baru disetujui",
    "photo.refused": "Pasfoto baru ditolak",
    "preflight.overridden": "Sesi dibuka meskipun pemeriksaan awal belum bersih",
    "rescue.approved": "Berkas jawaban disetujui",
    "rescue.noted": "Enam kata berkas jawaban dicatat",
    "rescue.refused": "Berkas jawaban ditolak",
    "rescue.uploaded": "Berkas jawaban diunggah",
    "room.changed": "Ruang diubah",
    "room.created": "Ruang dibuat",
    "room.handed-over": "Ruang diserahkan kepada pengawas lain",
    "room.left": "Pengawas meninggalkan ruang",
    "room.staffed": "Pengawas ditugaskan di ruang",
    "roster.extended": "Peserta didaftarkan",
    "roster.imported": "Daftar peserta diimpor",
    "seb.dropped": "Safe Exam Browser tidak lagi diminta",
    "seb.overridden": "Pemeriksaan Safe Exam Browser dikesampingkan",
    "seb.required": "Safe Exam Browser diminta",
    "sitting.closed": "Sesi ditutup",
    "sitting.created": "Sesi dibuat",
    "sitting.lateness": "Batas terlambat diubah",
    "sitting.open": "Sesi dibuka",
    "sitting.placed": "Tempat ujian diubah",
    "sitting.staffed": "Pengawas ditugaskan",
    "time.approved": "Tambahan waktu disetujui",
    "time.granted": "Tambahan waktu diberikan",
    "time.refused": "Tambahan waktu ditolak",
    "time.requested": "Tambahan waktu diminta, menunggu orang kedua",
    "token.locked": "Token dikunci",
    "token.renewed": "Token diperbarui",
}

# Reasons that the server itself writes.
REASONS: Final = {
    "claimed by the candidate": "diambil alih oleh peserta",
    "released by a proctor": "dilepas oleh pengawas",
}


def word(words: Mapping[str, str], code: str) -> str:
    return words.get(code, code)


def file_name(kind: Kind, sitting_code: str, about: str = "") -> str:
    """Neither a sitting's code nor a participant's number has a sign that a file name or a header must not have."""
    return "-".join(filter(None, (FILES[kind], sitting_code, about))) + ".pdf"
