import { expect, test } from "vitest";
import { isBank, pageOf, readRoute, type Route } from "./route";

test("every place has an address that leads back to it", () => {
  const places: Route[] = [
    { at: "list" },
    { at: "coverage" },
    { at: "pools" },
    { at: "new" },
    { at: "card", code: "MMU-1.1-01" },
    { at: "pool", id: "5a" },
    { at: "imports" },
    { at: "import", id: "5a" },
    { at: "exports" },
    { at: "edit", version: "5a" },
    { at: "revise", version: "5a" },
    { at: "correct", version: "5a" },
    { at: "review", version: "5a" },
  ];
  for (const place of places) expect(readRoute(pageOf(place))).toEqual(place);
});

test("an address that leads nowhere leads to the list, and other pages are not the bank's", () => {
  expect(readRoute("bank/entah/5a")).toEqual({ at: "list" });
  expect([isBank("bank"), isBank("bank/cakupan"), isBank("naskah"), isBank("bankir"), isBank(null)]).toEqual([true, true, false, false, false]);
});
