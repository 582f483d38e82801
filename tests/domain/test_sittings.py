"""Sittings as they are made: what would break later is refused at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import delivery
from app.core.clock import read_clock
from app.core.db import Database
from app.core.errors import AppError
from tests.databases import TestDatabase
from tests.factories import make_scheme


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
    opened = Database(database.app_url, database.exam_url, pool_size=1)
    async with opened.staff() as session, session.begin():
        scheme, now = await make_scheme(session), await read_clock(session)
        sound = {"code": "TUK-1", "title": "Ujian", "zone": "Asia/Jakarta"}
        window = {"opens_at": now, "closes_at": now + timedelta(hours=1)}
        await delivery.create_sitting(session, scheme, **sound, **window)
        with pytest.raises(AppError) as refused:
            await delivery.create_sitting(session, scheme, **(sound | {"code": "TUK-2"} | changes), **window)
    assert refused.value.code == refusal
    await opened.close()
