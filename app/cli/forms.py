"""Forms of a sitting from the command line."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, identity
from app.assembly import CannotPlan, Made, Order
from app.cli.environment import environment, in_transaction, public_url
from app.cli.refusals import Refused
from app.cli.sittings import sitting_called
from app.core.access import Actor

SAMPLE_COMMITTEE = "komite"  # the demo's account
STOPPED = "dihentikan pada perintahnya / stopped at its command"

forms = typer.Typer(no_args_is_help=True, help="Paket soal / forms.")


@forms.command("plan")
def plan(code: Annotated[str, typer.Argument(help="code of the sitting")]) -> None:
    """Menyusun paket soal dan sertifikatnya sekarang / plan the forms of a sitting and certify them now.

    Anggota komite lalu menerimanya di halaman kantor / a member of the committee then accepts it on the office's page.

    Contoh / example: sahih forms plan TUK-1
    """

    async def begin(session: AsyncSession) -> tuple[UUID, UUID, Order]:
        sitting = await sitting_called(session, code)
        plan_id = await delivery.forms.begin(session, sitting.id)
        return sitting.id, plan_id, await delivery.forms.read_order(session, plan_id)

    with environment() as values:
        sitting_id, plan_id, order = in_transaction(values, begin)
        try:
            made = assembly.make(order, _tell)
        except CannotPlan as error:
            shortfalls = error.shortfalls
            in_transaction(values, lambda session: assembly.fail_plan(session, plan_id, shortfalls))
            raise _refused(code, error) from None
        except BaseException:
            in_transaction(
                values, lambda session: delivery.forms.withdraw(session, sitting_id, plan_id, reason=STOPPED)
            )
            raise
        in_transaction(values, lambda session: delivery.forms.keep(session, plan_id, order, made))
    typer.echo(_summary(code, made))
    typer.echo(f"Diterima komite di / accepted by the committee at: {public_url(values)}/kantor")


def _tell(done: int, total: int) -> None:
    typer.echo(f"  {done}/{total}", err=True)


def _refused(code: str, error: CannotPlan) -> Refused:
    said = error.shortfalls
    return Refused(
        f"{code}: paket tidak dapat disusun. " + " ".join(one.text_id for one in said),
        "no forms can be planned. " + " ".join(one.text_en for one in said),
    )


def _summary(code: str, made: Made) -> str:
    certificate: dict[str, Any] = made.certificate
    spread = certificate["spread"]
    expected = f"{spread['expected_min']:.2f}–{spread['expected_max']:.2f}"
    acceptable = "dapat diterima / acceptable" if certificate["acceptable"] else "TIDAK dapat diterima / NOT acceptable"
    return (
        f"{code}: {len(made.plan.forms)} paket/forms; skor harapan pada batas / expected score at the cut {expected}"
        f" ({certificate['target']:g}); {acceptable}"
    )


async def give_sample_forms(session: AsyncSession, sitting_id: UUID) -> None:
    """For synthetic candidates, accepted in the name of the demo's committee: no real exam gets its forms here."""
    committee = (await identity.list_staff(session)).get(SAMPLE_COMMITTEE)
    if committee is None:
        raise Refused(
            "Hanya pada data contoh: akun komite dari `sahih demo` tidak ada.",
            "Only with sample data: there is no committee of `sahih demo`.",
        )
    plan_id = await delivery.forms.begin(session, sitting_id)
    order = await delivery.forms.read_order(session, plan_id)
    await delivery.forms.keep(session, plan_id, order, assembly.make(order))
    name = (await identity.names_of(session, [committee]))[committee]
    actor = Actor(committee, uuid4(), name, await identity.roles_of(session, committee))
    await delivery.forms.accept(session, sitting_id, plan_id, actor=actor)
    await delivery.forms.prepare(session, sitting_id)
