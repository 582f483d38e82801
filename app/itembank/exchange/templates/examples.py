"""Three items that show what a template takes: a plain one, and two that share a case, one of them with a formula."""

from __future__ import annotations

from typing import Final

from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import clean, escape

CASE: Final = escape(
    "Sebuah bengkel mencatat 200 perbaikan selama bulan Mei. Sebanyak 24 kendaraan kembali dengan keluhan yang sama, "
    "dan 18 di antaranya menyangkut rem."
)

EXAMPLES: Final = (
    ExchangeItem(
        stem=escape("Formulir keluhan pelanggan yang sudah diisi paling tepat disebut:"),
        options=(escape("prosedur"), escape("rekaman"), escape("kebijakan"), escape("sasaran")),
        key=1,
        code="CONTOH-01",
        kuk="1.1",
        lang="id",
        rationale=escape("Rekaman membuktikan apa yang telah terjadi; yang lain mengatur apa yang akan terjadi."),
        source=escape("SNI ISO 9000:2015, istilah rekaman"),
        cognitive_level="remember",
        expected_p=0.8,
    ),
    ExchangeItem(
        stem=clean("Rasio kendaraan yang kembali, \\(p = \\frac{x}{n}\\), pada bulan itu ialah:").markup,
        options=(escape("0,09"), escape("0,12"), escape("0,21"), escape("0,75")),
        key=1,
        code="CONTOH-02",
        kuk="1.1",
        lang="id",
        stimulus=CASE,
        stimulus_code="CONTOH-K1",
        rationale=escape("24 dari 200 kendaraan kembali: 24/200 = 0,12."),
        source=escape("Statistika dasar: proporsi"),
        cognitive_level="apply",
        expected_p=0.65,
        enemies=("CONTOH-03",),
    ),
    ExchangeItem(
        stem=clean("Keluhan manakah yang <strong>paling dahulu</strong> dicari sebabnya?").markup,
        options=(escape("keterlambatan"), escape("kebersihan"), escape("rem"), escape("harga")),
        key=2,
        code="CONTOH-03",
        kuk="1.1",
        lang="id",
        stimulus=CASE,
        stimulus_code="CONTOH-K1",
        rationale=escape(
            "18 dari 24 keluhan ulang, tiga perempatnya, menyangkut rem; selain itu rem menyangkut keselamatan."
        ),
        source=escape("Asas Pareto"),
        cognitive_level="analyse",
        expected_p=0.55,
        enemies=("CONTOH-02",),
    ),
)
