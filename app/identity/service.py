"""Verbs: log in, log out, revoke, add staff, set a first password."""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core import journal
from app.core.access import Actor, Role
from app.core.clock import read_clock
from app.core.db import Database, rowcount
from app.identity import secrets
from app.identity.errors import (
    AdminExists,
    BadName,
    BadUsername,
    LinkNotUsable,
    TooManyTries,
    UsernameTaken,
    WeakPassword,
    WrongCredentials,
)
from app.identity.models import (
    LoginFailure,
    OneTimeLink,
    Person,
    RoleGrant,
    SessionRow,
    StaffAccount,
)
from app.identity.types import LoggedIn, Realm

Sessions = async_sessionmaker[AsyncSession]

FAILURES_PER_ADDRESS = 10
FAILURES_PER_ACCOUNT = 30
WINDOW = timedelta(minutes=1)
KEPT_FAILURES = timedelta(days=1)
LONGEST_ADDRESS = 64
STAFF_ACCOUNT = "staff:"
LINK_LIFE = timedelta(hours=24)
LEAST_PASSWORD = 12
LONGEST_NAME = 200
FORGOTTEN_AT_ONCE = 1_000
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

# Where a member of staff usually sits is known by their sessions there, and keeps strangers from locking them out: the last
# one of each address stays for a year.
FORGET_SESSIONS = text(
    """
    DELETE FROM sessions WHERE id IN (
        SELECT s.id FROM sessions s
        WHERE s.expires_at < clock_timestamp() - interval '30 days'
          AND (s.realm <> 'staff' OR s.expires_at < clock_timestamp() - interval '1 year'
               OR EXISTS (SELECT FROM sessions later WHERE later.person_id = s.person_id AND later.realm = s.realm
                          AND later.address = s.address AND (later.created_at, later.id) > (s.created_at, s.id)))
        LIMIT :most FOR UPDATE SKIP LOCKED
    )
    """
)


async def log_in_staff(sessions: Sessions, *, username: str, password: str, address: str, hours: int) -> LoggedIn:
    username, address = username.strip().lower(), address[:LONGEST_ADDRESS]
    async with sessions() as session:
        account = (
            await session.execute(select(StaffAccount).where(StaffAccount.username == username))
        ).scalar_one_or_none()
        trusted = account is not None and await _logged_in_before(session, account.person_id, address)
    reservation = await _reserve_try(sessions, f"{STAFF_ACCOUNT}{username}", address, trusted=trusted)
    stored = account.password_hash if account else None
    if not await secrets.password_matches(stored, password) or account is None:
        raise WrongCredentials
    async with sessions() as session, session.begin():
        await session.execute(delete(LoginFailure).where(LoginFailure.id == reservation))
        return await _open_session(
            session, person_id=account.person_id, realm=Realm.STAFF, number=None, hours=hours, address=address
        )


async def _logged_in_before(session: AsyncSession, person_id: UUID, address: str) -> bool:
    """Whether this person logged in from this address before: there, only their own failures count."""
    known = select(SessionRow.id).where(
        SessionRow.person_id == person_id, SessionRow.realm == Realm.STAFF, SessionRow.address == address
    )
    return await session.scalar(known.limit(1)) is not None


async def _reserve_try(sessions: Sessions, account: str, address: str, *, trusted: bool) -> UUID:
    """Count this try as failed before it is evaluated; a success takes the row back.

    Counting first, under a lock on the account, keeps the limit exact under parallel guesses. Per account *and* address, and
    for addresses that are new to the account all of them together; a stranger cannot lock out who sits at the usual place.
    """
    async with sessions() as session, session.begin():
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:account, 0))"), {"account": account})
        recent = (LoginFailure.account == account) & (LoginFailure.at > func.clock_timestamp() - WINDOW)
        here = func.count().filter(LoginFailure.address == address)
        from_here, from_anywhere = (await session.execute(select(here, func.count()).where(recent))).one()
        if from_here >= FAILURES_PER_ADDRESS or (from_anywhere >= FAILURES_PER_ACCOUNT and not trusted):
            raise TooManyTries(headers={"Retry-After": "60"})
        reservation = LoginFailure(id=uuid4(), account=account, address=address)
        session.add(reservation)
    return reservation.id


async def forget_old_failures(database: Database) -> int:
    """Failures count for a minute; they are kept for a day, for whoever asks what happened. Returns how many went."""
    async with database.staff() as session, session.begin():
        old = LoginFailure.at < func.clock_timestamp() - KEPT_FAILURES
        return rowcount(await session.execute(delete(LoginFailure).where(old)))


