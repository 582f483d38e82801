"""The pure side of a rescue: which answers of a file count, when words can be noted, and the words themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rescue import digest, rules
from app.delivery.rescue.errors import NotTheWords
from app.delivery.rescue.file import FileAnswer
from app.delivery.types import Answer

BELL = datetime(2026, 11, 21, 4, tzinfo=UTC)
POSITIONS = st.integers(1, 6)
OPTIONS = st.none() | st.integers(0, 3)
KEYS = st.tuples(st.integers(1, 3), st.integers(1, 8))

ROWS = st.dictionaries(POSITIONS, st.tuples(KEYS, OPTIONS), max_size=6)


def from_file(rows: dict[int, tuple[tuple[int, int], int | None]]) -> list[FileAnswer]:
    return [
        FileAnswer(position=position, option=option, doubtful=False, epoch=epoch, seq=seq, sent=False)
        for position, ((epoch, seq), option) in rows.items()
    ]


def live(rows: dict[int, tuple[tuple[int, int], int | None]]) -> dict[int, Answer]:
    return {
        position: Answer(position, option, False, epoch, seq, BELL) for position, ((epoch, seq), option) in rows.items()
    }


@pytest.mark.invariant("I-03")
@given(ROWS, ROWS, st.integers(1, 3))
def test_a_rescue_never_takes_the_place_of_a_newer_live_answer(file: dict, stored: dict, epoch: int) -> None:  # type: ignore[type-arg]
    rescued = rules.rescued(from_file(file), live(stored), epoch)
    final = rules.overlaid(
        {position: option for position, (_, option) in stored.items()},
        {answer.position: answer.option for answer in rescued},
    )
    for position in file.keys() | stored.keys():
        candidates = [stored[position]] if position in stored else []
        if position in file and file[position][0][0] == epoch:
            candidates.append(file[position])
        # The first of equals: what the server stored stays.
        newest = max(candidates, key=lambda row: row[0], default=(None, None))
        assert final.get(position) == newest[1]


@given(ROWS, st.integers(1, 3))
def test_a_file_that_says_what_is_stored_adds_nothing(stored: dict, epoch: int) -> None:  # type: ignore[type-arg]
    assert rules.rescued(from_file(stored), live(stored), epoch) == []
    assert rules.contradictions(from_file(stored), live(stored).values()) == []


@pytest.mark.parametrize(
    ("after_bell", "allowed"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(0), True),
        (timedelta(minutes=15) - timedelta(microseconds=1), True),
        (timedelta(minutes=15), False),
    ],
)
def test_words_are_noted_in_the_fifteen_minutes_after_the_bell(after_bell: timedelta, allowed: bool) -> None:
    assert rules.may_note(BELL, BELL + after_bell) is allowed


def test_the_list_holds_eleven_bits_of_words_and_no_two_a_slip_apart() -> None:
    words = digest.word_list()
    assert len(set(words)) == len(words) == 2**digest.BITS_PER_WORD
    known = set(words)
    for word in words:
        assert known.intersection(digest._slips(word)) == {word}


def test_a_digest_is_the_first_66_bits() -> None:
    # SHA-256 of "abc" begins with ba7816bf8f01cfea41; eleven bits a word:
    words = digest.digest_words("abc").split()
    assert [digest.word_list().index(word) for word in words] == [
        0b10111010011,
        0b11000000101,
        0b10101111111,
        0b00011110000,
        0b00011100111,
        0b11110101001,
    ]


@given(st.lists(st.sampled_from(digest.word_list()), min_size=6, max_size=6), st.integers(0, 5), st.data())
def test_a_slip_is_mended_or_named_and_never_another_word(words: list[str], place: int, data: st.DataObject) -> None:
    slipped = data.draw(st.sampled_from(sorted(set(digest._slips(words[place])) - {""})))
    typed = " ".join([*words[:place], slipped, *words[place + 1 :]])
    try:
        assert digest.read_words(typed) == " ".join(words)
    except NotTheWords as refusal:
        unclear = refusal.members["words"]
        assert [one["place"] for one in unclear] == [place + 1]
        assert len(unclear[0]["suggestions"]) > 1
