"""The exam as a whole: each section of the panel with its sentence, its figures for the period and the window, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.review.report import blocks
from app.review.report.blocks import Block, Chapter
from app.review.report.plots import form_means, histogram, run_chart
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import is_figure, own_figures
from app.review.shown import definition

# Which sections of the part "exam" make which chapter.
RESULTS: Final = ("scores", "units", "trends", "speed", "modes")
PRECISION: Final = ("precision", "decisions")
FORMS: Final = ("forms",)
FAIRNESS: Final = ("fairness",)
NAMED_BY: Final = ("label", "code", "unit", "title", "first", "second", "value")
NOTHING: Final = "–"
SPANS: Final = {"period": ("periode ini", "this period"), "window": ("seluruh jendela", "whole window")}


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
    if table := blocks.compared(content.get("rows", ()), voice):
        yield table
    if table := blocks.lines(own_figures(content), voice):
        yield table
    yield from _plots(content, voice)
    for name, member in content.items():
        if isinstance(member, Mapping) and not is_figure(member) and member.keys() & {"text_id", "rows"}:
            yield from section(member, voice)
        elif isinstance(member, list) and name != "rows":
            yield from _listed(member, voice)


def _plots(content: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    if "histogram" in content:
        yield histogram(content["histogram"], voice)
    if len(content.get("periods", ())) > 1:
        yield run_chart(content, voice)
    if len(content.get("forms", ())) > 1:
        yield form_means(content, voice)


def _listed(members: list[Any], voice: Voice) -> Iterator[Block]:
    """Things of one kind: a table where each is a line of figures, else one after the other."""
    named = [one for one in members if isinstance(one, Mapping)]
    if any("text_id" in one for one in named):
        for one in named:
            yield from section(one, voice)
    elif any(own_figures(one) for one in named):
        yield from _table(named, voice)
    else:
        for one in named:
            if label := label_of(one, voice):
                yield blocks.heading(label)
            yield from section(one, voice)


def _table(rows: list[Mapping[str, Any]], voice: Voice) -> Iterator[Block]:
    """What no line has is no column; the chapter on limits says why."""
    keys = {
        key: one["definition"]
        for row in rows
        for key, one in row.items()
        if is_figure(one) and one["value"] is not None
    }
    columns = [
        blocks.column("", 3),
        *(blocks.column(_title(key, name, voice), 2, right=True) for key, name in keys.items()),
    ]
    told = [[label_of(row, voice), *(_told(row.get(key), voice) for key in keys)] for row in rows]
    if table := blocks.table(columns, told, definitions=keys.values()):
        yield table
    if any(NOTHING in row for row in told):
        yield blocks.small(
            voice.say(f"{NOTHING}: alasannya di bab Batas-batas.", f"{NOTHING}: the chapter Limits says why.")
        )


def _title(key: str, name: str, voice: Voice) -> str:
    title = voice.say(definition(name).title_id, definition(name).title_en)
    return f"{title} ({voice.say(*SPANS[key])})" if key in SPANS else title


def _told(found: Any, voice: Voice) -> str:
    """Digits, and the interval below them. Why there are none stands in the chapter on limits."""
    if not is_figure(found) or found["value"] is None:
        return NOTHING
    between = voice.told(found, "range")
    return f"{voice.told(found, 'text')}\n({between})" if between else voice.told(found, "text")


def label_of(row: Mapping[str, Any], voice: Voice) -> str:
    """What people call a line of a table."""
    return voice.told(row, "label") or " · ".join(str(row[name]) for name in NAMED_BY if isinstance(row.get(name), str))
