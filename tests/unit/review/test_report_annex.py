"""The annex and the map of evidence of a report: what they hold, and what they keep back."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from app.review.report.annex import NOT_NAMED, Table, annex
from app.review.report.evidence import evidence, list_clauses
from app.review.report.files import as_workbook, as_zip
from app.review.report.voice import Voice
from tests.unit.review.reported import ITEM, ZONE, make_facts
from tests.unit.review.test_report import parts, planted

CLAUSES = Path(__file__).parents[3] / "docs" / "clauses.yaml"
NAMES = ["ujian", "soal", "pilihan", "paket", "unit", "periode", "tanda", "bukti", "temuan"]


def tables(name: str = "Sari Dewi") -> dict[str, Table]:
    found = parts()
    cards = [found[f"item:{row['id']}"] for row in found["items"]["rows"]]
    return {table.name: table for table in annex(make_facts(found, name=name), cards, Voice("id", ZONE))}


def column(table: Table, title: str) -> list[Any]:
    return [row[table.header.index(title)] for row in table.rows]


def test_every_table_is_there_with_full_digits() -> None:
    found = tables()
    assert list(found) == NAMES
    for table in found.values():
        assert table.rows, table.name
        assert {len(row) for row in table.rows} == {len(table.header)}, table.name
    rows = parts()["items"]["rows"]
    assert column(found["soal"], "soal") == [row["code"] for row in rows]
    assert column(found["soal"], "p") == [row["p"][0] for row in rows]
    assert (
        dict(zip(column(found["soal"], "soal"), column(found["soal"], "keputusan"), strict=True))[ITEM] == "suspended"
    )
    assert len(found["pilihan"].rows) >= 4 * len(rows)


def test_no_key_and_no_candidate_stands_in_it() -> None:
    found = tables()
    assert "kunci" not in {title for table in found.values() for title in table.header}
    leads = {kind: about for _, kind, about, *_ in found["tanda"].rows}
    assert leads["pair"] == NOT_NAMED
    about = column(found["temuan"], "mengenai")
    assert f"pasangan peserta {NOT_NAMED}" in about
    assert "07 & 08" not in str(about)
    told = str([table.rows for table in found.values()])
    assert not any(str(person.attempt_id)[:8] in told for person in planted().persons)


def test_nobody_reads_a_key_off_the_counts_of_its_options() -> None:
    """As many chose the key as were right: with a letter beside that count the key would stand in the annex."""
    options = tables()["pilihan"]
    assert set(column(options, "pilihan")) <= {1, 2, 3, 4, "–"}
    first = [row for row in options.rows if row[0] == options.rows[0][0]]
    assert [row[1] for row in first] == [1, 2, 3, 4, "–"][: len(first)]
    counts = [row[2] for row in first[:4]]
    assert counts == sorted(counts, reverse=True)


def test_a_spreadsheet_in_indonesian_opens_the_files_and_runs_nothing() -> None:
    found = list(tables("=1+1").values())
    archive = zipfile.ZipFile(io.BytesIO(as_zip(found)))
    assert archive.namelist() == [f"{name}.csv" for name in NAMES]
    text = archive.read("soal.csv").decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert "," in first["p"]
    assert "'=1+1" in archive.read("temuan.csv").decode()
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(found)))
    assert book.sheetnames == [name.capitalize() for name in NAMES]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert as_zip(found) == as_zip(found)


def test_the_map_of_evidence_names_clauses_that_exist_and_records_that_are_there() -> None:
    known = {clause["id"] for clause in yaml.safe_load(CLAUSES.read_text(encoding="utf-8"))}
    assert {entry["clause"] for entry in list_clauses()} <= known
    found = {(one.clause, one.what_id): (one.count, str(one.last)) for one in evidence(make_facts(parts()))}
    assert found["9.3.5", "temuan"] == (2, "2026-07-20")
    assert found["9.3.5", "temuan yang ditutup"] == (1, "2026-07-20")
    assert found["9.3.5", "verifikasi keberhasilan"] == (1, "2026-07-18")
    assert found["9.3.3", "pelaksanaan ujian yang dikaji"] == (1, "2026-03-14")
    assert ("9.3.1", "paket yang dibandingkan dengan rencananya") not in {
        (one.clause, one.what_id) for one in evidence(make_facts({}))
    }
