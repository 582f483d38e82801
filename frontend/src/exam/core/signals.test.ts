import { beforeEach, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { Signals, type Batch, type Noticed, type SignalLine } from "./signals";
import { Hands } from "./testing";

/** Keeps each signal once, as the server does. */
class Shelf implements SignalLine {
  readonly kept = new Map<string, Noticed>();
  readonly sizes: number[] = [];
  fails: Error | null = null;
  arrives = true;

  async report(batch: Batch): Promise<void> {
    if (this.fails && !this.arrives) throw this.fails;
    this.sizes.push(batch.signals.length);
    this.lastWords(batch);
    if (this.fails) throw this.fails;
  }

  lastWords({ page, signals }: Batch): void {
    for (const signal of signals) this.kept.set(`${page} ${signal.seq}`, signal);
  }

  get kinds(): string[] {
    return [...this.kept.values()].map(({ kind, seconds }) => (seconds === undefined ? kind : `${kind} ${seconds}`));
  }
}

let hands: Hands;
let shelf: Shelf;
let signals: Signals;

beforeEach(() => {
  hands = new Hands();
  shelf = new Shelf();
  signals = new Signals(shelf, hands.wall, hands.timer);
  signals.start();
});

test("within a minute the page says that it is open, though nothing was noticed, and then is silent", async () => {
  await hands.move(60_000);
  expect(shelf.sizes).toEqual([0]);
  await hands.move(3_600_000);
  expect(shelf.sizes).toEqual([0]);
});

test("focus that is lost is told at once, that it is back with how long; two events for one loss are one", async () => {
  signals.left();
  signals.left();
  await hands.move(12_300);
  expect(shelf.kinds).toEqual(["focus-lost"]);
  signals.back();
  signals.back();
  await hands.move(3_000);
  expect(shelf.kinds).toEqual(["focus-lost", "focus-back 12.3"]);
});

test("what happens in one moment goes together", async () => {
  signals.notice("copy");
  signals.notice("paste");
  signals.notice("print");
  await hands.move(3_000);
  expect(shelf.sizes).toEqual([3]);
});

test("a lost line is told of when it is back, and what was noticed meanwhile is not lost", async () => {
  shelf.fails = new Unreachable("network");
  shelf.arrives = false;
  signals.lineLost();
  signals.notice("fullscreen-left");
  await hands.move(90_000);
  expect(shelf.kinds).toEqual([]);
  shelf.fails = null;
  signals.lineBack();
  await hands.move(90_000);
  expect(shelf.kinds).toEqual(["fullscreen-left", "network-lost 90"]);
});

test("a report whose answer was lost is sent again, and counts once", async () => {
  shelf.fails = new Unreachable("timeout");
  signals.notice("copy");
  await hands.move(20_000);
  shelf.fails = null;
  await hands.move(90_000);
  expect(shelf.kinds).toEqual(["copy"]);
  expect(shelf.sizes.length).toBeGreaterThan(1);
});

test("never more than fifty at once, nor more than two hundred kept", async () => {
  shelf.fails = new Unreachable("network");
  shelf.arrives = false;
  for (let times = 0; times < 300; times += 1) signals.notice("copy");
  await hands.move(60_000);
  shelf.fails = null;
  await hands.move(300_000);
  expect(shelf.sizes).toEqual([50, 50, 50, 50]);
});

test("what the server refuses is dropped and holds up nothing", async () => {
  shelf.fails = new Problem(409, "not-running", false, 210, null);
  shelf.arrives = false;
  signals.notice("copy");
  await hands.move(10_000);
  shelf.fails = null;
  signals.notice("paste");
  await hands.move(10_000);
  expect(shelf.kinds).toEqual(["paste"]);
});

test("last words are handed over and repeated where the page lives on, without counting twice", async () => {
  signals.notice("print");
  signals.lastWords();
  expect(shelf.kinds).toEqual(["print"]);
  await hands.move(5_000);
  expect(shelf.kinds).toEqual(["print"]);
});

test("before the exam and after it nothing is noticed", async () => {
  signals.left();
  signals.stop();
  expect(shelf.kinds).toEqual(["focus-lost"]);
  signals.back();
  signals.notice("copy");
  await hands.move(300_000);
  signals.lastWords();
  expect(shelf.kinds).toEqual(["focus-lost"]);
});
