"""The words of the report, in Indonesian and in English."""

from __future__ import annotations

from typing import Final

from app.psychometrics import Estimate, Reason

UNBROKEN_TO: Final = "\u00a0–\u2060\u00a0"  # between two ends of a range, which stay on one line

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Analisis butir dan ujian", "Item and exam analysis"),
    "lead": (
        "{n} peserta, {items} soal, {forms}. Batas lulus {cut} jawaban benar ({mark} %){longest}.",
        "{n} candidates, {items} items, {forms}. Pass mark {cut} right answers ({mark} %){longest}.",
    ),
    "longest": (
        ", dihitung dari paket terpanjang dan berlaku bagi semua; paket berisi {short} sampai {long} soal",
        ", taken from the longest form and applied to all; forms have {short} to {long} items",
    ),
    "fixed": ("satu paket yang sama", "one fixed form"),
    "random": ("paket acak", "random forms"),
    "caution": (
        (
            "Angka menunjukkan di mana perlu melihat; keputusan tetap pada komite. Selang 95 % di samping angkanya. "
            "Angka dari kurang dari {least} peserta tidak diberi putusan."
        ),
        (
            "Figures show where to look; decisions stay with the committee. 95 % intervals stand beside them. "
            "Figures from fewer than {least} candidates get no verdict."
        ),
    ),
    "summary": ("Ringkasan", "Summary"),
    "figure": ("Ukuran", "Figure"),
    "value": ("Nilai", "Value"),
    "interval": ("Selang 95 %", "95 % interval"),
    "meaning": ("Artinya", "What it says"),
    "mean": ("Rerata nilai", "Mean score"),
    "sd": ("Simpangan baku", "Standard deviation"),
    "pass_rate": ("Bagian yang mencapai batas", "Share at or above the pass mark"),
    "sem_absolute": ("Galat baku nilai (mutlak)", "Standard error of a score (absolute)"),
    "csem_at_cut": ("Galat baku pada batas", "Standard error at the pass mark"),
    "stratified-binomial": (
        "Reliabilitas binomial berstrata",
        "Stratified-binomial reliability",
    ),
    "phi": (
        "Koefisien Phi (mutlak)",
        "Phi coefficient (absolute)",
    ),
    "horst": (
        "Koefisien Horst",
        "Horst's coefficient",
    ),
    "relative": (
        "Koefisien generalisasi (relatif)",
        "Generalizability coefficient (relative)",
    ),
    "alpha": (
        "Alpha (KR-20)",
        "Alpha (KR-20)",
    ),
    "lambda2": (
        "Lambda-2 Guttman",
        "Guttman's lambda-2",
    ),
    "stratified-alpha": (
        "Alpha berstrata per unit",
        "Stratified alpha over units",
    ),
    "phi-lambda": (
        "Phi di batas lulus",
        "Phi at the pass mark",
    ),
    "means.stratified-binomial": (
        "Seberapa jauh nilai akan sama dengan paket acak lain dari kisi-kisi yang sama; dasar bagi batas tetap.",
        "How far scores would agree with another random form of the blueprint; the one for a fixed pass mark.",
    ),
    "means.phi": (
        "Sama, dihitung dari ragam peserta, soal dan sisanya.",
        "The same, from the variance of candidates, items and the rest.",
    ),
    "means.horst": (
        "Sama, tanpa memandang unit.",
        "The same, without regard to units.",
    ),
    "means.relative": (
        "Hanya bila kesulitan paket sudah disetarakan: seberapa jauh urutan peserta akan sama.",
        "Only where forms are equated: how far the order of candidates would agree.",
    ),
    "means.alpha": (
        "Hanya untuk satu paket tetap: seberapa jauh urutan peserta akan sama.",
        "For one fixed form only: how far the order of candidates would agree.",
    ),
    "means.lambda2": (
        "Seperti alpha, dengan batas bawah yang lebih rapat.",
        "As alpha, a closer lower bound.",
    ),
    "means.stratified-alpha": (
        "Seperti alpha, bila unit mengukur hal yang berbeda.",
        "As alpha, where units measure different things.",
    ),
    "means.phi-lambda": (
        "Seberapa mantap pemisahan lulus dan tidak di batas ini; bukan korelasi.",
        "How firmly this mark parts pass from fail; no correlation.",
    ),
    "distribution": ("Sebaran nilai", "Distribution of scores"),
    "score": ("Nilai (jawaban benar)", "Score (right answers)"),
    "candidates": ("Peserta", "Candidates"),
    "cut": ("batas lulus", "pass mark"),
    "items": ("Soal", "Items"),
    "scatter": ("Kesulitan dan daya beda", "Difficulty and discrimination"),
    "p": ("Bagian yang menjawab benar (p)", "Share of right answers (p)"),
    "r": ("Korelasi butir-sisa (r)", "Item-rest correlation (r)"),
    "item": ("Soal", "Item"),
    "unit": ("Unit", "Unit"),
    "n": ("n", "n"),
    "omitted": ("Kosong", "Omitted"),
    "flags": ("Tanda", "Flags"),
    "verdict": ("Putusan", "Verdict"),
    "options": ("Pilihan jawaban per soal", "Options of each item"),
    "option": ("Pilihan", "Option"),
    "share": ("Bagian", "Share"),
    "key": ("kunci", "key"),
    "none": ("kosong", "omitted"),
    "decisions": (
        "Keputusan lulus dan tidak",
        "Pass and fail decisions",
    ),
    "decisions.lead": (
        "Bagian peserta yang akan mendapat keputusan yang sama bila diuji lagi: 0,90 berarti 90 dari 100. Yang nilainya dekat batas paling tidak pasti.",
        "Share of candidates who would get the same decision if tested again: 0.90 means 90 out of 100. Those near the mark are the least certain.",
    ),
    "few": (
        "Tidak dihitung: perlu paling sedikit {least} peserta, sekarang {n}.",
        "Not computed: needs at least {least} candidates, now {n}.",
    ),
    "method": (
        "Cara",
        "Method",
    ),
    "again": (
        "Diuji lagi dengan",
        "Tested again with",
    ),
    "consistency": (
        "Keputusan sama",
        "Same decision",
    ),
    "kappa": (
        "Di atas kebetulan (kappa)",
        "Beyond chance (kappa)",
    ),
    "accuracy": (
        "Keputusan tepat",
        "Right decision",
    ),
    "livingston-lewis": (
        "Livingston & Lewis",
        "Livingston & Lewis",
    ),
    "huynh": (
        "Huynh (beta-binomial)",
        "Huynh (beta-binomial)",
    ),
    "same-form": (
        "paket yang sama",
        "the same form",
    ),
    "random-form": (
        "paket acak lain",
        "another random form",
    ),
    "model": (
        "Model Rasch",
        "Rasch model",
    ),
    "model.few": (
        "Tidak dihitung: perlu sekitar {least} jawaban per soal, sekarang {n}.",
        "Not computed: needs about {least} answers per item, now {n}.",
    ),
    "model.lead": (
        "Kemampuan di batas lulus: {theta}. Ragam kemampuan {variance}. Infit dan outfit mendekati 1 bila soal mengikuti model.",
        "Ability at the pass mark: {theta}. Variance of ability {variance}. Infit and outfit are near 1 where an item follows the model.",
    ),
    "information": (
        "Informasi ujian",
        "Test information",
    ),
    "ability": (
        "Kemampuan",
        "Ability",
    ),
    "difficulty": (
        "Kesulitan (b)",
        "Difficulty (b)",
    ),
    "se": (
        "Galat baku",
        "Standard error",
    ),
    "equity": (
        "Kesetaraan paket: {within} dari {forms} paket dalam ±0,5 angka dari batas; terjauh {low} dan {high}; {flips} keputusan akan berubah bila batas disetarakan per paket.",
        "Equity of forms: {within} of {forms} forms within ±0.5 points of the mark; extremes {low} and {high}; {flips} decisions would change if the mark were equated form by form.",
    ),
    "fairness": (
        "Keberpihakan soal",
        "Differential item functioning",
    ),
    "fairness.lead": (
        "Acuan: {reference} ({n_reference}), dibandingkan: {focal} ({n_focal}). Di bawah 0: lebih sulit bagi {focal} yang sama mampunya. Kelas A dapat diabaikan, B sedang, C besar; tanpa kelas bila peserta terlalu sedikit untuk menemukan keberpihakan besar. Dari {tested} soal yang diuji, kira-kira {chance} tampak bermakna pada taraf 5 % hanya karena kebetulan.",
        "Reference: {reference} ({n_reference}), focal: {focal} ({n_focal}). Below 0: harder for equally able {focal}. Class A negligible, B moderate, C large; no class where candidates are too few to find a large one. Of {tested} items tested, about {chance} look significant at 5 % by chance alone.",
    ),
    "delta": (
        "Delta MH",
        "MH delta",
    ),
    "class": (
        "Kelas ETS",
        "ETS class",
    ),
    "q": (
        "q (laju temuan semu)",
        "q (false discovery rate)",
    ),
    "effort": (
        "Usaha menurut waktu",
        "Response-time effort",
    ),
    "effort.none": (
        "Tidak ada peserta yang menjawab lebih dari sepersepuluh soalnya terlalu cepat untuk dibaca.",
        "Nobody answered more than a tenth of the items too fast to have read them.",
    ),
    "effort.lead": (
        "{n} peserta menjawab lebih dari sepersepuluh soalnya lebih cepat daripada waktu membacanya. Ini alasan untuk bertanya, bukan tuduhan.",
        "{n} candidates answered more than a tenth of their items faster than they can be read. A reason to ask, no accusation.",
    ),
    "candidate": (
        "Peserta",
        "Candidate",
    ),
    "with_effort": (
        "Soal dijawab dengan usaha",
        "Items answered with effort",
    ),
    "biserial": (
        "Biserial",
        "Biserial",
    ),
    "curve": (
        "Bagian yang memilih, dari kelompok nilai terendah ke tertinggi",
        "Share that chose it, from the lowest score group to the highest",
    ),
    "mis-key": ("kunci mungkin salah", "the key may be wrong"),
    "below-guessing": ("di bawah tebakan", "below guessing"),
    "nearly-all-right": ("hampir semua benar", "nearly all right"),
    "negative-discrimination": ("daya beda negatif", "negative discrimination"),
    "not-enough": ("belum cukup data", "not enough data"),
    "strong-problem": ("bermasalah (bukti kuat)", "problem (strong evidence)"),
    "needs-expert": ("perlu ditelaah ahli", "needs an expert's look"),
    "no-sign": ("tidak ada tanda masalah", "no sign of a problem"),
}


