"""Pictures of criterion 3.1."""

from __future__ import annotations

from canvas import Canvas
from catalogue import picture
from charts import control_chart, run_chart


@picture("3.1-peta-kekentalan-saus")
def viscosity() -> Canvas:
    values = [
        31.8,
        30.3,
        29.4,
        28.7,
        31.6,
        30.0,
        29.5,
        28.8,
        32.0,
        30.2,
        29.2,
        28.6,
        31.7,
        30.4,
        29.3,
        28.9,
        31.9,
        30.1,
        29.6,
        28.7,
    ]
    return control_chart(
        values,
        title="Peta X̄ kekentalan saus",
        centre=30,
        upper=33,
        lower=27,
        scale=(26, 34, 1),
        x_label="Nomor subgrup (empat subgrup tiap gilir)",
        y_label="Rata-rata (poise)",
        size=(640, 330),
    )


@picture("3.1-keluhan-dua-tahun")
def complaints() -> Canvas:
    return run_chart(
        {"2024": [20, 22, 30, 41, 48, 52], "2025": [15, 17, 23, 31, 36, 38]},
        title="Keluhan sepatu basah per bulan",
        periods=["Jan", "Feb", "Mar", "Apr", "Mei", "Jun"],
        scale=(0, 60, 10),
        y_label="Banyaknya keluhan",
    )
