import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { Unreachable } from "../../api/client";
import { refusal } from "./localserver";
import { openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";
import type { Transport } from "./transport";
import { Wires } from "./wires.testing";

let hands: Hands;
let shelf: Shelf;
let beats: number[];

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
  beats = [];
});

function counting(line: Transport): Transport {
  return { ...line, heartbeat: (hold) => (beats.push(hands.elapsed), line.heartbeat(hold)) };
}

test("what was answered before a pause is sent during it", async () => {
  const there = server(hands);
  const exam = browser(hands, there.transport(), shelf);
  await started(exam, hands);
  there.cut = true;
  await exam.choose(1, 1);
  await hands.move(1_000);
  there.pause();
  there.cut = false;
  await hands.move(5_000);
  expect(exam.state.value.screen).toBe("paused");
  expect(there.stored.get(1)).toMatchObject({ option: 1 });
});

test("a paused page asks every three seconds, and nothing else is sent", async () => {
  const there = server(hands);
  const line = counting(there.transport());
  let others = 0;
  const exam = browser(hands, { ...line, probe: async () => void (others += 1), answers: (...one) => ((others += 1), line.answers(...one)) }, shelf);
  await started(exam, hands);
  there.pause();
  exam.wake();
  await hands.move(1_000);
  expect(exam.state.value.screen).toBe("paused");
  beats = [];
  await hands.move(30_000);
  expect(beats.length).toBe(10);
  expect(others).toBe(0);
});

test("at the moment that was told it goes on by itself, though nothing is heard, with the time that it stood", async () => {
  const there = server(hands);
  const exam = browser(hands, counting(there.transport()), shelf);
  await started(exam, hands);
  exam.wake();
  await hands.move(1_000);
  const left = exam.clock.left(exam.state.value.endsAt);
  there.pause();
  exam.wake();
  await hands.move(60_000);
  there.resume(10_000);
  exam.wake();
  await hands.move(100);
  const { resumesAt } = exam.state.value;
  expect(exam.state.value.screen).toBe("paused");
  expect(exam.clock.left(resumesAt)).toBeGreaterThan(9_000);
  there.cut = true;
  await hands.move(9_000);
  expect(exam.state.value.screen).toBe("paused");
  await hands.move(1_000);
  expect(exam.state.value).toMatchObject({ screen: "question", resumesAt: null });
  expect(Math.abs(exam.clock.left(exam.state.value.endsAt) - left)).toBeLessThan(500);
  await exam.choose(2, 3);
  there.cut = false;
  beats = [];
  await hands.move(10_000);
  expect(there.stored.get(2)).toMatchObject({ option: 3 });
});

test("it beats soon after it went on", async () => {
  const there = server(hands);
  const exam = browser(hands, counting(there.transport()), shelf);
  await started(exam, hands);
  there.pause();
  there.resume(20_000);
  exam.wake();
  await hands.move(19_900);
  beats = [];
  await hands.move(1_000);
  expect(exam.state.value.screen).toBe("question");
  expect(beats.length).toBe(1);
});

test("an answer of the server from before the moment does not bring the pause back", async () => {
  const there = server(hands);
  const line = there.transport();
  let slow = false;
  const heartbeat: Transport["heartbeat"] = async (hold) => {
    const told = await line.heartbeat(hold);
    if (slow) await new Promise<void>((done) => hands.timer.set(done, 2_000));
    return told;
  };
  const exam = browser(hands, { ...line, heartbeat }, shelf);
  await started(exam, hands);
  there.pause();
  there.resume(5_000);
  exam.wake();
  await hands.move(2_500);
  slow = true;
  const seen: string[] = [];
  exam.state.watch(({ screen }) => seen.at(-1) === screen || seen.push(screen));
  await hands.move(10_000);
  expect(seen).toEqual(["paused", "question"]);
});

test("a pause that is pushed shows at once, also where a request is on its way", async () => {
  const there = server(hands);
  const wires = new Wires(there, hands);
  const exam = browser(hands, wires.transport, shelf);
  await started(exam, hands);
  await hands.move(2_000);
  void exam.choose(1, 2);
  await hands.move(250);
  there.pause();
  wires.live!.push();
  await hands.move(300);
  expect(exam.state.value.screen).toBe("paused");
});

test("a second pause is a pause", async () => {
  const there = server(hands);
  const exam = browser(hands, there.transport(), shelf);
  await started(exam, hands);
  there.pause();
  there.resume(5_000);
  exam.wake();
  await hands.move(2_000);
  there.pause();
  await hands.move(10_000);
  expect(exam.state.value).toMatchObject({ screen: "paused", resumesAt: null });
});

test("handing in during a pause waits for its end, and can be taken back", async () => {
  const there = server(hands);
  const line = there.transport();
  const exam = browser(hands, { ...line, heartbeat: (hold) => (silent ? Promise.reject(new Unreachable("network")) : line.heartbeat(hold)) }, shelf);
  let silent = false;
  await started(exam, hands);
  await exam.choose(1, 1);
  await hands.move(1_000);
  silent = true;
  there.pause();
  void exam.submit();
  await hands.move(500);
  expect(exam.state.value).toMatchObject({ screen: "collecting", closing: false, receipt: null, refusal: { number: 214 } });
  silent = false;
  await hands.move(10_000);
  expect(exam.state.value.screen).toBe("paused");
  there.resume();
  await hands.move(10_000);
  expect(exam.state.value).toMatchObject({ screen: "receipt", receipt: { answered: 1, reason: "candidate" } });
});

test("while more time is asked for, a hand-in after the bell waits with a word of why", async () => {
  const there = server(hands);
  const line = there.transport();
  let waits = true;
  const submit: Transport["submit"] = (hold) => (waits ? Promise.reject(refusal("time-requested")) : line.submit(hold));
  const exam = browser(hands, { ...line, submit }, shelf);
  await started(exam, hands);
  void exam.submit();
  await hands.move(5_000);
  expect(exam.state.value).toMatchObject({ screen: "collecting", closing: false, refusal: { code: "time-requested", number: 215 } });
  waits = false;
  await hands.move(5_000);
  expect(exam.state.value).toMatchObject({ screen: "receipt", refusal: null });
});

test("MULAI in a frozen room is told so, and is asked for again by itself until the room goes on", async () => {
  const there = server(hands);
  const exam = browser(hands, there.transport(), shelf);
  await exam.open();
  there.frozen = true;
  await exam.begin(null);
  expect(exam.state.value).toMatchObject({ screen: "waiting", busy: false, refusal: { number: 216 } });
  await hands.move(20_000);
  expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 216 } });
  there.frozen = false;
  await hands.move(8_000);
  expect(exam.state.value).toMatchObject({ screen: "question", refusal: null });
});
