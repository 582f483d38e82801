"""The certificate of forms as a paper, in Indonesian or English: its figures as people write them, and what each of them means.

The certificate itself is JSON with a hash (`app.assembly.certificate.content`); the paper names that hash, so that the one can be held
against the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from app import assembly
from app.assembly import Certificate, Dimension, Source
from app.delivery import Sitting
from app.proctoring.papers import dates
from app.proctoring.papers.contents import Content, head
from app.proctoring.papers.types import Kind
from app.schemes import SchemeVersion

Lang = Literal["id", "en"]
Facts = list[tuple[str, str]]

MATRIX_FORMS: Final = 24  # so many columns can be read on a page


@dataclass(frozen=True, slots=True)
class Decision:
    """Who accepted the certificate or took the forms back, when, and why."""

    accepted: bool
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """Words and figures of one language."""

    lang: Lang

    def say(self, indonesian: str, english: str) -> str:
        return english if self.lang == "en" else indonesian

    def figure(self, value: float, kind: str = "points") -> str:
        """`kind`: one of `assembly.DIGITS`."""
        digits = assembly.DIGITS[kind]
        plain = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")  # never a minus before nothing
        return self.say(plain.replace(".", ","), plain)

    def percent(self, share: float) -> str:
        return f"{self.figure(100 * share, 'share')} %"

    def between(self, low: float, high: float, kind: str = "points") -> str:
        return f"{self.figure(low, kind)}–{self.figure(high, kind)}"


def form_certificate(
    sitting: Sitting,
    scheme: SchemeVersion,
    certificate: Certificate,
    sha256: str,
    *,
    decision: Decision | None,
    lang: Lang,
) -> Content:
    voice = Voice(lang)
    of_kuk = {criterion.kuk: criterion.text for unit in scheme.units for criterion in unit.criteria}
    return head(Kind.FORMS, sitting, body=scheme.body, scheme=scheme.title, lang=lang) | {
        "acceptable": certificate["acceptable"],
        "verdict": _verdict(certificate, voice),
        "decision": _decision(decision, sitting.zone, voice),
        "remarks": [
            {"text": remark["text_en" if lang == "en" else "text_id"], "fault": remark["fault"]}
            for remark in certificate["remarks"]
        ],
        "scope": _scope(certificate, voice),
        "forms": [_form(form, certificate, voice) for form in certificate["forms"]],
        "spread": _spread(certificate, voice),
        "blueprint": [_limit(limit, of_kuk, voice) for limit in certificate["blueprint"]],
        "sharing": _sharing(certificate, voice),
        "matrix": certificate["overlap"]["matrix"] if len(certificate["forms"]) <= MATRIX_FORMS else [],
        "evidence": _evidence(certificate, voice),
        "proof": _proof(certificate, sha256, voice),
    }


def _verdict(certificate: Certificate, voice: Voice) -> str:
    if not certificate["acceptable"]:
        return voice.say("Tidak dapat diterima: ada aturan yang dilanggar", "Not acceptable: a rule is broken")
    grade = _grade(certificate, voice)
    return voice.say(
        f"Setara menurut data yang ada (tingkat bukti: {grade})", f"Equal by the data at hand (evidence: {grade})"
    )


def _grade(certificate: Certificate, voice: Voice) -> str:
    return voice.say(*assembly.grade_words(Source(certificate["evidence"]["grade"])))


def _decision(decision: Decision | None, zone: str, voice: Voice) -> str:
    if decision is None:
        return voice.say("Belum diterima komite skema.", "Not yet accepted by the scheme committee.")
    who_and_when = f"{decision.by}, {dates.moment(decision.at, zone, voice.lang)}"
    if decision.accepted:
        return voice.say(
            f"Diterima komite skema oleh {who_and_when}.", f"Accepted for the scheme committee by {who_and_when}."
        )
    return voice.say(
        f"TIDAK BERLAKU: ditarik oleh {who_and_when}. Alasan: {decision.reason}",
        f"NOT VALID: taken back by {who_and_when}. Reason: {decision.reason}",
    )


def _scope(certificate: Certificate, voice: Voice) -> Facts:
    scheme, forms = certificate["scheme"], certificate["forms"]
    reserved = len(forms) - certificate["settings"]["forms"]
    kept = voice.say(f", {reserved} di antaranya khusus", f", {reserved} of them reserved") if reserved else ""
    items, tolerance = certificate["items"], voice.figure(certificate["tolerance"], "tolerance")
    target = voice.say(*assembly.score_words(certificate["target"]))
    return [
        (
            voice.say("Skema", "Scheme"),
            voice.say(
                f"{scheme['code']}, edisi {scheme['version_no']}", f"{scheme['code']}, edition {scheme['version_no']}"
            ),
        ),
        (
            voice.say("Paket", "Forms"),
            voice.say(f"{len(forms)} paket @ {items} soal{kept}", f"{len(forms)} forms of {items} items{kept}"),
        ),
        (
            voice.say("Yang dijanjikan", "What is promised"),
            voice.say(
                f"peserta tepat di batas diharapkan mendapat {target} dari setiap paket, paling jauh ± {tolerance}",
                f"a candidate at the cut is expected to score {target} on every form, within ± {tolerance}",
            ),
        ),
    ]


def _form(form: Mapping[str, Any], certificate: Certificate, voice: Voice) -> list[str]:
    sources = form["sources"]
    number = f"{form['form_no']}*" if form["reserved"] else str(form["form_no"])
    return [
        number,
        voice.figure(form["expected"]),
        voice.figure(form["expected"] - certificate["target"]),
        voice.figure(form["se"]),
        voice.figure(form["sd"]),
        voice.figure(form["information"], "information"),
        " / ".join(str(sources[source.value]) for source in Source),
        voice.percent(form["gap"]),
    ]


def _spread(certificate: Certificate, voice: Voice) -> Facts:
    spread, unsure = certificate["spread"], certificate["uncertainty"]
    return [
        (
            voice.say("Menurut angka yang ada", "By the figures as they stand"),
            voice.say(
                f"harapan nilai {voice.between(spread['expected_min'], spread['expected_max'])},"
                f" terpaut paling jauh {voice.figure(spread['worst_deviation'])}",
                f"expected scores {voice.between(spread['expected_min'], spread['expected_max'])},"
                f" at most {voice.figure(spread['worst_deviation'])} away",
            ),
        ),
        (
            voice.say("Bila angka itu keliru", "If these figures are off"),
            voice.say(
                f"dua paket dapat berbeda sampai {voice.figure(unsure['pair_95_max'])} (95 %);"
                f" galat baku satu paket sampai {voice.figure(unsure['se_form_max'])},"
                f" yang sama bagi semua paket {voice.figure(unsure['se_common'])}",
                f"two forms may differ by up to {voice.figure(unsure['pair_95_max'])} (95 %);"
                f" standard error of a form up to {voice.figure(unsure['se_form_max'])},"
                f" the part common to all {voice.figure(unsure['se_common'])}",
            ),
        ),
        (
            voice.say("Sebaran nilai di batas", "Spread of scores at the cut"),
            voice.between(spread["sd_min"], spread["sd_max"]),
        ),
        (
            voice.say("Informasi di batas", "Information at the cut"),
            voice.between(spread["information_min"], spread["information_max"], "information"),
        ),
    ]


def _limit(limit: Mapping[str, Any], of_kuk: Mapping[str, str], voice: Voice) -> list[str]:
    dimension = Dimension(limit["dimension"])
    what = voice.say(*assembly.limit_words(dimension, limit["value"]))
    text = of_kuk.get(limit["value"], "") if dimension is Dimension.KUK else ""
    return [f"{what} {text}".strip(), _range(limit["least"], limit["most"]), _range(*_ends(limit["counts"]))]


def _ends(counts: Sequence[int]) -> tuple[int, int]:
    return min(counts), max(counts)


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}–{most}"


def _sharing(certificate: Certificate, voice: Voice) -> Facts:
    overlap, exposure, settings = certificate["overlap"], certificate["exposure"], certificate["settings"]
    enemies, cases = certificate["enemies"], certificate["cases"]
    seen = " · ".join(
        voice.say(f"{items} soal di {times} paket", f"{items} items in {times} forms")
        for times, items in sorted(exposure["counts"].items(), key=lambda pair: int(pair[0]))
    )
    facts = [
        (
            voice.say("Soal yang sama di dua paket", "Items that two forms share"),
            voice.say(
                f"{overlap['least']}–{overlap['max']}, rata-rata {voice.figure(overlap['mean'], 'shared')},"
                f" 95 % pasangan paling banyak {overlap['p95']}; batas {settings['overlap_cap']}",
                f"{overlap['least']}–{overlap['max']}, mean {voice.figure(overlap['mean'], 'shared')},"
                f" at most {overlap['p95']} for 95 % of the pairs; cap {settings['overlap_cap']}",
            ),
        ),
        (
            voice.say("Pemakaian satu soal", "Use of one item"),
            voice.say(
                f"paling banyak di {voice.percent(exposure['max'])} paket, batas {voice.percent(exposure['cap'])}",
                f"in at most {voice.percent(exposure['max'])} of the forms, cap {voice.percent(exposure['cap'])}",
            ),
        ),
        (voice.say("Sebaran pemakaian", "How often items are used"), seen),
        (
            voice.say("Tidak boleh bersama", "Must not meet"),
            voice.say(
                f"{enemies['pairs']} pasangan diperiksa, {enemies['together']} bersama dalam satu paket",
                f"{enemies['pairs']} pairs checked, {enemies['together']} together in a form",
            ),
        ),
        (
            voice.say("Kasus bersama", "Cases that items share"),
            voice.say(
                f"{cases['groups']} kasus; {cases['split']} kali soalnya tidak berurutan dalam sebuah paket",
                f"{cases['groups']} cases; {cases['split']} times their items do not stand side by side in a form",
            ),
        ),
    ]
    return facts + [_retake(retake, voice) for retake in certificate["retakes"]]


def _retake(retake: Mapping[str, Any], voice: Voice) -> tuple[str, str]:
    return (
        voice.say(f"Paket {retake['form_no']}*", f"Form {retake['form_no']}*"),
        voice.say(
            f"bagi {retake['people']} peserta yang pernah ujian; tiap orang pernah melihat paling banyak {retake['overlap']} soalnya",
            f"for candidates who sat before ({retake['people']}); each saw at most {retake['overlap']} of its items",
        ),
    )


def _evidence(certificate: Certificate, voice: Voice) -> Facts:
    evidence, drift = certificate["evidence"], certificate["drift"]
    named = ", ".join(f"{voice.say(*assembly.grade_words(source))} {evidence[source.value]}" for source in Source)
    return [
        (voice.say("Asal tingkat kesulitan", "Source of difficulties"), named),
        (voice.say("Tingkat bukti", "Grade of evidence"), _grade(certificate, voice)),
        (
            voice.say("Bank dan standar acuan", "Bank and standard"),
            voice.say(
                f"bank memberi {voice.figure(drift['bank_expected'])} di batas, selisih {voice.figure(drift['difference'])}",
                f"the bank gives {voice.figure(drift['bank_expected'])} at the cut, a difference of"
                f" {voice.figure(drift['difference'])}",
            ),
        ),
    ]


def _proof(certificate: Certificate, sha256: str, voice: Voice) -> Facts:
    """What has to be the same for the forms to come out the same again."""
    return [
        (voice.say("Sertifikat ini", "This certificate"), sha256),
        (voice.say("Bank saat disusun", "The bank as it was"), certificate["bank_sha256"]),
        (voice.say("Kisi-kisi", "Blueprint"), certificate["blueprint_sha256"]),
        (voice.say("Standar acuan", "Reference standard"), certificate["standard_sha256"]),
        (voice.say("Benih acak", "Random seed"), certificate["seed_sha256"]),
        (voice.say("Cara menyusun", "Made by"), f"{certificate['algorithm']} · {certificate['solver']}"),
    ]
