"""One assessment item as a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from app.itembank.exchange.formats.qti.content import inner_html, views_of
from app.itembank.exchange.formats.qti.elements import each, first, is_ours, kind
from app.itembank.exchange.formats.qti.keys import key_of, note_processing
from app.itembank.exchange.labels import LANGUAGES, LONGEST, Label, code_of, with_labels
from app.itembank.exchange.questions import Find, Question, words
from app.itembank.exchange.types import ExchangeItem
from app.itembank.exchange.xml import line_of

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
CHOICE: Final = "choiceInteraction"
RIGHT: Final = ("rationale", "correct", "right", "true")
# Parts of an item that are not its text, and what they are called in the report.
UNCARRIED: Final = {
    "stylesheet": ("lembar gaya", "a style sheet"),
    "feedbackInline": ("umpan balik dalam teks", "feedback within the text"),
    "feedbackBlock": ("umpan balik dalam teks", "feedback within the text"),
    "catalogInfo": ("katalog bantuan", "a catalogue of supports"),
    "companionMaterialsInfo": ("bahan pendamping", "companion materials"),
}


@dataclass(frozen=True, slots=True)
class Stimulus:
    """The document of a shared stimulus, and how its pictures are found."""

    root: etree._Element
    find: Find


@dataclass(frozen=True, slots=True)
class Source:
    """An item's document, what the manifest says of it, and how the shared stimulus that it refers to is found."""

    root: etree._Element
    stimulus: Callable[[str], Stimulus | None]
    labels: Sequence[Label] = ()


def read_item(source: Source, question: Question) -> ExchangeItem | None:
    """The item, or None where `question` says why it is passed over or refused."""
    root = source.root
    body = first(root, "itemBody")
    interaction = None if body is None else _only_choice(root, body, question)
    if body is None or interaction is None:
        if body is None:
            question.fault("stem", "itemBody tidak ada", "there is no itemBody")
        return None
    choices = list(each(interaction, "simpleChoice"))
    names = [choice.get("identifier") or "" for choice in choices]
    if len(set(names)) < len(names):
        question.fault(
            "options", "dua opsi berpengenal sama", "two options have the same identifier", line_of(interaction)
        )
    key = key_of(root, interaction, names, question)
    _note_losses(root, choices, question)
    ours = is_ours(root)
    case, text = _case(source, question)
    item = ExchangeItem(
        stem=_text(body, "stem", question, ours=ours),
        options=tuple(_text(choice, f"options.{n}", question, ours=ours) for n, choice in enumerate(choices, 1)),
        key=key,
        code=code_of("" if ours else root.get("identifier") or "", question),
        lang=_language(root, question),
        stimulus=text,
        stimulus_code=case,
        rationale=_rationale(root, None if key is None else names[key], question, ours=ours) or None,
        fixed_order={"false": True, "true": False}.get(interaction.get("shuffle") or ""),
    )
    return _with_metadata(item, source.labels, question)


def _only_choice(root: etree._Element, body: etree._Element, question: Question) -> etree._Element | None:
    interactions = [found for found in body.iter(etree.Element) if kind(found).endswith("Interaction")]
    names = ", ".join(dict.fromkeys(kind(found) for found in interactions))
    if not interactions:
        question.pass_over("tanpa interaksi", "no interaction")
    elif len(interactions) > 1 or kind(interactions[0]) != CHOICE:
        count = f"{len(interactions)} × " if len(interactions) > 1 else ""
        question.pass_over(f"interaksi {count}{names}", f"interaction {count}{names}")
    elif root.get("adaptive") == "true":
        question.pass_over("soal adaptif", "an adaptive item")
    elif first(root, "templateDeclaration") is not None:
        question.pass_over("soal templat dengan peubah", "a template with variables")
    else:
        return interactions[0]
    return None


def _note_losses(root: etree._Element, choices: Sequence[etree._Element], question: Question) -> None:
    note_processing(root, question)
    _note_parts(root, question)
    for rubric in each(root, "rubricBlock"):
        if "candidate" not in (views := views_of(rubric)):
            who = ", ".join(views)
            question.leave_out(f"rubrik untuk {who} tidak dibawa", f"a rubric for {who} is not carried over")
    if any(choice.get("fixed") == "true" for choice in choices):
        question.leave_out("letak tetap opsi tidak dibawa", "fixed positions of options are not carried over")


def _note_parts(root: etree._Element, question: Question) -> None:
    for text_id, text_en in sorted({UNCARRIED[kind(part)] for part in each(root, *UNCARRIED)}):
        question.leave_out(f"{text_id} tidak dibawa", f"{text_en} is not carried over")


def _text(element: etree._Element, field: str, question: Question, *, ours: bool) -> str:
    question.stand_at(line_of(element))
    return question.text(field, inner_html(element, ours=ours))


def _case(source: Source, question: Question) -> tuple[str | None, str]:
    """The name and the text of the shared stimulus."""
    references = list(each(source.root, "assessmentStimulusRef"))
    if not references:
        return None, ""
    if len(references) > 1:
        question.pass_over("lebih dari satu stimulus", "more than one stimulus")
        return None, ""
    href = references[0].get("href") or ""
    stimulus = source.stimulus(href)
    body = None if stimulus is None else first(stimulus.root, "stimulusBody")
    if stimulus is None or body is None:
        question.fault(
            "stimulus",
            f"stimulus {href} tidak ada di paket; sertakan berkasnya",
            f"the stimulus {href} is not in the package; put its file in",
            line_of(references[0]),
        )
        return None, ""
    _note_parts(stimulus.root, question)
    ours = is_ours(stimulus.root)  # then its name stands in the metadata
    name = None if ours else words(references[0].get("identifier") or href)[:LONGEST]
    return name, question.text("stimulus", inner_html(body, ours=ours), stimulus.find)


def _rationale(root: etree._Element, key: str | None, question: Question, *, ours: bool) -> str:
    """The modal feedback on the right answer; where there is only one, that one."""
    feedbacks = list(each(root, "modalFeedback"))
    right = [found for found in feedbacks if (found.get("identifier") or "").lower() in (*RIGHT, str(key).lower())]
    chosen = feedbacks[:1] if len(feedbacks) == 1 else right[:1]
    if len(feedbacks) > len(chosen):
        count = len(feedbacks) - len(chosen)
        question.leave_out(f"{count} umpan balik tidak dibawa", f"{count} feedback texts are not carried over")
    return _text(chosen[0], "rationale", question, ours=ours) if chosen else ""


def _language(root: etree._Element, question: Question) -> str | None:
    written = words(root.get(LANG) or "")
    language = written.split("-")[0].lower()
    if language in LANGUAGES:
        return language
    if written:
        question.leave_out(f"bahasa {written[:20]} tidak dibawa", f"the language {written[:20]} is not carried over")
    return None


def _with_metadata(item: ExchangeItem, labels: Sequence[Label], question: Question) -> ExchangeItem:
    codes = [value for name, value in labels if name == "code"]
    if codes:
        item = replace(item, code=code_of(codes[-1], question))
    return with_labels(item, [(name, value) for name, value in labels if name != "code"], question)
