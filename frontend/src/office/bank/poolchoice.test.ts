import { expect, test } from "vitest";
import type { BankRow } from "../../api/bank";
import type { Proposal } from "../../api/pools";
import { sharesOf, toggled, tooFew } from "./poolchoice";

const row = (code: string, kuk: string) => ({ code, kuk, version_id: code }) as BankRow;
const proposal: Proposal = {
  size: 3,
  answers_per_item: 120,
  kuks: [
    { kuk: "1.1", per_form: 1, proposed: 2, usable: 2 },
    { kuk: "1.2", per_form: 1, proposed: 1, usable: 1 },
  ],
  version_ids: ["a", "b", "c"],
};
const usable = [row("a", "1.1"), row("b", "1.1"), row("c", "1.2")];

test("the bank by criteria, and where a pool would be too small for a form", () => {
  const shares = sharesOf(proposal, usable, new Set(["a", "b"]));
  expect(shares.map((one) => [one.kuk, one.chosen, one.items.length])).toEqual([["1.1", 2, 2], ["1.2", 0, 1]]);
  expect(tooFew(shares)).toEqual(["1.2"]);
});

test("an item goes in and out of the choice", () => {
  expect([...toggled(new Set(["a"]), "b")]).toEqual(["a", "b"]);
  expect([...toggled(new Set(["a", "b"]), "a")]).toEqual(["b"]);
});
