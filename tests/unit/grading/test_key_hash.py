"""A score names the keys it was made with: without that, nobody can say later which key a certificate rests on."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

from app.assembly import Form
from app.grading.rules import key_hash
from app.itembank import KeyedItem

VERSIONS = tuple(UUID(int=n) for n in range(1, 101))
KEYS = dict(zip(VERSIONS, [0, 1, 2, 3] * 25, strict=True))


def form(versions: tuple[UUID, ...] = VERSIONS) -> Form:
    return Form(uuid4(), uuid4(), 1, versions, ((0, 1, 2, 3),) * len(versions), "1", "")


def keyed(changes: dict[UUID, int] | None = None) -> dict[object, KeyedItem]:
    keys = KEYS | (changes or {})
    return {version: KeyedItem(version, "", "1.1", 4, key, 0.6, "apply") for version, key in keys.items()}


def test_one_other_key_anywhere_is_another_hash() -> None:
    hashes = {key_hash(form(), keyed({version: (KEYS[version] + 1) % 4})) for version in VERSIONS}
    assert len(hashes | {key_hash(form(), keyed())}) == 101


def test_anybody_can_compute_it_again() -> None:
    """In the order of the positions: version=key, with commas between."""
    text = ",".join(f"{version}={KEYS[version]}" for version in VERSIONS)
    assert key_hash(form(), keyed()) == hashlib.sha256(text.encode()).hexdigest()
    assert key_hash(form(VERSIONS[::-1]), keyed()) != key_hash(form(), keyed())
