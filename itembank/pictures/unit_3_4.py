"""Pictures of criteria 3.2 to 4.3."""

from __future__ import annotations

from canvas import MID, Canvas
from catalogue import picture
from charts import bars, gantt, run_chart
from comparisons import multi_vari, quadrants
from diagrams import form, sheet, tree
from flow import Step, flow


@picture("3.2-alur-disposisi")
def disposition_flow() -> Canvas:
    return flow(
        {
            "1": Step(0, 0, "1 Cacat ditemukan", "end"),
            "2": Step(0, 1, "2 Tandai dan pisahkan"),
            "3": Step(1, 1, "3 Putusan pejabat berwenang"),
            "5": Step(2, 1, "5 Minta konsesi pelanggan"),
            "4": Step(2, 2, "4 Kerja ulang"),
            "6": Step(2, 3, "6 Rusak lalu buang"),
            "7": Step(3, 1, "7 Setuju?", "decision"),
            "8": Step(3, 2, "8 Sesuai syarat?", "decision"),
            "9": Step(4, 1, "9 Lepas produk"),
            "10": Step(4, 3, "10 Rekam, tutup kasus", "end"),
        },
        [
            ("1", "2", ""),
            ("2", "3", ""),
            ("3", "5", ""),
            ("3.bottom", "4.left", ""),
            ("3.bottom", "6.left", ""),
            ("5", "7", ""),
            ("4", "8", ""),
            ("7.top", "3.top", "tidak"),
            ("7", "9", "ya"),
            ("8.right", "9.bottom", "ya"),
            ("8.bottom", "10.left", "tidak"),
            ("9.right", "10.right", ""),
            ("6", "10", ""),
        ],
        title="Alur penanganan produk tidak sesuai",
        box=(92, 54),
        cell=(123, 92),
    )


@picture("3.2-kartu-gagang-pintu")
def nonconformity_card() -> Canvas:
    return form(
        "KARTU KELUARAN TIDAK SESUAI KT-118",
        [
            ("Produk", "Gagang pintu, lot 52"),
            ("Ditemukan", "8 Mei: 240 buah, goresan lebih dari 0,5 mm"),
            ("Disposisi", "Manajer mutu, 9 Mei: kerja ulang 200, konsesi 25, dibuang 15"),
            (
                "Kerja ulang",
                "Dipoles 10 Mei\nDiperiksa 11 Mei: 188 sesuai, 12 gagal lalu dibuang\nDilepas 12 Mei: 188 buah",
            ),
            ("Konsesi", "Diajukan 9 Mei\nDilepas 12 Mei: 25 buah\nDisetujui pelanggan 14 Mei"),
            ("Pembuangan", "13 Mei: 27 buah"),
            ("Status", "Ditutup 15 Mei"),
        ],
        width=560,
        label=130,
    )


@picture("3.3-uji-tepat-waktu-dua-tahun")
def tests_in_time() -> Canvas:
    periods = [str(month) for month in [*range(1, 13), *range(1, 9)]]
    periods[0], periods[12] = "1\n2024", "1\n2025"
    before = [88, 87, 86, 79, 77, 85, 88, 89, 88, 87, 86, 84]
    return run_chart(
        {"selesai": [*before, 88, 88, 86, 78, 77, 86, 88, 89]},
        title="Kendaraan selesai diuji dalam 60 menit",
        periods=periods,
        scale=(70, 95, 5),
        x_label="bulan",
        y_label="persen",
        marks={17: "pelatihan"},
    )


@picture("3.3-peta-proses-klaim")
def claim_process() -> Canvas:
    canvas = sheet("Peta proses klaim (waktu rata-rata dalam menit)", 636, 156)
    steps = (("Pencatatan", 30, 10), ("Verifikasi", 120, 40), ("Persetujuan", 240, 15), ("Pembayaran", 60, 20))
    middle = 88.0
    canvas.lines(8, middle, ["berkas", "diserahkan"])
    for place, (name, queue, work) in enumerate(steps):
        left = 134.0 + 134 * place
        gap = left - 25 if place == 0 else left - 21
        canvas.arrow([(gap - 21, middle), (left, middle)])
        canvas.text(gap, middle - 28, "antre", anchor="middle")
        canvas.text(gap, middle - 12, str(queue), anchor="middle", bold=True)
        canvas.rect(left, middle - 32, 92, 64, fill=MID)
        canvas.text(left + 46, middle - 12, name, anchor="middle")
        canvas.text(left + 46, middle + 12, f"kerja {work}", anchor="middle", bold=True)
    canvas.text(628, middle + 50, "klaim dibayar", anchor="end")
    return canvas


