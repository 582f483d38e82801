"""The report as one HTML page: no script, nothing from elsewhere, fit for a screen and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.cli.stats.figures import Figures
from app.cli.stats.html import table
from app.cli.stats.plots import Plot
from app.cli.stats.sections import decisions, effort, fairness, model
from app.cli.stats.words import Words
from app.psychometrics import OMITTED, VERDICT_N, Estimate, ItemAnalysis

STYLE = """
:root { color-scheme: light; --ink: #1b2330; --soft: #5a6577; --line: #d7dce4; --blue: #1f5fa8; --red: #b3261e; --paper: #fff }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif }
h1 { font-size: 1.7rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem } h1, h3, p, tbody th { overflow-wrap: anywhere }
.lead { font-size: 1.05rem } .caution { color: var(--soft); max-width: 46rem }
.wide { overflow-x: auto } .wide:focus-visible { outline: 2px solid var(--blue) } .wide table { min-width: 32rem }
.wide td:last-child:not(.n) { min-width: 9rem }
.options .wide table { min-width: 0 } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .5rem; font-size: .94rem; border-bottom: 1px solid var(--line); vertical-align: top }
thead th { font-size: .82rem; color: var(--soft); font-weight: 600 } td.n, th.n { text-align: right }
tbody th { font-weight: inherit; min-width: 7rem } .options tbody th { min-width: 0; overflow-wrap: normal }
td small { display: block; color: var(--soft) } tr.flagged th { box-shadow: inset 3px 0 var(--red) }
.flag { color: var(--red); font-weight: 600 }
.options { display: grid; gap: 1rem 2rem; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)) }
.options section { break-inside: avoid } .options table { font-size: .9rem }
svg { width: 100%; max-width: 46rem; height: auto; display: block } .bar { fill: #9db8d8 } .bar.passed { fill: var(--blue) }
.rival { fill: none; stroke: #8a93a3; stroke-width: 1.3 } .curve { margin: .3rem 0 0 }
.line { fill: none; stroke: var(--blue); stroke-width: 2 }
.mark { fill: none; stroke: var(--red); stroke-width: 1.5; stroke-dasharray: 5 4 }
.grid { stroke: var(--line) } .tick, .note { font-size: 11px; fill: var(--soft) } .axis { font-size: 12px; fill: var(--ink) }
.dot { fill: var(--blue); fill-opacity: .75 } .dot.flagged { fill: var(--red); stroke: var(--ink); stroke-width: 1.5 }
a:focus-visible { outline: 2px solid var(--blue) }
@media print { body { max-width: none; padding: 0; font-size: 11pt } h2 { break-after: avoid } }
"""


def page(figures: Figures, name: str, language: str) -> str:
    """The whole report."""
    say = Words(language)
    parts = [
        _head(figures, name, say),
        _summary(figures, say),
        _distribution(figures, say),
        decisions(figures, say),
        _items(figures, say),
        model(figures, say),
        fairness(figures, say),
        effort(figures, say),
        _options(figures, say),
    ]
    title = escape(f"{say('title')}: {name}")
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main>{''.join(parts)}</main></html>\n"
    )


def _head(figures: Figures, name: str, say: Words) -> str:
    short, long = figures.lengths
    lead = say(
        "lead",
        n=figures.n_persons,
        items=len(figures.items),
        forms=say("fixed" if figures.exam.is_fixed_form else "random"),
        cut=figures.cut,
        mark=say.percent(figures.pass_mark),
        longest=say("longest", short=short, long=long) if short < long else "",
    )
    return (
        f"<h1>{escape(say('title'))}: {escape(name)}</h1><p class=lead>{escape(lead)}</p>"
        f"<p class=caution>{escape(say('caution', least=VERDICT_N))}</p>"
    )


def _summary(figures: Figures, say: Words) -> str:
    exam, scores = figures.exam, figures.exam.scores
    rows = [
        [say("mean"), *say.estimate(scores.mean, 1), ""],
        [say("sd"), say.number(scores.sd, 1), "", ""],
        [say("pass_rate"), *say.estimate(scores.pass_rate), ""],
        [say("sem_absolute"), *say.estimate(exam.sem_absolute, 1), ""],
        [say("csem_at_cut"), *say.estimate(exam.csem_at_cut, 1), ""],
    ]
    rows += [
        [say(name), *say.estimate(estimate), say(f"means.{name}")] for name, estimate in figures.reliability.items()
    ]
    head = [say("figure"), say("value"), say("interval"), say("meaning")]
    return f"<h2>{escape(say('summary'))}</h2>{table(head, rows, numeric=(1, 2))}"


def _distribution(figures: Figures, say: Words) -> str:
    histogram = figures.exam.scores.histogram
    top = max(6, *histogram)  # a lower axis would count in halves of a candidate
    plot = Plot(
        say("distribution"),
        say("score"),
        say("candidates"),
        (-0.5, len(histogram) - 0.5),
        (0.0, top * 1.08),
        decimal=say.decimal,
    )
    counted = [(float(score), float(count)) for score, count in enumerate(histogram) if count]
    plot.bars([bar for bar in counted if bar[0] < figures.cut])
    plot.bars([bar for bar in counted if bar[0] >= figures.cut], kind="bar passed")
    plot.line([(figures.cut - 0.5, 0.0), (figures.cut - 0.5, top * 1.08)], kind="mark")
    plot.text((figures.cut - 0.5, top * 1.08), f"{say('cut')} {figures.cut}")
    return f"<h2>{escape(say('distribution'))}</h2>{plot.svg()}"


def _items(figures: Figures, say: Words) -> str:
    plot = Plot(say("scatter"), say("p"), say("r"), (0.0, 1.0), (-0.4, 0.8), decimal=say.decimal)
    plot.line([(0.0, 0.0), (1.0, 0.0)], kind="mark")
    rows, marked = [], []
    for place, (item, flags, verdict) in enumerate(zip(figures.items, figures.flags, figures.verdicts, strict=True)):
        p, r = item.difficulty.value, item.item_rest.value
        anchor, name = _anchor(place) if item.options else "", escape(str(item.item))
        if p is not None and r is not None:
            kind = "dot flagged" if flags else "dot"
            plot.dot((p, r), f"{item.item}: p {say.number(p)}, r {say.number(r)}", kind=kind, link=anchor)
        marked.append(bool(flags))
        rows.append(
            [
                f'<a href="#{anchor}">{name}</a>' if anchor else name,
                escape(str(item.stratum or "")),
                str(item.n),
                _with_interval(item.difficulty, say),
                _with_interval(item.item_rest, say),
                say.number(item.d27.value if item.n_suffices else None),
                str(item.n_omitted),
                "".join(f"<div class=flag>{escape(say(flag))}</div>" for flag in flags),
                escape(say(verdict)),
            ]
        )
    head = [say(name) for name in ("item", "unit", "n")] + ["p", "r", "D27"]
    head += [say(name) for name in ("omitted", "flags", "verdict")]
    body = table(head, rows, numeric=(2, 3, 4, 5, 6), html=True, marked=marked)
    return f"<h2>{escape(say('items'))}</h2><h3>{escape(say('scatter'))}</h3>{plot.svg()}{body}"


def _options(figures: Figures, say: Words) -> str:
    cards = "".join(
        _option_card(item, _anchor(place), figures.marks, say)
        for place, item in enumerate(figures.items)
        if item.options
    )
    return f"<h2>{escape(say('options'))}</h2><div class=options>{cards}</div>" if cards else ""


def _option_card(item: ItemAnalysis, anchor: str, marks: Sequence[str], say: Words) -> str:
    rows = []
    for option in item.options:
        mark = say("none") if option.option == OMITTED else marks[option.option]
        rows.append(
            [
                f"{mark} ({say('key')})" if option.is_key else mark,
                str(option.n),
                say.number(option.proportion.value),
                say.number(option.option_rest.value),
                say.number(option.mean_total, 1),
            ]
        )
    head = [say("option"), "n", say("share"), "r", say("mean")]
    curves = f"<p class=curve>{_curves(item, say)}</p>" if item.options[0].curve else ""
    title, body = escape(str(item.item)), table(head, rows, numeric=(1, 2, 3, 4))
    return f'<section id="{anchor}"><h3>{title}</h3>{body}{curves}</section>'


def _curves(item: ItemAnalysis, say: Words) -> str:
    """Small lines, one an option: the key should rise, the others fall."""
    groups = len(item.options[0].curve)
    plot = Plot(say("curve"), "", "", (1.0, float(groups)), (0.0, 1.0), width=320, height=120, decimal=say.decimal)
    for option in item.options:
        points = [(place + 1.0, share) for place, share in enumerate(option.curve)]
        plot.line(points, kind="line" if option.is_key else "rival")
    return plot.svg()


def _with_interval(estimate: Estimate, say: Words) -> str:
    value, interval = say.estimate(estimate)
    return f"{value} <small>{escape(interval)}</small>"


def _anchor(place: int) -> str:
    """Of the item's place, since names that differ in one sign would share an address."""
    return f"soal-{place + 1}"
