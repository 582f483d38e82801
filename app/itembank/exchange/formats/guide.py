"""How to fill in our templates: the same words in the workbook and in the document."""

from __future__ import annotations

from typing import Final

from app.itembank.exchange.formats.columns import LABEL

TITLE: Final = "Soal ujian"
SHEET: Final = "Petunjuk"
GUIDE_TITLE: Final = "Petunjuk mengisi tabel soal"

GUIDE: Final = (
    (LABEL["code"], "Kode soal. Kosongkan untuk soal baru; kode yang sudah ada di bank berarti perubahan soal itu."),
    (LABEL["kuk"], "Nomor kriteria unjuk kerja, misalnya 2.3."),
    (LABEL["lang"], "Bahasa soal: id atau en. Kosong berarti id."),
    (LABEL["case"], "Kode kasus bila beberapa soal memakai kasus yang sama; tulis kode yang sama pada tiap soalnya."),
    (LABEL["case_text"], "Teks kasus, cukup sekali pada salah satu soalnya."),
    (LABEL["stem"], "Pokok soal. Gambar disisipkan di sini, dengan keterangan gambar (teks alternatif)."),
    ("A, B, C, D …", "Opsi jawaban, dua sampai enam, tanpa huruf di depannya."),
    (LABEL["key"], "Huruf opsi yang benar. Bila huruf itu juga isi sebuah opsi, tulis “Opsi B”."),
    (
        LABEL["order"],
        "tetap bila opsinya terurut (jumlah, tanggal) dan tidak boleh diacak; selain itu acak atau kosong.",
    ),
    (LABEL["rationale"], "Mengapa kunci itu benar dan opsi lain salah."),
    (LABEL["source"], "Sumber, misalnya ISO 9001:2015 klausul 6.2.1."),
    (LABEL["level"], "Tingkat kognitif: ingat, terapkan atau analisis."),
    (
        LABEL["expected_p"],
        "Perkiraan bagian jawaban benar di antara peserta yang tepat di batas lulus: 0,65 atau 65 %.",
    ),
    (LABEL["enemies"], "Kode soal yang tidak boleh muncul bersama soal ini, dipisah koma."),
    ("Rumus", "Tulis TeX di antara \\( dan \\), misalnya \\(\\frac{a}{b}\\)."),
    (
        "Bentuk teks",
        "Di Excel dan Word: tebal, miring, naik, turun. Di Excel dan CSV juga HTML: strong, em, sub, sup, p, ul, ol, li, table.",
    ),
)