async def forget_old_sessions(database: Database) -> int:
    """Sessions that ended a month ago, a few at a time; what was done in them stands in the journal. Returns how many went."""
    forgotten = 0
    while True:
        async with database.staff() as session, session.begin():
            gone = rowcount(await session.execute(FORGET_SESSIONS, {"most": FORGOTTEN_AT_ONCE}))
        forgotten += gone
        if gone < FORGOTTEN_AT_ONCE:
            return forgotten


async def _open_session(
    session: AsyncSession, *, person_id: UUID, realm: Realm, number: str | None, hours: int, address: str | None = None
) -> LoggedIn:
    now = await read_clock(session)
    row = SessionRow(
        id=uuid4(),
        person_id=person_id,
        realm=realm,
        candidate_number=number,
        address=address,
        expires_at=now + timedelta(hours=hours),
    )
    session.add(row)
    await session.flush()
    await journal.record(session, "session.opened", "person", person_id, facts={"realm": realm.value})
    return LoggedIn(person_id, row.id)


async def log_out(session: AsyncSession, actor: Actor) -> None:
    await session.execute(
        update(SessionRow)
        .where(SessionRow.id == actor.session_id, SessionRow.revoked_at.is_(None))
        .values(revoked_at=func.clock_timestamp())
    )
    await journal.record(session, "session.closed", "person", actor.person_id, actor=actor)


async def revoke_sessions(session: AsyncSession, person_id: UUID, *, actor: Actor | None, reason: str) -> None:
    """End every session of a person; running servers notice within five seconds."""
    await session.execute(
        update(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None))
        .values(revoked_at=func.clock_timestamp())
    )
    await journal.record(session, "sessions.revoked", "person", person_id, actor=actor, reason=reason)


async def add_person(session: AsyncSession, name: str) -> UUID:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName
    person = Person(id=uuid4(), name=name)
    session.add(person)
    await session.flush()
    return person.id


async def rename_person(session: AsyncSession, person_id: UUID, name: str) -> None:
    """A name that was written wrong. Who had it before stands in the journal of whoever asked for this."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName
    await session.execute(update(Person).where(Person.id == person_id).values(name=name))


async def add_staff(
    session: AsyncSession, *, name: str, username: str, roles: Iterable[Role], actor: Actor | None = None
) -> UUID:
    """A person with a user name and roles, and no password yet: `make_link` or `set_password` gives one."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise BadUsername
    taken = await session.scalar(select(StaffAccount.person_id).where(StaffAccount.username == username))
    if taken:
        raise UsernameTaken
    person_id = await add_person(session, name)
    session.add(StaffAccount(person_id=person_id, username=username))
    for role in roles:
        session.add(
            RoleGrant(id=uuid4(), person_id=person_id, role=role, granted_by=actor.person_id if actor else None)
        )
    await session.flush()
    granted = sorted(role.value for role in roles)
    await journal.record(session, "staff.added", "person", person_id, actor=actor, facts={"roles": granted})
    return person_id


async def add_first_admin(session: AsyncSession, *, name: str, username: str) -> str:
    """The one account that nobody has to grant. Returns a one-time token; refused once an administrator exists."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('first-admin', 0))"))
    exists = await session.scalar(
        select(RoleGrant.id).where(RoleGrant.role == Role.ADMIN, RoleGrant.revoked_at.is_(None)).limit(1)
    )
    if exists:
        raise AdminExists
    person_id = await add_staff(session, name=name, username=username, roles=[Role.ADMIN])
    return await make_link(session, person_id, reason="first administrator")


async def make_link(session: AsyncSession, person_id: UUID, *, reason: str | None = None) -> str:
    """A one-time link with which this person sets a password. Links made before and not used stop working."""
    token = random.token_urlsafe(24)
    now = await read_clock(session)
    await session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
        .values(expires_at=func.least(OneTimeLink.expires_at, now))
    )
    session.add(OneTimeLink(token_hash=secrets.token_hash(token), person_id=person_id, expires_at=now + LINK_LIFE))
    await session.flush()
    await journal.record(session, "link.made", "person", person_id, reason=reason)
    return token


async def use_link(session: AsyncSession, token: str, password: str) -> None:
    """Set the password of the person whom the link was made for; the link works once."""
    used = await session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.token_hash == secrets.token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > func.clock_timestamp(),
        )
        .values(used_at=func.clock_timestamp())
        .returning(OneTimeLink.person_id)
    )
    person_id = used.scalar_one_or_none()
    if person_id is None:
        raise LinkNotUsable
    await set_password(session, person_id, password)


async def set_password(session: AsyncSession, person_id: UUID, password: str) -> None:
    account = await session.get_one(StaffAccount, person_id)
    if len(password) < LEAST_PASSWORD or password.lower() == account.username:
        raise WeakPassword
    account.password_hash = await secrets.hash_password(password)
    await session.flush()
    await revoke_sessions(session, person_id, actor=None, reason="password set")
