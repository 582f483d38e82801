"""The MMu scheme and its sample bank as they are in the repository, and files that must be refused."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from app import itembank, schemes
from app.cli.content import bank_check, load_content
from app.core.datafile import DataFileError
from app.core.db import Database
from app.core.resources import itembank_path
from app.itembank import BankItem, DraftItem, ItemContent, LoadReport, richtext
from app.itembank.richtext import read_image
from tests.databases import TestDatabase
from tests.factories import draft_items, kuks, make_photo, open_database

MMU = itembank_path() / "mmu"
SCHEME_SCHEMA = itembank_path() / "schema" / "scheme.schema.json"
ITEMS_SCHEMA = itembank_path() / "schema" / "items.schema.json"


@pytest.fixture
async def opened(database: TestDatabase) -> Any:
    opened = open_database(database, pool_size=2)
    yield opened
    await opened.close()


@pytest.mark.clause("11", "the default blueprint asks 5 items of each of the 20 criteria")
async def test_the_scheme_is_data(opened: Database) -> None:
    async with opened.staff() as session, session.begin():
        version, new = await schemes.load_scheme(session, MMU / "scheme.yaml", SCHEME_SCHEMA)
    assert new
    assert version.unit_of["4.6"].code == "MM 4"
    assert version.exam is not None
    assert (version.exam.items, version.exam.pass_mark, version.exam.options) == (100, 68, 4)
    assert set(version.items_per_kuk.values()) == {5}
    assert sum(version.items_per_kuk.values()) == 100
    assert version.content["blueprint"]["status"] == "usulan awal, belum disahkan"
    assert all(point["status"] == "menunggu konfirmasi LSP" for point in version.content["silent"])


def test_the_units_are_still_word_for_word_what_was_checked_against_the_document() -> None:
    """A change here is a change of the scheme: check it against the document, then write the new digest down."""
    units = yaml.safe_load((MMU / "scheme.yaml").read_text(encoding="utf-8"))["units"]
    digest = hashlib.sha256(json.dumps(units, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert digest == "27e583420f91ce0ee129464b17d57894e61c05a619160e56eb5bffed4d9a81df"


async def test_the_same_file_is_the_same_version_and_a_changed_one_the_next(opened: Database, tmp_path: Path) -> None:
    content = yaml.safe_load((MMU / "scheme.yaml").read_text(encoding="utf-8"))
    changed = tmp_path / "scheme.yaml"
    numbers = []
    for duration in (120, 120, 150, 120):
        content["exam"]["duration_minutes"] = duration
        changed.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        async with opened.staff() as session, session.begin():
            version, _ = await schemes.load_scheme(session, changed, SCHEME_SCHEMA)
        numbers.append(version.version_no)
    assert numbers == [1, 1, 2, 1]


async def test_the_highest_score_is_the_number_of_items(opened: Database, tmp_path: Path) -> None:
    """The score is the number right: with 60 items and a mark of 68 nobody could pass."""
    content = yaml.safe_load((MMU / "scheme.yaml").read_text(encoding="utf-8"))
    content["blueprint"]["items_per_kuk"] = dict.fromkeys(content["blueprint"]["items_per_kuk"], 3)
    content["exam"]["items"] = 60
    path = tmp_path / "scheme.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        async with opened.staff() as session, session.begin():
            await schemes.load_scheme(session, path, SCHEME_SCHEMA)
    (fault,) = refused.value.faults
    assert path.read_text(encoding="utf-8").splitlines()[fault.line - 1].strip() == "max_score: 100"
    assert (fault.file, fault.field) == ("scheme.yaml", "exam.max_score")
    assert "must equal the 60 items" in fault.fault_en


@pytest.mark.parametrize(
    ("old", "new", "line_holds", "says"),
    [
        ("pass_mark: 68", "pas_mark: 68", "exam", "typo"),
        ("pass_mark: 68", "pass_mark: 168", "pass_mark", "outside the scale"),
        ("'2.2': 5", "'2.2': 4", "blueprint", "adds up to 99"),
        ("'2.2': 5", "'2.9': 5", "blueprint", "KUK 2.9 is not both a criterion and planned"),
        ('kuk: "1.2"', 'kuk: "1.1"', "units", "a KUK number stands twice"),
        ("pass_mark: 68", "pass_mark: 68\n  pass_mark: 60", "pass_mark", "stands here twice"),
        ("code: MMu", "code: [MMu", "code", "not valid YAML"),
    ],
)
async def test_a_faulty_scheme_file_names_line_and_remedy(
    opened: Database, tmp_path: Path, old: str, new: str, line_holds: str, says: str
) -> None:
    source = (MMU / "scheme.yaml").read_text(encoding="utf-8").replace('"2.2": 5', "'2.2': 5")
    assert old in source
    path = tmp_path / "scheme.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        async with opened.staff() as session, session.begin():
            await schemes.load_scheme(session, path, SCHEME_SCHEMA)
    assert says in str(refused.value)
    assert refused.value.faults[0].line > 0
    async with opened.staff() as session:
        assert await session.scalar(text("SELECT count(*) FROM scheme_versions")) == 0


def test_the_sample_bank_is_clean_and_every_item_was_read_blind_by_a_second_reader() -> None:
    drafts = itembank.read_bank(MMU / "items", ITEMS_SCHEMA, n_options=4).drafts
    readings = itembank.read_second_reading(MMU / "second-reading.csv")
    remarks = itembank.check_bank(drafts, schemes.read_kuks(MMU / "scheme.yaml", SCHEME_SCHEMA), readings)
    assert Counter(draft.kuk for draft in drafts) == dict.fromkeys(kuks(), 20)
    assert remarks == []
    changed = [replace(drafts[0], content=ItemContent("Pokok soal lain?", drafts[0].content.options)), *drafts[1:]]
    unread = itembank.check_bank(changed, schemes.read_kuks(MMU / "scheme.yaml", SCHEME_SCHEMA), readings)
    assert [remark.rule for remark in unread] == ["unread"], "a changed text needs a reading of its own"


def test_the_sample_bank_has_pictures_cases_formulas_and_enemies() -> None:
    bank = itembank.read_bank(MMU / "items", ITEMS_SCHEMA, n_options=4)
    texts = [draft.content.stimulus + draft.content.stem + "".join(draft.content.options) for draft in bank.drafts]
    assert sum("<img " in text for text in texts) >= 40
    assert sum("<math " in text for text in texts) >= 10
    cases = Counter(draft.stimulus for draft in bank.drafts if draft.stimulus)
    assert sum(cases.values()) >= 30
    assert set(cases.values()) <= {2, 3}
    enemies = {frozenset((draft.code, enemy)) for draft in bank.drafts for enemy in draft.enemies}
    assert len(enemies) >= 4
    assert {draft.answer.cognitive_level for draft in bank.drafts} == {"remember", "apply", "analyse"}
    shown = {name for text in texts for name in richtext.images_of(text)}
    assert shown == set(bank.images) == {read_image(path.read_bytes()).hash for path in (MMU / "images").iterdir()}
    for image in bank.images.values():
        assert len(image.png) <= 40_000, "a room full of old computers fetches it over one line"


@pytest.mark.parametrize(
    ("content", "line", "field", "says"),
    [
        (b"", 1, "-", "the first line must be item_hash,answer,doubt,remark"),
        (b"hash,answer,doubt,remark\nx,A,none,\n", 1, "-", "the first line must be"),
        (b"item_hash;answer;doubt;remark\nx;A;none;\n", 1, "-", "the first line must be"),
        (b"item_hash,answer,doubt,remark\nx,A,none,\xe9\n", 1, "-", "save it as UTF-8"),
        (b"item_hash,answer,doubt,remark\nx,A,none,\ny,A\n", 3, "-", "there are 2 columns, not 4"),
        (b"item_hash,answer,doubt,remark\nx,A,none,\ny,a,none,\n", 3, "answer", "the letter of an option"),
        (b"item_hash,answer,doubt,remark\nx,A,none,\ny,,none,\n", 3, "answer", "the letter of an option"),
        (b'item_hash,answer,doubt,remark\nx,A,none,\ny,A,none,"open\n', 3, "-", "not valid CSV"),
        (b"item_hash,answer,doubt,remark\nx,A,none," + b"x" * 200_000, 2, "-", "not valid CSV"),
    ],
)
def test_a_faulty_second_reading_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int, field: str, says: str
) -> None:
    path = tmp_path / "second-reading.csv"
    path.write_bytes(content)
    with pytest.raises(DataFileError) as refused:
        itembank.read_second_reading(path)
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.field) == ("second-reading.csv", line, field)
    assert says in fault.fault_en


def test_a_second_reading_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    """With the mark of UTF-8, empty lines and a line break in a remark; the newest reading of a text counts."""
    path = tmp_path / "second-reading.csv"
    assert itembank.read_second_reading(path) == {}
    rows = 'item_hash,answer,doubt,remark\r\nx,A,none,\r\n\r\nx,B,some,"dua\r\nbaris\u2028"\r\n'
    path.write_bytes(rows.encode("utf-8-sig"))
    assert itembank.read_second_reading(path) == {"x": itembank.Reading("x", "B", "some", "dua\nbaris\u2028")}


GOOD_ITEM = """kuk: "1.1"
lang: id
items:
  - id: MMU-1.1-01
    stem: Pokok soal yang cukup panjang?
    options: {A: satu, B: dua, C: tiga, D: empat}
    key: A
    rationale: karena demikianlah adanya
    source: sumber
    cognitive_level: apply
    expected_p: 0.6
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: A", "key: A\n    key: B", "stands here twice"),
        ("key: A", "key: E", "the key names an option that is missing"),
        ("D: empat", "D: satu", "two options are the same"),
        ("C: tiga, ", "", "options must be"),
        ("expected_p: 0.6", "expected_p: 6", "not allowed"),
        ("stem: Pokok soal yang cukup panjang?", "", "required field is missing"),
    ],
)
def test_a_faulty_item_file_is_refused_whole(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "kuk-1.1.yaml").write_text(GOOD_ITEM.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        itembank.read_bank(tmp_path, ITEMS_SCHEMA, n_options=4)
    assert says in str(refused.value)
    assert refused.value.faults[0].file == "kuk-1.1.yaml"


@pytest.mark.parametrize(
    ("options", "n"), [("{A: satu, B: dua, C: tiga}", 3), ("{A: satu, B: dua, C: tiga, D: empat, E: lima}", 5)]
)
async def test_items_have_as_many_options_as_the_scheme_asks_for(
    opened: Database, tmp_path: Path, options: str, n: int
) -> None:
    """What `bank load` reads; `bank check` reads the same way."""
    (tmp_path / "items").mkdir()
    (tmp_path / "scheme.yaml").write_bytes((MMU / "scheme.yaml").read_bytes())
    item = GOOD_ITEM.replace("{A: satu, B: dua, C: tiga, D: empat}", options)
    (tmp_path / "items" / "kuk-1.1.yaml").write_text(item, encoding="utf-8")
    for read in (lambda session: load_content(session, tmp_path), lambda _: asyncio.to_thread(bank_check, tmp_path)):
        with pytest.raises(DataFileError) as refused:
            async with opened.staff() as session, session.begin():
                await read(session)
        fault = refused.value.faults[0]
        assert (fault.file, fault.line, fault.field) == ("kuk-1.1.yaml", 6, "items.1.options")
        assert f"there are {n} options, the scheme asks for 4" in fault.fault_en
    async with opened.staff() as session:
        assert await session.scalar(text("SELECT count(*) FROM item_versions")) == 0


def test_a_code_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kuk-1.1.yaml").write_text(GOOD_ITEM, encoding="utf-8")
    (tmp_path / "kuk-1.2.yaml").write_text(GOOD_ITEM.replace('"1.1"', '"1.2"'), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        itembank.read_bank(tmp_path, ITEMS_SCHEMA, n_options=4)
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.field) == ("kuk-1.2.yaml", 4, "MMU-1.1-01")
    assert "kuk-1.1.yaml:4" in fault.fault_en


def test_texts_are_trimmed_and_composed(tmp_path: Path) -> None:
    """Typed as e and a combining accent, or with a space at the end, it is the same text and the same hash."""
    (tmp_path / "kuk-1.1.yaml").write_text(GOOD_ITEM.replace("D: empat", 'D: " cafe\u0301 "'), encoding="utf-8")
    (draft,) = itembank.read_bank(tmp_path, ITEMS_SCHEMA, n_options=4).drafts
    assert draft.content.options == ("satu", "dua", "tiga", "caf\u00e9")


async def test_a_changed_item_is_a_new_version_and_the_old_one_stays(opened: Database, tmp_path: Path) -> None:
    path = tmp_path / "kuk-1.1.yaml"
    reports = []
    for file in (GOOD_ITEM, GOOD_ITEM, GOOD_ITEM.replace("key: A", "key: B")):
        path.write_text(file, encoding="utf-8")
        async with opened.staff() as session, session.begin():
            drafts = itembank.read_bank(tmp_path, ITEMS_SCHEMA, n_options=4).drafts
            reports.append(await itembank.load_items(session, "MMu", drafts))
    assert [(r.added, r.changed, r.unchanged) for r in reports] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    async with opened.staff() as session:
        rows = await session.execute(text("SELECT version_no, state FROM item_versions ORDER BY version_no"))
        assert [tuple(row) for row in rows] == [(1, "retired"), (2, "active")]


async def load_drafts(opened: Database, drafts: list[DraftItem]) -> LoadReport:
    async with opened.staff() as session, session.begin():
        return await itembank.load_items(session, "MMu", drafts)


async def active_bank(opened: Database) -> dict[str, BankItem]:
    async with opened.staff() as session:
        return {item.code: item for item in await itembank.list_active(session, "MMu")}


@pytest.mark.parametrize("change", [{"kuk": "2.1"}, {"lang": "en"}])
async def test_criterion_and_language_belong_to_a_version(opened: Database, change: dict[str, Any]) -> None:
    """A result that was counted under a criterion stays counted under it."""
    first, *others = draft_items(per_kuk=1)
    await load_drafts(opened, [first, *others])
    before = (await active_bank(opened))[first.code]
    assert await load_drafts(opened, [replace(first, **change), *others]) == LoadReport(0, 1, len(others))
    after = (await active_bank(opened))[first.code]
    assert after.version_id != before.version_id
    async with opened.staff() as session:
        old = (await itembank.peek_keys(session, [before.version_id]))[before.version_id]
        now = await itembank.get_item(session, first.code, [after.version_id])
    assert old.kuk == first.kuk
    assert {name: now[name] for name in change} == change
    assert now["version_no"] == 2


async def test_a_fixed_order_makes_a_version_of_the_same_text(opened: Database) -> None:
    """What was read a second time stays read: the hash of its text is the same."""
    first, *others = draft_items(per_kuk=1)
    await load_drafts(opened, [first, *others])
    before = (await active_bank(opened))[first.code]
    fixed = replace(first, fixed_order=True)
    assert await load_drafts(opened, [fixed, *others]) == LoadReport(0, 1, len(others))
    after = (await active_bank(opened))[first.code]
    assert (before.fixed_order, after.fixed_order) == (False, True)
    assert after.version_id != before.version_id
    assert after.content_hash == before.content_hash
    assert await load_drafts(opened, [fixed, *others]) == LoadReport(0, 0, len(others) + 1)


async def test_assembly_sees_level_and_picture_of_an_item_and_no_text(opened: Database) -> None:
    shown = read_image(make_photo())
    first, second, third, *_ = draft_items(per_kuk=1)
    drawn = replace(first, content=replace(first.content, stem=f'<img alt="peta" src="image:{shown.hash}"> Apa ini?'))
    deep = replace(second, answer=replace(second.answer, cognitive_level="analyse"), stimulus="MMU-1.2-K1")
    of_case = replace(deep, content=replace(deep.content, stimulus=f'Kasus <img alt="a" src="image:{shown.hash}">'))
    async with opened.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", [drawn, of_case, third], {shown.hash: shown})
    bank = await active_bank(opened)
    assert [(item.level, item.picture, item.stimulus) for item in bank.values()] == [
        ("apply", True, None),
        ("analyse", True, "MMU-1.2-K1"),
        ("apply", False, None),
    ]


async def test_other_enemies_count_from_the_next_drawing_on_and_make_no_version(opened: Database) -> None:
    first, second, *others = draft_items(per_kuk=1)
    await load_drafts(opened, [first, second, *others])
    before = (await active_bank(opened))[first.code]
    fought = replace(first, enemies=(second.code,))
    assert await load_drafts(opened, [fought, second, *others]) == LoadReport(0, 1, len(others) + 1)
    after = (await active_bank(opened))[first.code]
    assert (after.version_id, after.enemies) == (before.version_id, (second.code,))
    assert await load_drafts(opened, [fought, second, *others]) == LoadReport(0, 0, len(others) + 2)


async def test_an_item_that_left_the_files_is_named_and_retired_and_comes_back_with_them(opened: Database) -> None:
    first, second, *others = draft_items(per_kuk=1)
    await load_drafts(opened, [first, second, *others])
    before = await active_bank(opened)
    report = await load_drafts(opened, others)
    assert report == LoadReport(0, 0, len(others), (first.code, second.code))
    assert not {first.code, second.code} & set(await active_bank(opened))
    async with opened.staff() as session:
        facts = await session.scalar(text("SELECT facts FROM journal WHERE action = 'bank.loaded' ORDER BY id DESC"))
        assert set(await itembank.peek_keys(session, [before[first.code].version_id])), "drawn forms keep their version"
    assert facts["retired"] == [first.code, second.code]
    assert await load_drafts(opened, others) == LoadReport(0, 0, len(others)), "told once"
    changed = replace(second, answer=replace(second.answer, key=(second.answer.key + 1) % 4))
    assert await load_drafts(opened, [first, changed, *others]) == LoadReport(2, 0, len(others))
    after = await active_bank(opened)
    assert after[first.code].version_id == before[first.code].version_id, "the same text keeps its statistics"
    assert after[second.code].version_id != before[second.code].version_id
    assert len(after) == len(before)


async def test_a_code_that_another_scheme_uses_is_refused(opened: Database) -> None:
    first, second, *_ = draft_items(per_kuk=1)
    await load_drafts(opened, [first])
    with pytest.raises(DataFileError) as refused:
        async with opened.staff() as session, session.begin():
            await itembank.load_items(session, "Other", [second, replace(first, file="lain.yaml", line=7)])
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.field) == ("lain.yaml", 7, first.code)
    assert "belongs to the scheme MMu" in fault.fault_en
