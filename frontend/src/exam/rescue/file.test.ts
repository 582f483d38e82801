import { expect, test } from "vitest";
import type { Me } from "../../api/types";
import { digestWords, fileText } from "./file";

test("the words of a text are those that the server finds", () => {
  expect(digestWords("halo").join(" ")).toBe("panjat direktur tugu opera replika musim");
});

test("a file says what was not sent, and is the same however often it is made", () => {
  const me = { number: "MMU-26-0001", sitting: { code: "UJI-1" }, attempt: { id: "a" } } as Me;
  const mark = { doubtful: false, epoch: 2 };
  const rescue = {
    secret: "ab".repeat(16),
    epoch: 2,
    bell: Date.parse("2026-11-21T04:00:00.000Z"),
    at: "2026-11-21T04:00:00.000Z",
    answers: [{ position: 1, option: 0, seq: 4, ...mark }, { position: 3, option: null, seq: 5, ...mark }],
    unsent: [3],
  };
  expect(fileText(me, rescue)).toBe(fileText(me, structuredClone(rescue)));
  expect(JSON.parse(fileText(me, rescue))).toMatchObject({
    format: "sahih-rescue-1",
    sitting: "UJI-1",
    participant: "MMU-26-0001",
    answers: [{ position: 1, option: 0, seq: 4, sent: true }, { position: 3, option: null, seq: 5, sent: false }],
  });
});
