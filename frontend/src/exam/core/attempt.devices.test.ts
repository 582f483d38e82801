import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryShelf, openShelf, type Shelf } from "./shelf";
import type { Transport } from "./transport";
import { browser, Hands, server, started } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

describe("another computer", () => {
  test("waits calmly, goes on when the proctor releases, and the old one keeps what it had not sent", async () => {
    const there = server(hands);
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    await old.choose(1, 1);
    await hands.move(1_000);
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    expect(fresh.state.value.screen).toBe("device-locked");
    await hands.move(12_000);
    expect(fresh.state.value.screen).toBe("device-locked");
    there.releaseDevice();
    const unsent = old.choose(2, 2); // clicked before the old computer hears of it
    await fresh.continueHere();
    await unsent;
    expect(fresh.state.value).toMatchObject({ screen: "question", answers: { 1: { option: 1 } } });
    await hands.move(20_000);
    expect(old.state.value).toMatchObject({ screen: "moved", aside: 1 });
    expect(there.late).toMatchObject([{ position: 2, option: 2 }]);
    await fresh.choose(2, 3);
    await hands.move(1_000);
    expect(there.stored.get(2)).toMatchObject({ option: 3, epoch: 2 });
  });

  test("goes on at what was answered last", async () => {
    const there = server(hands, { takeover: "candidate" });
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    for (const position of [1, 3, 2]) await old.choose(position, 1);
    await hands.move(1_000);
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    expect(fresh.state.value).toMatchObject({ screen: "question", position: 2 });
  });

  test("takes the attempt itself where the sitting allows it", async () => {
    const there = server(hands, { takeover: "candidate" });
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    expect(fresh.state.value.screen).toBe("device-locked");
    await fresh.continueHere();
    expect(fresh.state.value.screen).toBe("question");
    await hands.move(16_000);
    expect(old.state.value.screen).toBe("moved");
    await old.continueHere();
    await hands.move(16_000);
    expect([old.state.value.screen, fresh.state.value.screen]).toEqual(["question", "moved"]);
  });

  test("moved away and back on one page: what was refused there is offered anew, and the save state comes to rest", async () => {
    const there = server(hands, { takeover: "candidate" });
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    await old.choose(1, 1);
    await hands.move(1_000);
    there.cut = true;
    for (const position of [2, 3, 4]) await old.choose(position, 2);
    await hands.move(3_000);
    there.cut = false;
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    await fresh.choose(4, 0);
    await hands.move(20_000);
    expect(old.state.value).toMatchObject({ screen: "moved", aside: 3 });
    await old.continueHere();
    await hands.move(3_000);
    expect([2, 3, 4].map((position) => there.stored.get(position)?.option)).toEqual([2, 2, 0]);
    expect(old.state.value).toMatchObject({ screen: "question", save: { where: "server" }, unsent: 0 });
    expect(old.state.value.answers).toMatchObject({ 2: { option: 2 }, 3: { option: 2 }, 4: { option: 0 } });
  });

  test("nothing left to send is not called being sent", async () => {
    const there = server(hands, { takeover: "candidate" });
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    there.cut = true;
    await old.choose(1, 1);
    there.cut = false;
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    await fresh.choose(1, 3);
    await hands.move(20_000);
    await old.continueHere();
    await hands.move(20_000);
    expect(old.state.value).toMatchObject({ screen: "question", save: { where: "server" }, unsent: 0, answers: { 1: { option: 3 } } });
  });

  test("moved away and back: an unsent answer lives on unless the other computer answered that item", async () => {
    const there = server(hands, { takeover: "candidate" });
    const old = browser(hands, there.transport(), shelf);
    await started(old, hands);
    there.cut = true;
    await old.choose(1, 1);
    await old.choose(2, 1);
    await hands.move(3_000);
    there.cut = false;
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    await fresh.choose(2, 3);
    await hands.move(300);
    // The old computer crashed before it heard; it comes back and asks for the attempt.
    const back = browser(hands, there.transport(), shelf);
    await back.open();
    await back.continueHere();
    await hands.move(1_000);
    expect(there.stored.get(1)).toMatchObject({ option: 1, epoch: 3 });
    expect(there.stored.get(2)).toMatchObject({ option: 3, epoch: 2 });
  });
});

