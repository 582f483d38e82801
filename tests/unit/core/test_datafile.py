"""Content files: whatever is in them, they are read or refused with file, line and field; nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.datafile import DataFile, DataFileError, read_yaml
from app.core.resources import itembank_path

ANYTHING: dict[str, Any] = {}


def read(tmp_path: Path, content: str | bytes, schema: dict[str, Any] = ANYTHING) -> DataFile:
    path = tmp_path / "isi.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_yaml(path, schema)


@pytest.mark.parametrize(
    ("content", "line", "field", "says"),
    [
        ("a: 1\nb: &b [*b]", 2, "-", "aliases are not used"),
        ("a: &a [1]\nb: [*a, *a]", 2, "-", "aliases are not used"),
        ("a: 1\n? [a, b]\n: 2", 2, "-", "a field name must be a text"),
        ("a: 1\n2: 2", 2, "-", "a field name must be a text"),
        ("a: 1\nyes: 2", 2, "-", "a field name must be a text"),
        ("a: 1\n<<: {b: 2}", 2, "-", "a field name must be a text"),
        ("a: 1\nb: " + "[" * 100_000, 2, "-", "nested too deeply"),
        ("a: 1\nb: " + "{b: " * 100_000, 2, "-", "nested too deeply"),
        ("a: 1\nb: !!python/object/apply:os.getcwd []", 2, "-", "tags"),
        ("a: 1\nb: !!int x", 2, "-", "tags"),
        ("a: 1\nb:\n - c: 0x_", 3, "b.1.c", "cannot be read as a value"),
        ("a: 1\nb: " + "9" * 5000, 2, "b", "cannot be read as a value"),
        ("a: 1\nb: .nan", 2, "b", "not a finite number"),
        ("a: 1\nb: -1.0e+999", 2, "b", "not a finite number"),
        ('a: 1\nb: "\\0"', 2, "b", "a NUL character"),
        ("a: 1\nb: =", 2, "b", "quotation marks"),
        ("a: 1\na: 2", 2, "-", "stands here twice"),
        ("a: 1\n---\nb: 2", 2, "-", "not valid YAML"),
        ("", 1, "-", "empty"),
        (b"a: \xff", 1, "-", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, field: str, says: str
) -> None:
    with pytest.raises(DataFileError) as refused:
        read(tmp_path, content)
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.field) == ("isi.yaml", line, field)
    assert says in fault.fault_en


@pytest.mark.parametrize("date", ["2026-13-45", "'2026-02-30'", "2026-2-1"])
def test_a_date_that_does_not_exist_is_refused_quoted_or_not(tmp_path: Path, date: str) -> None:
    schema = {"properties": {"issued": {"type": "string", "format": "date"}}}
    with pytest.raises(DataFileError) as refused:
        read(tmp_path, f"a: 1\nissued: {date}", schema)
    assert "isi.yaml:2: issued: tanggal itu tidak ada / there is no such date" in str(refused.value)
    assert read(tmp_path, "issued: 2026-02-28", schema).content == {"issued": "2026-02-28"}


def test_the_scheme_file_knows_its_dates() -> None:
    schema = json.loads((itembank_path() / "schema" / "scheme.schema.json").read_text(encoding="utf-8"))
    document = schema["properties"]["document"]["properties"]
    assert {name for name, rule in document.items() if rule.get("format") == "date"} == {"issued", "revised"}


def test_our_own_files_are_read_as_yaml_reads_them() -> None:
    for path in itembank_path().rglob("*.yaml"):
        assert read_yaml(path, ANYTHING).content == yaml.safe_load(path.read_text(encoding="utf-8")), path.name


@given(st.text(alphabet="ab1:-,.?!&*<>[]{}|#'\"\\%@`~=_ \n\t0xe", max_size=40))
@example("a: 2026-13-45")
@example("? ? ? a")
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    try:
        read(tmp_path_factory.getbasetemp(), content)
    except DataFileError as refused:
        assert refused.faults[0].line >= 1
