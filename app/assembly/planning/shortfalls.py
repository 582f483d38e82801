"""Why there is no plan, in words: each rule with what it lacks and what would help, Indonesian and English."""

from __future__ import annotations

from app.assembly.planning.constraints import rule_of
from app.assembly.types import Limit, PlanSettings, Shortfall, Target
from app.assembly.words import limit_words


def names_of(limit: Limit) -> tuple[str, str]:
    """As a sentence begins with them."""
    indonesian, english = limit_words(limit.dimension, limit.value)
    return indonesian[0].upper() + indonesian[1:], english[0].upper() + english[1:]


def too_few(limit: Limit, available: int) -> Shortfall:
    name_id, name_en = names_of(limit)
    lacking = limit.least - available
    return Shortfall(
        rule_of(limit),
        float(lacking),
        f"{name_id}: perlu {limit.least} soal dalam setiap paket, yang aktif {available}, kurang {lacking}. "
        f"Tambahkan {lacking} soal atau turunkan batasnya.",
        f"{name_en}: {limit.least} items are needed in each form, {available} are active, {lacking} too few. "
        f"Add {lacking} items or lower the limit.",
    )


def too_small(wanted: int, available: int) -> Shortfall:
    return Shortfall(
        "items",
        float(wanted - available),
        f"Paket memerlukan {wanted} soal, yang dapat dipakai {available}, kurang {wanted - available}. Tambahkan soal.",
        f"A form needs {wanted} items, {available} can be used, {wanted - available} too few. Add items.",
    )


def does_not_add_up(wanted: int, by: int) -> Shortfall:
    return Shortfall(
        "items",
        float(by),
        f"Batas kisi-kisi bersama-sama tidak dapat menghasilkan tepat {wanted} soal: selisih {by}. "
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
        f"{name_id}: batas {asked} tidak dapat dipenuhi bersama batas lain, selisih {by} soal. "
        f"Longgarkan batas ini sebanyak {by}, atau tambahkan soal yang memenuhi semua batas.",
        f"{name_en}: the limit {asked} cannot be kept together with the others, by {by} items. "
        f"Loosen it by {by}, or add items that suit all limits.",
    )


def too_many_enemies(limit: Limit, by: int) -> Shortfall:
    name_id, name_en = names_of(limit)
    return Shortfall(
        "enemies",
        float(by),
        f"{name_id}: terlalu banyak soal yang tidak boleh bersama dalam satu paket, kurang {by} soal untuk batas "
        f"{limit.least}. Tambahkan {by} soal atau tinjau pasangan yang saling mengecualikan.",
        f"{name_en}: too many items may not stand together in one form, {by} too few for the limit {limit.least}. "
        f"Add {by} items or review the pairs that exclude each other.",
    )


def enemies_leave_too_few(wanted: int, by: int) -> Shortfall:
    return Shortfall(
        "enemies",
        float(by),
        f"Terlalu banyak soal yang tidak boleh bersama: paket {wanted} soal kurang {by} soal. "
        f"Tambahkan {by} soal atau tinjau pasangan yang saling mengecualikan.",
        f"Too many items may not stand together: a form of {wanted} items lacks {by}. "
        f"Add {by} items or review the pairs that exclude each other.",
    )


def too_exposed(settings: PlanSettings, least_cap: float, narrowest: tuple[Limit, int] | None) -> Shortfall:
    """`narrowest`: the limit with the fewest items for what it asks, and how many they are."""
    cell_id = cell_en = ""
    if narrowest:
        (limit, available), (name_id, name_en) = narrowest, names_of(narrowest[0])
        cell_id = f" Sel tersempit: {name_id}, {limit.least} dari {available} soal."
        cell_en = f" The narrowest cell: {name_en}, {limit.least} of {available} items."
    (least_id, least_en), (cap_id, cap_en) = _share(least_cap), _share(settings.exposure_cap)
    return Shortfall(
        "exposure",
        least_cap - settings.exposure_cap,
        f"Dengan {settings.forms} paket, ada soal yang harus muncul dalam sedikitnya {least_id} paket; batas "
        f"pemakaian {cap_id}. Naikkan batas pemakaian, atau tambahkan soal.{cell_id}",
        f"With {settings.forms} forms some items must stand in at least {least_en} of them; the cap on exposure "
        f"is {cap_en}. Raise the cap, or add items.{cell_en}",
    )


def too_alike(settings: PlanSettings, least_cap: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(least_cap - settings.overlap_cap),
        f"Dengan {settings.forms} paket, ada dua paket yang berbagi sedikitnya {least_cap} soal; batasnya "
        f"{settings.overlap_cap}. Naikkan batas, kurangi jumlah paket, atau tambahkan soal.",
        f"With {settings.forms} forms some two share at least {least_cap} items; the cap is {settings.overlap_cap}. "
        "Raise the cap, ask for fewer forms, or add items.",
    )


