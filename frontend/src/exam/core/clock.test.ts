import { expect, test } from "vitest";
import { Clock, hex } from "./clock";

const NOON = "2026-11-21T05:00:00.000Z";

test("the browser's wall clock has no say", () => {
  let monotonic = 1_000;
  const clock = new Clock(() => monotonic);
  clock.sync(NOON);
  monotonic += 90_000;
  expect(clock.now()).toBe(Date.parse(NOON) + 90_000);
  expect(clock.left(Date.parse(NOON) + 100_000)).toBe(10_000);
  expect(clock.left(Date.parse(NOON))).toBe(0);
});

test("half of the first round trip is added, never more than two seconds", () => {
  let monotonic = 0;
  const clock = new Clock(() => monotonic);
  monotonic = 400;
  clock.sync(NOON, 0);
  expect(clock.now()).toBe(Date.parse(NOON) + 200);
  monotonic = 60_000;
  const late = new Clock(() => monotonic);
  late.sync(NOON, 0);
  expect(late.now()).toBe(Date.parse(NOON) + 2_000);
});

test("a slow answer does not spoil what a quick one told, and a quick one mends what a slow one guessed", () => {
  let monotonic = 0;
  const clock = new Clock(() => monotonic);
  const at = (ms: number) => new Date(Date.parse(NOON) + ms).toISOString();
  clock.sync(NOON);
  monotonic = 20_000;
  clock.sync(at(13_000), 12_000); // the answer was on its way for seven seconds
  expect(clock.now()).toBe(Date.parse(NOON) + 20_000);
  const guessed = new Clock(() => monotonic);
  guessed.sync(at(13_000), 12_000);
  expect(Math.abs(guessed.now() - Date.parse(NOON) - 20_000)).toBeGreaterThan(4_000);
  monotonic = 30_000;
  guessed.sync(at(29_990), 29_980);
  expect(Math.abs(guessed.now() - Date.parse(NOON) - 30_000)).toBeLessThanOrEqual(20);
});

test("after a sleep in which the monotonic clock stood still, one answer of the server puts it right", () => {
  const clock = new Clock(() => 5_000);
  clock.sync(NOON);
  clock.sync("2026-11-21T05:30:00.000Z");
  expect(clock.now()).toBe(Date.parse("2026-11-21T05:30:00.000Z"));
  clock.sync("not a time");
  expect(clock.now()).toBe(Date.parse("2026-11-21T05:30:00.000Z"));
});

test("hex is lower case and as long as asked", () => {
  expect(hex(16)).toMatch(/^[0-9a-f]{32}$/);
  expect(hex(16)).not.toBe(hex(16));
});
