"""The MMu scheme and its sample bank as they are in the repository, and files that must be refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from app import itembank, schemes
from app.core.datafile import DataFileError
from app.core.db import Database
from app.core.resources import itembank_path
from app.itembank import ItemContent
from tests.databases import TestDatabase

MMU = itembank_path() / "mmu"
SCHEME_SCHEMA = itembank_path() / "schema" / "scheme.schema.json"
ITEMS_SCHEMA = itembank_path() / "schema" / "items.schema.json"


@pytest.fixture
async def opened(database: TestDatabase) -> Any:
    opened = Database(database.app_url, database.exam_url, pool_size=2)
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


@pytest.mark.parametrize(
    ("old", "new", "line_holds", "says"),
    [
        ("pass_mark: 68", "pas_mark: 68", "exam", "typo"),
        ("pass_mark: 68", "pass_mark: 168", "pass_mark", "outside the scale"),
        ("'2.2': 5", "'2.2': 4", "blueprint", "adds up to 99"),
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
    drafts = itembank.read_bank(MMU / "items", ITEMS_SCHEMA)
    readings = itembank.read_second_reading(MMU / "second-reading.csv")
    remarks = itembank.check_bank(drafts, schemes.read_kuks(MMU / "scheme.yaml", SCHEME_SCHEMA), readings)
    assert len(drafts) == 200
    assert remarks == []
    changed = [replace(drafts[0], content=ItemContent("Pokok soal lain?", drafts[0].content.options)), *drafts[1:]]
    unread = itembank.check_bank(changed, schemes.read_kuks(MMU / "scheme.yaml", SCHEME_SCHEMA), readings)
    assert [remark.rule for remark in unread] == ["unread"], "a changed text needs a reading of its own"


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
        itembank.read_bank(tmp_path, ITEMS_SCHEMA)
    assert says in str(refused.value)
    assert refused.value.faults[0].file == "kuk-1.1.yaml"


async def test_a_changed_item_is_a_new_version_and_the_old_one_stays(opened: Database, tmp_path: Path) -> None:
    path = tmp_path / "kuk-1.1.yaml"
    reports = []
    for file in (GOOD_ITEM, GOOD_ITEM, GOOD_ITEM.replace("key: A", "key: B")):
        path.write_text(file, encoding="utf-8")
        async with opened.staff() as session, session.begin():
            drafts = itembank.read_bank(tmp_path, ITEMS_SCHEMA)
            reports.append(await itembank.load_items(session, "MMu", drafts))
    assert [(r.added, r.changed, r.unchanged) for r in reports] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    async with opened.staff() as session:
        rows = await session.execute(text("SELECT version_no, state FROM item_versions ORDER BY version_no"))
        assert [tuple(row) for row in rows] == [(1, "retired"), (2, "active")]
