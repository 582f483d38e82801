import { expect, test } from "vitest";
import { asShown, evaluate } from "./calculator";

test.each([
  ["1 + 2 × 3", 7],
  ["(1 + 2) × 3", 9],
  ["12,5 ÷ 2,5", 5],
  ["12.5 : 2.5", 5],
  ["√16 + 2", 6],
  ["√(9 + 16)", 5],
  ["2 ^ 3 ^ 2", 512],
  ["−3 ^ 2", -9],
  ["2 × −3", -6],
  ["80 × 5 %", 4],
  ["(51,8−50,2)/(3×0,4)", 1.3333333333333315],
  ["10 − 4 − 3", 3],
  ["100 / 10 / 2", 5],
  ["12 000 + 1", 12001],
])("%s", (written, value) => expect(evaluate(written)).toBeCloseTo(value, 12));

test.each(["", " ", "1 +", "(1", "1)", "abc", "1 / 0", "√(−1)", "1,2,3", "%", "1e5"])("%j has no value", (written) =>
  expect(evaluate(written)).toBeNull(),
);

test("a result is written as people read it", () => {
  expect(asShown(0.1 + 0.2, true)).toBe("0,3");
  expect(asShown(-2.5, true)).toBe("−2,5");
  expect(asShown(1 / 3, false)).toBe("0.3333333333");
  expect(asShown(2 ** 60, true)).toBe("1,152921505e+18");
  expect(evaluate(asShown(-2.5, true))).toBe(-2.5);
});
