"""Items: those with a sign, each explained; and the table of all. No option is named, so that the paper tells nobody a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.plots import option_curves
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.walk import figures_in
from app.review.report.words import worded
from app.review.shown import Figure, definition

SHOWN_FIGURES: Final = ("p", "shrunken", "expected", "rest", "change", "omitted", "not_reached", "seconds")


def items(facts: ReportFacts, voice: Voice) -> Chapter:
    part = facts.part("items")
    rows = part.get("rows", ())
    flagged = [row for row in rows if row["signs"]]
    told = [block for row in flagged for block in _item(row, facts, voice)]
    return blocks.chapter(
        voice.say("Soal", "Items"),
        blocks.text(
            voice.say(
                f"{len(rows)} soal dijawab peserta dalam jendela data; {len(flagged)} di antaranya bertanda. Tanda adalah alasan untuk"
                " menelaah soalnya, bukan putusan; tabel semua soal ada di lampiran.",
                f"{len(rows)} items were answered in the window of the data; {len(flagged)} of them have a sign. A sign is a reason to"
                " look at the item and no verdict; the table of all items is in the annex.",
            )
        ),
        _verdicts(part, voice),
        *told,
    )


def _verdicts(part: Mapping[str, Any], voice: Voice) -> Block | None:
    counts = part.get("verdicts", {})
    columns = [
        blocks.column(voice.say("Penilaian", "Verdict"), 4),
        blocks.column(voice.say("Soal", "Items"), right=True),
    ]
    return blocks.table(columns, [[worded(words.VERDICTS, code, voice), str(count)] for code, count in counts.items()])


def _item(row: Mapping[str, Any], facts: ReportFacts, voice: Voice) -> Iterator[Block]:
    card = facts.part(f"item:{row['id']}")
    yield blocks.heading(f"{row['code']} · KUK {row['kuk']} · {worded(words.VERDICTS, row['verdict'], voice)}")
    yield blocks.text(" ".join(filter(None, (voice.told(card, name) for name in ("counted", "judged", "until")))))
    if signs := blocks.bullets(voice.told(sign, "text") for sign in card.get("signs", ())):
        yield signs
    if table := blocks.lines(_figures_of(card), voice):
        yield table
    if any(option["curve"] for option in card.get("options", ())):
        yield option_curves(row["code"], card["options"], voice)
    for decision in facts.decisions:
        if decision.item == row["code"]:
            said = worded(words.DECISIONS, decision.decision, voice)
            by = f"{decision.by}, {voice.day(decision.at)}"
            yield blocks.remark(f"{voice.say('Keputusan', 'Decision')}: {said}. {decision.note} ({by})", strong=True)


def _figures_of(card: Mapping[str, Any]) -> list[Figure]:
    """Those of every item, and what its signs rest on beside them."""
    known = card.get("figures", {})
    shown = {one["definition"]: one for one in (known[name] for name in SHOWN_FIGURES if name in known)}
    for one in figures_in(card.get("signs", ())):
        shown.setdefault(one["definition"], one)
    return list(shown.values())


def all_items(facts: ReportFacts, voice: Voice) -> Chapter:
    """The annex: one line for each item."""
    part = facts.part("items")
    columns: Mapping[str, str] = part.get("columns", {})
    head = [
        blocks.column(voice.say("Soal", "Item"), 6),
        blocks.column(voice.say("Benar", "Right"), 6, right=True),
        *(blocks.column(_column(name, key, voice), 5, right=True) for key, name in columns.items()),
        blocks.column(voice.say("Penilaian, tanda, keputusan", "Verdict, signs, decision"), 14),
    ]
    rows = [
        [
            row["code"],
            voice.say(f"{row['right']} dari {row['n']}", f"{row['right']} of {row['n']}"),
            *(_packed(row.get(key), voice) for key in columns),
            _judged(row, facts, voice),
        ]
        for row in part.get("rows", ())
    ]
    empty = blocks.text(voice.say("Belum ada soal yang dihitung.", "No items were computed yet."))
    return blocks.chapter(
        voice.say("Lampiran: semua soal", "Annex: all items"),
        blocks.table(head, rows, definitions=columns.values()) or empty,
    )


def _judged(row: Mapping[str, Any], facts: ReportFacts, voice: Voice) -> str:
    """What the data say, by which signs, and what the committee said."""
    rules = facts.part("leads").get("rules", {})
    signs = "; ".join(voice.told(rules.get(rule, {}), "text") or rule for rule in row["signs"])
    decided = [worded(words.DECISIONS, one.decision, voice) for one in facts.decisions if one.item == row["code"]]
    verdict = worded(words.VERDICTS, row["verdict"], voice)
    return "\n".join(filter(None, (verdict, signs, *(f"→ {said}" for said in decided))))


def _column(name: str, key: str, voice: Voice) -> str:
    title = voice.say(definition(name).title_id, definition(name).title_en)
    return f"{title} ({voice.say('periode ini', 'this period')})" if key.endswith("_now") else title


def _packed(found: Sequence[Any] | None, voice: Voice) -> str:
    """As the table's rows keep figures: value and text in both languages; without a value a dash, as the limits tell why."""
    if found is None or found[0] is None:
        return "–"
    return str(found[1 if voice.lang == "id" else 2])
