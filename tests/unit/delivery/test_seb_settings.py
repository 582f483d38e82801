"""What a sitting's file says, how it is packed, and what the office may type."""

from __future__ import annotations

import base64
import gzip
import plistlib
import ssl
from typing import Any

import pytest

from app.core.errors import AppError
from app.delivery.seb import config_key, write_file
from app.delivery.seb.settings import Choices, quit_password_sha256, read_certificate, read_versions, settings_for

URL = "https://ujian.example.org"
SALT = base64.b64encode(bytes(range(32))).decode()
# Of an authority that a test centre might make for itself; nobody has its key.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIULN6RVnbiLq+e58SG58GRt0nlxlQwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDVFVLMCAXDTI2MTEyMjAwMzQxM1oYDzIxMjYxMDI5MDAzNDEz
WjAOMQwwCgYDVQQDDANUVUswWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR4hJ9Z
PuuBVcZztXSbKB35Qn7uXeaT0KpaDrGPrujCdh5tL8BkgwerO7tNPmANRAqnnNWa
93KdSOEU+Ev00GMOo1MwUTAdBgNVHQ4EFgQUax4idaloSmvFTmn82j8B0HB2quow
HwYDVR0jBBgwFoAUax4idaloSmvFTmn82j8B0HB2quowDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNHADBEAiAQwEp903+FZDkRoEueABmI6tlC6G+bZ/YL3a8Y
bdGtUgIgajp5hgT/pXDqF7ZL+mdbvnnbgW/aJmX+9K9em/UPOkg=
-----END CERTIFICATE-----
"""


def made(**choices: Any) -> dict[str, Any]:
    return settings_for(URL, Choices(quit_password_sha256("pulang-2026"), **choices), SALT)


def unpacked(content: bytes) -> dict[str, Any]:
    inside = gzip.decompress(content)
    assert inside[:4] == b"plnd"
    return plistlib.loads(gzip.decompress(inside[4:]))


def test_the_file_holds_the_settings_that_the_key_is_of() -> None:
    settings = made(certificate=read_certificate(CERTIFICATE), allowed_versions=("Win.3.7.min",))
    found = unpacked(write_file(settings))
    assert config_key(found) == config_key(settings)
    assert found["examKeySalt"] == bytes(range(32))
    (authority,) = found["embeddedCertificates"]
    assert (authority["type"], authority["certificateData"]) == (2, ssl.PEM_cert_to_DER_cert(CERTIFICATE))
    assert write_file(settings) == write_file(settings), "the same choices, the same bytes"


def test_the_program_stays_on_this_server_and_tells_its_key() -> None:
    found = unpacked(write_file(made()))
    assert found["startURL"] == f"{URL}/"
    assert [rule["expression"] for rule in found["URLFilterRules"]] == [f"{URL}/*"]
    assert found["URLFilterEnable"] is True
    assert found["sendBrowserExamKey"] is True
    assert found["browserWindowWebView"] == 3, "the engine that tells the page its key"
    assert found["hashedQuitPassword"] == quit_password_sha256("pulang-2026")
    assert found["allowSpellCheck"] is False
    assert found["allowDictionaryLookup"] is False


def test_unsent_answers_outlive_a_crash_and_leave_as_a_file() -> None:
    found = unpacked(write_file(made()))
    for cleaning in ("removeBrowserProfile", "removeLocalStorage", "examSessionClearCookiesOnEnd"):
        assert found[cleaning] is False
    assert found["allowDownUploads"] is True


def test_each_choice_and_each_salt_gives_another_key() -> None:
    other = settings_for(URL, Choices(quit_password_sha256("pulang-2026")), base64.b64encode(bytes(32)).decode())
    changed = [made(), made(allowed_versions=("Win.3.7",)), made(certificate="MAMCAQE="), other]
    assert len({config_key(settings) for settings in changed}) == 4


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        ("", ()),
        (" \n", ()),
        ("Win.3.7\n\n Mac.3.4.1.min ", ("Win.3.7", "Mac.3.4.1.min")),
        ("iOS.3.4.AE.min", ("iOS.3.4.AE.min",)),
        ("3.7", None),
        ("Win", None),
        ("Win.3", None),
        ("win.3.7", None),
        ("Win.3.7, Mac.3.4", None),
        ("Win.3.7.1.2", None),
    ],
)
def test_versions(lines: str, versions: tuple[str, ...] | None) -> None:
    if versions is not None:
        assert read_versions(lines) == versions
        return
    with pytest.raises(AppError) as refused:
        read_versions(lines)
    assert refused.value.members == {"version": lines}


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "x",
        CERTIFICATE + CERTIFICATE,
        CERTIFICATE.replace("CERTIFICATE", "PRIVATE KEY"),
        CERTIFICATE.replace("MII", "!!!"),
        ssl.DER_cert_to_PEM_cert(bytes(9)),  # base64, and no certificate
    ],
)
def test_only_one_certificate_gets_into_the_file(pem: str) -> None:
    with pytest.raises(AppError) as refused:
        read_certificate(pem)
    assert refused.value.code == "seb-certificate"
