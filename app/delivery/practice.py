"""Latihan: a public practice exam on the same screen, with items of its own whose answers are meant to be seen."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from fastapi import APIRouter

from app.core.resources import itembank_path
from app.core.web import StrictRoute

router = APIRouter(prefix="/api/public", route_class=StrictRoute, tags=["public"])


@cache
def _read() -> dict[str, Any]:
    text = (itembank_path() / "mmu" / "practice.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@router.get("/practice", operation_id="practice")
async def practice() -> dict[str, Any]:
    """Ten practice items with their answers: nobody's bank, nobody's score."""
    content = _read()
    items = [{"position": position, **item} for position, item in enumerate(content["items"], start=1)]
    return {
        "title": content["title"],
        "duration_seconds": content["duration_minutes"] * 60,
        "options": 4,
        "items": items,
    }
