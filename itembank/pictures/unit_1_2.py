"""Pictures of units 1 and 2."""

from __future__ import annotations

from axes import Axes
from canvas import DEEP, INK, PALE, WHITE, Canvas
from catalogue import picture
from charts import bars, run_chart
from diagrams import HEAD, matrix, sheet, turtle
from flow import Step, flow


@picture("1.1-peta-strategi-bengkel")
def strategy_map() -> Canvas:
    steps = {
        "pendapatan": Step(1, 0, "Pendapatan servis naik"),
        "tepat": Step(0, 1, "Servis selesai tepat janji"),
        "biaya": Step(1, 1, "Biaya jelas sejak awal"),
        "awet": Step(2, 1, "Jarang rusak kembali"),
        "suku": Step(0, 2, "Suku cadang selalu ada"),
        "antrean": Step(1, 2, "Antrean servis tertata"),
        "jadi": Step(2, 2, "Servis sekali jadi"),
        "stok": Step(0, 3, "Stok terbaca daring"),
        "papan": Step(1, 3, "Papan antrean digital"),
        "mekanik": Step(2, 3, "Mekanik bersertifikat"),
    }
    drives = {
        "stok": "suku",
        "papan": "antrean",
        "mekanik": "jadi",
        "suku": "tepat",
        "antrean": "tepat",
        "jadi": "awet",
        "tepat": "pendapatan",
        "biaya": "pendapatan",
        "awet": "pendapatan",
    }
    edges = [(driver, driven, "") for driver, driven in drives.items()]
    lanes = ["Keuangan", "Pelanggan", "Proses", "Pembelajaran"]
    return flow(steps, edges, title="Peta strategi Bengkel Roda Jaya", lanes=lanes, box=(116, 48), cell=(160, 92))


@picture("1.1-porsi-investasi")
def investment() -> Canvas:
    parts = {"Purna jual": [40, 33, 26, 20], "Promosi": [25, 28, 30, 32], "Pabrik": [35, 39, 44, 48]}
    return bars(
        parts,
        title="Pembagian dana investasi",
        categories=["2022", "2023", "2024", "2025"],
        scale=(0, 60, 10),
        y_label="Bagian dari dana (%)",
    )


@picture("1.2-kuasa-kepentingan-terminal")
def power_and_interest() -> Canvas:
    axes = Axes(
        "Pihak berkepentingan dan perlakuan kini",
        x=(0, 10),
        y=(0, 10),
        x_label="Kepentingan (rendah → tinggi)",
        y_label="Kuasa (rendah → tinggi)",
        size=(620, 380),
        left=44,
    )
    canvas = axes.canvas
    canvas.line(axes.at(5, 0), axes.at(5, 10), dash="7 4")
    canvas.line(axes.at(0, 5), axes.at(10, 5), dash="7 4")
    parties = [
        (2.4, 7.8, "Dinas Perhubungan", "kini: dijaga agar puas"),
        (7.6, 8.3, "Investor", "kini: dikelola secara dekat"),
        (2.2, 2.6, "Media lokal", "kini: dipantau seperlunya"),
        (8.0, 2.2, "Penyewa kios", "kini: dipantau seperlunya"),
    ]
    for x, y, name, treated in parties:
        canvas.circle(axes.at(x, y), 6, fill=DEEP)
        canvas.text(axes.x(x), axes.y(y) + 18, name, bold=True, anchor="middle")
        canvas.text(axes.x(x), axes.y(y) + 35, treated, anchor="middle")
    axes.frame()
    return canvas