@picture("3.4-penyimpangan-suhu-24-minggu")
def temperature_deviations() -> Canvas:
    weeks = [9, 8, 10, 9, 8, 9, 10, 9, 3, 2, 3, 2, 3, 2, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9]
    return run_chart(
        {"penyimpangan": weeks},
        title="Penyimpangan suhu penggorengan",
        periods=[str(week) for week in range(1, 25)],
        scale=(0, 12, 2),
        x_label="minggu",
        y_label="jumlah per minggu",
        levels={"kriteria 3": 3},
        marks={8: "tindakan diterapkan", 16: "kasus ditutup"},
        size=(640, 320),
    )


@picture("3.4-rencana-tindakan-salah-takar")
def corrective_plan() -> Canvas:
    return gantt(
        [
            ("Koreksi produk", 0, 1),
            ("Analisis sebab", 0, 3),
            ("Pelatihan operator kedua lini", 3, 1),
            ("Alat takar baru lini 1", 3, 2),
            ("Pemantauan hasil kedua lini", 5, 3),
            ("Alat takar baru lini 2", 8, 2),
            ("Peninjauan dan penutupan kasus", 10, 1),
        ],
        title="Rencana tindakan korektif (minggu)",
        periods=[str(week) for week in range(1, 12)],
    )


@picture("3.5-riwayat-satu-keluhan")
def complaint_history() -> Canvas:
    return gantt(
        [
            ("Pencatatan dan penilaian awal", 0, 2),
            ("Penyelidikan", 2, 4),
            ("Menunggu dokumen pelanggan", 6, 5),
            ("Penyelidikan lanjutan", 11, 3),
            ("Penyusunan putusan", 14, 1),
            ("Menunggu tanggapan pelanggan", 15, 3),
        ],
        title="Riwayat keluhan, diterima pada awal hari kerja ke-1",
        periods=[str(day) for day in range(1, 19)],
        size=(640, 0),
    )


@picture("3.5-kumulatif-masuk-dan-ditutup")
def complaint_flow() -> Canvas:
    return run_chart(
        {"masuk": [20 * week for week in range(11)], "ditutup": [0, 15, 30, 45, 60, 70, 80, 90, 100, 110, 120]},
        title="Jumlah kumulatif keluhan",
        periods=[str(week) for week in range(11)],
        scale=(0, 200, 20),
        x_label="akhir minggu ke-",
        y_label="keluhan",
        size=(620, 360),
    )


@picture("4.1-tebal-lembar-karet")
def sheet_thickness() -> Canvas:
    return multi_vari(
        {
            "pukul 08.00": [(4.6, 5.0, 5.5), (4.5, 5.0, 5.4), (4.6, 5.1, 5.5)],
            "pukul 11.00": [(4.7, 5.1, 5.5), (4.6, 5.1, 5.6), (4.6, 5.0, 5.5)],
            "pukul 14.00": [(4.5, 5.0, 5.4), (4.6, 5.0, 5.5), (4.6, 5.1, 5.6)],
        },
        title="Tebal lembar karet",
        piece="lembar",
        places=("kiri", "tengah", "kanan"),
        scale=(4.2, 5.8, 0.2),
        y_label="milimeter",
    )


