"""The sealed package: a bank on its way between two installations of ours, readable only with its passphrase. It carries everything.

The file is a line of its own name, a line of JSON (version and parameters), then what is sealed: a ZIP with `bank.json` (items in
canonical JSON) and the pictures, encrypted with ChaCha20-Poly1305 under a key that scrypt derives from the passphrase. The lines
before are authenticated with it, so that a changed byte anywhere is noticed.

A stranger could have made a package, too: what is in one is checked like any other file, text by text and picture by picture.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.core.archives import Refused, read_part
from app.itembank.exchange.archives import open_archive
from app.itembank.exchange.archives import refused as refused_archive
from app.itembank.exchange.questions import Question, read_file, texts_of, words
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.exchange.xml import refused
from app.itembank.richtext import Image, UnfitImage, images_of, read_image

MAGIC: Final = b"SAHIH-BANK\n"
VERSION: Final = 1
SCRYPT: Final = {"n": 2**16, "r": 8, "p": 1}  # 64 MB and a fifth of a second for every guess
SHORTEST_PASSPHRASE: Final = 12
LONGEST_HEADER: Final = 500
LONGEST_WORD: Final = 300
ITEMS: Final = "bank.json"
PICTURE: Final = re.compile(r"images/([0-9a-f]{64})\.png")
FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    salt: str
    nonce: str
    n: int
    r: int
    p: int


class _Bank(msgspec.Struct, forbid_unknown_fields=True):
    notice: str
    items: list[ExchangeItem]


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str, passphrase: str) -> bytes:
    """Raises DataFileError for a passphrase that could be guessed."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise refused(
            "passphrase",
            1,
            f"frasa sandi paling sedikit {SHORTEST_PASSPHRASE} huruf",
            f"a passphrase has at least {SHORTEST_PASSPHRASE} letters",
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {"version": VERSION, "salt": salt.hex(), "nonce": nonce.hex(), **SCRYPT}
    head = MAGIC + _canonical(header) + b"\n"
    content = _canonical({"notice": notice, "items": [asdict(item) for item in items]})
    used = dict.fromkeys(hash_ for item in items for text in texts_of(item) for hash_ in images_of(text))
    packed = _zipped({ITEMS: content, **{f"images/{hash_}.png": images[hash_].png for hash_ in used}})
    return head + ChaCha20Poly1305(_key(passphrase, salt)).encrypt(nonce, packed, head)


def read(content: bytes, name: str, passphrase: str = "") -> ReadFile:
    """Raises DataFileError: for another kind of file, another version, a wrong passphrase or a changed byte."""
    return read_opened(unseal(content, name, passphrase), name)


def unseal(content: bytes, name: str, passphrase: str) -> bytes:
    """What is sealed in the package. Raises DataFileError."""
    header, head = _header(content, name)
    try:
        salt, nonce = bytes.fromhex(header.salt), bytes.fromhex(header.nonce)
        return ChaCha20Poly1305(_key(passphrase, salt)).decrypt(nonce, content[len(head) :], head)
    except (InvalidTag, ValueError) as error:
        raise refused(
            name,
            1,
            "frasa sandi salah, atau berkas berubah; periksa keduanya",
            "a wrong passphrase, or the file was changed; check both",
        ) from error


def read_opened(content: bytes, name: str) -> ReadFile:
    """The items of a package that has been unsealed. Raises DataFileError."""
    try:
        with open_archive(content, name) as archive:
            parts = {path: read_part(archive, path) or b"" for path in archive.namelist()}
    except Refused as error:
        raise refused_archive(name, error) from error
    try:
        bank = msgspec.json.decode(parts.pop(ITEMS, b""), type=_Bank)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise refused(name, 1, "isi paket tidak terbaca", f"the package cannot be read: {error}") from error
    known = {found[1]: part for path, part in parts.items() if (found := PICTURE.fullmatch(path))}
    pictures = {hash_: _picture(part, hash_, name) for hash_, part in known.items()}
    rows = [_row(item, ordinal, name, pictures) for ordinal, item in enumerate(bank.items, 1)]
    notice = words(bank.notice)
    left_out = [LeftOut(0, f"catatan paket: {notice}", f"note of the package: {notice}")] if notice else []
    return read_file(Format.PACKAGE, rows, pictures, left_out=left_out)


def _row(given: ExchangeItem, ordinal: int, name: str, pictures: Mapping[str, Image]) -> ReadRow:
    """An item with each of its texts cleaned, which changes nothing in what we wrote."""
    question = Question(name, ordinal, {})
    share = given.expected_p
    item = ExchangeItem(
        stem=question.markup("stem", given.stem),
        options=tuple(question.markup(f"options.{n}", option) for n, option in enumerate(given.options, 1)),
        key=given.key if given.key is not None and 0 <= given.key < len(given.options) else None,
        code=_words(given.code),
        kuk=_words(given.kuk),
        lang=_words(given.lang),
        stimulus=question.markup("stimulus", given.stimulus),
        stimulus_code=_words(given.stimulus_code),
        rationale=question.markup("rationale", given.rationale or "") or None,
        source=question.markup("source", given.source or "") or None,
        cognitive_level=_words(given.cognitive_level),
        expected_p=share if share is not None and 0 <= share <= 1 else None,
        enemies=tuple(word for enemy in given.enemies if (word := _words(enemy))),
        fixed_order=given.fixed_order,
    )
    for hash_ in dict.fromkeys(hash_ for text in texts_of(item) for hash_ in images_of(text)):
        if hash_ not in pictures:
            question.fault("stem", f"gambar {hash_[:12]} tidak ada di paket", f"the picture {hash_[:12]} is missing")
    return question.row(item)


def _words(text: str | None) -> str | None:
    return words(text)[:LONGEST_WORD] or None if text else None


def _picture(content: bytes, hash_: str, name: str) -> Image:
    try:
        image = read_image(content)
    except UnfitImage as error:
        raise refused(name, 1, error.text_id, error.text_en) from error
    if image.hash != hash_:
        raise refused(name, 1, "gambar tidak sesuai namanya", "a picture is not the one that its name says")
    return image


def _header(content: bytes, name: str) -> tuple[_Header, bytes]:
    if not content.startswith(MAGIC):
        raise refused(name, 1, "bukan paket bank soal bersegel", "not a sealed package of items")
    line, end, _ = content[len(MAGIC) : len(MAGIC) + LONGEST_HEADER].partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=_Header)
    except msgspec.MsgspecError as error:
        raise refused(name, 2, "kepala paket rusak; minta lagi", "its header is broken; ask for it again") from error
    if header.version != VERSION or {"n": header.n, "r": header.r, "p": header.p} != SCRYPT or not end:
        raise refused(
            name,
            2,
            f"paket versi {header.version}; instalasi ini membaca versi {VERSION}",
            f"a package of version {header.version}; this installation reads version {VERSION}",
        )
    return header, MAGIC + line + end


def _key(passphrase: str, salt: bytes) -> bytes:
    """The same words typed on another keyboard are the same passphrase."""
    said = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=32, **SCRYPT).derive(said)


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(zipfile.ZipInfo(path, FIXED_DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
