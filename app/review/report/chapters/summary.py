"""One page: what was looked at, what was found, what was decided."""

from __future__ import annotations

from collections import Counter

from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import figures_in
from app.review.report.words import worded
from app.review.shown import figure

# What a reader wants first, in this order; whatever of it the panel computed.
LEADING = ("candidates", "passed", "pass_rate", "reliability", "consistency", "doubt_band")


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
        f"This review looked at {count} sittings of the scheme {review.scheme_title}, {days}: whether the exam is fair, valid, reliable"
        " and works as it should, and whether the deficiencies that were found have been corrected. Every figure is explained in"
        " plain words in the chapter Terms.",
    )


def _key_figures(facts: ReportFacts, voice: Voice) -> Block | None:
    found = {}
    for one in figures_in(facts.part("exam")):
        found.setdefault(one["definition"], one)
    return blocks.figures([found[name] for name in LEADING if name in found], voice, explained=False)


def leads_table(facts: ReportFacts, voice: Voice) -> Block | None:
    """By rule: how many leads of each strength, and how many chance alone would raise."""
    leads, by_chance = facts.leads, facts.part("leads").get("by_chance", {})
    rules = facts.part("leads").get("rules", {})
    counts = Counter((lead["rule"], lead["strength"]) for lead in leads)
    raised = [rule for rule in rules if any(counts[rule, strength] for strength in words.STRENGTHS)]
    rows = []
    for rule in raised:
        chance = by_chance.get(rule)
        printed = "–" if chance is None else voice.told(figure("expected_by_chance", chance), "text")
        rows.append([voice.told(rules[rule], "text"), *(str(counts[rule, one]) for one in words.STRENGTHS), printed])
    columns = [
        blocks.column(voice.say("Petunjuk", "Lead"), "wide"),
        *(blocks.column(voice.say(*pair), right=True) for pair in words.STRENGTHS.values()),
        blocks.column(voice.say("karena kebetulan paling banyak", "by chance at most"), right=True),
    ]
    return blocks.table(columns, rows, definitions=["expected_by_chance"])


def _found(facts: ReportFacts, voice: Voice) -> list[str]:
    grades = Counter(one.grade for one in facts.findings if one.of_this_review)
    earlier = [one for one in facts.findings if not one.of_this_review]
    said = [
        voice.say(f"{len(facts.leads)} petunjuk dari perhitungan.", f"{len(facts.leads)} leads from the computation.")
        + voice.say(" Petunjuk bukan putusan.", " A lead is no verdict."),
        voice.say("Temuan kajian ini: ", "Findings of this review: ")
        + ", ".join(f"{grades[grade]} {worded(words.GRADES, grade, voice)}" for grade in words.GRADES)
        + ".",
    ]
    if earlier:
        closed = sum(one.state == "closed" for one in earlier)
        said.append(
            voice.say(
                f"Dari kajian sebelumnya: {len(earlier)} temuan dilanjutkan, {closed} di antaranya ditutup.",
                f"From earlier reviews: {len(earlier)} findings were carried on, {closed} of them closed.",
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
    if applied:
        changed = sum(one.changed for one in applied)
        said.append(
            voice.say(
                f"{len(applied)} koreksi kunci dijalankan; {changed} nilai berubah.",
                f"{len(applied)} corrections of keys applied; {changed} scores changed.",
            )
        )
    said += facts.meeting.conclusions
    return said or [voice.say("Rapat komite belum memutuskan.", "The committee has not decided yet.")]
