import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { MemoryShelf, openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";
import type { Transport } from "./transport";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

describe("the way to the first question", () => {
  test("confirm, pledge, waiting room, start", async () => {
    const there = server(hands, {}, false);
    there.signedIn = false;
    const exam = browser(hands, there.transport(), shelf);
    await exam.open();
    expect(exam.state.value.screen).toBe("login");
    await exam.login("7", "WRONG");
    expect(exam.state.value.refusal).toMatchObject({ code: "wrong-credentials", number: 101 });
    await exam.login("7", "PIN");
    expect(exam.state.value.screen).toBe("confirm");
    exam.confirm();
    expect(exam.state.value.screen).toBe("rules");
    await exam.agree();
    expect(exam.state.value.screen).toBe("waiting");
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "question", position: 1 });
    expect(exam.clock.left(exam.state.value.endsAt)).toBe(600_000);
  });

  test("a wrong token is refused with its number, the right one starts", async () => {
    const there = server(hands, { admission: "token" });
    there.token = "KUDA77";
    const exam = browser(hands, there.transport(), shelf);
    await exam.open();
    await exam.begin("SALAH");
    await hands.move(40_000); // the waiting room asks the server meanwhile, which is no answer to the token
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 203 } });
    await exam.begin("KUDA77");
    expect(exam.state.value.screen).toBe("question");
  });

  test("MULAI without an answer is looked after at once", async () => {
    const there = server(hands);
    const line = there.transport();
    let lose = true;
    const start: Transport["start"] = async (...values) => {
      const answer = await line.start(...values);
      if (!lose) return answer;
      lose = false;
      throw new Unreachable("timeout");
    };
    const exam = browser(hands, { ...line, start }, shelf);
    await exam.open();
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 914 } });
    await hands.move(100);
    expect(exam.state.value).toMatchObject({ screen: "question", refusal: null });
  });

  test("the sealed paper is fetched in the waiting room, once", async () => {
    const line = server(hands).transport();
    let fetched = 0;
    const sealed: Transport["sealed"] = (...values) => {
      fetched += 1;
      return fetched === 1 ? Promise.reject(new Unreachable("network")) : line.sealed(...values);
    };
    const exam = browser(hands, { ...line, sealed }, shelf);
    await exam.open();
    await hands.move(60_000);
    expect([fetched, exam.state.value.screen]).toEqual([2, "waiting"]);
    await exam.begin(null);
    expect([fetched, exam.state.value.screen]).toEqual([2, "question"]);
  });

  test("a paper that did not come while the candidate waited comes after the start", async () => {
    const line = server(hands).transport();
    let cut = true;
    const sealed: Transport["sealed"] = (...values) => (cut ? Promise.reject(new Unreachable("network")) : line.sealed(...values));
    const exam = browser(hands, { ...line, sealed }, shelf);
    await exam.open();
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 914 } });
    cut = false;
    await hands.move(5_000);
    expect(exam.state.value).toMatchObject({ screen: "question", refusal: null });
  });

  test("the waiting room asks for everything only when something changed", async () => {
    const there = server(hands);
    const line = there.transport();
    let asked = 0;
    const exam = browser(hands, { ...line, me: () => ((asked += 1), line.me()) }, shelf);
    await exam.open();
    await hands.move(60_000);
    expect(asked).toBe(1);
    there.grant(0);
    await hands.move(15_000);
    expect(asked).toBe(2);
  });

  test("what the waiting room asked before MULAI comes too late to lead back there, and only one loop talks to the server", async () => {
    const there = server(hands);
    const line = there.transport();
    let slow = false;
    let beats = 0;
    const exam = browser(
      hands,
      {
        ...line,
        me: async () => {
          const me = await line.me();
          if (slow) await new Promise<void>((done) => hands.timer.set(done, 4_000));
          return me;
        },
        heartbeat: (hold) => {
          beats += 1;
          return line.heartbeat(hold);
        },
      },
      shelf,
    );
    await exam.open();
    slow = true;
    await hands.move(10_000); // the poll is on its way
    slow = false;
    await exam.begin(null);
    const screens = new Set<string>();
    exam.state.watch(({ screen }) => void screens.add(screen));
    await hands.move(60_000);
    expect([...screens]).toEqual(["question"]);
    expect(beats).toBeLessThanOrEqual(5);
  });

  test("logging out without a line says so, and the waiting room goes on", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await exam.open();
    there.cut = true;
    await exam.logout();
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 911 }, link: "down" });
    there.cut = false;
    await hands.move(15_000);
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: null, link: "up" });
    await exam.logout();
    expect(exam.state.value.screen).toBe("login");
  });

  test("a session that ended before the exam leads to the log-in page", async () => {
    const there = server(hands, {}, false);
    const exam = browser(hands, there.transport(), shelf);
    await exam.open();
    exam.confirm();
    there.signedIn = false;
    await exam.agree();
    expect(exam.state.value).toMatchObject({ screen: "login", refusal: { number: 103 } });
    await exam.login("7", "PIN");
    expect(exam.state.value).toMatchObject({ screen: "confirm", refusal: null });
  });

  test("a refusal that stops the page keeps its number", async () => {
    const line = server(hands).transport();
    const exam = browser(hands, { ...line, me: () => Promise.reject(new Problem(400, "not-json", false, 902, null)) }, shelf);
    await exam.open();
    expect(exam.state.value).toMatchObject({ screen: "stopped", refusal: { number: 902 } });
  });

  test("who logs out while another computer's attempt is asked for stays logged out", async () => {
    const there = server(hands);
    await started(browser(hands, there.transport(), shelf), hands);
    const line = there.transport();
    const claim: typeof line.claim = async (...values) => {
      const answer = line.claim(...values);
      answer.catch(() => undefined);
      await new Promise<void>((done) => hands.timer.set(done, 2_000));
      return answer;
    };
    const exam = browser(hands, { ...line, claim }, new MemoryShelf(true));
    void exam.open();
    await hands.move(7_500); // asked once, and on the way a second time
    expect(exam.state.value.screen).toBe("device-locked");
    await exam.logout();
    const screens = new Set<string>();
    exam.state.watch(({ screen }) => void screens.add(screen));
    await hands.move(10_000);
    expect([...screens]).toEqual(["login"]);
  });

  test("so does one that ended after the receipt", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await exam.submit();
    await hands.move(2_000);
    there.signedIn = false;
    await hands.move(90_000);
    expect(exam.state.value).toMatchObject({ screen: "login", refusal: { number: 103 } });
  });

  test("the lobby goes on by itself when the sitting opens", async () => {
    const opens_at = new Date(hands.wall() + 60_000).toISOString();
    const exam = browser(hands, server(hands, { opens_at }).transport(), shelf);
    await exam.open();
    expect(exam.state.value.me?.attempt.phase).toBe("not-open");
    await hands.move(62_000);
    expect(exam.state.value.me?.attempt.phase).toBe("ready");
  });

  test("without a server the page waits and comes up later", async () => {
    const there = server(hands);
    there.cut = true;
    const exam = browser(hands, there.transport(), shelf);
    await exam.open();
    expect(exam.state.value).toMatchObject({ screen: "connecting", link: "down" });
    there.cut = false;
    await hands.move(5_000);
    expect(exam.state.value).toMatchObject({ screen: "waiting", link: "up" });
  });
});
