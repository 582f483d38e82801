"""Files into a bank: what a dry run says, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from app.core.access import Role
from app.itembank import lifecycle
from app.itembank.models import BankImport, Item, ItemMove, ItemVersion
from app.itembank.transfers import apply_import, forget_old_imports, imports
from app.itembank.transfers.errors import BankMoved, ImportMoved, RowsRefused
from app.worker import run_jobs
from tests.databases import TestDatabase, alter
from tests.domain.itembank.importing import Importing, actor_of, csv_of, row
from tests.factories import make_settings, make_world, running_app

KNOWN = "MMU-1.1-01"
FAILS_AT_THE_LAST = """
    CREATE FUNCTION fail_at_the_last() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.code = 'MMU-1.1-99' THEN RAISE EXCEPTION 'broken'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER fail BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION fail_at_the_last();
"""


@pytest.fixture
async def importing(database: TestDatabase) -> AsyncIterator[Importing]:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, prepared=False)
        yield Importing(app.state.database, actor_of(world, Role.COMMITTEE), actor_of(world, Role.AUTHOR))


def known(**changes: str) -> dict[str, str]:
    """The first item of the bank, as a file has it."""
    options = {letter: f"Opsi {letter} {KNOWN}" for letter in "ABCD"}
    return (
        row(KNOWN, stem=f"Pokok soal {KNOWN}?", **options, Pembahasan=f"rationale of {KNOWN}", Sumber="sumber")
        | changes
    )


async def versions_of(importing: Importing, code: str) -> list[tuple[int, str]]:
    async with importing.database.staff() as session:
        rows = await session.execute(
            select(ItemVersion.version_no, ItemVersion.state)
            .join(Item, Item.id == ItemVersion.item_id)
            .where(Item.code == code)
            .order_by(ItemVersion.version_no)
        )
        return [(one.version_no, one.state) for one in rows]


async def count_drafts(importing: Importing) -> int:
    async with importing.database.staff() as session:
        return await session.scalar(select(func.count()).where(ItemVersion.state == "draft")) or 0


async def test_new_items_become_drafts_of_who_brought_them(importing: Importing) -> None:
    import_id = await importing.read(csv_of(row("MMU-1.1-40"), row(stem="Siapa yang menunjuk auditor?")))
    assert await importing.outcomes(import_id) == ["new", "new"]
    assert await count_drafts(importing) == 0, "a dry run writes nothing into the bank"
    await importing.apply(import_id)
    now = await importing.now(import_id)
    assert (now.state, now.done, now.total) == ("applied", 2, 2)
    async with importing.database.staff() as session:
        rows = await session.execute(
            select(Item.code, ItemVersion.state, ItemVersion.author_id, ItemMove.reason)
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .join(ItemMove, ItemMove.item_version_id == ItemVersion.id)
            .where(ItemVersion.state == "draft")
            .order_by(Item.code)
        )
        maker = importing.actor.person_id
        assert [tuple(one) for one in rows] == [
            ("MMU-1.1-40", "draft", maker, "kumpulan soal asesor"),
            ("MMU-1.1-41", "draft", maker, "kumpulan soal asesor"),
        ]


async def test_what_is_in_the_bank_already_is_known_by_its_code_and_by_its_text(importing: Importing) -> None:
    import_id = await importing.read(csv_of(known(), known(Kode="", Soal="Pokok soal MMU-1.1-02?")))
    assert await importing.outcomes(import_id) == ["same", "new"]
    without_code = await importing.read(csv_of(known(Kode="")))
    (one,) = (await importing.report(without_code))["rows"]
    assert (one["outcome"], one["code"]) == ("same", KNOWN)


async def test_a_changed_row_becomes_a_revision_and_the_version_in_use_stays(importing: Importing) -> None:
    import_id = await importing.read(csv_of(known(Soal="Pokok soal yang lebih jelas?", Kunci="B")))
    (one,) = (await importing.report(import_id))["rows"]
    assert (one["outcome"], one["differs"]) == ("changed", ["stem", "key"])
    await importing.apply(import_id)
    assert await versions_of(importing, KNOWN) == [(1, "active"), (2, "draft")]


async def test_the_order_of_options_comes_with_the_file_and_stays_where_it_says_nothing(importing: Importing) -> None:
    head = "Kode;KUK;Soal;A;B;C;D;Kunci;Urutan opsi"
    rows = ("MMU-1.1-40;1.1;Berapa hari?;1;2;3;4;B;tetap", "MMU-1.1-41;1.1;Berapa tahun?;1;2;3;4;C;")
    first = await importing.read("\n".join((head, *rows)).encode())
    await importing.apply(first)
    async with importing.database.staff() as session:
        found = await session.execute(
            select(Item.code, ItemVersion.fixed_order)
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .where(ItemVersion.state == "draft")
            .order_by(Item.code)
        )
        assert [tuple(one) for one in found] == [("MMU-1.1-40", True), ("MMU-1.1-41", False)]
    silent = await importing.read("\n".join((head, rows[0].replace("tetap", ""))).encode())
    assert await importing.outcomes(silent) == ["same"]
    other = await importing.read("\n".join((head, rows[0].replace("tetap", "acak"))).encode())
    (one,) = (await importing.report(other))["rows"]
    assert (one["outcome"], one["differs"]) == ("changed", ["fixed_order"])


async def test_a_draft_of_ones_own_goes_on_and_that_of_others_does_not(importing: Importing) -> None:
    await importing.apply(await importing.read(csv_of(row("MMU-1.1-40"))))
    again = await importing.read(csv_of(row("MMU-1.1-40", stem="Apa tujuan audit mutu internal?")))
    assert await importing.outcomes(again) == ["changed"]
    await importing.apply(again)
    assert await versions_of(importing, "MMU-1.1-40") == [(1, "draft")]
    other = await importing.by_author().read(csv_of(row("MMU-1.1-40", stem="Apa itu audit?")))
    (one,) = (await importing.by_author().report(other))["rows"]
    assert [fault["field"] for fault in one["faults"]] == ["code"]


async def test_a_version_in_review_waits_for_its_outcome(importing: Importing) -> None:
    await importing.apply(await importing.read(csv_of(row("MMU-1.1-40"))))
    async with importing.database.staff() as session, session.begin():
        version_id = await session.scalar(select(ItemVersion.id).where(ItemVersion.state == "draft"))
        assert version_id
        await lifecycle.move(session, version_id, lifecycle.Action.SUBMIT, "siap ditelaah", actor=importing.actor)
    again = await importing.read(csv_of(row("MMU-1.1-40", stem="Apa itu audit?")))
    (one,) = (await importing.report(again))["rows"]
    assert "ditelaah" in one["faults"][0]["text_id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Kunci": ""}, "key"),
        ({"KUK": ""}, "kuk"),
        ({"KUK": "9.9"}, "kuk"),
        ({"D": ""}, "options"),
        ({"B": "memeriksa"}, "options"),
        ({"Perkiraan sulit": "0,01"}, "expected_p"),
        ({"Soal": '<img src=""image:' + "a" * 64 + '"" alt=""bagan"">'}, "stem"),
    ],
    ids=["no key", "no KUK", "unknown KUK", "three options", "two alike", "too hard", "a picture from nowhere"],
)
async def test_a_row_that_cannot_be_taken_says_which_field_and_why(
    importing: Importing, changes: dict[str, str], field: str
) -> None:
    import_id = await importing.read(csv_of(row(**changes)))
    (one,) = (await importing.report(import_id))["rows"]
    assert one["outcome"] == "refused"
    assert field in [fault["field"].partition(".")[0] for fault in one["faults"]]
    assert all(fault["text_id"] and fault["text_en"] for fault in one["faults"])


async def test_the_same_item_twice_in_a_file_is_one_too_many(importing: Importing) -> None:
    import_id = await importing.read(csv_of(row(), row()))
    assert await importing.outcomes(import_id) == ["new", "refused"]


async def test_one_kuk_for_all_rows_that_name_none(importing: Importing) -> None:
    import_id = await importing.read(csv_of(row(KUK=""), row(stem="Apa itu mutu?")), kuk="2.3")
    assert [one["kuk"] for one in (await importing.report(import_id))["rows"]] == ["2.3", "1.1"]


async def test_a_refused_row_holds_up_all_unless_it_is_left_out_by_name(importing: Importing) -> None:
    import_id = await importing.read(csv_of(row(), row(stem="Apa itu mutu?", Kunci="")))
    with pytest.raises(RowsRefused) as refusal:
        await importing.agree(import_id)
    assert refusal.value.members == {"lines": [3]}
    await importing.apply(import_id, skip=(3,))
    assert await count_drafts(importing) == 1


async def test_questions_on_one_line_are_told_apart(importing: Importing) -> None:
    def question(stem: str, right: str) -> str:
        answers = "".join(
            f'<answer fraction="{100 if one == right else 0}"><text>{one}</text></answer>'
            for one in ("a", "b", "c", "d")
        )
        return f'<question type="multichoice"><questiontext><text>{stem}</text></questiontext>{answers}</question>'

    file = f"<quiz>{question('Apa itu mutu?', 'a')}{question('Apa itu audit?', 'e')}</quiz>".encode()
    import_id = await importing.read(file, name="soal.xml", format=None, kuk="1.1")
    rows = (await importing.report(import_id))["rows"]
    assert [(one["line"], one["outcome"]) for one in rows] == [(1, "new"), (2, "refused")]
    await importing.apply(import_id, skip=(2,))
    assert await count_drafts(importing) == 1


async def test_a_file_that_is_none_is_refused_with_a_remedy(importing: Importing) -> None:
    import_id = await importing.read(b"\x00\x01\x02", format=None, name="soal.xlsx")
    assert (await importing.now(import_id)).state == "refused"
    (fault,) = (await importing.report(import_id))["faults"]
    assert fault["text_id"]
    assert fault["text_en"]
    async with importing.database.staff() as session:
        with pytest.raises(ImportMoved):
            await imports.ask_to_apply(session, import_id, revision=1, skip=(), reason="x" * 10, actor=importing.actor)


async def test_nothing_is_written_where_one_row_breaks(importing: Importing, database: TestDatabase) -> None:
    import_id = await importing.read(csv_of(*(row(f"MMU-1.1-{n}", stem=f"Apa itu {n}?") for n in (40, 41, 99))))
    await alter(database, FAILS_AT_THE_LAST)
    await importing.apply(import_id)
    assert (await importing.now(import_id)).state == "failed"
    assert await count_drafts(importing) == 0


async def test_a_bank_that_moved_meanwhile_is_compared_again(importing: Importing) -> None:
    first, second = await importing.read(csv_of(row())), await importing.read(csv_of(row(stem="Apa itu mutu?")))
    await importing.apply(first)
    with pytest.raises(BankMoved):
        await importing.agree(second)
    async with importing.database.staff() as session, session.begin():
        await imports.read_again(session, second, actor=importing.actor)
    await run_jobs(importing.database)
    await importing.apply(second)
    assert await count_drafts(importing) == 2


async def test_a_bank_that_moves_between_the_word_and_the_work_changes_nothing(importing: Importing) -> None:
    """Two imports were agreed to at the same moment: the worker does the first, and refuses the second."""
    first, second = await importing.read(csv_of(row())), await importing.read(csv_of(row(stem="Apa itu mutu?")))
    await importing.agree(first)
    await importing.agree(second)
    await run_jobs(importing.database)
    assert [(await importing.now(one)).state for one in (first, second)] == ["applied", "refused"]
    assert "baca ulang" in (await importing.report(second))["faults"][0]["text_id"]
    assert await count_drafts(importing) == 1


async def test_two_workers_do_it_once(importing: Importing) -> None:
    import_id = await importing.read(csv_of(*(row(stem=f"Apa itu {n}?") for n in range(20))))
    await importing.agree(import_id)
    payload = {"import_id": str(import_id)}
    await asyncio.gather(*(apply_import(importing.database, payload) for _ in range(2)))
    assert await count_drafts(importing) == 20
    assert (await importing.now(import_id)).state == "applied"


async def test_progress_is_seen_before_anything_is_there(importing: Importing) -> None:
    import_id = await importing.read(csv_of(*(row(stem=f"Apa itu {n}?") for n in range(1_000))))
    await importing.agree(import_id)
    working = asyncio.create_task(run_jobs(importing.database))
    seen = set()
    while not working.done():
        drafts = await count_drafts(importing)  # first: they may all come between the two looks
        seen.add(((await importing.now(import_id)).done, drafts))
        await asyncio.sleep(0.02)
    await working
    under_way = {(done, drafts) for done, drafts in seen if 0 < done < 1_000}
    assert under_way
    assert {drafts for _, drafts in under_way} == {0}


async def test_it_is_nobody_elses_and_goes_when_it_is_discarded(importing: Importing) -> None:
    import_id = await importing.read(csv_of(row()))
    async with importing.database.staff() as session, session.begin():
        assert await imports.list_imports(session, importing.by_author().actor) == []
        await imports.discard_import(session, import_id, actor=importing.actor)
        assert await imports.list_imports(session, importing.actor) == []


async def test_old_files_are_forgotten(importing: Importing, database: TestDatabase) -> None:
    old, young = await importing.read(csv_of(row())), await importing.read(csv_of(row(stem="Apa itu mutu?")))
    await alter(database, "UPDATE bank_imports SET made_at = made_at - interval '31 days' WHERE id = $1", old)
    await forget_old_imports(importing.database)
    async with importing.database.staff() as session:
        assert list(await session.scalars(select(BankImport.id))) == [young]
