"""Sittings as they are made: what would break later is refused at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app import delivery
from app.cli.sittings import new_private_file, write_cards
from app.core.clock import read_clock
from app.core.errors import AppError
from app.identity import IssuedCard
from tests.databases import TestDatabase
from tests.factories import make_scheme, open_database


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": ""}, "bad-sitting-code"),
        ({"code": "TUK – 1"}, "bad-sitting-code"),  # it stands in a header, which holds no such dash
        ({"code": "../1"}, "bad-sitting-code"),
        ({"code": "-1"}, "bad-sitting-code"),
        ({"code": "T" * 41}, "bad-sitting-code"),
        ({"code": "TUK-1\n"}, "bad-sitting-code"),
        ({"code": "TUK-1"}, "sitting-code-taken"),
        ({"title": ""}, "bad-title"),
        ({"title": "a\nb"}, "bad-title"),
        ({"title": "x" * 201}, "bad-title"),
        ({"zone": "Asia/Singapore"}, "unknown-zone"),
    ],
)
async def test_a_sitting_that_must_not_be_made(database: TestDatabase, changes: dict[str, str], refusal: str) -> None:
    opened = open_database(database)
    async with opened.staff() as session, session.begin():
        scheme, now = await make_scheme(session), await read_clock(session)
        sound = {"code": "TUK-1", "title": "Ujian", "zone": "Asia/Jakarta"}
        window = {"opens_at": now, "closes_at": now + timedelta(hours=1)}
        await delivery.create_sitting(session, scheme, **sound, **window)
        with pytest.raises(AppError) as refused:
            await delivery.create_sitting(session, scheme, **(sound | {"code": "TUK-2"} | changes), **window)
    assert refused.value.code == refusal
    await opened.close()


def test_the_file_of_cards_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    """As every table that leaves the server."""
    with new_private_file(tmp_path / "cards.csv") as file:
        write_cards(file, [(IssuedCard("MMU-26-00001", "AAAAABBBBB", uuid4()), '=HYPERLINK("https://x")')])
    assert (tmp_path / "cards.csv").read_text(encoding="utf-8-sig").splitlines()[1] == (
        """MMU-26-00001;AAAAABBBBB;"'=HYPERLINK(""https://x"")\""""
    )
