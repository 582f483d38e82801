"""What a file would do to a bank, row by row. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

from app.core.datafile import Fault
from app.itembank.exchange import ExchangeItem, LeftOut, ReadRow
from app.itembank.lifecycle.fitness import form_faults
from app.itembank.lifecycle.types import Written
from app.itembank.richtext import images_of, plain
from app.itembank.sealing import content_hash
from app.itembank.transfers.types import Held, Outcome, Plan, Planned, Target
from app.itembank.types import Answer, ItemContent, State

CODE: Final = re.compile(r"[A-Z]+-\d+\.\d+-\d{2,3}", re.ASCII)
LONGEST_EXCERPT: Final = 120
# What a draft gets where its file says nothing: two people read it before anybody answers it.
LEVEL: Final = "apply"
SHARE: Final = 0.5


def compare(rows: Sequence[ReadRow], name: str, target: Target) -> Plan:
    """Match by code, else by what is shown, else new; what a file leaves out stays as it is in the bank."""
    return _Comparison(rows, name, target).plan()


class _Comparison:
    def __init__(self, rows: Sequence[ReadRow], name: str, target: Target) -> None:
        self._rows = _told_apart(rows)
        self._name = name
        self._target = target
        self._by_hash = {one.content_hash: code for code, one in target.held.items()}
        self._by_stem = {_folded(one.content.stem): code for code, one in target.held.items()}
        named = {row.item.code for row in rows if row.item and row.item.code}
        self._codes = named | target.held.keys() | target.hidden
        self._free: dict[str, Iterator[str]] = {}
        self._seen: dict[str, int] = {}
        self._filled = 0

    def plan(self) -> Plan:
        return Plan([self._planned(row) for row in self._rows], self._notes())

    def _planned(self, row: ReadRow) -> Planned:
        if row.item is None:
            outcome = Outcome.REFUSED if row.faults else Outcome.NOT_TAKEN
            return Planned(row.line, outcome, faults=row.faults, left_out=row.left_out)
        code = self._code_of(row.item)
        held = self._target.held.get(code) if code else None
        item = self._completed(row.item, held)
        said = _Faults(self._name, row)
        self._check(item, code, said)
        written = _written(item) if item.kuk and item.lang and item.key is not None else None
        if written and not said.faults:
            for fault in form_faults(self._target.scheme, written):
                said.fault(fault.field, fault.text_id, fault.text_en)
        differs = _differences(written, held) if written and held else ()
        if held and differs:
            self._check_revision(held, said)
        shown = Planned(row.line, Outcome.REFUSED, plain(item.stem)[:LONGEST_EXCERPT], code, item.kuk)
        shown = replace(shown, left_out=row.left_out, differs=differs)
        if said.faults or written is None:
            return replace(shown, faults=said.faults)
        if held:
            outcome = Outcome.CHANGED if differs else Outcome.SAME
            return replace(shown, outcome=outcome, written=written, held=held)
        self._filled += item.cognitive_level is None or item.expected_p is None
        similar = self._by_stem.get(_folded(item.stem))
        new = code or self._next_code(written.kuk)
        return replace(shown, outcome=Outcome.NEW, code=new, written=written, similar=similar)

    def _code_of(self, item: ExchangeItem) -> str | None:
        """The code that it has in the bank, else the one that its file gives it."""
        if item.code and item.code in self._target.held:
            return item.code
        return self._by_hash.get(content_hash(_content(item)), item.code)

    def _completed(self, item: ExchangeItem, held: Held | None) -> ExchangeItem:
        """With what the bank knows, or what the whole import shares, where the file says nothing.

        Rationale and source are plain words.
        """
        item = replace(item, rationale=_words(item.rationale), source=_words(item.source))
        if held is None:
            exam = self._target.scheme.exam
            return replace(item, kuk=item.kuk or self._target.kuk, lang=item.lang or (exam.lang if exam else "id"))
        if not item.stimulus and item.stimulus_code is None:
            item = replace(item, stimulus=held.content.stimulus, stimulus_code=held.stimulus_code)
        known: dict[str, Any] = {
            "kuk": held.kuk,
            "lang": held.lang,
            "rationale": held.answer.rationale,
            "source": held.answer.source,
            "cognitive_level": held.answer.cognitive_level,
            "expected_p": held.answer.expected_p,
            "fixed_order": held.fixed_order,
        }
        known = {name: value for name, value in known.items() if getattr(item, name) is None}
        return replace(item, enemies=item.enemies or held.enemies, **known)

    def _check(self, item: ExchangeItem, code: str | None, said: _Faults) -> None:
        """What only a whole file, or one that leaves something out, can get wrong."""
        if code and not CODE.fullmatch(code):
            said.fault("code", "bentuk kode: MMU-1.1-01", "a code looks like MMU-1.1-01")
        elif code in self._target.hidden:
            said.fault("code", "kode ini dipakai soal lain; kosongkan", "another item has this code; leave it empty")
        first = self._seen.setdefault(code or content_hash(_content(item)), said.line)
        if first != said.line:
            said.fault("code", f"soal yang sama ada di baris {first}", f"the same item stands in row {first}")
        if item.kuk is None:
            said.fault(
                "kuk",
                "KUK tidak ada; isi di berkas, atau pilih satu KUK untuk berkas ini",
                "no KUK; write it in the file, or choose one KUK for this file",
            )
        if item.key is None:
            said.fault("key", "kunci tidak ada; tulis huruf opsi yang benar", "no key; write the right option's letter")
        if len({_folded(option) for option in item.options}) < len(item.options):
            said.fault("options", "ada dua opsi yang sama; ubah salah satu", "two options are the same; change one")
        self._check_pictures(item, said)
        for enemy in item.enemies:
            if enemy not in self._codes or enemy == code:
                said.fault("enemies", f"soal lawan {enemy} tidak ada", f"there is no enemy item {enemy}")

    def _check_pictures(self, item: ExchangeItem, said: _Faults) -> None:
        for field, text in (
            ("stimulus", item.stimulus),
            ("stem", item.stem),
            *(("options", one) for one in item.options),
        ):
            if not self._target.pictures.issuperset(images_of(text)):
                said.fault(
                    field,
                    "gambar ini tidak ada di berkas maupun di bank; sisipkan gambarnya",
                    "this picture is neither in the file nor in the bank; put it in",
                )

    def _check_revision(self, held: Held, said: _Faults) -> None:
        """A version under way is its author's; what is in review waits for its outcome."""
        number = held.standing.version_no
        if held.standing.state is State.IN_REVIEW:
            said.fault(
                "code",
                f"versi {number} sedang ditelaah; tunggu putusannya",
                f"version {number} is in review; wait for its outcome",
            )
        elif held.standing.state is State.DRAFT and held.standing.author != self._target.person_id:
            said.fault(
                "code",
                f"versi {number} adalah konsep orang lain; minta ia menyelesaikannya",
                f"version {number} is somebody else's draft; ask them to finish it",
            )

    def _next_code(self, kuk: str) -> str:
        if kuk not in self._free:
            prefix = f"{self._target.scheme.code.upper()}-{kuk}-"
            numbered = (code for code in self._codes if code.startswith(prefix) and CODE.fullmatch(code))
            last = max((int(code.removeprefix(prefix)) for code in numbered), default=0)
            self._free[kuk] = (f"{prefix}{number:02d}" for number in count(last + 1))
        return next(self._free[kuk])

    def _notes(self) -> tuple[LeftOut, ...]:
        if not self._filled:
            return ()
        return (
            LeftOut(
                0,
                f"{self._filled} soal tanpa tingkat atau perkiraan sulit: konsepnya diisi “terapkan” dan 0,5; ubah di editor",
                f"{self._filled} items without level or expected difficulty: the drafts say “apply” and 0.5; change them",
            ),
        )


