import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../../api/client";
import type { Exam } from "./attempt";
import { openShelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";
import type { Transport } from "./transport";

let hands: Hands;
let there: ReturnType<typeof server>;
let refusal: Problem | null;
let tried: number[];
let hungUp: number;

beforeEach(() => {
  hands = new Hands();
  there = server(hands, { duration_seconds: 7_200 });
  refusal = null;
  tried = [];
  hungUp = 0;
});

function line(): Transport {
  const transport = there.transport();
  return {
    ...transport,
    answers: (hold, changes) => {
      tried.push(hands.elapsed);
      return refusal ? Promise.reject(refusal) : transport.answers(hold, changes);
    },
    hangUp: () => void (hungUp += 1),
  };
}

async function exam(random = 0.5): Promise<Exam> {
  hands.timer.random = () => random;
  const one = browser(hands, line(), await openShelf(new IDBFactory()));
  await started(one, hands);
  return one;
}

describe("a refusal that can be tried again", () => {
  test.each([0, 0.5, 0.99])("is not tried before Retry-After, and a room is spread behind it (chance %f)", async (random) => {
    const one = await exam(random);
    refusal = new Problem(503, "unavailable", true, 901, 10_000);
    await one.choose(1, 2);
    await hands.move(15_500);
    const [first, second] = tried as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(10_000);
    expect(second - first).toBeCloseTo(10_000 * (1 + random / 2), -2);
    refusal = null;
    await hands.move(16_000);
    expect(there.stored.get(1)).toMatchObject({ option: 2 });
  });

  test("never waits longer than half a minute and half as much again, whatever the server says", async () => {
    const one = await exam();
    refusal = new Problem(503, "unavailable", true, 901, 86_400_000);
    await one.choose(1, 2);
    await hands.move(1_000);
    refusal = null;
    await hands.move(45_000);
    expect(there.stored.get(1)).toMatchObject({ option: 2 });
  });

  test("without a word on when, the pause grows to five seconds and no further", async () => {
    const one = await exam();
    refusal = new Problem(503, "unavailable", true, 901, null);
    await one.choose(1, 2);
    await hands.move(60_000);
    const pauses = tried.slice(1).map((at, index) => at - tried[index]!);
    expect(pauses[0]).toBeGreaterThanOrEqual(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(tried.length).toBeLessThan(25);
  });
});

test("a heartbeat is sent when nothing was saved for fifteen seconds, and not sooner", async () => {
  const beats: number[] = [];
  const transport = line();
  const heartbeat: Transport["heartbeat"] = (hold) => {
    beats.push(hands.elapsed);
    return transport.heartbeat(hold);
  };
  const one = browser(hands, { ...transport, heartbeat }, await openShelf(new IDBFactory()));
  await started(one, hands);
  const before = beats.length;
  for (let position = 1; position <= 4; position += 1) {
    await one.choose(position, 1);
    await hands.move(10_000);
  }
  expect(beats.length).toBe(before);
  await hands.move(6_000);
  expect(beats.length).toBe(before + 1);
});

test("when the browser says that the network went, an open line is not trusted any more", async () => {
  const one = await exam();
  one.lineGone();
  expect(one.state.value.link).toBe("down");
  expect(hungUp).toBe(1);
});

test("after thirty minutes of sleep the time left is right within fifteen seconds, and the answers are there", async () => {
  const one = await exam();
  await one.choose(1, 3);
  const asleep = 30 * 60_000;
  const now = hands.wall;
  there = Object.assign(there, { now: () => now() + asleep }); // the server's time ran on, this computer's did not
  await hands.move(15_000);
  const { endsAt } = one.state.value;
  expect(one.clock.left(endsAt)).toBeLessThanOrEqual(7_200_000 - asleep);
  expect(one.clock.left(endsAt)).toBeGreaterThan(7_200_000 - asleep - 30_000);
  expect(there.stored.get(1)).toMatchObject({ option: 3 });
});
