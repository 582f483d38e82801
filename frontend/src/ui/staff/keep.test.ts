import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { KEEP_MS, keep } from "./keep";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a page that only watches asks several times within the life of a cookie, until it is left", async () => {
  const ask = vi.fn(() => Promise.resolve());
  const stop = keep(ask, () => undefined);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(ask).toHaveBeenCalledTimes(6);
  stop();
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(ask).toHaveBeenCalledTimes(6);
});

test.each([
  ["nobody is logged in any more", new Problem(401, "log-in-first", false, 103, null), 1],
  ["the server is busy", new Problem(503, "try-again", true, 901, null), 0],
  ["the line is away", new Unreachable("network"), 0],
])("when %s, the log-in has ended %#", async (_, error, times) => {
  const ended = vi.fn();
  const stop = keep(() => Promise.reject(error), ended);
  await vi.advanceTimersByTimeAsync(KEEP_MS);
  expect(ended).toHaveBeenCalledTimes(times);
  stop();
});
