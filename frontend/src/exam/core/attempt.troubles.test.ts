import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, settle, started } from "./testing";
import type { Transport } from "./transport";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

const SILENCE = new Unreachable("timeout");
const BUSY = new Problem(503, "try-again", true, 901, 1_000);

/** The same line, on which the n-th request of one kind fails. */
function failing(line: Transport, verb: "claim" | "attempt" | "sealed", error: Error, nth = 1): Transport {
  let asked = 0;
  const ask = line[verb] as (...values: unknown[]) => Promise<unknown>;
  return { ...line, [verb]: (...values: unknown[]) => (++asked === nth ? Promise.reject(error) : ask(...values)) };
}

/** The same line, on which a start happens and its answer says that it did not, or nothing. */
function deaf(line: Transport, error: Error): Transport {
  let lost = false;
  return {
    ...line,
    start: async (...values) => {
      const answer = await line.start(...values);
      if (lost) return answer;
      lost = true;
      throw error;
    },
  };
}

describe("one failed request is not the end of the way", () => {
  test.each([
    ["claim", SILENCE],
    ["claim", BUSY],
    ["attempt", SILENCE],
    ["attempt", BUSY],
    ["sealed", SILENCE],
    ["sealed", BUSY],
  ] as const)("reload in the exam: %s fails once with %s", async (verb, error) => {
    const there = server(hands);
    await started(browser(hands, there.transport(), shelf), hands);
    const exam = browser(hands, failing(there.transport(), verb, error), shelf);
    await exam.open();
    await hands.move(15_000);
    expect(exam.state.value.screen).toBe("question");
  });

  test("the answer to MULAI is lost, then the claim fails", async () => {
    const exam = browser(hands, failing(deaf(server(hands).transport(), SILENCE), "claim", SILENCE), shelf);
    await exam.open();
    await exam.begin(null);
    await hands.move(15_000);
    expect(exam.state.value.screen).toBe("question");
  });

  test("a server too busy to say that the exam started is asked again at once", async () => {
    const exam = browser(hands, deaf(server(hands).transport(), BUSY), shelf);
    await exam.open();
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 914 } });
    await hands.move(2_000);
    expect(exam.state.value.screen).toBe("question");
  });

  test.each([0, 1])("who waits for a release goes on asking (claims before: %i)", async (held) => {
    const there = server(hands);
    const other = there.transport();
    await other.claim("f".repeat(32), false);
    if (held) await other.start("S1", "f".repeat(32), null, "n");
    let claims = 0;
    const line = failing(there.transport(), "claim", SILENCE, 2);
    const exam = browser(hands, { ...line, claim: (...values) => ((claims += 1), line.claim(...values)) }, shelf);
    await exam.open();
    if (!held) await exam.begin(null);
    await hands.move(60_000);
    expect(exam.state.value.screen).toBe("device-locked");
    expect(claims).toBeGreaterThan(8);
  });

  test("a reload in the last seconds without the paper, then time is granted", async () => {
    const there = server(hands);
    await started(browser(hands, there.transport(), shelf), hands);
    await hands.move(601_000);
    const exam = browser(hands, failing(there.transport(), "sealed", SILENCE), shelf);
    await exam.open();
    await settle();
    expect(exam.state.value.questions).toEqual([]);
    there.grant(600_000);
    await hands.move(20_000);
    expect(exam.state.value.screen).toBe("question");
    expect(exam.state.value.questions).toHaveLength(5);
  });
});

test("an answer to the lobby that comes after the start is no news", async () => {
  const there = server(hands);
  const line = there.transport();
  const calls: string[] = [];
  let slow = false;
  const exam = browser(
    hands,
    {
      ...line,
      me: () => (calls.push("me"), line.me()),
      lobby: async (nonce) => {
        calls.push("lobby");
        const answer = await line.lobby(nonce);
        if (slow) await new Promise<void>((done) => hands.timer.set(done, 4_000));
        return answer;
      },
    },
    shelf,
  );
  await exam.open();
  await hands.move(1_000);
  slow = true;
  await hands.move(10_000);
  calls.length = 0;
  await exam.begin(null);
  await hands.move(60_000);
  expect(calls).toEqual([]);
  expect(exam.state.value.screen).toBe("question");
});

test("whoever was too late by a clock that is put right gets in", async () => {
  const there = server(hands);
  const line = there.transport();
  let wrong = true;
  const me: Transport["me"] = async () => {
    const seen = await line.me();
    return wrong ? { ...seen, attempt: { ...seen.attempt, phase: "too-late" } } : seen;
  };
  const exam = browser(hands, { ...line, me }, shelf);
  await exam.open();
  expect(exam.state.value.screen).toBe("too-late");
  wrong = false;
  await hands.move(60_000);
  expect(exam.state.value.screen).toBe("waiting");
});
