import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { MemoryShelf, openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, settle, started } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

describe("the end", () => {
  test("hand in sends everything first, then closes, then shows the receipt and leaves nothing behind", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.cut = true;
    await exam.choose(1, 1);
    void exam.submit();
    await hands.move(20_000);
    expect(exam.state.value).toMatchObject({ screen: "collecting", receipt: null });
    exam.keepWorking();
    await exam.choose(2, 2);
    void exam.submit();
    there.cut = false;
    await hands.move(20_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", aside: 0, receipt: { answered: 2, reason: "candidate" } });
    expect(await shelf.run("read", (transaction) => transaction.list("answers", ""))).toEqual([]);
  });

  test("once the closing request is out there is no way back and no edit, whether or not it arrived", async () => {
    const there = server(hands);
    const line = there.transport();
    let arrives = false;
    const exam = browser(
      hands,
      { ...line, submit: (hold) => (arrives ? line.submit(hold) : new Promise((_, lost) => hands.timer.set(() => lost(new Unreachable("timeout")), 8_000))) },
      shelf,
    );
    await started(exam, hands);
    await exam.choose(1, 1);
    void exam.submit();
    expect(exam.state.value).toMatchObject({ screen: "collecting", closing: false });
    await hands.move(1_500);
    expect(exam.state.value).toMatchObject({ screen: "collecting", closing: true });
    exam.keepWorking();
    await exam.choose(2, 2);
    await hands.move(9_000);
    exam.keepWorking();
    expect(exam.state.value).toMatchObject({ screen: "collecting", closing: true });
    arrives = true;
    await hands.move(12_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", aside: 0, receipt: { answered: 1, reason: "candidate" } });
  });

  test("a hand-in that the server could not confirm is not taken for one, whatever a heartbeat sees of it", async () => {
    const there = server(hands);
    const line = there.transport();
    let confirmed = false;
    const submit: typeof line.submit = async (hold) => {
      const reply = await line.submit(hold);
      if (!confirmed) throw new Problem(503, "try-again", true, 901, null);
      return reply;
    };
    const exam = browser(hands, { ...line, submit }, shelf);
    await started(exam, hands);
    await exam.choose(1, 1);
    void exam.submit();
    await hands.move(60_000);
    expect(exam.state.value).toMatchObject({ screen: "collecting", receipt: null });
    confirmed = true;
    await hands.move(5_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", receipt: { answered: 1, reason: "candidate" } });
  });

  test("handing in outlives a reload, until it is taken back", async () => {
    const there = server(hands);
    const lost = () => Promise.reject(new Unreachable("network"));
    const exam = browser(hands, { ...there.transport(), answers: lost, submit: lost }, shelf);
    await started(exam, hands);
    await exam.choose(1, 1);
    void exam.submit();
    await hands.move(1_000);
    exam.keepWorking();
    await exam.choose(2, 1);
    void exam.submit();
    await hands.move(1_000);
    const after = browser(hands, there.transport(), shelf);
    await after.open();
    expect(after.state.value.screen).toBe("collecting");
    after.keepWorking();
    await hands.move(3_000);
    const again = browser(hands, there.transport(), shelf);
    await again.open();
    expect(again.state.value.screen).toBe("question");
    void again.submit();
    await settle();
    const last = browser(hands, there.transport(), shelf);
    await last.open();
    await hands.move(3_000);
    expect(last.state.value).toMatchObject({ screen: "receipt", receipt: { answered: 2, reason: "candidate" } });
  });

  test("handing in asked for here does not close an exam that went on elsewhere", async () => {
    const there = server(hands, { takeover: "candidate" });
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.cut = true;
    void exam.submit();
    await hands.move(1_000);
    there.cut = false;
    const fresh = browser(hands, there.transport(), new MemoryShelf(true));
    await fresh.open();
    await fresh.continueHere();
    const back = browser(hands, there.transport(), shelf);
    await back.open();
    await back.continueHere();
    await hands.move(10_000);
    expect(back.state.value.screen).toBe("question");
  });

  test("a record that has to be asked for twice does not stop handing in", async () => {
    const there = server(hands);
    const line = there.transport();
    let fails = 0;
    let out = true;
    const exam = browser(
      hands,
      {
        ...line,
        attempt: (secret) => (fails-- > 0 ? Promise.reject(new Unreachable("timeout")) : line.attempt(secret)),
        answers: (hold, changes) => (out ? Promise.reject(new Unreachable("timeout")) : line.answers(hold, changes)),
      },
      shelf,
    );
    await started(exam, hands);
    await exam.choose(1, 1);
    void exam.submit();
    await hands.move(1_000);
    fails = 1;
    there.grant(60_000);
    out = false;
    await hands.move(30_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", receipt: { answered: 1 } });
  });

  test("at the end of the shown time the screen locks, flushes what is left, and the receipt comes", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await hands.move(590_000);
    there.cut = true;
    await exam.choose(1, 1);
    await hands.move(9_900);
    expect(exam.state.value.screen).toBe("locked");
    await exam.choose(2, 2);
    expect(exam.state.value.answers[2]).toBeUndefined();
    there.cut = false;
    await hands.move(8_000);
    expect(there.stored.get(1)).toMatchObject({ option: 1 });
    await hands.move(15_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", receipt: { answered: 1, reason: "time" } });
  });

  test("time granted after the lock opens the questions again", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await hands.move(602_000);
    expect(exam.state.value.screen).toBe("locked");
    there.grant(300_000);
    exam.wake();
    await hands.move(1_000);
    expect(exam.state.value.screen).toBe("question");
    expect(exam.clock.left(exam.state.value.endsAt)).toBeGreaterThan(290_000);
  });
});
