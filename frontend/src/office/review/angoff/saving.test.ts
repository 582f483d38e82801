import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Saving } from "./saving.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is typed in one go is sent once, with the last figure of each item", async () => {
  const send = vi.fn(() => Promise.resolve());
  const saving = new Saving(send, () => false, () => undefined);
  saving.write("a", 6);
  saving.write("a", 65);
  saving.write("b", 40);
  await vi.advanceTimersByTimeAsync(600);
  expect(send.mock.calls).toEqual([[{ a: 65, b: 40 }]]);
  expect(saving.state).toBe("saved");
});

test("what did not arrive is sent again by itself", async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error("line")).mockResolvedValue(undefined);
  const saving = new Saving(send, () => false, () => undefined);
  saving.write("a", 65);
  await vi.advanceTimersByTimeAsync(600);
  expect(saving.state).toBe("unsaved");
  await vi.advanceTimersByTimeAsync(4_100);
  expect(send.mock.calls).toEqual([[{ a: 65 }], [{ a: 65 }]]);
  expect(saving.state).toBe("saved");
});

test("what the server refuses is not tried for ever", async () => {
  const send = vi.fn().mockRejectedValue(new Error("frozen"));
  const saving = new Saving(send, () => true, () => undefined);
  saving.write("a", 65);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(saving.refusal).toBeInstanceOf(Error);
});

test("what has not arrived is kept until it has, and a page that was left tries no more", async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error("line")).mockResolvedValue(undefined);
  const keep = vi.fn();
  const saving = new Saving(send, () => false, keep);
  saving.write("a", 65);
  await vi.advanceTimersByTimeAsync(600);
  expect(keep).toHaveBeenLastCalledWith({ a: 65 });
  await saving.flush();
  expect(keep).toHaveBeenLastCalledWith({});

  send.mockClear().mockRejectedValue(new Error("line"));
  saving.write("b", 40);
  saving.leave();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(keep).toHaveBeenLastCalledWith({ b: 40 });
});
