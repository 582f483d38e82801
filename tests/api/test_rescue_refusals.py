"""Noting the words and uploading the file: each way in which a rescue must not count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.delivery.rescue.digest import digest_words
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.rescuing import AGO, BELL, SENT, UNSENT, Room, attempt_of, code, contents, noted, open_room, ring, rows


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with open_room(database) as opened:
        yield opened


@pytest.fixture
async def over(room: Room) -> Room:
    """The same after the bell: the server has the sent answers and nothing else."""
    await ring(room.urls, room.database)
    return room


async def test_words_are_noted_from_the_bell_on_and_for_fifteen_minutes(room: Room) -> None:
    attempt_id = await attempt_of(room.database, room.candidate)
    words = digest_words(await room.file())
    assert code(await room.proctor.note(attempt_id, words)) == (409, "rescue-too-early")
    await alter(room.urls, BELL)
    answer = await room.proctor.note(attempt_id, words)
    assert answer.status_code == 200, "at the bell itself, before the sweep came by"
    await work_once(room.database)
    await alter(room.urls, AGO, minutes(14))
    assert (await room.proctor.note(attempt_id, words)).json() == answer.json(), "the first time counts"
    await alter(room.urls, AGO, minutes(1))
    assert code(await room.proctor.note(attempt_id, words)) == (409, "rescue-too-late")
    assert code(await room.proctor.note(uuid4(), words)) == (404, "not-found")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


async def test_the_board_says_whose_words_can_be_noted(room: Room) -> None:
    async def note_until() -> str | None:
        (row,) = (await room.proctor.client.get(f"{room.proctor.path}/board")).json()["candidates"]
        until: str | None = row["note_until"]
        return until

    assert await note_until() is None
    await ring(room.urls, room.database)
    assert await note_until() is not None
    await alter(room.urls, AGO, minutes(15))
    assert await note_until() is None


async def test_who_handed_in_has_nothing_to_rescue(room: Room) -> None:
    file = await room.file()
    await room.candidate.submit()
    attempt_id = await attempt_of(room.database, room.candidate)
    assert code(await room.proctor.note(attempt_id, digest_words(file))) == (409, "rescue-not-possible")
    assert code(await room.office.upload(file)) == (409, "rescue-not-possible")


async def test_a_slip_of_the_pen_is_mended_and_a_riddle_is_not(over: Room) -> None:
    attempt_id = await attempt_of(over.database, over.candidate)
    words = ["panjat", "direktur", "tugu", "opera", "replika", "musim"]
    typed = "1. PANJAT, 2. direktor 3) tuguu  oprea\n5. replka - musim"
    assert (await over.proctor.note(attempt_id, typed)).json()["words"] == " ".join(words)
    unclear = await over.proctor.note(attempt_id, " ".join([*words[:5], "qqqqqq"]))
    assert code(unclear) == (422, "rescue-words")
    assert unclear.json()["words"] == [{"place": 6, "word": "qqqqqq", "suggestions": []}]
    few = await over.proctor.note(attempt_id, " ".join(words[:5]))
    assert (code(few), few.json()["count"]) == ((422, "rescue-words"), 5)


async def test_a_file_whose_words_nobody_noted_does_not_count(over: Room) -> None:
    file = await over.file()
    refused = await over.office.upload(file)
    assert code(refused) == (409, "rescue-not-noted")
    assert refused.json()["words"] == digest_words(file), "so that the notes can be compared"
    await over.noted_file({4: 2})
    assert code(await over.office.upload(file)) == (409, "rescue-not-noted"), "words of another file are no help"


async def test_a_byte_that_changed_is_another_file(over: Room) -> None:
    file = await over.noted_file()
    assert code(await over.office.upload(file.replace('"option":3', '"option":1'))) == (409, "rescue-not-noted")
    assert (await over.office.upload("\ufeff" + file + "\r\n")).status_code == 201, "what a transport adds is no change"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sitting": "UJI-2"}, "rescue-other-sitting"),
        ({"attempt_id": "00000000-0000-4000-8000-000000000000"}, "rescue-other-candidate"),
        ({"participant": "MMU-26-0002"}, "rescue-other-candidate"),
        ({"device_secret": "ab" * 16}, "rescue-other-device"),
        ({"epoch": 2}, "rescue-other-device"),
    ],
)
async def test_a_file_of_somebody_or_something_else_is_refused(over: Room, changes: Any, expected: str) -> None:
    """Even with its words noted: what a proctor wrote down says nothing about where a file comes from."""
    assert code(await over.office.upload(await over.noted_file(**changes))) == (409, expected)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"position": 101}, (422, "no-such-position")),
        ({"option": 4}, (422, "no-such-option")),
    ],
)
async def test_an_answer_that_the_form_does_not_have_is_refused(over: Room, change: Any, expected: Any) -> None:
    answers = rows(over.candidate, SENT, UNSENT)
    file = await contents(over.database, over.world, over.candidate, [*answers[:-1], answers[-1] | change])
    await noted(over.proctor, over.database, over.candidate, file)
    assert code(await over.office.upload(file)) == expected


@pytest.mark.parametrize(
    ("text_of_file", "field"),
    [
        ("not a file", "file"),
        ("{}", "file"),
        ('{"format":"sahih-rescue-1","format":"sahih-rescue-1"}', "file"),
        ("[" * 10_000, "file"),
        ("x" * 50_000, "file"),
        ({"format": "sahih-rescue-2"}, "format"),
        ({"device_secret": "zz"}, "device_secret"),
        ({"created_at": "2026-11-21T04:00:00"}, "created_at"),
        ({"extra": 1}, "file"),
        ({"answers": []}, "answers"),
        ({"answers": [{"position": 1}]}, "answers[0]"),
        (
            {"answers": [{"position": 1, "option": 1.5, "doubtful": False, "epoch": 1, "seq": 9, "sent": False}]},
            "answers[0].option",
        ),
        (
            {"answers": [{"position": 1, "option": 1, "doubtful": False, "epoch": 1, "seq": 9, "sent": False}] * 2},
            "answers",
        ),
        (
            {"answers": [{"position": 1, "option": 1, "doubtful": False, "epoch": 7, "seq": 9, "sent": False}]},
            "answers",
        ),
    ],
)
async def test_what_is_no_rescue_file_is_refused_by_field(over: Room, text_of_file: Any, field: str) -> None:
    file = text_of_file if isinstance(text_of_file, str) else await over.file(**text_of_file)
    refused = await over.office.upload(file)
    assert code(refused) == (422, "rescue-file")
    assert refused.json()["fields"][0]["field"] == field


async def test_another_value_for_a_stored_change_is_refused(over: Room) -> None:
    answers = rows(over.candidate, SENT | {1: 3}, {4: 1})
    file = await contents(over.database, over.world, over.candidate, answers)
    await noted(over.proctor, over.database, over.candidate, file)
    refused = await over.office.upload(file)
    assert code(refused) == (409, "rescue-contradicts")
    assert refused.json()["positions"] == [1]


async def test_another_value_for_a_change_that_came_too_late_is_refused(over: Room) -> None:
    """The change reached the server after the bell: it does not count, and still says what the computer had."""
    assert (await over.candidate.save({4: 2})).status_code == 409
    refused = await over.office.upload(await over.noted_file({4: 1}))
    assert code(refused) == (409, "rescue-contradicts")
    assert refused.json()["positions"] == [4]
    assert (await over.office.upload(await over.noted_file({4: 2}))).status_code == 201


@pytest.mark.invariant("I-27")
async def test_who_noted_the_words_does_not_upload_the_file(over: Room) -> None:
    """Who holds the file can rewrite it, and note the words of what they wrote."""
    file = await over.noted_file()
    assert code(await over.proctor.upload(file)) == (409, "rescue-noter-uploads")
    assert (await over.office.upload(file)).status_code == 201


async def test_a_file_made_after_its_words_were_noted_is_refused(over: Room) -> None:
    file = await over.noted_file(created_at="2126-11-21T04:00:00.000Z")
    assert code(await over.office.upload(file)) == (409, "rescue-made-later")


async def test_a_file_that_calls_everything_sent_has_nothing_to_add(over: Room) -> None:
    answers = rows(over.candidate, SENT | {4: 1}, {})
    assert code(await over.office.upload(await over.noted_file(answers=answers))) == (409, "rescue-nothing-new")


async def test_a_file_without_news_is_refused(over: Room) -> None:
    assert code(await over.office.upload(await over.noted_file({}))) == (409, "rescue-nothing-new")


async def test_a_bell_that_moved_after_the_note_makes_the_note_void(over: Room) -> None:
    file = await over.noted_file()
    await alter(over.urls, "UPDATE attempts SET closes_at = closes_at + interval '1 hour'")
    assert code(await over.office.upload(file)) == (409, "rescue-not-noted")


async def test_an_attempt_declared_void_takes_no_rescue(over: Room) -> None:
    rescue_id = await over.uploaded()
    await alter(over.urls, "UPDATE attempts SET state = 'void'")
    assert code(await over.committee.decide(rescue_id)) == (409, "rescue-not-possible")
    assert code(await over.office.upload(await over.file({4: 2}))) == (409, "rescue-not-possible")
