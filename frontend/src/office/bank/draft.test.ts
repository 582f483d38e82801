import { expect, test } from "vitest";
import { bodyOf, emptyDraft, keyOf, lacking, withOption, withoutOption, type Draft } from "./draft";

const written = (): Draft => ({
  ...emptyDraft("1.1"),
  stem: "Apa?",
  options: ["a", "b", "c", "d"].map((text, name) => ({ name, text })),
  key: 2,
  rationale: "Sebab.",
  source: "ISO 9000",
  enemies: "MMU-1.1-02; MMU-1.1-03",
});

test("the key follows its option when another goes, and goes with it", () => {
  const fewer = withoutOption(written(), 0);
  expect([keyOf(fewer), bodyOf(fewer).content.options]).toEqual([1, ["b", "c", "d"]]);
  expect(keyOf(withoutOption(written(), 2))).toBe(-1);
  expect(withOption(fewer).options.at(-1)).toEqual({ name: 4, text: "" });
});

test("what the server gets: shares, lists and limited HTML", () => {
  expect(bodyOf({ ...written(), stem: ["x", { tag: "sub", children: ["1"] }] })).toMatchObject({
    content: { stem: "x<sub>1</sub>" },
    expected_p: 0.6,
    enemies: ["MMU-1.1-02", "MMU-1.1-03"],
    stimulus_code: null,
    fixed_order: false,
  });
});

test("an item lacks what nobody wrote; reasons and sources can wait for the review", () => {
  expect(lacking(written(), true)).toEqual([]);
  const begun = { ...withoutOption(emptyDraft("1.1"), 0), stem: "Apa?" };
  expect(lacking(begun, false)).toEqual(["options.0", "options.1", "options.2", "key"]);
  expect(lacking(begun, true).slice(-2)).toEqual(["rationale", "source"]);
});