@picture("4.1-letak-ubin-retak")
def cracked_tiles() -> Canvas:
    rows = [[1, 0, 1, 4, 9], [0, 1, 1, 5, 8], [1, 0, 0, 4, 9], [0, 1, 1, 5, 10]]
    canvas = sheet("Ubin retak menurut letaknya, dilihat dari atas", 560, 300)
    left, top, width, height = 110, 78, 68, 46
    canvas.rect(left - 8, top - 8, 5 * width + 16, 4 * height + 16, line=3)
    for row, counts in enumerate(rows):
        for column, count in enumerate(counts):
            canvas.rect(left + column * width, top + row * height, width, height, line=1)
            canvas.text(left + (column + 0.5) * width, top + (row + 0.5) * height, str(count), size=16, anchor="middle")
    canvas.text(280, top - 22, "belakang: pembakar", anchor="middle")
    canvas.text(280, top + 4 * height + 24, "depan: jalur petugas", anchor="middle")
    canvas.lines(left - 18, top + 2 * height, ["kiri:", "cerobong"], anchor="end")
    canvas.lines(left + 5 * width + 18, top + 2 * height, ["kanan:", "pintu"])
    return canvas


@picture("4.2-lembar-temuan-timbangan")
def finding_form() -> Canvas:
    certificate = "Sertifikat kalibrasi terakhir timbangan T-03 bertanggal 3 Juni 2024."
    record = "Catatan bets 88–97 (Juli 2025) menyebut bahan ditimbang dengan T-03."
    return form(
        "LEMBAR TEMUAN AUDIT INTERNAL NOMOR 05",
        [
            ("Proses", "Penimbangan bahan"),
            ("Tanggal", "6 Agustus 2025"),
            ("Kriteria", "Prosedur PK-07 butir 4.2: setiap timbangan dikalibrasi sekali dalam 12 bulan."),
            ("Bukti", f"{certificate}\n{record}"),
            ("Pernyataan", "Berat bahan bets 88–97 salah karena timbangan T-03."),
            ("Auditi", "Kepala gudang bahan, telah membaca"),
        ],
        width=620,
        label=120,
    )


@picture("4.2-bagan-organisasi-auditor")
def auditors_chart() -> Canvas:
    canvas = tree(
        [
            [("Direktur", -1)],
            [("Bima\nProduksi", 0), ("Citra\nMutu", 0), ("Dewi\nKeuangan", 0)],
            [
                ("Eka\nPerencanaan", 0),
                ("Fajar\nPerakitan", 0),
                ("Gita\nLaboratorium", 1),
                ("Hadi\nDokumen", 1),
                ("Indra\nPembelian", 2),
                ("Joko\nGudang", 2),
            ],
        ],
        title="Bagan organisasi",
        box=(102, 46),
    )
    foot = canvas.height - 14
    canvas.height += 46
    joko, hadi = canvas.width * 5.5 / 6, canvas.width * 3.5 / 6
    canvas.polyline([(joko, foot), (joko, foot + 18), (hadi, foot + 18), (hadi, foot)], width=2, dash="7 4")
    canvas.line((12, foot + 40), (52, foot + 40), width=2, dash="7 4")
    canvas.text(60, foot + 40, "tugas rangkap")
    return canvas


@picture("4.3-peta-pengaruh-kepentingan")
def power_and_interest() -> Canvas:
    return quadrants(
        {
            "Bank": ((1.9, 3.9), (3.0, 4.1)),
            "Penyewa": ((3.4, 3.1), (4.5, 4.6)),
            "Media": ((0.5, 0.4), (2.1, 2.1)),
            "Warga": ((2.9, 0.4), (4.7, 1.9)),
        },
        title="Peta pihak terkait",
        corners=("dipuaskan", "dikelola dekat", "dipantau", "diberi kabar"),
        moments=("tahun lalu", "tahun ini"),
        x_label="kepentingan",
        y_label="pengaruh",
    )


@picture("4.3-kepentingan-dan-kinerja")
def importance_and_performance() -> Canvas:
    return bars(
        {
            "kepentingan 2024": [9.0, 5.0, 4.6, 3.6, 8.0],
            "kepentingan 2025": [9.1, 8.4, 8.6, 3.3, 8.1],
            "kinerja 2025": [8.7, 5.1, 8.8, 3.0, 7.9],
        },
        title="Survei kebutuhan pelanggan",
        categories=["Harga", "Keamanan\ndata", "Pesan\ndaring", "Ruang\ntunggu", "Suku\ncadang"],
        scale=(0, 10, 2),
        y_label="nilai 0–10",
        size=(640, 340),
    )
