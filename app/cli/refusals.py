"""What a person at the terminal reads when a command cannot be done: one sentence, in Indonesian and in English."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import SettingsError
from app.core.datafile import DataFileError
from app.core.errors import AppError
from app.core.keyring import SealBroken
from app.core.postgres import PostgresError
from app.core.startup import StartupRefusal
from app.core.words import both


class Refused(Exception):
    """A command that must not be done."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(both(indonesian, english))


SENTENCES = (Refused, SealBroken, SettingsError, StartupRefusal, PostgresError, DataFileError)
EXPECTED = (*SENTENCES, AppError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

# Refusals of the domains carry a code and an English title; as the pages do, the terminal translates the code.
IN_INDONESIAN = {
    "admin-exists": "Sudah ada administrator; tautan baru baginya: sahih user add --again --username …",
    "bad-name": "Nama terdiri dari 1 sampai 200 huruf dalam satu baris.",
    "bad-sitting-code": "Kode sesi terdiri dari 1 sampai 40 huruf, angka, titik, tanda hubung atau garis bawah.",
    "bad-title": "Judul sesi terdiri dari 1 sampai 200 huruf dalam satu baris.",
    "bad-username": "Nama pengguna terdiri dari 1 sampai 64 huruf kecil, angka, titik, tanda hubung atau garis bawah.",
    "bank-too-small": "Soal aktif untuk suatu kriteria kurang dari yang diminta kisi-kisi.",
    "clock-trusted": "Jam tidak diragukan; tidak ada yang perlu dinyatakan.",
    "forms-exist": "Formulir sesi ini sudah dibagi; formulir tidak pernah dibagi dua kali.",
    "forms-items-left": "Ada soal pada paket yang tidak aktif lagi; tarik usulan paket dan susun lagi.",
    "forms-planned": "Sesi ini sudah punya usulan paket; tarik dahulu sebelum menyusun yang lain.",
    "forms-without-certificate": "Formulir sesi ini diundi sebelum ada sertifikat paket; buat sesi baru.",
    "frozen": "Hari ujian: ini menunggu sampai pembekuan diakhiri (`sahih freeze off`).",
    "no-blueprint": "Kisi-kisi skema belum disahkan komite.",
    "no-candidates": "Sesi ini belum punya peserta; impor pesertanya dahulu.",
    "no-exam": "Skema ini tidak menetapkan ujian (jumlah soal atau batas lulus belum diisi).",
    "no-form-certificate": "Sertifikat paket soal sesi ini belum diterima komite.",
    "no-standard": "Standar acuan skema belum disahkan komite.",
    "not-prepared": "Peserta sesi ini belum mendapat formulir; siapkan dahulu.",
    "options-differ": "Ada soal aktif yang jumlah opsinya lain daripada ujian skema.",
    "sitting-code-taken": "Sudah ada sesi dengan kode ini.",
    "sitting-not-draft": "Keadaan sesi tidak memungkinkan langkah ini.",
    "unknown-zone": "Zona waktu harus salah satu dari Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
    "username-taken": "Nama pengguna ini sudah dipakai.",
    "wrong-window": "Sesi harus ditutup sesudah dibuka.",
}


def sentence_of(error: BaseException) -> str:
    if isinstance(error, SENTENCES):
        return str(error)
    if isinstance(error, AppError):
        detail = f" ({error.detail})" if error.detail else ""
        return both(IN_INDONESIAN.get(error.code, "Permintaan ditolak."), error.title) + detail
    if isinstance(error, OSError) and error.filename:
        return both(f"{error.filename}: tidak dapat dipakai", f"cannot be used: {error.strerror}")
    while error.__cause__ is not None:
        error = error.__cause__
    reason = type(error).__name__
    return both(
        f"Basis data menolak atau terputus ({reason}). Periksa, lalu ulangi.",
        f"The database refused or is away ({reason}). Check and repeat.",
    )
