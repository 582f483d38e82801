"""`sahih bank check`: what a careful reviewer would count by hand over a whole bank. Pure functions over drafts.

An *error* fails the check; a *remark* is for a person to look at. What concerns one item alone is said by `hints`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.itembank.hints import (
    MOST_PER_FRAME,
    Hint,
    Neighbour,
    Stem,
    frame_hint,
    item_hints,
    key_is_longest,
    similar_stems,
)
from app.itembank.readings import Reading
from app.itembank.sealing import content_hash
from app.itembank.types import LETTERS, DraftItem

MOST_KEY_LONGEST = 0.30
KEY_POSITION_SHARE = (0.20, 0.30)
LEAST_FOR_SHARES = 20  # shares of a handful of items say nothing


@dataclass(frozen=True, slots=True)
class Remark:
    """One observation: `severity` is "error" or "remark"; `where` is file:line and item code, or "bank"."""

    severity: str
    rule: str
    where: str
    text_id: str
    text_en: str


def check_bank(drafts: Sequence[DraftItem], kuks: Iterable[str], readings: dict[str, Reading]) -> list[Remark]:
    """Every remark about a bank, errors first. `kuks` are the criteria of the scheme."""
    remarks = [
        *_coverage(drafts, kuks),
        *_key_positions(drafts),
        *_longest_key(drafts),
        *_similar_stems(drafts),
        *_frames(drafts),
        *_each_item(drafts),
        *_readings(drafts, readings),
        *_enemies(drafts),
    ]
    return sorted(remarks, key=lambda remark: remark.severity)


def _error(rule: str, where: str, text_id: str, text_en: str) -> Remark:
    return Remark("error", rule, where, text_id, text_en)


def _remark(draft: DraftItem, hint: Hint) -> Remark:
    return Remark(hint.severity, hint.rule, _at(draft), hint.text_id, hint.text_en)


def _at(draft: DraftItem) -> str:
    return f"{draft.file}:{draft.line} {draft.code}"


def _coverage(drafts: Sequence[DraftItem], kuks: Iterable[str]) -> Iterable[Remark]:
    held = Counter(draft.kuk for draft in drafts)
    wanted = set(kuks)
    for kuk in sorted(wanted - set(held)):
        yield _error("kuk", "bank", f"KUK {kuk} belum punya soal", f"criterion {kuk} has no item")
    for kuk in sorted(set(held) - wanted):
        yield _error("kuk", "bank", f"KUK {kuk} tidak ada dalam skema", f"criterion {kuk} is not in the scheme")


def _key_positions(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    if len(drafts) < LEAST_FOR_SHARES:
        return
    low, high = KEY_POSITION_SHARE
    keys = Counter(draft.answer.key for draft in drafts)
    for position in range(max(len(draft.content.options) for draft in drafts)):
        share = keys[position] / len(drafts)
        if not low <= share <= high:
            yield _error(
                "key-position",
                "bank",
                f"kunci {LETTERS[position]} pada {share:.0%} soal (boleh {low:.0%}–{high:.0%})",
                f"key {LETTERS[position]} in {share:.0%} of items (allowed {low:.0%} to {high:.0%})",
            )


def _longest_key(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    if len(drafts) < LEAST_FOR_SHARES:
        return
    share = sum(key_is_longest(draft.content.options, draft.answer.key) for draft in drafts) / len(drafts)
    if share > MOST_KEY_LONGEST:
        yield _error(
            "longest-option",
            "bank",
            f"kunci adalah opsi terpanjang pada {share:.0%} soal (paling banyak {MOST_KEY_LONGEST:.0%})",
            f"the key is the longest option in {share:.0%} of items (at most {MOST_KEY_LONGEST:.0%})",
        )


def _similar_stems(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    bank = _neighbours(drafts)
    for place, draft in enumerate(drafts):
        for hint in similar_stems(bank[place].stem, bank[:place], severity="error"):
            yield _remark(draft, hint)


def _frames(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    frames: dict[tuple[str, str], list[DraftItem]] = {}
    for draft, neighbour in zip(drafts, _neighbours(drafts), strict=True):
        frames.setdefault((draft.kuk, neighbour.stem.frame), []).append(draft)
    for (kuk, frame), users in frames.items():
        if len(users) > MOST_PER_FRAME:
            yield _remark(users[-1], frame_hint(kuk, frame, len(users), severity="error"))


def _neighbours(drafts: Sequence[DraftItem]) -> list[Neighbour]:
    return [Neighbour(draft.code, draft.kuk, Stem(draft.content.stem)) for draft in drafts]


def _each_item(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    for draft in drafts:
        for hint in item_hints(draft.content, draft.answer.key):
            yield _remark(draft, hint)


def _readings(drafts: Sequence[DraftItem], readings: dict[str, Reading]) -> Iterable[Remark]:
    for draft in drafts:
        reading = readings.get(content_hash(draft.content))
        if reading is None:
            yield _error("unread", _at(draft), "belum dibaca pembaca kedua", "no second reading of this text")
        elif reading.answer != LETTERS[draft.answer.key]:
            yield _error(
                "second-reading",
                _at(draft),
                f"pembaca kedua menjawab {reading.answer}, kunci {LETTERS[draft.answer.key]}",
                f"the second reader answered {reading.answer}, the key is {LETTERS[draft.answer.key]}",
            )


def _enemies(drafts: Sequence[DraftItem]) -> Iterable[Remark]:
    codes = {draft.code for draft in drafts}
    for draft in drafts:
        for enemy in draft.enemies:
            if enemy not in codes or enemy == draft.code:
                yield _error(
                    "enemies", _at(draft), f"soal lawan {enemy} tidak ada", f"the enemy {enemy} does not exist"
                )
