"""Envelopes: what a ring seals opens with the same key, in the same place, for the same purpose, and in no other way."""

from __future__ import annotations

import pytest

from app.core.config import SettingsError, bank_ring, new_bank_key
from app.core.keyring import KeyRing, SealBroken, id_of

OLD, NEW, OTHER = (new_bank_key(name) for name in ("lama", "baru", "lama"))


def ring(*keys: str) -> KeyRing:
    return bank_ring(",".join(keys))


def test_what_is_sealed_opens_in_its_place_alone() -> None:
    sealed = ring(OLD).seal(b"Pokok soal", "item_versions/1")
    assert ring(OLD).open(sealed, "item_versions/1") == b"Pokok soal"
    assert b"Pokok" not in sealed
    for place in ("item_versions/2", "item_keys/1", ""):
        with pytest.raises(SealBroken, match="damaged or moved"):
            ring(OLD).open(sealed, place)


def test_equal_texts_look_different() -> None:
    assert len({ring(OLD).seal(b"A", "x") for _ in range(50)}) == 50


def test_no_byte_can_be_changed() -> None:
    sealed = ring(OLD).seal(b"Pokok soal", "x")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            ring(OLD).open(bytes(changed), "x")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            ring(OLD).open(sealed[:length], "x")


def test_the_newest_key_seals_and_all_of_them_open() -> None:
    sealed = ring(OLD).seal(b"A", "x")
    both = ring(NEW, OLD)
    assert both.open(sealed, "x") == b"A"
    assert id_of(both.seal(b"A", "x")) == "baru"
    with pytest.raises(SealBroken, match="'lama' is not in SAHIH_BANK_KEYS"):
        ring(NEW).open(sealed, "x")
    with pytest.raises(SealBroken, match="is not the one that sealed it"):
        ring(OTHER).open(sealed, "x")


def test_a_rewrapped_value_opens_without_the_old_key_and_is_the_same_inside() -> None:
    sealed = ring(OLD).seal(b"A" * 1000, "x")
    again = ring(NEW, OLD).rewrap(sealed)
    assert ring(NEW).open(again, "x") == b"A" * 1000
    assert again[-1000:] == sealed[-1000:], "no text was encrypted twice"


def test_the_keys_of_one_purpose_open_nothing_of_another() -> None:
    whole = ring(OLD)
    sealed = whole.derive("bank").seal(b"A", "x")
    for stranger in (whole, whole.derive("papers"), whole.derive("papers").derive("bank")):
        with pytest.raises(SealBroken):
            stranger.open(sealed, "x")
    assert ring(OLD).derive("bank").open(sealed, "x") == b"A", "another process derives the same"


@pytest.mark.parametrize(
    "value",
    [
        "",
        ",",
        "k1",
        "k1:",
        "k1:AAAA",
        f"a b:{OLD[5:]}",
        f":{OLD[5:]}",
        f"{OLD}x",
        f"{OLD},{OTHER}",
        f"{OLD},dua:{OLD[5:]}",
        "k1:" + "A" * 43 + "=",
    ],
)
def test_keys_that_are_none_are_refused(value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        bank_ring(value)
    assert OLD[5:] not in str(refused.value)