REASONS: Final[dict[Reason, str]] = {
    Reason.ANCHORS_ALIKE: "semua soal bersama sama sulitnya",
    Reason.ANCHOR_SCORES_DIFFER: "kedua kelompok terlalu sedikit berbagi nilai soal bersama",
    Reason.ANCHOR_UNRELATED: "soal bersama tidak berkaitan dengan nilai",
    Reason.BELOW_GUESSING: "nilai di bawah hasil menebak saja",
    Reason.BOUNDARY: "taksiran di tepi yang mungkin",
    Reason.CUT_UNREACHABLE: "batas di atas banyaknya soal setiap paket",
    Reason.EXTREME_SCORE: "semua jawaban benar atau semua salah",
    Reason.FORMS_DIFFER: "paket peserta berbeda-beda",
    Reason.FORM_LENGTHS_DIFFER: "panjang paket berbeda-beda",
    Reason.KEY_UNKNOWN: "kunci soal tidak diketahui",
    Reason.NOT_ADMINISTERED: "tidak ada peserta yang menerima soal ini",
    Reason.NOT_CALIBRATED: "parameter soal belum ditaksir",
    Reason.NOT_CONNECTED: "jawaban tidak menghubungkan soal ini dengan yang lain",
    Reason.NOT_CONVERGED: "hitungan tidak mencapai hasil tetap",
    Reason.NO_COMMON_ITEMS: "terlalu sedikit soal yang sama",
    Reason.NO_FEASIBLE_SELECTION: "tidak ada pilihan soal yang memenuhi semua aturan",
    Reason.NO_INTERSECTION: "garis dan kurva tidak berpotongan",
    Reason.NO_ITEM_VARIANCE: "semua peserta bernilai sama pada soal ini",
    Reason.NO_MATCHED_CANDIDATES: "tidak ada tingkat nilai yang memuat kedua kelompok serta jawaban benar dan salah",
    Reason.NO_OUTSIDE_VARIANCE: "semua peserta mempunyai angka luar yang sama",
    Reason.NO_SCORE_VARIANCE: "semua peserta bernilai sama pada sisa paket",
    Reason.NO_TOTAL_VARIANCE: "semua peserta bernilai sama",
    Reason.NO_VALUE: "ukuran ini tidak bernilai di sini",
    Reason.NO_WRONG_ANSWERS: "sumber tidak mempunyai jawaban salah",
    Reason.OPTIONS_UNRECORDED: "pilihan jawaban tidak tercatat",
    Reason.PATTERNS_EQUALLY_LIKELY: "semua pola jawaban sama mungkinnya",
    Reason.POSITIONS_UNRECORDED: "urutan tampil tidak tercatat",
    Reason.SEPARATION: "satu kelompok atau tingkat nilai seluruhnya benar atau salah, sehingga ukuran tak berbatas",
    Reason.SINGLE_ITEM_STRATUM: "satu unit hanya berisi satu soal",
    Reason.TIMES_UNRECORDED: "waktu jawaban tidak tercatat",
    Reason.TOO_FEW_GROUPS: "kelompok peserta yang tersisa terlalu sedikit",
    Reason.TOO_FEW_IN_GROUP: "peserta dalam satu kelompok terlalu sedikit",
    Reason.TOO_FEW_ITEMS: "soal terlalu sedikit",
    Reason.TOO_FEW_PERSONS: "peserta terlalu sedikit",
}


