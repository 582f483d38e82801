"""Pictures of the items of KUK 4.4 to 4.6 and of unit 5."""

from __future__ import annotations

from math import cos, pi, sin

from axes import Axes
from canvas import DEEP, GRID, INK, MID, PALE, WHITE, Canvas, Point, number
from catalogue import picture
from charts import bars, gantt, run_chart
from diagrams import HEAD, matrix
from flow import Step, flow


@picture("4.4-kepentingan-kinerja")
def importance_and_performance() -> Canvas:
    axes = Axes(
        "Kepentingan dan kinerja enam atribut",
        x=(1, 5),
        y=(2, 5),
        x_label="Kinerja",
        y_label="Kepentingan",
        size=(600, 380),
        right=106,
    )
    axes.scale(0.5, places=1)
    for half in range(2, 11):
        axes.canvas.line(axes.at(half / 2, 2), axes.at(half / 2, 5), stroke=GRID, width=1)
        axes.ticks([(half / 2, number(half / 2, 1))])
    axes.upright(3.0, "rata-rata 3,0")
    axes.level(3.75, "rata-rata 3,75", dash="7 4", width=2)
    attributes = {
        "kantin": (1.0, 3.5),
        "loket": (1.5, 4.0),
        "pengumuman": (2.5, 4.5),
        "jadwal": (4.5, 5.0),
        "taman": (4.0, 3.0),
        "musik": (4.5, 2.5),
    }
    axes.frame()  # before the points, as one of them stands on the axis and is named to its right
    for name, (performance, importance) in attributes.items():
        x, y = axes.at(performance, importance)
        axes.canvas.circle((x, y), 5, fill=DEEP)
        side, anchor = (10, "start") if x == axes.left else (-10, "end")
        axes.canvas.text(x + side, y - 11, name, anchor=anchor)
    return axes.canvas


@picture("4.4-alur-polis")
def policy_issue() -> Canvas:
    steps = {
        "receive": Step(0, 0.5, "Terima berkas\n2 jam"),
        "survey": Step(1, 0, "Survei lapangan\n20 jam"),
        "history": Step(1, 1, "Cek riwayat\n14 jam"),
        "approve": Step(2, 0.5, "Persetujuan\n6 jam"),
        "send": Step(3, 0.5, "Cetak dan kirim\n4 jam"),
    }
    edges = [
        ("receive.right", "survey.left", ""),
        ("receive.right", "history.left", ""),
        ("survey.right", "approve.left", ""),
        ("history.right", "approve.left", ""),
        ("approve", "send", ""),
    ]
    return flow(steps, edges, title="Penerbitan polis kebakaran", box=(122, 52), cell=(155, 84))


@picture("4.5-tindak-lanjut")
def decisions_followed_up() -> Canvas:
    rows = [
        ("No.", "Keputusan", "Sasaran", "Pelaksanaan", "Jul", "Agu", "Sep"),
        ("1", "pelacak di semua bus", "tepat waktu ≥ 90 %", "60 dari 60 bus terpasang", "84 %", "85 %", "84 %"),
        ("2", "tambahan mekanik malam", "mogok ≤ 4 per bulan", "3 dari 3 mekanik sejak Juni", "3", "4", "3"),
        ("3", "pelatihan awak bus", "keluhan ≤ 10 per bulan", "120 dari 120 awak dilatih", "9", "14", "17"),
        ("4", "pemasok ban baru", "ban pecah ≤ 2 per bulan", "kontrak belum ada", "2", "1", "2"),
    ]
    return matrix(
        rows,
        title="Daftar tindak lanjut keputusan kajian manajemen",
        widths=[40, 128, 154, 128, 52, 52, 52],
        heights=[32, 46, 46, 46, 46],
        left=[1, 2, 3],
    )


@picture("4.5-jadwal-perubahan")
def planned_change() -> Canvas:
    tasks = [
        ("Penyiapan ruang", 0.0, 2.0),
        ("Pemasangan mesin", 2.0, 3.0),
        ("Izin limbah", 0.0, 3.0),
        ("Pelatihan operator", 3.0, 1.0),
        ("Validasi", 5.0, 2.0),
        ("Mulai produksi", 7.0, 0.0),
    ]
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu"]
    return gantt(tasks, title="Rencana perubahan: cat berbahan air", periods=months)


@picture("4.6-matriks-keterampilan")
def skills() -> Canvas:
    levels = {"Ayu": (4, 2, 1, 3), "Bima": (2, 3, 2, 3), "Citra": (3, 1, 4, 2), "Dedi": (1, 4, 2, 1)}
    row, widths = 44, [120, 105, 105, 105, 105]
    rows = [("Nama", "Cetak", "Potong", "Jilid", "Kemas"), *((name, "", "", "", "") for name in levels)]
    canvas = matrix(rows, title="Matriks keterampilan (tingkat 1 sampai 4)", widths=widths, height=row)
    for line, skilled in enumerate(levels.values(), 1):
        for column, level in enumerate(skilled):
            middle = 8 + widths[0] + (column + 0.5) * widths[1]
            y = HEAD + (line + 0.5) * row
            _quarters(canvas, (middle - 14, y), level)
            canvas.text(middle + 10, y, str(level), size=15, bold=True)
    return canvas


def _quarters(canvas: Canvas, centre: Point, quarters: int) -> None:
    """A disc filled by quarters, from the top to the right: the usual sign of a level of skill."""
    radius = 12
    canvas.circle(centre, radius)
    turns = [2 * pi * step / 48 for step in range(12 * quarters + 1)]
    rim = [(centre[0] + radius * sin(turn), centre[1] - radius * cos(turn)) for turn in turns]
    canvas.polygon([centre, *rim] if quarters < 4 else rim, fill=DEEP, width=1)


