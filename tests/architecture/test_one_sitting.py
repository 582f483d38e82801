"""Every hot statement names its sitting, so that a distributed PostgreSQL can send it to the one shard that holds it (docs/scale.md).

The statements are found in the source, so that a new one is judged without being listed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import delivery
from app.models import Base

FOLDER = Path(delivery.__file__).parent
HOT = [FOLDER / f"{name}.py" for name in ("contact", "me", "papers", "record", "save", "start", "submit")] + sorted(
    FOLDER.glob("hot/*.py")
)
SHARDED = {table.name for table in Base.metadata.tables.values() if "sitting_id" in table.columns}
OTHERS = set(Base.metadata.tables) - SHARDED

# Statements that cannot name a sitting, and why each may stand.
EXCEPTIONS = {
    "me.ME": "starts from the number on the card; a few times per candidate, never while they answer",
    "papers.DISCARD": "the worker, every few seconds, over the few papers that are left",
    "papers.SEALED": "a file by its name, once per candidate, long before the start; a cache in front of it asks once in all",
    "me.AGREE": "starts from the number on the card; once per candidate",
    "papers.WITHOUT_PAPER": "`sahih verify` looks at everything",
    "record.STANDING": "starts from the number on the card; when a page takes its attempt up, and after a rare command",
    "seats.SEATS": "finds the sitting of a log-in; once a minute per candidate, remembered between, all waiting ones together",
    "submit.OVERDUE": "asks every shard for attempts whose time is over; one worker, once a second, by an index of running ones",
}
# Tables without a sitting that a hot statement may touch, and where a cluster keeps them.
ELSEWHERE = {
    "clock_guard": "one row on each node, beaten by a guard of that node: every node judges by a clock of its own",
    "people": "a reference table: the names of the proctors of a sitting",
    "sittings": "a reference table, copied to every node: few rows, changed by hand",
    "scheme_versions": "a reference table: a few rows a year",
    "sessions": "on the coordinator: read by SEATS and REVOKED only",
    "jobs": "on the coordinator: a hint, and the worker's sweep does the work without it",
}

SQL = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b(?=.*\b(FROM|INTO|SET)\b)", re.DOTALL)
NO_ALIAS = "WHERE|ON|SET|JOIN|LEFT|CROSS|INNER|ORDER|GROUP|FOR|LIMIT|RETURNING|USING|VALUES|UNION"
ONE = r"(\$\d+|:\w+|\w+\.sitting_id)"


def statements() -> Iterator[tuple[str, str]]:
    """(file.NAME, text) of each piece of SQL in the hot modules; a text inside a function is named by its line."""
    for path in HOT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                assert not SQL.match(text), f"{path.name}:{node.lineno}: SQL that is put together cannot be judged"
        for name, text in _texts(ast.parse(path.read_text(encoding="utf-8")), path):
            if SQL.match(text):
                yield name, text


def _texts(tree: ast.Module, path: Path) -> Iterator[tuple[str, str]]:
    for statement in tree.body:
        named = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                place = statement.targets[0].id if named else str(node.lineno)  # type: ignore[attr-defined]
                yield f"{path.stem}.{place}", node.value


def faults(sql: str) -> list[str]:
    """Mentions of tables that are not held to one sitting."""
    found = []
    for scope in scopes(re.sub(r"--.*", "", sql)):
        for table, alias in mentioned(scope, r"FROM|JOIN|UPDATE|,", SHARDED):
            name = alias or table
            held = rf"\b{name}\.sitting_id = {ONE}|\b\w+\.sitting_id = {name}\.sitting_id\b"
            bare = rf"(?<![\w.])sitting_id = {ONE}"
            if not re.search(held, scope) and (alias or not re.search(bare, scope)):
                found.append(f"{table} {alias}".strip())
        for table, _ in mentioned(scope, "INTO", SHARDED):
            columns = re.search(rf"\bINTO {table}\b[^(]*\(([^)]*)\)", scope)
            if columns is None or "sitting_id" not in columns[1].split(", "):
                found.append(f"INTO {table}")
    read = mentioned(sql, "FROM|JOIN|UPDATE|,", SHARDED)
    if read and not re.search(r"\bsitting_id = (\$\d+|:\w+)", sql):
        found.append("no sitting is given")
    return found


def mentioned(scope: str, before: str, tables: set[str]) -> list[tuple[str, str]]:
    """(table, alias) of each of these tables that stands after one of these words."""
    pattern = rf"(?<!DO )(?:\b|(?=,))(?:{before})\s+({'|'.join(sorted(tables))})\b(?:\s+(?:AS\s+)?(?!(?:{NO_ALIAS})\b)([a-z]\w*))?"
    return re.findall(pattern, scope)


def scopes(sql: str) -> list[str]:
    """Each SELECT with its own FROM and WHERE: what stands in parentheses is judged apart from what stands around it."""
    text, inner = re.sub(r"\s+", " ", sql), []
    while match := re.search(
        r"\(((?:[^()]|\([^()]*\))*?\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^()]*(?:\([^()]*\)[^()]*)*)\)", text
    ):
        inner.append(match[1])
        text = text[: match.start()] + " " + text[match.end() :]
    return [part for scope in [*inner, text] for part in re.split(r"\bUNION(?: ALL)?\b", scope)]


def test_every_hot_statement_names_its_sitting() -> None:
    found = dict(statements())
    assert {"save.SAVE", "save.STORED", "submit.LOCK", "submit.CLOSE", "contact.HEARTBEAT"} <= set(found), (
        "the statements are found"
    )
    wrong = {name: faults(text) for name, text in found.items() if name not in EXCEPTIONS and faults(text)}
    assert wrong == {}


def test_each_exception_is_still_one() -> None:
    found = dict(statements())
    assert set(EXCEPTIONS) <= set(found)
    assert all(faults(found[name]) for name in EXCEPTIONS)


def test_tables_without_a_sitting_have_their_place() -> None:
    touched = {table for _, text in statements() for table, _ in mentioned(text, "FROM|JOIN|UPDATE|INTO|,", OTHERS)}
    assert touched <= set(ELSEWHERE)


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("SELECT state FROM attempts WHERE id = $1", ["attempts", "no sitting is given"]),
        ("SELECT state FROM attempts a WHERE a.sitting_id = $1 AND a.id = $2", []),
        ("UPDATE attempts SET rev = 1 WHERE sitting_id = $1 AND id = $2", []),
        ("UPDATE attempts a SET rev = 1 FROM clock, sittings s WHERE a.sitting_id = :sitting AND a.id = :id", []),
        (
            "SELECT 1 FROM attempts a JOIN answers w ON w.attempt_id = a.id WHERE a.sitting_id = $1",
            ["answers w"],
        ),
        ("SELECT 1 FROM attempts a, answers w WHERE a.sitting_id = $1 AND w.sitting_id = a.sitting_id", []),
        (
            "WITH one AS (SELECT 1 FROM attempts a WHERE a.sitting_id = $1), two AS (SELECT 1 FROM attempts a) SELECT 1",
            ["attempts a"],
        ),
        (
            "SELECT 1 FROM attempts a WHERE a.sitting_id = $1 AND EXISTS (SELECT FROM answers w WHERE w.attempt_id = a.id)",
            ["answers w"],
        ),
        ("INSERT INTO answers AS stored (attempt_id, position) SELECT $1, $2", ["INTO answers"]),
        ("INSERT INTO answers AS stored (sitting_id, attempt_id) SELECT $1, $2 ON CONFLICT DO UPDATE SET seq = 1", []),
        (
            "SELECT 1 FROM answers WHERE sitting_id = $1 UNION ALL SELECT 1 FROM answers WHERE attempt_id = $2",
            ["answers"],
        ),
    ],
)
def test_what_is_not_held_to_a_sitting_is_seen(sql: str, wrong: list[str]) -> None:
    assert faults(sql) == wrong
