"""The sealed package: whole and unchanged with its passphrase, and nothing at all without."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable

import pytest

from app.core.datafile import DataFileError
from app.itembank.exchange.formats import package
from tests.unit.itembank.exchange.items import sample_bank
from tests.unit.itembank.exchange.samples import (
    NOTICE,
    full_items,
    outcome,
    picture,
    require_harmless,
    require_words,
)

PASSPHRASE = "lima kata yang cukup panjang"
HEX = "0" * 64


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return package.write(*full_items(), NOTICE, PASSPHRASE)


@pytest.mark.parametrize("made", [sample_bank, full_items])
def test_everything_comes_back(made: Callable) -> None:
    items, images = made()

    read = package.read(package.write(items, images, NOTICE, PASSPHRASE), "bank.sahih", PASSPHRASE)

    assert [row.item for row in read.rows] == items
    assert not any(row.faults or row.left_out for row in read.rows)
    assert read.images == images
    assert [one.text_en for one in read.left_out] == [f"note of the package: {NOTICE}"]


def test_nothing_of_it_can_be_read_without_the_passphrase(sealed: bytes) -> None:
    _, header, _ = sealed.split(b"\n", 2)

    assert json.loads(header).keys() == {"version", "salt", "nonce", "n", "r", "p"}
    for canary in ("MMU-1.0-00", "Harga", "Sari Dewi", "PK\x03\x04", "ISO 9001"):
        assert canary.encode() not in sealed


def test_the_same_items_are_sealed_differently_each_time(sealed: bytes) -> None:
    again = package.write(*full_items(), NOTICE, PASSPHRASE)

    assert again.split(b"\n", 2)[1] != sealed.split(b"\n", 2)[1]
    assert again[-64:] != sealed[-64:]


def test_a_passphrase_typed_with_other_letters_of_the_same_look_is_the_same() -> None:
    composed, decomposed = "kafé kafé kafé", "kafe\u0301 kafe\u0301 kafe\u0301"

    assert package.read(package.write([], {}, "", composed), "bank.sahih", decomposed).rows == ()


def test_a_short_passphrase_is_refused_before_anything_is_written() -> None:
    with pytest.raises(DataFileError, match="at least 12"):
        package.write([], {}, "", "rahasia")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda file: file.replace(b"SAHIH-BANK", b"SAHIH-BONK"), "not a sealed package"),
        (lambda file: b"", "not a sealed package"),
        (lambda file: file.replace(b'"version":1', b'"version":2'), "version 2; this installation reads version 1"),
        (lambda file: file.replace(b'"n":65536', b'"n":1073741824'), "this installation reads version 1"),
        (lambda file: file.replace(b'"n":65536', b'"n":2'), "this installation reads version 1"),
        (lambda file: file.replace(b'"r":8', b'"r":8,"q":1'), "header is broken"),
        (lambda file: file.replace(b'"salt":"', b'"salt":"zz'), "wrong passphrase, or the file was changed"),
        (lambda file: file[:40], "header is broken"),
        (lambda file: file[: len(file) // 2], "wrong passphrase, or the file was changed"),
        (lambda file: file + b"\n", "wrong passphrase, or the file was changed"),
    ],
)
def test_another_file_version_or_length_is_named(sealed: bytes, change: Callable[[bytes], bytes], why: str) -> None:
    with pytest.raises(DataFileError, match=why):
        package.read(change(sealed), "bank.sahih", PASSPHRASE)


def test_a_wrong_passphrase_and_a_changed_byte_are_the_same_refusal(sealed: bytes) -> None:
    with pytest.raises(DataFileError, match="wrong passphrase, or the file was changed"):
        package.read(sealed, "bank.sahih", PASSPHRASE + "!")
    luck = random.Random(20261122)
    for place in (luck.randrange(len(sealed)) for _ in range(8)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << luck.randrange(8)
        with pytest.raises(DataFileError):
            package.read(bytes(changed), "bank.sahih", PASSPHRASE)


def zipped(bank: object, **pictures: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bank.json", bank if isinstance(bank, str) else json.dumps(bank))
        for name, content in pictures.items():
            archive.writestr(f"images/{name}.png", content)
    return out.getvalue()


def bank(**fields: object) -> dict[str, object]:
    return {"notice": "", "items": [{"stem": "Apa?", "options": ["a", "b"], "key": 0, **fields}]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04", "not a whole file"),
        (zipped(""), "cannot be read"),
        (zipped("[" * 100_000), "cannot be read"),
        (zipped({"items": []}), "cannot be read"),
        (zipped({**bank(), "more": 1}), "cannot be read"),
        (zipped(bank(stem=7)), "cannot be read"),
        (zipped(bank(), **{HEX: b"<svg/>"}), "not a whole PNG"),
        (zipped(bank(), **{HEX: picture()}), "not the one that its name says"),
    ],
)
def test_what_somebody_with_the_passphrase_made_up_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(DataFileError, match=why):
        package.read_opened(content, "bank.sahih")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"key": 2}, "no key"),
        ({"key": -1}, "no key"),
        ({"options": ["a"]}, "there are 1 options"),
        ({"stem": ""}, "question is empty"),
        ({"stem": f'<img src="image:{HEX}" alt="x">'}, "picture 000000000000 is missing"),
        ({"stem": "<script>x</script>"}, "question is empty"),
        ({"stem": "\\(\\frac{1}\\left(\\)"}, "formula"),
    ],
)
def test_items_that_somebody_made_up_are_checked_like_any_others(fields: dict[str, object], why: str) -> None:
    read = package.read_opened(zipped(bank(**fields)), "bank.sahih")

    assert [outcome(row) for row in read.rows] == ["refused"]
    assert why in str(read.rows[0].faults[0])
    require_words(read)


def test_facts_that_somebody_made_up_are_no_facts() -> None:
    read = package.read_opened(zipped(bank(expected_p=7, code="\u202eA\nB", source="<b onclick=x>s</b>")), "bank.sahih")

    (item,) = [row.item for row in read.rows]
    assert item is not None
    assert (item.expected_p, item.code, item.source) == (None, "A B", "<strong>s</strong>")
    require_harmless(read)
