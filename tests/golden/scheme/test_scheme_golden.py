"""The MMu scheme word for word: what the server loads against a copy of sections 5, 10 and 11 of the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import schemes
from app.core.resources import itembank_path
from app.schemes import SchemeVersion
from tests.databases import TestDatabase
from tests.factories import make_settings, running_app

HERE = Path(__file__).parent
SCHEME = itembank_path() / "mmu" / "scheme.yaml"
SCHEMA = itembank_path() / "schema" / "scheme.schema.json"


def document(name: str) -> dict[str, Any]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@pytest.fixture
async def loaded(database: TestDatabase) -> SchemeVersion:
    """The scheme as it comes back from the database."""
    async with running_app(make_settings(database)) as app:
        async with app.state.database.staff() as session, session.begin():
            await schemes.load_scheme(session, SCHEME, SCHEMA)
        async with app.state.database.staff() as session:
            version = await schemes.find_newest(session, "MMu")
    assert version is not None
    return version


@pytest.mark.clause("5", "the five competency units are loaded as data of the scheme version")
async def test_the_five_units_are_those_of_the_document(loaded: SchemeVersion) -> None:
    expected = document("kuk.json")["units"]
    assert len(expected) == 5
    assert [(unit.code, unit.title, len(unit.criteria)) for unit in loaded.units] == [
        (unit["code"], unit["title"], unit["kuk_count"]) for unit in expected
    ]


@pytest.mark.clause("11", "all elements and the 20 criteria are loaded verbatim")
async def test_every_element_and_criterion_is_that_of_the_document(loaded: SchemeVersion) -> None:
    expected = document("kuk.json")["kuk"]
    assert len(expected) == 20
    found = [(unit.code, one.kuk, one.element, one.text) for unit in loaded.units for one in unit.criteria]
    assert found == [(one["unit_code"], one["kuk"], one["element"], one["text"]) for one in expected]


async def test_the_bold_words_of_every_criterion_are_those_of_the_document(loaded: SchemeVersion) -> None:
    criteria = [element["criterion"] for unit in loaded.content["units"] for element in unit["elements"]]
    expected = {one["kuk"]: one["emphasis"] for one in document("kuk.json")["kuk"]}
    assert {one["kuk"]: one["emphasis"] for one in criteria} == expected
    assert all(words in one["text"] for one in criteria for words in one["emphasis"])


@pytest.mark.clause("10", "level and tasks of the scheme are loaded as data")
async def test_level_occupation_tasks_and_abilities_are_those_of_the_document(loaded: SchemeVersion) -> None:
    expected = document("competence.json")
    assert len(expected["competence"]["tasks"]) == 5
    assert loaded.content["level"] == expected["level"]
    assert loaded.content["competence"] == expected["competence"]
