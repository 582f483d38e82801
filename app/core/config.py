"""Settings, read once at start-up and passed on as an argument; importing this module reads nothing."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as MalformedSettings

from app.core.keyring import KEY_BYTES, KeyRing
from app.core.words import both

LEAST_SECRET_BYTES = 32
LEAST_TOKEN_LENGTH = 20
# Python's `is_private` also holds addresses that are merely reserved; a test centre's network is one of these.
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
DEFAULT_PORTS = {"http": 80, "https": 443}
BANK_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
LEAST_DIFFERENT_BYTES = 16  # of 32 random ones about thirty differ
WELL_KNOWN_SECRETS = ("changeme", "secret", "password", "default", "example", "sahih")


class SettingsError(Exception):
    """A setting with which the server must not start; the message says what to do."""


def home() -> Path:
    """Where the state of this installation lives."""
    return Path(os.environ.get("SAHIH_HOME", ".sahih")).resolve()


class Settings(BaseSettings):
    """Everything the environment decides. Frozen: a running server never changes its mind."""

    model_config = SettingsConfigDict(env_prefix="SAHIH_", frozen=True, extra="ignore")

    public_url: str = "http://127.0.0.1:8000"
    allow_http: bool = False
    secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    bank_keys: SecretStr = SecretStr("")
    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    exam_url: SecretStr = SecretStr("")
    migrate_url: SecretStr = SecretStr("")
    demo: bool = False
    log: Literal["json", "text", ""] = ""
    metrics_token: SecretStr = SecretStr("")
    pool_size: int = Field(default=10, ge=1, le=500)
    token_minutes: int = Field(default=60, ge=1, le=24 * 60)  # a longer life is refused where tokens are read
    session_hours: int = Field(default=12, ge=1, le=7 * 24)

    @field_validator("secrets", mode="before")
    @classmethod
    def _split_secrets(cls, value: object) -> object:
        return split_secrets(value) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _as_a_browser_says_it(cls, value: str) -> str:
        return origin_of(value)

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < LEAST_TOKEN_LENGTH:
            raise ValueError("too short")
        return value

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Settings:
        check_public_url(self.public_url, allow_http=self.allow_http)
        check_secrets([secret.get_secret_value() for secret in self.secrets])
        bank_ring(self.bank_keys.get_secret_value())
        return self

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @cached_property
    def secret_bytes(self) -> tuple[bytes, ...]:
        """Server secrets, newest first: the first one signs, all of them verify."""
        return tuple(secret.get_secret_value().encode() for secret in self.secrets)

    @cached_property
    def bank_ring(self) -> KeyRing:
        return bank_ring(self.bank_keys.get_secret_value())


def read_settings() -> Settings:
    """The settings of this process; a value that cannot be used is a sentence that names the variable, never the value."""
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({_variable(str(fault["loc"][0])) for fault in error.errors()})
    except MalformedSettings:
        names = ["SAHIH_…"]
    raise SettingsError(
        both(
            f"Nilai {', '.join(names)} tidak dapat dipakai. Perbaiki, lalu jalankan lagi.",
            f"The value of {', '.join(names)} cannot be used. Correct it and start again.",
        )
    )


def _variable(field: str) -> str:
    return field if field.isupper() else f"SAHIH_{field.upper()}"


def origin_of(url: str) -> str:
    """The address as a browser says it in `Origin`: lower case, without the port that goes without saying.

    Every POST is compared with it, so an address that no browser would ever say must not be accepted.
    """
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        raise _no_origin(url) from None
    host = _plain_host(parts.hostname or "")
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in DEFAULT_PORTS or not host or extra or port == 0:
        raise _no_origin(url)
    said = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{said}"


def _plain_host(host: str) -> str:
    """Name or address in lower case and shortest form; empty where it is neither."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host if re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host) else ""
    return f"[{address.compressed}]" if address.version == 6 else str(address)


