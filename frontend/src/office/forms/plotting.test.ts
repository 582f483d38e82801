import { expect, test } from "vitest";
import { digitsOf, keptIn, pairsByOverlap, scale, ticks } from "./plotting";

test("ticks are round and inside of the range", () => {
  expect(ticks(67.13, 68.92, 5)).toEqual([67.5, 68, 68.5]);
  expect(ticks(0, 20, 4)).toEqual([0, 5, 10, 15, 20]);
  expect(ticks(0, 0.07, 4)).toEqual([0, 0.02, 0.04, 0.06]);
  expect(ticks(5, 5, 4).length).toBeGreaterThan(0);
});

test("as many digits as tell the ticks apart", () => {
  expect([digitsOf([0, 5, 10]), digitsOf([67.5, 68]), digitsOf([0.02, 0.04])]).toEqual([0, 1, 2]);
});

test("a range of one value is no division by nothing", () => {
  expect(scale([3, 3], [0, 100])(3)).toBe(0);
  expect(scale([0, 10], [100, 0])(2.5)).toBe(75);
});

test("each pair of forms is counted once, and no form with itself", () => {
  const matrix = [
    [100, 30, 25],
    [30, 100, 30],
    [25, 30, 100],
  ];
  expect(pairsByOverlap(matrix)).toEqual([{ value: 25, count: 1 }, { value: 30, count: 2 }]);
  expect(pairsByOverlap([[100]])).toEqual([]);
});

test("one form that breaks a limit breaks it for the set", () => {
  expect(keptIn({ least: 3, most: 8, counts: [3, 8, 5] })).toBe(true);
  expect(keptIn({ least: 3, most: 8, counts: [3, 9, 5] })).toBe(false);
});
