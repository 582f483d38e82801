"""What a blueprint says, what is wrong with one, and what the pass mark asks for on a set of items."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from app.assembly import (
    BankTooSmall,
    Blueprint,
    Dimension,
    Limit,
    PoolItem,
    Source,
    blueprint_score,
    cut_ability,
    default_blueprint,
    parse_blueprint,
)
from app.assembly.foundations.blueprints import blueprint_content, canonical_sha256, cells_of, faults_of
from app.assembly.foundations.standards import reference_item, require_one_form
from app.schemes import rules as scheme_rules
from tests.factories import kuks, scheme_content

SCHEME = scheme_rules.parse(uuid4(), 1, scheme_content())
DEFAULT = default_blueprint(SCHEME)


def pool_item(code: str, kuk: str, b: float = -0.8, a: float = 1.0, level: str = "apply") -> PoolItem:
    return PoolItem(
        version_id=UUID(int=1),
        code=code,
        kuk=kuk,
        unit=SCHEME.unit_of[kuk].code,
        level=level,
        picture=False,
        case=None,
        enemies=(),
        fixed=False,
        content_hash="",
        b=b,
        se=0.5,
        source=Source.JUDGED,
        a=a,
    )


def having(*limits: Limit) -> Blueprint:
    return replace(DEFAULT, limits=(*DEFAULT.limits, *limits))


def instead(kuk: str, least: int, most: int) -> Blueprint:
    return replace(
        DEFAULT,
        limits=tuple(
            replace(limit, least=least, most=most) if limit.value == kuk else limit for limit in DEFAULT.limits
        ),
    )


def test_the_default_is_what_the_scheme_proposes_and_has_no_fault() -> None:
    assert DEFAULT.items == 100
    assert DEFAULT.limits == tuple(Limit(Dimension.KUK, kuk, 5, 5) for kuk in kuks())
    assert faults_of(DEFAULT, SCHEME) == []
    assert parse_blueprint(blueprint_content(DEFAULT)) == DEFAULT


def test_its_hash_is_that_of_its_content_whatever_the_order_of_the_fields() -> None:
    content = blueprint_content(DEFAULT)
    assert canonical_sha256(dict(reversed(content.items()))) == canonical_sha256(content)
    assert canonical_sha256(content | {"items": 99}) != canonical_sha256(content)


def test_limits_of_every_kind_that_agree_have_no_fault() -> None:
    full = having(
        Limit(Dimension.UNIT, "MM 1", 15, 15),
        Limit(Dimension.LEVEL, "remember", 0, 40),
        Limit(Dimension.LEVEL, "apply", 30, 70),
        Limit(Dimension.LEVEL, "analyse", 10, 40),
        Limit(Dimension.PICTURE, "yes", 5, 20),
        Limit(Dimension.CASE, "yes", 0, 30),
        Limit(Dimension.FIXED, "yes", 0, 10),
    )
    assert faults_of(full, SCHEME) == []


@pytest.mark.parametrize(
    ("blueprint", "field", "says"),
    [
        (replace(DEFAULT, items=90), "items", "ujian skema ini 100 soal"),
        (replace(DEFAULT, limits=DEFAULT.limits[1:]), "kuk 1.1", "belum ada jumlah"),
        (instead("4.2", 4, 6), "kuk 4.2", "satu jumlah tetap"),
        (instead("4.2", 6, 6), "kuk", "berjumlah 101 soal, harus 100"),
        (instead("4.2", -5, -5), "kuk 4.2", "di antara 0 dan 100"),
        (having(Limit(Dimension.KUK, "9.9", 0, 0)), "kuk 9.9", "tidak dikenal"),
        (having(Limit(Dimension.LEVEL, "guess", 0, 9)), "level guess", "analyse, apply, remember"),
        (having(Limit(Dimension.PICTURE, "no", 0, 9)), "picture no", "tidak dikenal; pilih salah satu: yes"),
        (having(Limit(Dimension.CASE, "yes", 9, 3)), "case yes", "harus naik"),
        (having(Limit(Dimension.CASE, "yes", 0, 3), Limit(Dimension.CASE, "yes", 0, 5)), "case yes", "dua kali"),
        (having(Limit(Dimension.UNIT, "MM 2", 16, 20)), "unit MM 2", "berjumlah 15, batasnya 16–20"),
        (having(*(Limit(Dimension.LEVEL, one, 50, 60) for one in ("apply", "analyse", "remember"))), "level", "150"),
    ],
)
def test_each_fault_names_its_field_and_what_to_do(blueprint: Blueprint, field: str, says: str) -> None:
    faults = faults_of(blueprint, SCHEME)
    assert field in {fault.field for fault in faults}
    assert any(says in fault.text_id for fault in faults)
    assert all(fault.text_en for fault in faults)


def test_cells_say_how_many_items_there_are_for_each_limit() -> None:
    items = [
        pool_item("A", "1.1"),
        replace(pool_item("B", "1.1", level="analyse"), picture=True, case="K1"),
        replace(pool_item("C", "2.1"), fixed=True),
    ]
    limits = [
        Limit(Dimension.LEVEL, "apply", 0, 9),
        Limit(Dimension.UNIT, "MM 1", 0, 99),
        Limit(Dimension.PICTURE, "yes", 0, 9),
        Limit(Dimension.CASE, "yes", 0, 9),
        Limit(Dimension.FIXED, "yes", 0, 9),
    ]
    cells = cells_of(items, having(*limits))
    held = {(cell.limit.dimension, cell.limit.value): cell.available for cell in cells}
    assert (held[Dimension.KUK, "1.1"], held[Dimension.KUK, "2.1"], held[Dimension.KUK, "5.3"]) == (2, 1, 0)
    assert [cell.available for cell in cells[-5:]] == [2, 2, 1, 1, 1]


def test_the_cut_weights_criteria_by_the_blueprint_and_not_by_how_many_items_the_bank_has() -> None:
    """Two criteria of five items: ten easy ones of the first weigh as much as five hard ones of the second."""
    blueprint = Blueprint(10, (Limit(Dimension.KUK, "1.1", 5, 5), Limit(Dimension.KUK, "2.1", 5, 5)))
    items = [pool_item(f"A{n}", "1.1", b=-1.0) for n in range(10)] + [
        pool_item(f"B{n}", "2.1", b=1.0) for n in range(5)
    ]
    assert blueprint_score(items, blueprint, 0.0) == pytest.approx(5.0)
    theta = cut_ability(items, blueprint, 6.8)
    assert blueprint_score(items, blueprint, theta) == pytest.approx(6.8, abs=1e-5)
    assert cut_ability(items[5:], blueprint, 6.8) == theta
    harder = [replace(item, b=item.b + 0.5) for item in items]
    assert cut_ability(harder, blueprint, 6.8) == pytest.approx(theta + 0.5, abs=1e-5)


def test_a_bank_that_cannot_fill_one_form_is_no_reference() -> None:
    items = [pool_item(f"{kuk}-{n}", kuk) for kuk in kuks() for n in range(5)]
    require_one_form(items, DEFAULT)
    with pytest.raises(BankTooSmall) as refused:
        require_one_form(items[1:], DEFAULT)
    assert refused.value.members == {"kuk": "1.1", "wanted": 5, "available": 4}


def test_parameters_are_kept_to_six_decimals_without_a_negative_zero() -> None:
    kept = reference_item(pool_item("A", "1.1", b=-1e-9, a=1.23456789), UUID(int=1))
    assert (str(kept.b), kept.a) == ("0.0", 1.234568)
