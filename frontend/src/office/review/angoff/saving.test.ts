import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Saving } from "./saving.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is typed in one go is sent once, with the last figure of each item", async () => {
  const send = vi.fn(() => Promise.resolve());
  const saving = new Saving(send, () => false);
  saving.write("a", 6);
  saving.write("a", 65);
  saving.write("b", 40);
  await vi.advanceTimersByTimeAsync(600);
  expect(send.mock.calls).toEqual([[{ a: 65, b: 40 }]]);
  expect(saving.state).toBe("saved");
});

test("what did not arrive is sent again by itself", async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error("line")).mockResolvedValue(undefined);
  const saving = new Saving(send, () => false);
  saving.write("a", 65);
  await vi.advanceTimersByTimeAsync(600);
  expect(saving.state).toBe("unsaved");
  await vi.advanceTimersByTimeAsync(4_100);
  expect(send.mock.calls).toEqual([[{ a: 65 }], [{ a: 65 }]]);
  expect(saving.state).toBe("saved");
});

test("what the server refuses is not tried for ever", async () => {
  const send = vi.fn().mockRejectedValue(new Error("frozen"));
  const saving = new Saving(send, () => true);
  saving.write("a", 65);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(saving.refusal).toBeInstanceOf(Error);
});
