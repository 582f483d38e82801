"""The tool that prints our values next to others' only carries: the computing is the library's."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCES = [HERE / "reference.py", *sorted((HERE / "producers").glob("*.py"))]
COMPUTES = {"sum", "round", "abs", "pow", "divmod", "max", "min"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_holds_no_arithmetic(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        where = f"{path.name}:{getattr(node, 'lineno', '')}"
        assert not isinstance(node, ast.AugAssign), where
        if isinstance(node, ast.BinOp):  # `int | None` is a type
            assert isinstance(node.op, ast.BitOr), where
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            assert name not in COMPUTES, where
            assert not getattr(node.func, "attr", "").startswith("__"), where
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not {"math", "numpy", "statistics", "operator", "functools.reduce"} & set(modules), where


@pytest.mark.parametrize("name", ["stdset", "loft_small"])
def test_prints_the_same_without_the_expected_values(name: str, tmp_path: Path) -> None:
    folder = HERE / "psychometrics"
    content = json.loads((folder / f"{name}_expected.json").read_text())
    for entry in content["values"]:
        del entry["value"]
    bare = tmp_path / f"{name}_expected.json"
    bare.write_text(json.dumps(content))
    for path in folder.iterdir():
        if path.suffix in (".csv", ".gz"):
            (tmp_path / path.name).symlink_to(path)
    assert printed(bare) == printed(folder / f"{name}_expected.json")


ROWS = [(5, 2), (9, 3), (7, 2), (3, 0), (8, 3), (6, 1), (10, 3), (4, 1)] * 15
LAYOUTS = {
    "two files": {
        "neat_x.csv": ["total,anchor", *(f"{t},{v}" for t, v in ROWS)],
        "neat_y.csv": ["total,anchor", *(f"{t},{v}" for t, v in ROWS)],
    },
    "one file": {"neat.csv": ["form,total,anchor", *(f"{form},{t},{v}" for form in "xy" for t, v in ROWS)]},
    "counts": {"neat.csv": ["total,anchor,xcount,ycount", *(f"{t},{v},15,15" for t, v in ROWS[:8])]},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_equates_through_an_anchor_in_any_layout(layout: str, tmp_path: Path) -> None:
    for name, lines in LAYOUTS[layout].items():
        (tmp_path / name).write_text("\n".join(lines))
    methods = ["mean_nominal_weights", "linear_tucker", "linear_levine", "linear_chained", "linear_braun_holland"]
    methods += ["equip_fe", "equipercentile_frequency_estimation", "equip_chained"]
    expected = tmp_path / "neat_expected.json"
    values = [{"id": f"eq.neat_{method}"} for method in methods]
    expected.write_text(
        json.dumps({"description": "10 items, 3 common", "data_files": list(LAYOUTS[layout]), "values": values})
    )
    got = json.loads(printed(expected))
    assert list(got) == [value["id"] for value in values]
    for equivalents in got.values():
        assert equivalents[3:] == pytest.approx(range(3, 11), abs=1e-7)  # nobody scored less


def printed(expected: Path) -> str:
    return subprocess.run(
        [sys.executable, HERE / "reference.py", expected], capture_output=True, text=True, check=True
    ).stdout
