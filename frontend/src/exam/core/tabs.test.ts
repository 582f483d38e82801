import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { Exam } from "./attempt";
import { Clock } from "./clock";
import type { LocalServer } from "./localserver";
import { openShelf, type Shelf } from "./shelf";
import { Tabs, type Said, type Wire } from "./tabs";
import { Hands, seeded, server, settle, started } from "./testing";
import type { Transport } from "./transport";

/** What one tab says, all others of the browser hear; a tab that crashed or sleeps does neither. */
class Air {
  private readonly wires = new Set<Wire>();

  wire(alive: () => boolean): Wire {
    const wire: Wire = {
      onmessage: null,
      postMessage: (message) => {
        const copy = structuredClone(message) as Said;
        for (const other of this.wires) if (other !== wire && alive()) queueMicrotask(() => other.onmessage?.({ data: copy }));
      },
    };
    const guarded: Wire = {
      postMessage: wire.postMessage,
      set onmessage(hear) {
        wire.onmessage = hear && ((event) => alive() && hear(event));
      },
      get onmessage() {
        return wire.onmessage;
      },
    };
    this.wires.add(wire);
    return guarded;
  }
}

interface Tab {
  exam: Exam;
  tabs: Tabs;
  sent: string[];
  crash(): void;
}

let hands: Hands;
let shelf: Shelf;
let there: LocalServer;
let air: Air;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
  there = server(hands, { duration_seconds: 3_600 });
  air = new Air();
});

function tab(): Tab {
  let alive = true;
  const sent: string[] = [];
  const line = there.transport();
  const transport: Transport = {
    ...line,
    answers: (hold, changes) => {
      sent.push(...changes.map((change) => `${change.position}/${change.seq}`));
      return line.answers(hold, changes);
    },
    heartbeat: (hold) => {
      sent.push("beat");
      return line.heartbeat(hold);
    },
    probe: () => {
      sent.push("probe");
      return line.probe();
    },
  };
  const timers = { ...hands.timer, set: (work: () => void, ms: number) => hands.timer.set(() => alive && work(), ms) };
  const tabs = new Tabs(air.wire(() => alive), timers);
  const exam = new Exam({ transport, shelf, clock: new Clock(hands.monotonic), timers, tabs });
  return { exam, tabs, sent, crash: () => (alive = false) };
}

async function two(): Promise<[Tab, Tab]> {
  const [one, other] = [tab(), tab()];
  await started(one.exam, hands);
  await other.exam.open();
  await hands.move(3_000);
  one.sent.length = other.sent.length = 0;
  return [one, other];
}

test("of two tabs one sends, and both show what the server said", async () => {
  const [one, other] = await two();
  await hands.move(60_000);
  expect([one, other].filter((each) => each.sent.length > 0)).toHaveLength(1);
  await other.exam.choose(2, 1);
  await hands.move(1_000);
  expect(other.sent).toContain("2/1");
  expect(one.exam.state.value.answers[2]).toEqual({ option: 1, doubtful: false });
  expect(one.exam.state.value.save).toEqual(other.exam.state.value.save);
  expect(one.exam.state.value.save.where).toBe("server");
});

test("the tab that is written in leads; the other goes on from there", async () => {
  const [one, other] = await two();
  for (const option of [0, 2, 0]) {
    await one.exam.choose(1, option);
    await hands.move(500);
    await other.exam.choose(1, option + 1);
    await hands.move(500);
  }
  await hands.move(2_000);
  expect(one.exam.state.value.answers).toEqual(other.exam.state.value.answers);
  expect(there.stored.get(1)).toMatchObject({ option: 1, seq: 6 });
  expect([one.tabs.leading, other.tabs.leading]).toEqual([false, true]);
});

test("two tabs never take one seq, and the last change of an item is what both show", async () => {
  const random = seeded(11);
  const [one, other] = await two();
  for (let round = 0; round < 40; round++) {
    const position = 1 + Math.floor(random() * 3);
    await Promise.all([one.exam.choose(position, Math.floor(random() * 4)), other.exam.choose(position, Math.floor(random() * 4))]);
    await hands.move(random() * 700);
  }
  await hands.move(5_000);
  const owner = new Map<string, string>();
  for (const { sent } of [one, other]) {
    for (const change of sent.filter((what) => what.includes("/"))) {
      const [position, seq] = change.split("/") as [string, string];
      expect(owner.get(seq) ?? position).toBe(position);
      owner.set(seq, position);
    }
  }
  for (const [position, saved] of there.stored) {
    const shown = { option: saved.option, doubtful: saved.doubtful };
    expect(one.exam.state.value.answers[position]).toEqual(shown);
    expect(other.exam.state.value.answers[position]).toEqual(shown);
  }
});

test("a leader that dies is replaced within five seconds, and what it could not send is sent", async () => {
  const [one, other] = await two();
  const line = there;
  line.cut = true;
  await one.exam.choose(3, 2);
  await settle();
  one.crash();
  line.cut = false;
  await hands.move(5_000);
  expect(other.tabs.leading).toBe(true);
  await hands.move(1_000);
  expect(there.stored.get(3)).toMatchObject({ option: 2 });
  expect(other.exam.state.value.answers[3]).toMatchObject({ option: 2 });
});

test("a leader that is closed hands over at once", async () => {
  const [one, other] = await two();
  one.exam.lookedAt();
  await settle();
  expect([one.tabs.leading, other.tabs.leading]).toEqual([true, false]);
  one.exam.putAway(true);
  one.crash();
  await settle();
  expect(other.tabs.leading).toBe(true);
});

test("the end of the exam in one tab is the end in the other", async () => {
  const [one, other] = await two();
  await one.exam.choose(1, 1);
  await one.exam.submit();
  await hands.move(8_000);
  expect([one, other].map((each) => each.exam.state.value.screen)).toEqual(["receipt", "receipt"]);
});

test("a page that ends hands over what is not acknowledged; sending it again changes nothing", async () => {
  const only = tab();
  await started(only.exam, hands);
  await only.exam.choose(4, 2);
  only.exam.putAway(false);
  await settle();
  expect(there.stored.get(4)).toMatchObject({ option: 2, seq: 1 });
  await hands.move(1_000);
  expect(there.stored.get(4)).toMatchObject({ option: 2, seq: 1 });
  expect(only.exam.state.value).toMatchObject({ unsent: 0, save: { where: "server" } });
});

test("a tab that counted what another one has sent meanwhile comes to rest", async () => {
  const alone = shelf;
  let counted: (() => void) | null = null;
  shelf = {
    durable: true,
    run: async (mode, work) => {
      if (mode === "write" || counted || !there.stored.has(1)) return alone.run(mode, work);
      const late = new Promise<void>((done) => (counted = done));
      await other.exam.choose(1, 2);
      const result = await alone.run(mode, work);
      await late;
      return result;
    },
  };
  const one = tab();
  await started(one.exam, hands);
  shelf = alone;
  const other = tab();
  await other.exam.open();
  await hands.move(1_000);
  await one.exam.choose(1, 1);
  await hands.move(1_000);
  expect(there.stored.get(1)).toMatchObject({ option: 2 });
  counted!();
  await hands.move(6_000);
  for (const { exam } of [one, other]) expect(exam.state.value).toMatchObject({ unsent: 0, save: { where: "server" } });
});