@picture("1.2-kepentingan-kinerja-bus")
def importance_and_performance() -> Canvas:
    axes = Axes(
        "Penilaian penumpang bus kota (skala 1–5)",
        x=(1, 5),
        y=(1, 5),
        x_label="Kinerja saat ini",
        y_label="Kepentingan",
        size=(600, 360),
    )
    axes.scale(1)
    axes.ticks((value, str(value)) for value in range(1, 6))
    axes.canvas.line(axes.at(3, 1), axes.at(3, 5), dash="7 4")
    axes.canvas.line(axes.at(1, 3), axes.at(5, 3), dash="7 4")
    needs = [
        (2.1, 4.6, "Ketepatan jadwal"),
        (4.1, 4.2, "Kebersihan"),
        (4.3, 1.7, "Musik di bus"),
        (1.8, 2.2, "Wi-Fi di bus"),
    ]
    for performance, importance, name in needs:
        axes.canvas.circle(axes.at(performance, importance), 6, fill=DEEP)
        axes.canvas.text(axes.x(performance), axes.y(importance) + 19, name, anchor="middle")
    axes.frame()
    return axes.canvas


@picture("1.3-rumah-mutu-kotak")
def house_of_quality() -> Canvas:
    canvas = sheet("Rumah mutu kotak kemas buah", 600, 360)
    left, width, roof, foot = 236, 110, 48, 156
    names = ["Tebal karton ▲", "Massa kotak ▼", "Luas gagang ▲"]
    needs = [
        ("Tahan ditumpuk (5)", {0: INK}),
        ("Ringan dibawa (4)", {0: WHITE, 1: INK}),
        ("Mudah digenggam (3)", {2: INK}),
    ]
    canvas.polygon([(left, foot), (left + 1.5 * width, roof), (left + 3 * width, foot)])
    canvas.line((left + width, foot), (left + 2 * width, foot - (foot - roof) * 2 / 3))
    canvas.line((left + 2 * width, foot), (left + width, foot - (foot - roof) * 2 / 3))
    canvas.text(left + width, foot - (foot - roof) / 3, "−", size=20, bold=True, anchor="middle")
    for place, name in enumerate(names):
        canvas.rect(left + place * width, foot, width, 44, fill=PALE)
        canvas.label(left + place * width, foot, width, 44, name)
    for row, (need, marks) in enumerate(needs):
        y = foot + 44 + row * 36
        canvas.rect(20, y, left - 20, 36)
        canvas.label(20, y, left - 20, 36, need, anchor="start")
        for place in range(3):
            canvas.rect(left + place * width, y, width, 36)
        for place, fill in marks.items():
            canvas.circle((left + (place + 0.5) * width, y + 18), 8, fill=fill)
    canvas.lines(
        20,
        330,
        [
            "● hubungan kuat, ○ hubungan sedang, − (atap) sasaran saling menghambat",
            "▲ makin besar makin baik, ▼ makin kecil makin baik",
        ],
    )
    return canvas


@picture("1.3-lembar-spesifikasi-botol")
def specification() -> Canvas:
    rows = [
        ["Sifat", "Syarat", "Cara memeriksa"],
        ["Diameter leher", "28,0 ± 0,3 mm", "jangka sorong, skala 0,05 mm"],
        ["Massa kosong", "42 ± 2 g", "timbangan, skala 0,1 g"],
        ["Kebocoran", "tidak menetes", "dibalik berisi air 10 menit"],
        ["Tinggi botol", "180,0 ± 0,2 mm", "mistar, skala 1 mm"],
    ]
    return matrix(
        rows, title="Lembar spesifikasi botol minum (20 contoh tiap kiriman)", widths=[150, 170, 260], left=(0, 1, 2)
    )


@picture("2.1-kura-kura-pengecatan")
def turtle_of_painting() -> Canvas:
    sides = {
        "Sumber daya": ["ruang semprot", "oven pengering"],
        "Orang": ["tiga juru semprot", "satu penyelia"],
        "Masukan": ["rangka bersih", "cat, pengencer"],
        "Keluaran": ["rangka bercat", "siap dirakit"],
        "Metode": ["IK penyemprotan", "IK pengeringan"],
        "Ukuran": ["cacat cat ≤ 2 %", "alat ukur tebal lapisan"],
    }
    return turtle("Pengecatan rangka sepeda", sides, title="Diagram kura-kura")


