import { expect, test, vi } from "vitest";
import { Problem } from "../../api/client";
import { Reading } from "./reading.svelte";

const notThere = new Problem(404, "not-found", false, null, null);

test("what was refused is read when it is asked for again", async () => {
  const get = vi.fn().mockRejectedValueOnce(new Error("line")).mockResolvedValue("report");
  const reading = new Reading<string>(get, () => "No line.");
  await vi.waitFor(() => expect(reading.refusal).toBe("No line."));
  expect([reading.found, reading.absent]).toEqual([null, false]);
  await reading.read();
  expect([reading.found, reading.refusal]).toEqual(["report", ""]);
});

test("what is not there yet is told from what was refused", async () => {
  const get = vi.fn().mockRejectedValueOnce(notThere).mockResolvedValue("report");
  const reading = new Reading<string>(get, () => "Not found.");
  await vi.waitFor(() => expect(reading.absent).toBe(true));
  await reading.read();
  expect([reading.found, reading.absent]).toEqual(["report", false]);
});

test("what was read stays while it cannot be read anew", async () => {
  const get = vi.fn().mockResolvedValueOnce("first").mockRejectedValue(new Error("line"));
  const reading = new Reading<string>(get, () => "No line.");
  await vi.waitFor(() => expect(reading.found).toBe("first"));
  await reading.read();
  expect([reading.found, reading.refusal]).toEqual(["first", "No line."]);
});
