"""One draft in two windows: what was saved in the one is not written over from the other unawares."""

from __future__ import annotations

from tests.api.test_item_life import BANK, ITEM, Bank, bank

__all__ = ["bank"]


async def test_a_draft_that_was_saved_elsewhere_is_not_written_over(bank: Bank) -> None:
    _, version = await bank.write()
    opened = (await bank.author.get(f"{BANK}/versions/{version}")).json()["step"]

    first = await bank.author.put(f"{BANK}/versions/{version}", json=ITEM | {"source": "ISO 9000", "step": opened})
    assert first.status_code == 200

    late = await bank.author.put(f"{BANK}/versions/{version}", json=ITEM | {"source": "ISO 19011", "step": opened})
    assert (late.status_code, late.json()["code"]) == (409, "draft-changed")
    assert (await bank.author.get(f"{BANK}/versions/{version}")).json()["source"] == "ISO 9000"

    knowing = await bank.author.put(
        f"{BANK}/versions/{version}", json=ITEM | {"source": "ISO 19011", "step": first.json()["step"]}
    )
    assert knowing.status_code == 200
    assert (await bank.author.get(f"{BANK}/versions/{version}")).json()["source"] == "ISO 19011"
