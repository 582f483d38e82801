"""Settings, read once at start-up and passed on as an argument; importing this module reads nothing."""

from __future__ import annotations

import ipaddress
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LEAST_SECRET_BYTES = 32
# Python's `is_private` also holds addresses that are merely reserved; a test centre's network is one of these.
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
WELL_KNOWN_SECRETS = ("changeme", "secret", "password", "default", "example", "sahih")


class SettingsError(Exception):
    """A setting with which the server must not start; the message says what to do."""


class Settings(BaseSettings):
    """Everything the environment decides. Frozen: a running server never changes its mind."""

    model_config = SettingsConfigDict(env_prefix="SAHIH_", frozen=True, extra="ignore")

    public_url: str = "http://127.0.0.1:8000"
    allow_http: bool = False
    secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    exam_url: SecretStr = SecretStr("")
    migrate_url: SecretStr = SecretStr("")
    demo: bool = False
    pool_size: int = 10
    token_minutes: int = 60
    session_hours: int = 12

    @field_validator("secrets", mode="before")
    @classmethod
    def _split_secrets(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("public_url")
    @classmethod
    def _bare_origin(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Settings:
        check_public_url(self.public_url, allow_http=self.allow_http)
        check_secrets([secret.get_secret_value() for secret in self.secrets])
        return self

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @cached_property
    def secret_bytes(self) -> tuple[bytes, ...]:
        """Server secrets, newest first: the first one signs, all of them verify."""
        return tuple(secret.get_secret_value().encode() for secret in self.secrets)


def check_public_url(url: str, *, allow_http: bool) -> None:
    """Plain http is for a test centre's own network, on request; everything else needs TLS."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise SettingsError(
            f"SAHIH_PUBLIC_URL must look like https://ujian.example.org (scheme, host, port only), got {url!r}."
        )
    if parts.scheme == "https":
        return
    if not allow_http:
        raise SettingsError(
            "SAHIH_PUBLIC_URL is plain http. Use https, or set SAHIH_ALLOW_HTTP=1 for a loopback or private address."
        )
    if not _is_private(parts.hostname):
        raise SettingsError(
            f"Plain http is allowed on a loopback or private address only, and {parts.hostname} is neither. Use https."
        )


def _is_private(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in PRIVATE_NETWORKS)


def check_secrets(secrets: list[str]) -> None:
    """Refuse a secret that is missing, short, repeated characters, or one that people type first."""
    if not secrets:
        raise SettingsError(
            "SAHIH_SECRETS is empty. Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    for secret in secrets:
        if len(secret.encode()) < LEAST_SECRET_BYTES:
            raise SettingsError(f"Each secret in SAHIH_SECRETS needs at least {LEAST_SECRET_BYTES} bytes.")
        plain = secret.lower()
        if len(set(plain)) < 10 or any(plain.replace(word, "") == "" for word in WELL_KNOWN_SECRETS):
            raise SettingsError("A secret in SAHIH_SECRETS is too easy to guess. Make a random one.")
