"""Write docs/clauses.md from docs/clauses.yaml and the tests: promised and proven, clause by clause.

`python docs/make_clauses.py` writes it; with `--check` it fails where the page is not up to date or a test names a promise
that is not in the list.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "clauses.md"
HEAD = """# Klausul skema MMu: yang dijanjikan dan yang terbukti

> Bukti fungsi, bukan bukti pelaksanaan. Halaman ini menunjukkan bahwa perangkat lunak *dapat*; rekaman LSP menunjukkan bahwa
> ia *dipakai*.

Dibuat oleh `make clauses` dari `docs/clauses.yaml` dan penanda uji `clause(...)`. ✔ terbukti oleh uji, ○ belum dibangun.

"""


def main() -> int:
    clauses = yaml.safe_load((DOCS / "clauses.yaml").read_text(encoding="utf-8"))
    proofs = find_proofs(DOCS.parent / "tests")
    unknown = set(proofs) - {(clause["id"], promise) for clause in clauses for promise in clause["promises"]}
    for clause_id, promise in sorted(unknown):
        print(f"a test names an unknown promise: {clause_id}: {promise}", file=sys.stderr)
    page = HEAD + render(clauses, proofs)
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if current != page:
            print("docs/clauses.md is not up to date: run `make clauses`", file=sys.stderr)
        return int(bool(unknown) or current != page)
    PAGE.write_text(page, encoding="utf-8")
    return int(bool(unknown))


def find_proofs(tests: Path) -> dict[tuple[str, str], list[str]]:
    """(clause, promise) → the tests that carry its mark."""
    proofs: dict[tuple[str, str], list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for mark in filter(None, map(clause_mark, node.decorator_list)):
                    proofs.setdefault(mark, []).append(f"{path.relative_to(tests.parent)}::{node.name}")
    return proofs


def clause_mark(decorator: ast.expr) -> tuple[str, str] | None:
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "pytest.mark.clause":
        return None
    clause_id, promise = (ast.literal_eval(argument) for argument in decorator.args)
    return clause_id, promise


def render(clauses: list[dict[str, Any]], proofs: dict[tuple[str, str], list[str]]) -> str:
    promised = sum(len(clause["promises"]) for clause in clauses)
    lines = [f"{len(clauses)} klausul, {promised} janji, {len(proofs)} terbukti.", ""]
    for clause in clauses:
        lines += [f"## {clause['id']}", "", clause["says"], "", f"Dipenuhi oleh: {clause['fulfilled_by']}.", ""]
        for promise in clause["promises"]:
            tests = proofs.get((clause["id"], promise), [])
            lines.append(f"- {'✔' if tests else '○'} {promise}" + "".join(f"  \n  `{test}`" for test in tests))
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