@picture("2.1-raci-pengadaan")
def responsibilities() -> Canvas:
    rows = [
        ["Langkah", "Staf pembelian", "Kepala pembelian", "Manajer mutu", "Kepala gudang"],
        ["1. Menyusun syarat barang", "R", "A", "C", "I"],
        ["2. Menilai calon pemasok", "R", "C", "C", "I"],
        ["3. Menerbitkan pesanan", "R", "A", "–", "I"],
        ["4. Memeriksa barang tiba", "I", "–", "A", "C"],
    ]
    return matrix(
        rows, title="Matriks RACI pengadaan", widths=[212, 100, 100, 100, 100], heights=[44, 32, 32, 32, 32], left=(0,)
    )


@picture("2.2-penerapan-dua-unit")
def application() -> Canvas:
    series = {
        "Unit A": [44, 46, 82, 86, 88, 87, 89, 88, 90, 89],
        "Unit B": [46, 45, 84, 85, 79, 72, 66, 60, 55, 52],
    }
    return run_chart(
        series,
        title="Pekerjaan yang mengikuti prosedur baru",
        periods=[str(week) for week in range(1, 11)],
        scale=(30, 100, 10),
        x_label="Pekan",
        y_label="Persen",
        marks={2: "sosialisasi"},
    )


@picture("2.2-pesan-berjenjang")
def cascade() -> Canvas:
    return bars(
        {"benar": [100, 94, 58, 55]},
        title="Yang dapat menyebutkan isi kebijakan dengan benar",
        categories=["Direksi", "Kepala bagian", "Penyelia", "Operator"],
        scale=(0, 100, 20),
        y_label="Persen",
    )


@picture("2.3-alur-penerimaan-barang")
def receiving() -> Canvas:
    steps = {
        "tiba": Step(0, 0, "Barang tiba", "end"),
        "periksa": Step(1, 0, "Periksa contoh"),
        "sesuai": Step(2, 0, "Sesuai?", "decision"),
        "gudang": Step(3, 0, "Masuk gudang", "end"),
        "laporan": Step(1, 1, "Laporan pemeriksaan", "record"),
        "sortir": Step(2, 1, "Sortir dan perbaiki"),
    }
    edges = [
        ("tiba", "periksa", ""),
        ("periksa", "sesuai", ""),
        ("periksa", "laporan", ""),
        ("sesuai", "gudang", "ya"),
        ("sesuai", "sortir", "tidak"),
        ("sortir.right", "gudang.bottom", ""),
    ]
    return flow(steps, edges, title="Prosedur penerimaan barang")


@picture("2.3-lembar-periksa-celana")
def checksheet() -> Canvas:
    counts = {"Jahitan lepas": 12, "Goresan": 9, "Noda": 7, "Lain-lain": 34}
    canvas = sheet("Lembar periksa cacat celana, 2–6 Maret", 600, 262)
    rows = [("", 0), *counts.items()]
    for row, (name, count) in enumerate(rows):
        y, fill = HEAD + row * 34, PALE if row == 0 else WHITE
        words = ("Jenis cacat", "Turus", "Jumlah") if row == 0 else (name, "", str(count))
        for x, width, word in zip((8, 158, 512), (150, 354, 80), words, strict=True):
            canvas.rect(x, y, width, 34, fill=fill, line=1)
            canvas.label(x, y, width, 34, word, bold=row == 0)
        _tally(canvas, 172, y + 17, count)
    canvas.text(10, 228, "Catatan pada “lain-lain”: kancing miring 15, ritsleting macet 12,")
    canvas.text(10, 246, "ukuran tertukar 7")
    return canvas


def _tally(canvas: Canvas, x: float, y: float, count: int) -> None:
    """Strokes in fives, the fifth across the four."""
    for stroke in range(count):
        group, place = divmod(stroke, 5)
        start = x + group * 46
        if place == 4:
            canvas.line((start - 5, y + 8), (start + 29, y - 8))
        else:
            canvas.line((start + place * 8, y - 10), (start + place * 8, y + 10))
