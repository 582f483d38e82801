"""The exam as a whole: each section of the panel with its sentence, its figures for the period and the window, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.review.report import blocks
from app.review.report.blocks import Block, Chapter
from app.review.report.plots import histogram
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice

# Which sections of the part "exam" make which chapter.
RESULTS: Final = ("scores", "units", "trends", "speed")
PRECISION: Final = ("precision", "decisions")
FORMS: Final = ("forms", "equating")
FAIRNESS: Final = ("fairness",)


def results(facts: ReportFacts, voice: Voice) -> Chapter:
    return _chapter(voice.say("Peserta dan hasil", "Candidates and results"), RESULTS, facts, voice)


def precision(facts: ReportFacts, voice: Voice) -> Chapter:
    title = voice.say("Keandalan dan ketelitian keputusan", "Reliability and precision of decisions")
    return _chapter(title, PRECISION, facts, voice)


def forms(facts: ReportFacts, voice: Voice) -> Chapter:
    return _chapter(voice.say("Paket dan kesetaraan", "Forms and their equity"), FORMS, facts, voice)


def fairness(facts: ReportFacts, voice: Voice) -> Chapter:
    return _chapter(voice.say("Keadilan", "Fairness"), FAIRNESS, facts, voice)


def _chapter(title: str, names: tuple[str, ...], facts: ReportFacts, voice: Voice) -> Chapter:
    exam = facts.part("exam")
    told = [block for name in names if exam.get(name) for block in section(exam[name], voice)]
    nothing = blocks.text(voice.say("Tidak dihitung dalam kajian ini.", "Not computed in this review."))
    return blocks.chapter(title, *(told or [nothing]))


def section(content: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """The sentence first, then the figures, then what lies deeper."""
    if sentence := voice.told(content, "text"):
        yield blocks.text(sentence)
    if table := blocks.compared([row for row in content.get("rows", ()) if "period" in row], voice):
        yield table
    if "histogram" in content:
        yield histogram(content["histogram"], voice)
    for member in content.values():
        if isinstance(member, Mapping) and ("text_id" in member or "rows" in member) and "definition" not in member:
            yield from section(member, voice)
