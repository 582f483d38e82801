import { expect, test } from "vitest";
import type { Scheme } from "../../api/bank";
import type { BlueprintContent } from "../../api/forms";
import { availableFor, contentOf, countOf, differences, draftName, furtherOf, sumOf } from "./limits";

const before: BlueprintContent = {
  items: 10,
  limits: [
    { dimension: "kuk", value: "1.1", least: 6, most: 6 },
    { dimension: "kuk", value: "1.2", least: 4, most: 4 },
    { dimension: "picture", value: "yes", least: 0, most: 3 },
  ],
};

test("what is written is what is sent: each criterion exact, then the further limits", () => {
  const sent = contentOf(10, { "1.1": 7, "1.2": 3 }, furtherOf(before));
  expect(sent.limits).toEqual([
    { dimension: "kuk", value: "1.1", least: 7, most: 7 },
    { dimension: "kuk", value: "1.2", least: 3, most: 3 },
    { dimension: "picture", value: "yes", least: 0, most: 3 },
  ]);
  expect([countOf(sent, "1.1"), countOf(sent, "9.9"), sumOf(sent, ["1.1", "1.2"])]).toEqual([7, 0, 10]);
});

test("who approves sees what changed, what came and what went", () => {
  const after = contentOf(10, { "1.1": 7, "1.2": 4 }, [{ dimension: "level", value: "apply", least: 3, most: 9 }]);
  expect(differences(before, after).map((one) => [one.limit.value, one.before?.least ?? null, one.after?.least ?? null])).toEqual([
    ["1.1", 6, 7],
    ["apply", null, 3],
    ["yes", 0, null],
  ]);
  expect(differences(before, before)).toEqual([]);
});

test("what nobody has counted yet is not zero", () => {
  const cells = [{ dimension: "kuk", value: "1.1", least: 6, most: 6, available: 0 }] as const;
  expect([availableFor(cells, { dimension: "kuk", value: "1.1" }), availableFor(cells, { dimension: "kuk", value: "1.2" })]).toEqual([0, null]);
});

test("a half-written blueprint waits for its own scheme", () => {
  expect(draftName({ code: "MMu" } as Scheme)).not.toBe(draftName({ code: "X" } as Scheme));
});