def _no_origin(url: str) -> SettingsError:
    form = "https://ujian.example.org"
    return SettingsError(
        both(
            f"SAHIH_PUBLIC_URL harus berbentuk seperti {form} (skema, nama, porta saja; huruf latin), bukan {url!r}.",
            f"SAHIH_PUBLIC_URL must look like {form} (scheme, host, port only; ASCII), got {url!r}.",
        )
    )


def check_public_url(url: str, *, allow_http: bool) -> None:
    """Plain http is for a test centre's own network, on request; everything else needs TLS."""
    parts = urlsplit(origin_of(url))
    host = parts.hostname or ""
    if parts.scheme == "https":
        return
    if not allow_http:
        raise SettingsError(
            both(
                "SAHIH_PUBLIC_URL memakai http biasa. Pakai https, atau SAHIH_ALLOW_HTTP=1 untuk alamat lokal atau privat.",
                "SAHIH_PUBLIC_URL is plain http. Use https, or set SAHIH_ALLOW_HTTP=1 for a loopback or private address.",
            )
        )
    if not _is_private(host):
        raise SettingsError(
            both(
                f"Http biasa hanya boleh pada alamat lokal atau privat, dan {host} bukan keduanya. Pakai https.",
                f"Plain http is allowed on a loopback or private address only, and {host} is neither. Use https.",
            )
        )


def _is_private(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in PRIVATE_NETWORKS)


def split_secrets(value: str) -> tuple[str, ...]:
    """The secrets of a comma-separated value, newest first."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def check_secrets(secrets: Sequence[str]) -> None:
    """Refuse a secret that is missing, short, repeated characters, or one that people type first."""
    if not secrets:
        how = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        raise SettingsError(
            both(f"SAHIH_SECRETS kosong. Buat satu dengan: {how}", f"SAHIH_SECRETS is empty. Make one with: {how}")
        )
    for secret in secrets:
        if len(secret.encode()) < LEAST_SECRET_BYTES:
            raise SettingsError(
                both(
                    f"Setiap rahasia dalam SAHIH_SECRETS harus paling sedikit {LEAST_SECRET_BYTES} bita.",
                    f"Each secret in SAHIH_SECRETS needs at least {LEAST_SECRET_BYTES} bytes.",
                )
            )
        plain = secret.lower()
        if len(set(plain)) < 10 or any(plain.replace(word, "") == "" for word in WELL_KNOWN_SECRETS):
            raise SettingsError(
                both(
                    "Rahasia dalam SAHIH_SECRETS terlalu mudah ditebak. Buat yang acak.",
                    "A secret in SAHIH_SECRETS is too easy to guess. Make a random one.",
                )
            )


def new_bank_key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def bank_ring(value: str) -> KeyRing:
    """The keys of `id:base64,id:base64`, newest first. Refuses none, and any that is malformed, short or guessable."""
    keys: dict[str, bytes] = {}
    for entry in split_secrets(value):
        name, _, encoded = entry.partition(":")
        key = _bank_key(encoded)
        if not BANK_KEY_ID.fullmatch(name) or name in keys or len(key) != KEY_BYTES:
            raise SettingsError(
                both(
                    "SAHIH_BANK_KEYS harus berbentuk id:base64 (32 bita), dipisah koma, setiap id satu kali.",
                    "SAHIH_BANK_KEYS must look like id:base64 (32 bytes), separated by commas, each id once.",
                )
            )
        if len(set(key)) < LEAST_DIFFERENT_BYTES or key in keys.values():
            raise SettingsError(
                both(
                    f"Kunci bank {name} terlalu mudah ditebak atau ada dua kali. Buat yang acak.",
                    f"The bank key {name} is too easy to guess or there twice. Make a random one.",
                )
            )
        keys[name] = key
    if not keys:
        how = "echo k1:$(openssl rand -base64 32)"
        raise SettingsError(
            both(
                f"SAHIH_BANK_KEYS kosong: kunci penyegel bank soal. Buat dengan: {how}",
                f"SAHIH_BANK_KEYS is empty: it seals the item bank. Make one with: {how}",
            )
        )
    return KeyRing(keys)


def _bank_key(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
