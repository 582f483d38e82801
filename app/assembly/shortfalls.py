"""Why there is no plan, in words: each rule with what it lacks and what would help, Indonesian and English."""

from __future__ import annotations

from app.assembly.constraints import rule_of
from app.assembly.types import Dimension, Limit, PlanSettings, Shortfall, Target

_NAMES = {
    Dimension.KUK: ("KUK {}", "Criterion {}"),
    Dimension.UNIT: ("Unit {}", "Unit {}"),
    Dimension.LEVEL: ("Tingkat kognitif {}", "Cognitive level {}"),
    Dimension.PICTURE: ("Butir bergambar", "Items with pictures"),
    Dimension.CASE: ("Butir berkasus", "Items of cases"),
    Dimension.FIXED: ("Butir dengan urutan pilihan tetap", "Items with a fixed order of options"),
}


def names_of(limit: Limit) -> tuple[str, str]:
    indonesian, english = _NAMES[limit.dimension]
    return indonesian.format(limit.value), english.format(limit.value)


def too_few(limit: Limit, available: int) -> Shortfall:
    name_id, name_en = names_of(limit)
    lacking = limit.least - available
    return Shortfall(
        rule_of(limit),
        float(lacking),
        f"{name_id}: perlu {limit.least} butir dalam setiap paket, yang aktif {available}, kurang {lacking}. "
        f"Tambahkan {lacking} butir atau turunkan batasnya.",
        f"{name_en}: {limit.least} items are needed in each form, {available} are active, {lacking} too few. "
        f"Add {lacking} items or lower the limit.",
    )


def too_small(wanted: int, available: int) -> Shortfall:
    return Shortfall(
        "items",
        float(wanted - available),
        f"Paket memerlukan {wanted} butir, yang dapat dipakai {available}, kurang {wanted - available}. Tambahkan butir.",
        f"A form needs {wanted} items, {available} can be used, {wanted - available} too few. Add items.",
    )


def does_not_add_up(wanted: int, by: int) -> Shortfall:
    return Shortfall(
        "items",
        float(by),
        f"Batas kisi-kisi bersama-sama tidak dapat menghasilkan tepat {wanted} butir: selisih {by}. "
        "Sesuaikan batas sehingga jumlahnya cocok.",
        f"The limits of the blueprint together cannot give exactly {wanted} items: {by} away. "
        "Change the limits so that they add up.",
    )


def against_others(limit: Limit, by: int) -> Shortfall:
    name_id, name_en = names_of(limit)
    asked = f"{limit.least}..{limit.most}"
    return Shortfall(
        rule_of(limit),
        float(by),
        f"{name_id}: batas {asked} tidak dapat dipenuhi bersama batas lain, selisih {by} butir. "
        f"Longgarkan batas ini sebanyak {by}, atau tambahkan butir yang memenuhi semua batas.",
        f"{name_en}: the limit {asked} cannot be kept together with the others, by {by} items. "
        f"Loosen it by {by}, or add items that suit all limits.",
    )


def too_many_enemies(limit: Limit, by: int) -> Shortfall:
    name_id, name_en = names_of(limit)
    return Shortfall(
        "enemies",
        float(by),
        f"{name_id}: terlalu banyak butir yang tidak boleh bersama dalam satu paket, kurang {by} butir untuk batas "
        f"{limit.least}. Tambahkan {by} butir atau tinjau pasangan yang saling mengecualikan.",
        f"{name_en}: too many items may not stand together in one form, {by} too few for the limit {limit.least}. "
        f"Add {by} items or review the pairs that exclude each other.",
    )


def enemies_leave_too_few(wanted: int, by: int) -> Shortfall:
    return Shortfall(
        "enemies",
        float(by),
        f"Terlalu banyak butir yang tidak boleh bersama: paket {wanted} butir kurang {by} butir. "
        f"Tambahkan {by} butir atau tinjau pasangan yang saling mengecualikan.",
        f"Too many items may not stand together: a form of {wanted} items lacks {by}. "
        f"Add {by} items or review the pairs that exclude each other.",
    )


def too_exposed(settings: PlanSettings, least_cap: float) -> Shortfall:
    return Shortfall(
        "exposure",
        least_cap - settings.exposure_cap,
        f"Dengan {settings.forms} paket, ada butir yang harus muncul dalam sedikitnya {least_cap:.0%} paket; batas "
        f"paparan {settings.exposure_cap:.0%}. Naikkan batas paparan, atau tambahkan butir pada sel yang paling sempit.",
        f"With {settings.forms} forms some items must stand in at least {least_cap:.0%} of them; the cap on exposure "
        f"is {settings.exposure_cap:.0%}. Raise the cap, or add items to the narrowest cells.",
    )