def shares_too_much(form_no: int, settings: PlanSettings, shared: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(shared - settings.overlap_cap),
        f"Paket ke-{form_no} dari {settings.forms} akan berbagi {shared} soal dengan salah satu paket sebelumnya; batasnya "
        f"{settings.overlap_cap}. Naikkan batas, kurangi jumlah paket, atau tambahkan soal.",
        f"Form {form_no} of {settings.forms} would share {shared} items with one before it; the cap is "
        f"{settings.overlap_cap}. Raise the cap, ask for fewer forms, or add items.",
    )


def too_unlike(settings: PlanSettings, most: int) -> Shortfall:
    return Shortfall(
        "overlap",
        float(settings.overlap_least - most),
        f"Paket berurutan harus berbagi sedikitnya {settings.overlap_least} soal, tetapi batas lain hanya mengizinkan {most}. "
        "Turunkan jumlah soal bersama atau naikkan batas pemakaian.",
        f"Forms that follow one another must share at least {settings.overlap_least} items, but the other rules allow {most}. "
        "Lower the number of shared items or raise the cap on exposure.",
    )


def out_of_reach(target: Target, low: float, high: float) -> Shortfall:
    """The expected scores that the pool can give lie between `low` and `high`."""
    (low_id, low_en), (high_id, high_en) = _number(low), _number(high)
    wanted_id, wanted_en = _wanted(target)
    kind_id, kind_en = ("sukar", "harder") if low > target.score else ("mudah", "easier")
    return Shortfall(
        "score",
        max(low - target.score, target.score - high),
        f"Peserta di batas lulus harus diharapkan mendapat {wanted_id} angka; paket dari bank ini memberi {low_id} sampai "
        f"{high_id}. Tambahkan soal yang lebih {kind_id}.",
        f"A candidate at the cut must be expected to get {wanted_en} points; forms from this pool give {low_en} to "
        f"{high_en}. Add {kind_en} items.",
    )


def off_target(target: Target, by: float) -> Shortfall:
    (by_id, by_en), (wanted_id, wanted_en) = _number(by), _wanted(target)
    return Shortfall(
        "score",
        by,
        f"Tidak ditemukan paket yang memberi peserta di batas lulus {wanted_id} angka; yang terdekat masih menyimpang "
        f"{by_id} lagi. Tambahkan soal dengan tingkat kesukaran yang beragam, atau longgarkan batas lain.",
        f"No form was found that gives a candidate at the cut {wanted_en} points; the nearest is {by_en} beyond that. "
        "Add items of various difficulty, or loosen other limits.",
    )


def used_up(form_no: int, settings: PlanSettings, by: int) -> Shortfall:
    cap_id, cap_en = _share(settings.exposure_cap)
    return Shortfall(
        "exposure",
        float(by),
        f"Paket ke-{form_no} dari {settings.forms} memerlukan {by} soal yang sudah mencapai batas pemakaian {cap_id}. "
        "Naikkan batas pemakaian atau kurangi jumlah paket.",
        f"Form {form_no} of {settings.forms} needs {by} items that have reached the cap on exposure {cap_en}. "
        "Raise the cap or ask for fewer forms.",
    )


def gave_up(form_no: int, settings: PlanSettings, nodes: int, least_shared: int) -> Shortfall:
    """`least_shared`: what is proven however long one searches, the fewest items that two forms share on average."""
    bound_id = bound_en = ""
    if settings.forms > 1:
        cap = settings.overlap_cap
        bound_id = f"Yang pasti: dua paket berbagi rata-rata paling sedikit {least_shared} soal (batas: {cap}). "
        bound_en = f"What is proven: two forms share at least {least_shared} items on average (cap: {cap}). "
    return Shortfall(
        "nodes",
        float(max(1, nodes)),
        f"Pencarian paket ke-{form_no} dari {settings.forms} dihentikan setelah menjadi terlalu lama: tidak ditemukan, dan belum "
        f"terbukti mustahil. {bound_id}Longgarkan batas pemakaian atau batas soal bersama, atau kurangi jumlah paket.",
        f"The search for form {form_no} of {settings.forms} was stopped because it took too long: none was found, and it is not "
        f"proven that there is none. {bound_en}Loosen the caps on exposure or overlap, or ask for fewer forms.",
    )


def _wanted(target: Target) -> tuple[str, str]:
    (score_id, score_en), (room_id, room_en) = _number(target.score), _number(target.tolerance)
    return f"{score_id} ± {room_id}", f"{score_en} ± {room_en}"


def _share(share: float) -> tuple[str, str]:
    indonesian, english = _number(100 * share)
    return f"{indonesian} %", f"{english} %"


def _number(value: float) -> tuple[str, str]:
    """As it is written in Indonesian, and in English."""
    plain = f"{value:.4g}"
    return plain.replace(".", ","), plain
