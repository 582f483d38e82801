"""Which option of a choice interaction is the right one, and whether there is exactly one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from app.itembank.exchange.formats.qti.elements import each, first, given
from app.itembank.exchange.questions import Question, words
from app.itembank.exchange.xml import line_of

TEMPLATES: Final = ("match_correct", "map_response")
SEVERAL: Final = ("lebih dari satu jawaban boleh dipilih", "more than one answer may be chosen")


def key_of(root: etree._Element, interaction: etree._Element, choices: Sequence[str], question: Question) -> int | None:
    """The index of the right option. What speaks against one key is a fault, or passes the question over."""
    if (given(interaction, "maxChoices") or "1") != "1":
        question.pass_over(*SEVERAL)
        return None
    wanted = given(interaction, "responseIdentifier")
    declaration = next(
        (found for found in each(root, "responseDeclaration") if found.get("identifier") == wanted), None
    )
    if declaration is None:
        question.fault(
            "key",
            f"responseDeclaration {wanted} tidak ada",
            f"there is no responseDeclaration {wanted}",
            line_of(interaction),
        )
        return None
    if (declaration.get("cardinality") or "single") != "single":
        question.pass_over(*SEVERAL)
        return None
    correct = _correct(declaration)
    earning = _earning(declaration)
    if len(correct) > 1:
        which = ", ".join(correct)
        question.fault("key", f"lebih dari satu kunci: {which}", f"more than one key: {which}", line_of(declaration))
        return None
    if len(set(earning) | set(correct)) > 1:
        question.pass_over("nilai sebagian", "partial credit")
        return None
    return _index([*correct, *earning], choices, line_of(declaration), question)


def note_processing(root: etree._Element, question: Question) -> None:
    """Lists rules of scoring that say more than that the correct response is right."""
    processing = first(root, "responseProcessing")
    if processing is None:
        return
    template = (processing.get("template") or "").rsplit("/", 1)[-1].removesuffix(".xml")
    if template not in TEMPLATES and (template or len(processing)):
        rule = template or "-"
        question.leave_out(
            f"aturan penilaian tidak dibawa ({rule}); kunci dari jawaban benar",
            f"response processing not carried over ({rule}); the key is the correct response",
        )


def _correct(declaration: etree._Element) -> list[str]:
    response = first(declaration, "correctResponse")
    return [] if response is None else [words(value.text or "") for value in each(response, "value")]


def _earning(declaration: etree._Element) -> list[str]:
    """The options that a mapping gives something for."""
    return [
        words(given(entry, "mapKey") or "")
        for entry in each(declaration, "mapEntry")
        if _number(given(entry, "mappedValue")) > 0
    ]


def _index(named: Sequence[str], choices: Sequence[str], line: int, question: Question) -> int | None:
    if not named:
        return None
    if named[0] not in choices:
        question.fault(
            "key",
            f"kunci {named[0]} bukan pengenal sebuah opsi; yang ada: {', '.join(choices)}",
            f"the key {named[0]} is not the identifier of an option; there are: {', '.join(choices)}",
            line,
        )
        return None
    return choices.index(named[0])


def _number(text: str | None) -> float:
    try:
        return float(text or "0")
    except ValueError:
        return 0.0
