"""The statistics keep their form: small functions, and every public one documented with an example that runs."""

import ast
import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import app.psychometrics as package

LONGEST = 60
MODULES = sorted(
    [module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")] + [package.__name__]
)


def public_functions() -> list[tuple[str, object]]:
    """What a user can reach from `app.psychometrics` by the names that its families list."""
    found, modules = [], [package]
    for module in modules:
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, ModuleType):
                modules.append(value)
            elif callable(value) and not isinstance(value, type):
                found.append((f"{module.__name__}.{name}", value))
    return found


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, raise_on_error=False).failed == 0


def test_the_examples_of_the_guide_run() -> None:
    guide = Path(__file__).parents[2] / "docs" / "psychometrics.md"
    assert doctest.testfile(str(guide), module_relative=False).failed == 0


@pytest.mark.parametrize(("name", "function"), public_functions())
def test_a_public_function_is_documented_and_exampled(name: str, function: object) -> None:
    assert ">>>" in (inspect.getdoc(function) or ""), f"{name} needs a docstring with an example"


@pytest.mark.parametrize("name", MODULES)
def test_modules_say_what_they_are(name: str) -> None:
    assert importlib.import_module(name).__doc__


@pytest.mark.parametrize("name", MODULES)
def test_no_function_is_long(name: str) -> None:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST, f"{name}.{node.name} has {length} lines"
