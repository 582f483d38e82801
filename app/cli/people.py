"""People who work with the server."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from app import identity
from app.cli.environment import environment, open_database
from app.core.access import Role
from app.core.db import Database

user = typer.Typer(no_args_is_help=True, help="Pengguna / staff accounts.")


@user.callback()
def group() -> None:
    """Pengguna / staff accounts."""


@user.command("add")
def add(
    username: Annotated[str, typer.Argument(help="user name")],
    name: Annotated[str, typer.Option(help="full name")] = "",
    role: Annotated[Role, typer.Option(help="only admin: an administrator adds the others")] = Role.ADMIN,
) -> None:
    """Menambah administrator pertama / add the first administrator; prints a one-time link.

    Contoh / example: sahih user add sari --name "Sari Dewi" --role admin
    """
    if role is not Role.ADMIN:
        raise typer.BadParameter("hanya admin / only admin", param_hint="--role")
    with environment() as values:
        token = asyncio.run(_add(open_database(values), username, name or username))
        url = values.get("SAHIH_PUBLIC_URL", "")
    typer.echo(f"Tautan sekali pakai, 24 jam / one-time link, 24 hours:\n{url}/kantor#tautan={token}")


async def _add(database: Database, username: str, name: str) -> str:
    try:
        async with database.staff() as session, session.begin():
            return await identity.add_first_admin(session, name=name, username=username)
    finally:
        await database.close()
