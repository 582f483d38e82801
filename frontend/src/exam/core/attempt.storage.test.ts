import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryShelf, openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

describe("storage forbidden", () => {
  test("the exam goes on in memory, sends at once, and says so", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), await openShelf(undefined));
    await started(exam, hands);
    expect(exam.state.value.durable).toBe(false);
    await exam.choose(1, 2);
    expect(exam.state.value.save).toEqual({ where: "unsaved" });
    await hands.move(0);
    expect(exam.state.value.save).toMatchObject({ where: "server" });
    expect(there.stored.get(1)).toMatchObject({ option: 2 });
  });

  test("a page that alone knows an answer asks before it closes, also after the attempt moved away", async () => {
    const there = server(hands, { takeover: "candidate" });
    const exam = browser(hands, there.transport(), await openShelf(undefined));
    await started(exam, hands);
    await exam.choose(1, 2);
    expect(exam.mustStay).toBe(true);
    await hands.move(0);
    expect(exam.mustStay).toBe(false);
    there.cut = true;
    await exam.choose(2, 2);
    await hands.move(2_000);
    there.cut = false;
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    await hands.move(10_000);
    expect([exam.state.value.screen, exam.mustStay]).toEqual(["moved", true]);
    await exam.continueHere();
    await hands.move(2_000);
    expect(there.stored.get(2)).toMatchObject({ option: 2 });
    expect(exam.mustStay).toBe(false);
  });

  test("storage that fails in the middle loses neither seq nor answers", async () => {
    const there = server(hands);
    let full = false;
    const filling: Shelf = {
      durable: true,
      run: (mode, work) => (full ? Promise.reject(new Error("quota")) : shelf.run(mode, work)),
    };
    const exam = browser(hands, there.transport(), filling);
    await started(exam, hands);
    await exam.choose(1, 2);
    await hands.move(1_000);
    there.cut = true;
    await exam.choose(2, 1);
    full = true;
    await exam.doubt(1, true);
    await exam.choose(3, 3);
    there.cut = false;
    await hands.move(10_000);
    expect(exam.state.value.durable).toBe(false);
    expect(there.stored.get(1)).toMatchObject({ option: 2, doubtful: true });
    expect([there.stored.get(2)?.option, there.stored.get(3)?.option]).toEqual([1, 3]);
  });
});

test("of two answers in a hurry none is called saved, here or on the server, before both are on the disk", async () => {
  const there = server(hands);
  let busy = false;
  const writes: (() => void)[] = [];
  const slow: Shelf = {
    durable: true,
    run: async (mode, work) => {
      if (busy && mode === "write") await new Promise<void>((done) => writes.push(done));
      return shelf.run(mode, work);
    },
  };
  const exam = browser(hands, there.transport(), slow);
  await started(exam, hands);
  busy = true;
  void exam.choose(1, 2);
  const second = exam.choose(2, 1);
  await hands.move(0);
  writes.shift()!();
  await hands.move(300);
  expect(there.stored.get(1)).toMatchObject({ option: 2 });
  expect(exam.state.value.save).toEqual({ where: "unsaved" });
  expect(exam.mustStay).toBe(true);
  const [next, acknowledged] = writes;
  acknowledged!();
  await hands.move(0);
  expect(exam.state.value.save).toEqual({ where: "unsaved" });
  busy = false;
  next!();
  await second;
  expect(exam.state.value.save).toEqual({ where: "here" });
  await hands.move(300);
  expect(exam.state.value.save).toMatchObject({ where: "server" });
});

describe("storage emptied by the browser while the exam is open", () => {
  const empty = (factory: IDBFactory) =>
    new Promise((done) => (factory.deleteDatabase("sahih-exam").onsuccess = done));

  test("an edit starts from the answer on the screen, and what was unsent is still sent", async () => {
    const factory = new IDBFactory();
    const there = server(hands);
    const exam = browser(hands, there.transport(), await openShelf(factory));
    await started(exam, hands);
    await exam.choose(1, 1);
    await hands.move(1_000);
    there.cut = true;
    await exam.choose(2, 2);
    await hands.move(1_000);
    await empty(factory);
    there.cut = false;
    await exam.doubt(1, true);
    await hands.move(5_000);
    expect(there.stored.get(1)).toMatchObject({ option: 1, doubtful: true, epoch: 1 });
    expect(there.stored.get(2)).toMatchObject({ option: 2 });
    expect(exam.state.value).toMatchObject({ unsent: 0, save: { where: "server" } });
  });

  test("answers that came from the server at a reload are no blank either, and a look at the record loses nothing", async () => {
    const factory = new IDBFactory();
    const there = server(hands);
    const before = browser(hands, there.transport(), await openShelf(factory));
    await started(before, hands);
    await before.choose(1, 1);
    await hands.move(1_000);
    const exam = browser(hands, there.transport(), await openShelf(factory));
    await exam.open();
    await hands.move(1_000);
    there.cut = true;
    await exam.choose(3, 0);
    await empty(factory);
    there.cut = false;
    there.grant(60_000); // the page reads the server's record anew
    await hands.move(20_000);
    await exam.doubt(1, true);
    await hands.move(5_000);
    expect(there.stored.get(1)).toMatchObject({ option: 1, doubtful: true });
    expect(there.stored.get(3)).toMatchObject({ option: 0 });
    expect(exam.state.value.answers).toMatchObject({ 1: { option: 1 }, 3: { option: 0 } });
  });

  test("a tab that knew fewer seqs than another goes on above them", async () => {
    const factory = new IDBFactory();
    const there = server(hands);
    const one = browser(hands, there.transport(), await openShelf(factory));
    await started(one, hands);
    const two = browser(hands, there.transport(), await openShelf(factory));
    await two.open();
    for (const option of [0, 1, 2]) await two.choose(1, option);
    await hands.move(1_000);
    await empty(factory);
    one.seen({ position: 1, option: 2, doubtful: false, epoch: 1, seq: 2 });
    await one.choose(1, 3);
    await hands.move(3_000);
    expect(there.stored.get(1)).toMatchObject({ option: 3 });
  });
});
