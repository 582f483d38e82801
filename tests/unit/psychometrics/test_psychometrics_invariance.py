"""What must not matter does not: order of persons, items and options, or the shape of the input."""

import dataclasses
import json
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Responses
from tests.alike import assert_same

Build = Callable[..., NDArray[np.float64]]
EXACT = 1e-12
STRATA = np.arange(30) % 3


def analysed(matrix: NDArray[np.float64], key: Any, strata: Any, labels: Any) -> dict[str, Any]:
    r = Responses.from_choices(matrix, key=key, strata=strata, items=labels, n_options=[4] * 30)
    items = {item.item: dataclasses.asdict(item) for item in ps.item_analysis(r)}
    return {"items": items, "exam": dataclasses.asdict(ps.exam_analysis(r, cut=12))}


@pytest.mark.parametrize("form", [None, 20])
def test_order_of_persons_and_items_does_not_matter(choices: Build, form: int | None) -> None:
    matrix = choices(persons=90, items=30, form=form)
    rng = np.random.default_rng(3)
    rows, columns = rng.permutation(90), rng.permutation(30)
    straight = analysed(matrix, [0] * 30, STRATA.tolist(), range(30))
    shuffled = analysed(matrix[rows][:, columns], [0] * 30, STRATA[columns].tolist(), columns.tolist())
    assert_same(straight["exam"], shuffled["exam"], EXACT)
    for label, item in straight["items"].items():
        assert_same(item, shuffled["items"][label], EXACT, f"item {label}")


@pytest.mark.parametrize("form", [None, 20])
def test_names_of_the_options_do_not_matter(choices: Build, form: int | None) -> None:
    matrix = choices(persons=90, items=30, form=form)
    renamed = np.array([2, 0, 3, 1])
    other = matrix.copy()
    answered = ~np.isnan(matrix) & (matrix >= 0)
    other[answered] = renamed[matrix[answered].astype(int)]
    straight = analysed(matrix, [0] * 30, STRATA.tolist(), range(30))
    relabelled = analysed(other, [2] * 30, STRATA.tolist(), range(30))
    assert_same(straight["exam"], relabelled["exam"], EXACT)
    for label, item in straight["items"].items():
        by_option = {o["option"]: o for o in relabelled["items"][label]["options"]}
        for option in item["options"]:
            code = option["option"]
            expected = by_option[code if code < 0 else int(renamed[code])]
            assert_same(option | {"option": 0}, expected | {"option": 0}, EXACT)


def test_long_form_in_any_order_equals_the_matrix(choices: Build) -> None:
    matrix = choices(persons=60, items=30)
    dense = Responses.from_choices(matrix, key=[0] * 30, strata=STRATA.tolist())
    cells = [(i, j) for i in range(60) for j in range(30)]
    np.random.default_rng(5).shuffle(cells)
    long = Responses.from_rows(
        ((i, j, int(matrix[i, j]), int(matrix[i, j] == 0)) for i, j in cells),
        persons=range(60),
        items=range(30),
        strata=dict(enumerate(STRATA.tolist())),
        key=dict.fromkeys(range(30), 0),
    )
    assert ps.item_analysis(long) == ps.item_analysis(dense)
    assert ps.exam_analysis(long, cut=12) == ps.exam_analysis(dense, cut=12)


def test_the_sparse_formulas_reduce_to_the_dense_ones(choices: Build) -> None:
    """One more candidate with a form of two own items makes the data sparse, and nothing else."""
    matrix = choices(persons=60, items=30)
    sparse = np.full((61, 32), np.nan)
    sparse[:60, :30] = matrix
    sparse[60, 30:] = 0.0
    dense = ps.item_analysis(Responses.from_choices(matrix, key=[0] * 30, n_options=[4] * 30))
    wide = Responses.from_choices(sparse, key=[0] * 32, n_options=[4] * 32)
    assert not wide.is_fixed_form
    for plain, other in zip(dense, ps.item_analysis(wide), strict=False):
        assert other.alpha_if_deleted.reason == ps.Reason.FORMS_DIFFER
        same_alpha = dataclasses.replace(other, alpha_if_deleted=plain.alpha_if_deleted)
        assert_same(without_variant(dataclasses.asdict(plain)), without_variant(dataclasses.asdict(same_alpha)), EXACT)


def without_variant(value: Any) -> Any:
    """The variant names the score, which has another name on random forms."""
    if isinstance(value, dict):
        return {name: without_variant(part) for name, part in value.items() if name != "variant"}
    return [without_variant(part) for part in value] if isinstance(value, (list, tuple)) else value


def every_number(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for part in value.values() for x in every_number(part)]
    if isinstance(value, (list, tuple)):
        return [x for part in value for x in every_number(part)]
    return [value] if isinstance(value, float) else []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_small_exam_gives_numbers_or_reasons(data: st.DataObject) -> None:
    persons, items = data.draw(st.integers(0, 6)), data.draw(st.integers(1, 4))
    cell = st.sampled_from([math.nan, -1.0, 0.0, 1.0, 2.0])
    rows = st.lists(cell, min_size=items, max_size=items)
    matrix = data.draw(st.lists(rows, min_size=persons, max_size=persons))
    r = Responses.from_choices(np.array(matrix).reshape(persons, items), key=[0] * items, strata=[0, 0, 1, 1][:items])
    exam = dataclasses.asdict(ps.exam_analysis(r, cut=1))
    analyses = [dataclasses.asdict(item) for item in ps.item_analysis(r)]
    assert all(math.isfinite(x) for x in every_number([exam, analyses]))
    json.dumps([exam, analyses], allow_nan=False)
    raw, horst = ps.ctt.item_rest_raw(r), ps.reliability.horst(r)
    assert all((e.value is None) == (e.reason is not None) for e in (*raw, horst))


def test_the_package_imports_nothing_but_numpy_and_the_standard_library() -> None:
    script = (
        "import sys; before = set(sys.modules); import app.psychometrics; "
        "roots = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "ours = {m for m in sys.modules if m.startswith('app.') "
        "and not m.startswith('app.psychometrics')}; "
        "print(sorted(ours), sorted(roots - sys.stdlib_module_names - {'app', 'numpy'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] []"
