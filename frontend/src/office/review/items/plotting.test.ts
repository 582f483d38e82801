import { expect, test } from "vitest";
import { apart } from "./plotting";

test("labels of lines that end together stand one under the other, in the order of the lines", () => {
  expect(apart([100, 98, 40], 16)).toEqual([114, 98, 40]);
  expect(apart([10, 40], 16)).toEqual([10, 40]);
});
