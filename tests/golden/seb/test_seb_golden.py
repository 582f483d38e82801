"""Config Keys against published ones; `README.md` beside this says where each comes from."""

from __future__ import annotations

import json
import plistlib
import random
from pathlib import Path
from typing import Any

import pytest

from app.delivery.seb import config_key, seb_json

HERE = Path(__file__).parent
ADDED_LATER = ("batteryChargeThresholdCritical", "batteryChargeThresholdLow")


def saved(name: str) -> dict[str, Any]:
    return plistlib.loads((HERE / name).read_bytes())


@pytest.mark.parametrize(
    ("file", "without", "key"),
    [
        ("mac-2.1.4.seb", (), "4fa9af8ec8759eb7c680752ef4ee5eaf1a860628608fccae2715d519849f9292"),
        ("win-2.2.3.seb", (), "2534e4e9f3188f9f9133bf7cf7b4c5d898292bbd7e8d0230f39d1176636a1431"),
        ("win-2.2.3.seb", ADDED_LATER, "fc6f4ea5922717760f4d6d536c23b8d19bf20b52aa97940f5427a76e20f49026"),
    ],
)
def test_the_key_is_the_one_that_the_program_showed(file: str, without: tuple[str, ...], key: str) -> None:
    settings = saved(file)
    for name in without:
        del settings[name]
    assert config_key(settings) == key


def test_the_example_of_the_documentation_comes_out_character_for_character() -> None:
    """Read, shuffled and written again. It is no JSON: a backslash stands for itself."""
    example = (HERE / "example.txt").read_text(encoding="utf-8").strip()
    settings = shuffled(json.loads(example.replace("\\", "\\\\")))
    assert seb_json(settings | {"originatorVersion": "SEB_OSX_2.1.4_2B66", "nothing": {}}) == example


def shuffled(value: Any) -> Any:
    if isinstance(value, list):
        return [shuffled(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value)
    random.Random(4).shuffle(names)
    return {name: shuffled(value[name]) for name in names}
