"""One page: what was looked at, what was found, what was decided."""

from __future__ import annotations

from collections import Counter

from app.review.findings import wording
from app.review.findings.types import State
from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.chapters.findings import effect_of
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import figures_in
from app.review.report.words import worded
from app.review.shown import Figure

# What a reader wants first, in this order; whatever of it the panel computed.
LEADING = (
    "exam_sat",
    "exam_passed",
    "exam_pass_rate",
    "exam_reliability_fixed",
    "exam_reliability_random",
    "exam_consistency",
    "exam_in_grey",
)


def summary(facts: ReportFacts, voice: Voice) -> Chapter:
    return blocks.chapter(
        voice.say("Ringkasan", "Summary"),
        blocks.text(_scope(facts, voice)),
        _key_figures(facts, voice),
        blocks.heading(voice.say("Yang ditemukan", "What was found")),
        leads_table(facts, voice),
        blocks.bullets(_found(facts, voice)),
        blocks.heading(voice.say("Yang diputuskan", "What was decided")),
        blocks.bullets(_decided(facts, voice)),
    )


def _scope(facts: ReportFacts, voice: Voice) -> str:
    review, count = facts.review, len(facts.review.sittings)
    days = voice.days(review.period_from, review.period_to)
    return voice.say(
        f"Kajian ini menelaah {count} pelaksanaan ujian skema {review.scheme_title} dari {days}: apakah ujian adil, sahih, andal"
        " dan berjalan sebagaimana mestinya, dan apakah kekurangan yang ditemukan sudah dikoreksi. Setiap angka dijelaskan"
        " dengan kata sehari-hari di bab Istilah.",
        f"This review looked at {count} sittings of the scheme {review.scheme_title}, {days}: whether the exam is fair, valid,"
        " reliable and works as it should, and whether the deficiencies that were found have been corrected."
        " Every figure is explained in plain words in the chapter Terms.",
    )


def _key_figures(facts: ReportFacts, voice: Voice) -> Block | None:
    found: dict[str, Figure] = {}
    for one in figures_in(facts.part("exam")):
        found.setdefault(one["definition"], one)
    return blocks.lines([found[name] for name in LEADING if name in found and found[name]["value"] is not None], voice)


def leads_table(facts: ReportFacts, voice: Voice) -> Block | None:
    """By rule: how many leads of each strength, and how many chance alone would raise."""
    part = facts.part("leads")
    rules, chance = part.get("rules", {}), part.get("chance", {})
    counts = Counter((lead["rule"], lead["strength"]) for lead in facts.leads)
    raised = [rule for rule in rules if any(counts[rule, strength] for strength in words.STRENGTHS)]
    rows = [
        [
            voice.told(rules[rule], "text"),
            *(str(counts[rule, strength]) for strength in words.STRENGTHS),
            voice.told(chance[rule], "text") if rule in chance else "–",
        ]
        for rule in raised
    ]
    columns = [
        blocks.column(voice.say("Tanda", "Lead"), 3),
        *(blocks.column(voice.say(*pair), 2, right=True) for pair in words.STRENGTHS.values()),
        blocks.column(voice.say("karena kebetulan paling banyak", "by chance at most"), 2, right=True),
    ]
    return blocks.table(columns, rows, definitions=["leads-by-chance"])


def _found(facts: ReportFacts, voice: Voice) -> list[str]:
    grades = Counter(str(one.mark.grade) for one in facts.own)
    said = [
        voice.say(f"{len(facts.leads)} tanda dari perhitungan.", f"{len(facts.leads)} leads from the computation.")
        + voice.say(" Tanda bukan putusan.", " A lead is no verdict."),
        voice.say("Temuan kajian ini: ", "Findings of this review: ")
        + ", ".join(f"{grades[grade]} {worded(wording.GRADES, grade, voice)}" for grade in wording.GRADES)
        + ".",
    ]
    if facts.earlier:
        closed = sum(one.mark.state is State.CLOSED for one in facts.earlier)
        said.append(
            voice.say(
                f"Dari kajian sebelumnya: {len(facts.earlier)} temuan dilanjutkan, {closed} di antaranya ditutup.",
                f"From earlier reviews: {len(facts.earlier)} findings were carried on, {closed} of them closed.",
            )
        )
    return said


def _decided(facts: ReportFacts, voice: Voice) -> list[str]:
    verdicts = Counter(one.decision for one in facts.decisions)
    listed = ", ".join(
        f"{verdicts[code]} {worded(words.DECISIONS, code, voice)}" for code in words.DECISIONS if verdicts[code]
    )
    said = [voice.say(f"Keputusan atas soal: {listed}.", f"Decisions on items: {listed}.")] if listed else []
    applied = [one for one in facts.corrections if one.state == "applied"]
    said += [
        voice.say(f"Koreksi kunci soal {one.item}: ", f"Correction of the key of {one.item}: ")
        + effect_of(one, voice)
        + "."
        for one in applied
    ]
    concluded = {name: text for name, text in facts.meeting.conclusions.items() if text}
    said += [f"{worded(words.CONCLUSIONS, name, voice)}: {text}" for name, text in concluded.items()]
    return said or [voice.say("Rapat komite belum memutuskan.", "The committee has not decided yet.")]
