"""The data annex: the figures behind a report as tables. Full digits with both ends of the interval; no key, no text of an item, no
candidate. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.review.findings import sheet
from app.review.findings.types import Finding
from app.review.item_panel.cards import NO_ANSWER
from app.review.report.chapters.exam import label_of
from app.review.report.chapters.findings import PERSONAL
from app.review.report.evidence import evidence
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import is_figure
from app.review.shown import Figure, definition

Cell = str | int | float | None
ENDS: Final = ("", " bawah", " atas")
NOT_NAMED: Final = "(lihat berkas integritas)"


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def annex(facts: ReportFacts, cards: Sequence[Mapping[str, Any]], voice: Voice) -> list[Table]:
    """`cards`: of all items. A table without rows is there with its header, so that nobody looks for it."""
    exam = facts.part("exam")
    forms = [
        {"sesi": sitting["code"], **form}
        for sitting in exam.get("forms", {}).get("sittings", ())
        for form in sitting["forms"]
    ]
    return [
        _exam(exam),
        _items(facts, cards),
        _options(cards),
        _figures_of("paket", forms, ("sesi",), voice),
        _figures_of("unit", exam.get("units", {}).get("units", ()), (), voice),
        _figures_of("periode", exam.get("trends", {}).get("periods", ()), (), voice),
        _leads(facts),
        _evidence(facts),
        Table(
            "temuan", sheet.HEADER, tuple(tuple(row) for row in sheet.table([_unnamed(one) for one in facts.findings]))
        ),
    ]


def _exam(exam: Mapping[str, Any]) -> Table:
    """Every figure that stands for the period, with that of the window beside it."""
    rows = []
    for name, section in exam.items():
        for row in section.get("rows", ()) if isinstance(section, Mapping) else ():
            title = definition(row["period"]["definition"]).title_id
            rows.append((name, title, *_ends(row["period"]), row["period"]["n"], *_ends(row["window"])))
    header = ("bagian", "ukuran", *_named("periode"), "n", *_named("jendela"))
    return Table("ujian", header, tuple(rows))


def _items(facts: ReportFacts, cards: Sequence[Mapping[str, Any]]) -> Table:
    decided = {one.item: one.decision for one in facts.decisions}
    names = list(dict.fromkeys(name for card in cards for name in card["figures"]))
    header = ["soal", "kuk", "unit", "keadaan", "n", "benar", "penilaian", "tanda", "keputusan"]
    rows = [
        (
            card["code"],
            card["kuk"],
            card["unit"],
            card["state"],
            card["n"],
            card["right"],
            card["verdict"],
            "; ".join(sign["rule"] for sign in card["signs"]),
            decided.get(card["code"]),
            *(end for name in names for end in _ends(card["figures"].get(name))),
        )
        for card in cards
    ]
    return Table("soal", (*header, *(end for name in names for end in _named(name))), tuple(rows))


def _options(cards: Sequence[Mapping[str, Any]]) -> Table:
    """From the most chosen down, without letters: how many chose the key stands in the table of items, and whoever knows the letter
    that so many chose knows the key."""
    rows = [
        (
            card["code"],
            place,
            one["count"],
            one["upper"],
            one["lower"],
            *_ends(one["share"]),
            *_ends(one["rest"]),
        )
        for card in cards
        for place, one in _ranked(card["options"])
    ]
    header = ("soal", "pilihan", "dipilih", "kelompok atas", "kelompok bawah", *_named("bagian"), *_named("r"))
    return Table("pilihan", header, tuple(rows))


def _ranked(options: Sequence[Mapping[str, Any]]) -> list[tuple[int | str, Mapping[str, Any]]]:
    """Numbered from the most chosen down; whoever gave no answer comes last."""
    chosen = sorted((one for one in options if one["letter"] != NO_ANSWER), key=lambda one: -one["count"])
    return [*enumerate(chosen, start=1), *((NO_ANSWER, one) for one in options if one["letter"] == NO_ANSWER)]


def _figures_of(name: str, lines: Iterable[Mapping[str, Any]], further: tuple[str, ...], voice: Voice) -> Table:
    """A line for each of these things: what it is called, and every figure that it has."""
    listed = list(lines)
    keys = {key: member["definition"] for line in listed for key, member in line.items() if is_figure(member)}
    titles = {key: f"{definition(meaning).title_id} ({key})" for key, meaning in keys.items()}
    rows = tuple(
        (*(line[one] for one in further), label_of(line, voice), *(end for key in keys for end in _ends(line.get(key))))
        for line in listed
    )
    return Table(name, (*further, name, *(end for title in titles.values() for end in _named(title))), rows)


def _leads(facts: ReportFacts) -> Table:
    rows = tuple(
        (
            lead["rule"],
            lead["subject"]["kind"],
            NOT_NAMED if lead["subject"]["kind"] in PERSONAL else lead["subject"]["label"],
            lead["strength"],
            None if lead["subject"]["kind"] in PERSONAL else lead["text_id"],
            lead["q"],
        )
        for lead in facts.leads
    )
    return Table("tanda", ("aturan", "jenis", "mengenai", "kekuatan", "uraian", "q"), rows)


def _evidence(facts: ReportFacts) -> Table:
    header = ("klausul", "ISO/IEC 17024", "yang diminta", "bukti", "banyaknya", "terakhir")
    found = evidence(facts)
    rows = [(one.clause, one.iso, one.asks_id, one.what_id, one.count, str(one.last or "")) for one in found]
    return Table("bukti", header, tuple(rows))


def _unnamed(one: Finding) -> Finding:
    return replace(one, subject=replace(one.subject, label=NOT_NAMED)) if one.subject.kind in PERSONAL else one


def _ends(one: Figure | None) -> tuple[Cell, Cell, Cell]:
    return (one["value"], one["low"], one["high"]) if one else (None, None, None)


def _named(title: str) -> tuple[str, str, str]:
    first, low, high = (f"{title}{end}" for end in ENDS)
    return first, low, high