def too_alike(settings: PlanSettings, least_cap: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(least_cap - settings.overlap_cap),
        f"Dengan {settings.forms} paket, ada dua paket yang berbagi sedikitnya {least_cap} butir; batasnya "
        f"{settings.overlap_cap}. Naikkan batas, kurangi jumlah paket, atau tambahkan butir.",
        f"With {settings.forms} forms some two share at least {least_cap} items; the cap is {settings.overlap_cap}. "
        "Raise the cap, ask for fewer forms, or add items.",
    )


def shares_too_much(form_no: int, settings: PlanSettings, shared: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(shared - settings.overlap_cap),
        f"Paket ke-{form_no} dari {settings.forms} akan berbagi {shared} butir dengan salah satu paket sebelumnya; batasnya "
        f"{settings.overlap_cap}. Naikkan batas, kurangi jumlah paket, atau tambahkan butir.",
        f"Form {form_no} of {settings.forms} would share {shared} items with one before it; the cap is "
        f"{settings.overlap_cap}. Raise the cap, ask for fewer forms, or add items.",
    )


def too_unlike(settings: PlanSettings, most: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(settings.overlap_least - most),
        f"Paket berurutan harus berbagi sedikitnya {settings.overlap_least} butir, tetapi batas lain hanya mengizinkan {most}. "
        "Turunkan jumlah butir bersama atau naikkan batas paparan.",
        f"Forms that follow one another must share at least {settings.overlap_least} items, but the other rules allow {most}. "
        "Lower the number of shared items or raise the cap on exposure.",
    )


def out_of_reach(target: Target, low: float, high: float) -> Shortfall:
    """The expected scores that the pool can give lie between `low` and `high`."""
    by = max(low - target.score, target.score - high)
    kind_id, kind_en = ("sukar", "hard") if low > target.score else ("mudah", "easy")
    return Shortfall(
        "score",
        by,
        f"Peserta di batas lulus harus diharapkan mendapat {target.score:g} ± {target.tolerance:g} angka; paket dari bank ini "
        f"memberi {low:.2f} sampai {high:.2f}. Tambahkan butir yang lebih {kind_id}.",
        f"A candidate at the cut must be expected to get {target.score:g} ± {target.tolerance:g} points; forms from this pool "
        f"give {low:.2f} to {high:.2f}. Add items that are more {kind_en}.",
    )


def off_target(target: Target, by: float) -> Shortfall:
    return Shortfall(
        "score",
        by,
        f"Tidak ada paket yang memberi peserta di batas lulus {target.score:g} ± {target.tolerance:g} angka; yang terdekat "
        f"menyimpang {by:.2f}. Tambahkan butir dengan tingkat kesukaran yang beragam, atau longgarkan batas lain.",
        f"No form gives a candidate at the cut {target.score:g} ± {target.tolerance:g} points; the nearest is {by:.2f} away. "
        "Add items of various difficulty, or loosen other limits.",
    )


def used_up(form_no: int, settings: PlanSettings, by: int) -> Shortfall:
    return Shortfall(
        "exposure",
        float(by),
        f"Paket ke-{form_no} dari {settings.forms} memerlukan {by} butir yang sudah mencapai batas paparan "
        f"{settings.exposure_cap:.0%}. Naikkan batas paparan atau kurangi jumlah paket.",
        f"Form {form_no} of {settings.forms} needs {by} items that have reached the cap on exposure "
        f"{settings.exposure_cap:.0%}. Raise the cap or ask for fewer forms.",
    )


def gave_up(form_no: int, nodes: int, bound: float) -> Shortfall:
    bound = max(0.0, bound)
    return Shortfall(
        "nodes",
        float(nodes),
        f"Pencarian paket ke-{form_no} dihentikan setelah {nodes} simpul tanpa hasil (pelanggaran terkecil yang mungkin: "
        f"{bound:.3g}). Longgarkan batas paparan atau tumpang tindih.",
        f"The search for form {form_no} was stopped after {nodes} nodes without a result (least violation possible: "
        f"{bound:.3g}). Loosen the caps on exposure or overlap.",
    )
