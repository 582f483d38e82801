"""People who work with the server."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.cli.environment import environment, in_transaction, public_url
from app.cli.refusals import Refused
from app.core.access import Role

user = typer.Typer(no_args_is_help=True, help="Pengguna / staff accounts.")


class StaffRole(StrEnum):
    """Every role but the candidate's, who gets a card instead of an account."""

    ADMIN = Role.ADMIN
    PROCTOR = Role.PROCTOR
    INVIGILATOR = Role.INVIGILATOR
    COMMITTEE = Role.COMMITTEE
    OFFICE = Role.OFFICE
    AUDITOR = Role.AUDITOR
    AUTHOR = Role.AUTHOR
    REVIEWER = Role.REVIEWER


@user.callback()
def group() -> None:
    """Pengguna / staff accounts."""


@user.command("add")
def add(
    username: Annotated[str, typer.Option(help="user name")],
    role: Annotated[StaffRole | None, typer.Option(help="admin only while there is no administrator")] = None,
    name: Annotated[str | None, typer.Option(help="full name")] = None,
    again: Annotated[bool, typer.Option("--again", help="a new link for an account that exists")] = False,
) -> None:
    """Menambah petugas dan mencetak tautan sekali pakai / add an account and print its one-time link.

    Contoh / example: sahih user add --role proctor --name "Sari Dewi" --username sari
    """
    with environment() as values:
        url = public_url(values)
        if again:
            token, roles = in_transaction(values, lambda session: _again(session, username))
        elif role is None or name is None:
            raise Refused("Sebutkan --role dan --name, atau --again.", "Give --role and --name, or --again.")
        else:
            token, roles = in_transaction(values, lambda session: _add(session, Role(role), name, username))
    typer.echo(f"Tautan sekali pakai, 24 jam / one-time link, 24 hours:\n{url}{_page(roles)}#tautan={token}")


async def _add(session: AsyncSession, role: Role, name: str, username: str) -> tuple[str, Iterable[Role]]:
    if role is Role.ADMIN:
        return await identity.add_first_admin(session, name=name, username=username), [role]
    person_id = await identity.add_staff(session, name=name, username=username, roles=[role])
    return await identity.make_link(session, person_id, reason="new account"), [role]


async def _again(session: AsyncSession, username: str) -> tuple[str, Iterable[Role]]:
    """Whoever runs commands here holds the database already; the journal says that it was done."""
    person_id = await person_called(session, username)
    roles = await identity.roles_of(session, person_id)
    return await identity.make_link(session, person_id, reason="asked for again on the server"), roles


async def person_called(session: AsyncSession, username: str) -> UUID:
    person_id = (await identity.list_staff(session)).get(username.strip().lower())
    if person_id is None:
        raise Refused(f"Tidak ada pengguna {username}.", f"There is no user {username}.")
    return person_id


def _page(roles: Iterable[Role]) -> str:
    return "/pengawas" if set(roles) <= {Role.PROCTOR, Role.INVIGILATOR} else "/kantor"