def _told_apart(rows: Sequence[ReadRow]) -> Sequence[ReadRow]:
    """A person leaves rows out by their line; where several questions stand on one, their order numbers them instead."""
    if len({row.line for row in rows}) == len(rows):
        return rows
    return [replace(row, line=place) for place, row in enumerate(rows, 1)]


class _Faults:
    """What is wrong with one row, where it stands in the file."""

    def __init__(self, name: str, row: ReadRow) -> None:
        self._name = name
        self.line = row.line
        self.faults: tuple[Fault, ...] = row.faults

    def fault(self, field: str, text_id: str, text_en: str) -> None:
        if all(fault.field != field for fault in self.faults):  # one remedy for a field is enough
            self.faults += (Fault(self._name, self.line, field, text_id, text_en),)


def _content(item: ExchangeItem) -> ItemContent:
    return ItemContent(item.stem, item.options, item.stimulus)


def _written(item: ExchangeItem) -> Written:
    assert item.kuk is not None
    assert item.lang is not None
    assert item.key is not None
    share = SHARE if item.expected_p is None else item.expected_p
    answer = Answer(item.key, item.rationale or "", item.source or "", item.cognitive_level or LEVEL, share)
    fixed = item.fixed_order or False
    return Written(item.kuk, item.lang, _content(item), answer, item.enemies, item.stimulus_code, fixed)


def _differences(written: Written, held: Held) -> tuple[str, ...]:
    """The fields in which it is not what the bank holds."""
    ours, theirs = _fields(held), _fields(written)
    return tuple(name for name, value in theirs.items() if value != ours[name])


def _fields(of: Written | Held) -> Mapping[str, Any]:
    return {
        "stem": of.content.stem,
        "options": of.content.options,
        "fixed_order": of.fixed_order,
        "stimulus": of.content.stimulus,
        "key": of.answer.key,
        "kuk": of.kuk,
        "lang": of.lang,
        "rationale": of.answer.rationale,
        "source": of.answer.source,
        "cognitive_level": of.answer.cognitive_level,
        "expected_p": of.answer.expected_p,
        "enemies": frozenset(of.enemies),
        "stimulus_code": of.stimulus_code,
    }


def _folded(markup: str) -> str:
    return " ".join(plain(markup).casefold().split())


def _words(markup: str | None) -> str | None:
    return None if markup is None else plain(markup)