class Words:
    """The words of one language; numbers as it writes them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = 0 if language == "id" else 1
        self.decimal = "," if language == "id" else "."

    def __call__(self, key: str, **values: object) -> str:
        return WORDS[key][self._place].format(**values)

    def estimate(self, estimate: Estimate, digits: int = 2) -> tuple[str, str]:
        """Value and interval; where there is no value, the reason in place of the interval."""
        if estimate.reason is not None:
            return "–", self.reason(estimate.reason)
        if estimate.low is None or estimate.high is None:
            return self.number(estimate.value, digits), ""
        limits = self.number(estimate.low, digits), self.number(estimate.high, digits)
        return self.number(estimate.value, digits), UNBROKEN_TO.join(limits)

    def reason(self, reason: Reason | None) -> str:
        """Why there is no figure."""
        if reason is None:
            return ""
        return REASONS[reason] if self._place == 0 else str(reason)

    def chance(self, p: float | None) -> str:
        """A small probability: never a bare zero."""
        return f"< {self.number(0.001, 3)}" if p is not None and p < 0.001 else self.number(p, 3)

    def number(self, value: float | None, digits: int = 2) -> str:
        """A number with the decimal mark of the language; a dash where there is none."""
        if value is None:
            return "–"
        rounded = round(value, digits) + 0.0  # no minus before a zero
        text = f"{rounded:.{digits}f}".replace("-", "−")
        return text.replace(".", self.decimal)

    def percent(self, value: float) -> str:
        """A percentage with the decimals it was given with."""
        return f"{value:.10g}".replace(".", self.decimal)
