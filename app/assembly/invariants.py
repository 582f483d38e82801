"""What must hold of blueprints, standards and forms, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.assembly.foundations.standard_rows import contradicting_standards
from app.assembly.plans.proofs import blueprint_broken, not_repeated, overexposed, unrepeatable
from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-12",
        "Setiap paket rencana memenuhi kisi-kisinya, tanpa soal ganda atau soal yang bermusuhan.",
        "Every planned form keeps its blueprint, holds no item twice and no two enemies.",
        blueprint_broken,
    ),
    Invariant(
        "I-13",
        "Paket dan formulir sama bila disusun ulang dari benih, potret bank dan algoritmanya.",
        "Planned and issued forms are the same when they are made again from seed, snapshot of the bank and algorithm.",
        unrepeatable,
        not_repeated,
    ),
    Invariant(
        "I-27",
        "Kisi-kisi dan standar acuan disahkan oleh orang lain daripada penulisnya.",
        "Blueprints and reference standards are approved by another person than their writer.",
        """
        SELECT 'blueprint ' || id FROM blueprints WHERE approved_by = made_by
        UNION ALL SELECT 'reference standard ' || id FROM reference_standards WHERE approved_by = made_by
        """,
    ),
    Invariant(
        "I-44",
        "Tidak ada soal yang dipakai dalam paket lebih sering daripada batasnya.",
        "No item stands in more forms than the cap allows.",
        overexposed,
    ),
    Invariant(
        "I-47",
        "Sidik jari dan kemampuan batas setiap standar acuan sama bila dihitung ulang.",
        "Hash and cut ability of every reference standard are the same when they are computed again.",
        contradicting_standards,
    ),
)