describe("two candidates in one browser", () => {
  /** One cookie for all tabs: `who` says whose it is. */
  function oneBrowser(change = {}) {
    const servers = [server(hands, { code: "A", ...change }), server(hands, { code: "B", ...change })] as const;
    const lines = servers.map((one) => one.transport()) as [Transport, Transport];
    const cookie = { who: 0 };
    const line = new Proxy(lines[0], {
      get: (_, verb: keyof Transport) => (...values: never[]) => (lines[cookie.who]![verb] as (...v: never[]) => unknown)(...values),
    });
    return { a: servers[0], b: servers[1], cookie, line };
  }

  test("a tab whose log-in became another candidate's stops, and sends nothing of its own", async () => {
    const { a, b, cookie, line } = oneBrowser({ takeover: "candidate" });
    const old = browser(hands, a.transport(), new MemoryShelf(true));
    await started(old, hands);
    const tab = browser(hands, line, shelf); // the same candidate on another computer: epoch 2
    await tab.open();
    await tab.continueHere();
    for (const position of [1, 2, 3, 4]) await tab.choose(position, position - 1);
    await hands.move(1_000);
    cookie.who = 1;
    const second = browser(hands, line, shelf);
    await started(second, hands);
    await second.choose(1, 3);
    await tab.choose(5, 0);
    await tab.remark(5, "soal tidak jelas");
    await hands.move(20_000);
    expect(tab.state.value.screen).toBe("other-exam");
    await tab.continueHere();
    await hands.move(20_000);
    expect(tab.state.value.screen).toBe("other-exam");
    expect([...b.stored.values()]).toMatchObject([{ position: 1, option: 3, epoch: 1 }]);
    expect(b.comments.size).toBe(0);
    expect(second.state.value.screen).toBe("question");
    // The first candidate comes back on this computer and has all five.
    cookie.who = 0;
    const back = browser(hands, line, shelf);
    await back.open();
    await hands.move(5_000);
    expect([...a.stored.values()].map(({ position, option }) => [position, option])).toEqual([[1, 0], [2, 1], [3, 2], [4, 3], [5, 0]]);
  });

  test("a record that was another attempt's is never taken for ours", async () => {
    const { a, b, cookie, line } = oneBrowser();
    const other = browser(hands, b.transport(), new MemoryShelf(true));
    await started(other, hands);
    await other.choose(2, 3);
    let read = 0;
    // When the record is read, the other candidate has just logged in.
    const attempt = (secret: string) => {
      if (++read === 1) cookie.who = 1;
      return line.attempt(secret);
    };
    const tab = browser(hands, { ...line, attempt }, shelf);
    await started(tab, hands);
    await tab.choose(1, 0);
    await hands.move(1_000);
    a.grant(60_000);
    await hands.move(20_000);
    expect([read, tab.state.value.screen]).toEqual([1, "other-exam"]);
    cookie.who = 0;
    const back = browser(hands, line, shelf);
    await back.open();
    await hands.move(5_000);
    expect(back.state.value.answers).toEqual({ 1: { option: 0, doubtful: false } });
    expect(a.stored.has(2)).toBe(false);
  });

  test("in the waiting room too", async () => {
    const { b, cookie, line } = oneBrowser();
    const tab = browser(hands, line, shelf);
    await tab.open();
    cookie.who = 1;
    await tab.begin(null);
    expect(tab.state.value.screen).toBe("other-exam");
    expect(b.started).toBe(false);
  });

  test("after logging out nothing of the first is left for the second", async () => {
    const { cookie, line } = oneBrowser();
    const exam = browser(hands, line, shelf);
    const fresh = { ...exam.state.value, screen: "login" };
    await started(exam, hands);
    await exam.choose(1, 1);
    exam.goTo(3);
    await hands.move(1_000);
    await exam.submit();
    await hands.move(2_000);
    await exam.logout();
    expect(exam.state.value).toEqual(fresh);
    cookie.who = 1;
    await exam.login("8", "PIN");
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "question", position: 1, save: { where: "nothing" }, answers: {}, receipt: null });
  });
});
