"""Settings: what the environment says, read as a browser will say it, or refused in a sentence."""

from __future__ import annotations

import pytest

from app.core.config import Settings, SettingsError, origin_of, read_settings
from tests.factories import BANK_KEYS, SECRET


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://Ujian.Example.org", "https://ujian.example.org"),
        ("https://ujian.example.org:443/", "https://ujian.example.org"),
        ("https://ujian.example.org:8443", "https://ujian.example.org:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[0:0:0:0:0:0:0:1]:8000", "http://[::1]:8000"),
        ("HTTPS://ujian.example.org", "https://ujian.example.org"),
    ],
)
def test_the_public_address_is_kept_as_a_browser_says_it(typed: str, said: str) -> None:
    assert origin_of(typed) == said
    assert Settings(public_url=typed, allow_http=True, secrets=SECRET, bank_keys=BANK_KEYS).public_url == said


@pytest.mark.parametrize(
    "typed",
    [
        "https://sari@ujian.example.org",
        "https://ujian.example.org#x",
        "https://ujian.example.org?x",
        "https://ujian.example.org:99999999",
        "https://ujian.example.org:0",
        "https://ujian.example.org:port",
        "https://ujian .example.org",
        "https://ujián.example.org",
        "https://[::1",
        "https://",
        "",
    ],
)
def test_an_address_that_no_browser_would_say_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError, match="must look like"):
        Settings(public_url=typed, allow_http=True, secrets=SECRET, bank_keys=BANK_KEYS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAHIH_TOKEN_MINUTES", "1441"),
        ("SAHIH_TOKEN_MINUTES", "0"),
        ("SAHIH_POOL_SIZE", "many"),
        ("SAHIH_SESSION_HOURS", "-1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SAHIH_PUBLIC_URL", "https://ujian.example.org")
    monkeypatch.setenv("SAHIH_SECRETS", SECRET)
    monkeypatch.setenv("SAHIH_BANK_KEYS", BANK_KEYS)
    read_settings()
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"Nilai {name} .* / The value of {name} cannot be used") as refused:
        read_settings()
    assert SECRET not in str(refused.value)