@picture("4.6-kesalahan-petugas")
def errors_of_clerks() -> Canvas:
    values = {"A": 4.5, "B": 5.5, "C": 1.0, "D": 5.0, "E": 6.0, "F": 9.5, "G": 4.0, "H": 4.5}
    axes = Axes(
        "Formulir salah menurut petugas, masing-masing 400 formulir",
        x=(0.4, 8.6),
        y=(0, 12),
        x_label="Petugas",
        y_label="Persen salah",
        size=(620, 330),
        right=86,
    )
    axes.scale(2, grid=False)
    axes.ticks(enumerate(values, 1))
    axes.level(5.0, "GT 5,0")
    axes.level(8.3, "BKA 8,3", dash="7 4", width=2)
    axes.level(1.7, "BKB 1,7", dash="7 4", width=2)
    for place, value in enumerate(values.values(), 1):
        axes.canvas.circle(axes.at(place, value), 5, fill=DEEP)
    axes.frame()
    return axes.canvas


@picture("5.1-keluhan-tahunan")
def complaints_by_year() -> Canvas:
    return bars(
        {"keluhan": (260, 248, 240, 66)},
        title="Banyaknya keluhan pelanggan",
        categories=["2023", "2024", "2025", "Januari–Maret\n2026"],
        scale=(0, 300, 100),  # a line at 250 would cross the figures over the bars
        size=(560, 320),
    )


@picture("5.1-susunan-keluhan")
def complaints_by_kind() -> Canvas:
    kinds = (("terlambat", DEEP, WHITE), ("rusak", MID, INK), ("salah barang", PALE, INK), ("lain-lain", WHITE, INK))
    years = {"2024\n(500 keluhan)": (40, 30, 20, 10), "2025\n(300 keluhan)": (30, 40, 20, 10)}
    axes = Axes("Susunan keluhan (persen)", x=(0, 2), y=(0, 100), size=(560, 370))
    axes.scale(20)
    axes.ticks((place + 0.5, year) for place, year in enumerate(years))
    for place, shares in enumerate(years.values()):
        foot = 0
        for (kind, fill, ink), share in zip(kinds, shares, strict=True):
            (left, top), (right, bottom) = axes.at(place + 0.1, foot + share), axes.at(place + 0.9, foot)
            axes.canvas.rect(left, top, right - left, bottom - top, fill=fill)
            axes.canvas.text((left + right) / 2, (top + bottom) / 2, f"{kind} {share} %", anchor="middle", fill=ink)
            foot += share
    axes.frame()
    return axes.canvas


@picture("5.2-tahap-ganti-cetakan")
def changeover() -> Canvas:
    return bars(
        {"pabrik sendiri": (18, 12, 30, 40), "mitra": (14, 4, 16, 36)},
        title="Lama tahap penggantian cetakan",
        categories=["pelepasan", "pembersihan", "pemasangan", "penyetelan"],
        scale=(0, 50, 10),
        y_label="Menit",
    )


@picture("5.2-alur-gugus")
def quality_circle() -> Canvas:
    words = (
        "1. Memilih tema",
        "2. Mencatat data awal",
        "3. Mencari dan menguji sebab",
        "4. Menyusun tindakan",
        "5. Menerapkan tindakan di lini sendiri",
        "6. Membakukan cara baru",
        "7. Menyebarkan ke lini lain",
        "8. Melaporkan di konvensi",
    )
    places = [(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1)]
    steps = {word[0]: Step(*place, word) for word, place in zip(words, places, strict=True)}
    edges = [(str(step), str(step + 1), "") for step in range(1, 8)]
    return flow(steps, edges, title="Rencana kegiatan gugus", box=(126, 62), cell=(155, 104))


@picture("5.3-alur-aduan")
def complaint_flow() -> Canvas:
    steps = {
        "send": Step(0, 0, "Mengirim aduan", "end"),
        "enter": Step(0, 1, "Mencatat aduan"),
        "number": Step(1, 0, "Menerima nomor aduan"),
        "study": Step(0, 2, "Menyelidiki aduan"),
        "mend?": Step(1, 2, "Perbaiki?", "decision"),
        "mend": Step(2, 2, "Memperbaiki"),
        "tell": Step(2, 1, "Memberi tahu hasil"),
        "answer": Step(2, 0, "Menanggapi hasil"),
        "close": Step(3, 1, "Menutup aduan", "end"),
    }
    edges = [
        ("send", "enter", ""),
        ("enter.right", "number.bottom", ""),
        ("enter", "study", ""),
        ("study", "mend?", ""),
        ("mend?", "mend", "Ya"),
        ("mend", "tell", ""),
        ("tell", "answer", ""),
        ("answer.right", "close.top", ""),
        ("mend?.bottom", "close.bottom", "Tidak"),
    ]
    lanes = ("Pelanggan", "Layanan", "Teknik")
    return flow(steps, edges, title="Alur penanganan aduan", lanes=lanes, cell=(134, 118), box=(102, 46))


@picture("5.3-ketepatan-pemasok")
def delivery_of_suppliers() -> Canvas:
    return run_chart(
        {"Pemasok P": (98, 96, 93, 89, 83, 81), "Pemasok Q": (81, 84, 88, 93, 96, 98)},
        title="Ketepatan kirim dua pemasok",
        periods=["Jan", "Feb", "Mar", "Apr", "Mei", "Jun"],
        scale=(75, 100, 5),
        y_label="Persen tepat waktu",
    )
