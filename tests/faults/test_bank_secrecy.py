"""T20, I-39: whoever takes a dump, the files of the database, its log or ours finds no word of the bank and no picture of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.core.postgres.binaries import find_bindir
from app.itembank import DraftItem
from app.itembank.richtext import Image, read_image
from tests.canaries import files_that_hold, forms_of, holds, unseal_everything, words_of
from tests.commands import sahih
from tests.databases import TestDatabase
from tests.factories import Candidate, World, draft_items, make_photo
from tests.faults.servers import Installation

SCORED = "SELECT count(*) FROM scores"


def with_canary(word: str, image: Image) -> list[DraftItem]:
    """Every item holds it wherever text goes in."""
    drafts = []
    for draft in draft_items():
        stem = f'{draft.content.stem} {word} <img src="image:{image.hash}" alt="{word}">'
        options = tuple(f"{option} {word}" for option in draft.content.options)
        content = replace(draft.content, stem=stem, options=options, stimulus=f"Kasus {word}")
        answer = replace(draft.answer, rationale=f"Sebab {word}", source=f"Sumber {word}")
        drafts.append(replace(draft, content=content, answer=answer))
    return drafts


@contextlib.asynccontextmanager
async def processes(installation: Installation, folder: Path) -> AsyncIterator[None]:
    """Server and worker, with logs and a folder for temporary files of their own."""
    values = {**installation.environment(), "TMPDIR": str(folder), "SAHIH_LOG": "json"}
    os.environ["TMPDIR"], before = str(folder), os.environ.get("TMPDIR")
    try:
        with (folder / "server.log").open("wb") as installation.output, (folder / "worker.log").open("wb") as log:
            await installation.serve()
            worker = subprocess.Popen([sys.executable, "-m", "app.worker"], env=values, stdout=log, stderr=log)
            try:
                yield
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait(20)
                installation.kill_server()
    finally:
        installation.output = None
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)


async def take_the_exam(installation: Installation, world: World, word: str) -> None:
    """Written, handed in, scored, and looked at by the committee."""
    headers = {"Origin": installation.url}
    async with httpx.AsyncClient(base_url=installation.url, headers=headers, timeout=20) as client:
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        paper = await candidate.paper()
        assert word in str(paper["questions"][0]), "the candidate reads it"
        await candidate.save({1: 0, 2: 1})
        await candidate.submit()
        while not await ask(installation.database, SCORED):
            await asyncio.sleep(0.2)
        await world.log_in(client, "committee")
        item = await client.get("/api/staff/items/MMU-1.1-01")
        assert item.text.count(word) == 1 + 1 + 1 + 4 + 2, "and so does the committee"
        assert (await client.get(f"/api/staff/sittings/{world.sitting_id}/statistics")).status_code == 200


async def ask(database: TestDatabase, query: str) -> int:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


async def checkpoint(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("CHECKPOINT")
    await connection.close()


def dump(database: TestDatabase) -> bytes:
    command = [str(find_bindir() / "pg_dump"), f"--dbname={database.superuser_url}", "--format=plain"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.timeout(300)
@pytest.mark.invariant("I-39")
@pytest.mark.clause("9.3.4", "item text is encrypted at rest")
async def test_no_copy_of_the_database_and_no_log_holds_a_word_of_the_bank() -> None:
    word = f"kenari{secrets.token_hex(6)}"
    image = read_image(make_photo(width=777))
    traces = words_of(word) + list(forms_of(image.png[60:108]))
    with tempfile.TemporaryDirectory(prefix="sahih-canary-", dir="/var/tmp") as name:
        home, folder = Path(name) / "home", Path(name) / "beside"
        folder.mkdir()
        Path(name).chmod(0o755)
        installation = Installation(home)
        try:
            drafts, images = with_canary(word, image), {image.hash: image}
            world = await installation.create(1, with_passwords=True, drafts=drafts, images=images)
            async with processes(installation, folder):
                await take_the_exam(installation, world, word)
            await checkpoint(installation.database)
            assert files_that_hold(Path(name), traces) == []
            assert not holds(dump(installation.database), traces)

            await unseal_everything(installation.database)
            await checkpoint(installation.database)
            assert holds(dump(installation.database), traces), "the same search finds it where nothing is sealed"
            assert any("base" in path for path in files_that_hold(installation.cluster.folder.data, traces))

            assert (await sahih(installation.environment(), "bank", "rotate-key")).code == 0
            await checkpoint(installation.database)
            assert not holds(dump(installation.database), traces)
            left = files_that_hold(installation.cluster.folder.data, traces)
            assert [path for path in left if "pg_wal" not in path] == [], "the log goes with its last backup"
        finally:
            installation.close()
