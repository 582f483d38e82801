"""An archive says what it unpacks to before it is unpacked."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from app.core.archives import Limits, Refusal, Refused, open_archive, read_part, require_no_document_type

LIMITS = Limits(parts=10, unpacked=8 * 1024 * 1024)


def packed(*parts: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("media/a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def locked(content: bytes) -> bytes:
    """The flag of a password, in the name's own header and in the directory."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def lying(content: bytes, size: int) -> bytes:
    """A directory that says less than there is."""
    changed = bytearray(content)
    at = content.index(b"PK\x01\x02") + 24
    changed[at : at + 4] = size.to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04", Refusal.BROKEN),
        (packed(("a", b"a"))[:-10], Refusal.BROKEN),
        (packed(*((str(n), b"") for n in range(11))), Refusal.TOO_LARGE),
        (packed(("a", bytes(9_000_000))), Refusal.TOO_LARGE),
        (packed(("a", bytes(2_000_000))), Refusal.TOO_LARGE),
        (packed(("../a", b"a")), Refusal.PATHS),
        (packed(("a/../../b", b"a")), Refusal.PATHS),
        (packed(("/etc/a", b"a")), Refusal.PATHS),
        (packed(("a\\..\\b", b"a")), Refusal.PATHS),
        (packed((link(), b"/etc/passwd")), Refusal.PATHS),
        (locked(packed(("a", b"a"))), Refusal.LOCKED),
    ],
)
def test_an_archive_that_is_more_than_it_should_be_is_not_opened(content: bytes, reason: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        open_archive(content, LIMITS)
    assert refused.value.reason == reason


def test_a_part_is_read_only_if_it_is_what_the_directory_says() -> None:
    honest = packed(("a", b"text"), ("b", packed(("c", b"d"))))
    with open_archive(honest, LIMITS) as archive:
        assert read_part(archive, "a") == b"text"
        assert read_part(archive, "c") is None
        with pytest.raises(Refused, match="files"):
            read_part(archive, "b")
    bomb = lying(packed(("a", bytes(7_000_000))), 100)
    with open_archive(bomb, LIMITS) as archive, pytest.raises(Refused, match="broken"):
        read_part(archive, "a")
    whole = bytearray(packed(("a", b"text")))
    whole[31] ^= 0xFF  # of what is packed, after 30 bytes of header and one of name
    torn = bytes(whole)
    with open_archive(torn, LIMITS) as archive, pytest.raises(Refused, match="broken"):
        read_part(archive, "a")


def test_no_encoding_hides_a_document_type() -> None:
    declared = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    for part in (declared.encode(), declared.encode("utf-16")):
        with pytest.raises(Refused, match="document-type"):
            require_no_document_type(part)
    require_no_document_type(b"<x>DOCTYPE</x>")
    require_no_document_type(b"\x89PNG")
