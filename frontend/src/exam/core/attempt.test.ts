import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { MemoryShelf, openShelf, type Shelf } from "./shelf";
import type { Transport } from "./transport";
import { browser, Hands, seeded, server, settle, started, unreliable } from "./testing";

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

  test.each(["me", "start", "paper"] as const)("MULAI without an answer (to %s) is looked after at once", async (verb) => {
    const there = server(hands);
    const line = there.transport();
    let lose = false;
    const losing = async (...values: never[]) => {
      const answer = await (line[verb] as (...v: never[]) => Promise<unknown>)(...values);
      if (!lose) return answer;
      lose = false;
      throw new Unreachable("timeout");
    };
    const exam = browser(hands, { ...line, [verb]: losing }, shelf);
    await exam.open();
    lose = true;
    await exam.begin(null);
    expect(exam.state.value).toMatchObject({ screen: "waiting", refusal: { number: 914 } });
    await hands.move(100);
    expect(exam.state.value.screen).toBe(verb === "me" ? "waiting" : "question");
    if (verb !== "me") expect(exam.state.value.refusal).toBeNull();
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

describe("answers", () => {
  test("are here first, then on the server with its time", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await exam.choose(1, 2);
    expect(exam.state.value.save).toEqual({ where: "here" });
    await hands.move(300);
    expect(exam.state.value.save).toEqual({ where: "server", at: new Date(hands.wall() - 50).toISOString() });
    expect(there.stored.get(1)).toMatchObject({ option: 2, doubtful: false, seq: 1 });
  });

  test("an answer given while a beat is on its way leaves right after it", async () => {
    const there = server(hands);
    const line = there.transport();
    const heartbeat: typeof line.heartbeat = async (hold) => {
      await new Promise<void>((done) => hands.timer.set(done, 2_000));
      return line.heartbeat(hold);
    };
    const exam = browser(hands, { ...line, heartbeat }, shelf);
    await started(exam, hands);
    await exam.choose(1, 2);
    await hands.move(2_000);
    expect(there.stored.get(1)).toMatchObject({ option: 2 });
  });

  test("doubt keeps the answer, clearing is explicit, a question that was only looked at is not sent", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await exam.choose(1, 2);
    await exam.doubt(1, true);
    exam.goTo(2);
    await exam.choose(3, 0);
    await exam.clear(3);
    await hands.move(2_000);
    expect(there.stored.get(1)).toMatchObject({ option: 2, doubtful: true });
    expect(there.stored.has(2)).toBe(false);
    expect(there.stored.get(3)).toMatchObject({ option: null });
  });

  test("a reload restores place, answers and unsent changes", async () => {
    const there = server(hands);
    const before = browser(hands, there.transport(), shelf);
    await started(before, hands);
    await before.choose(1, 1);
    await hands.move(500);
    there.cut = true;
    before.goTo(4);
    await before.choose(4, 3);
    await settle();
    there.cut = false;
    const after = browser(hands, there.transport(), shelf);
    await after.open();
    expect(after.state.value).toMatchObject({
      screen: "question",
      position: 4,
      answers: { 1: { option: 1, doubtful: false }, 4: { option: 3, doubtful: false } },
    });
    await hands.move(1_000);
    expect(there.stored.get(4)).toMatchObject({ option: 3, seq: 2 });
  });

  test("ten minutes without network: banner within 10 s, all sent within 15 s of its return", async () => {
    const there = server(hands, { duration_seconds: 3_600 });
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.cut = true;
    await hands.move(10_000);
    expect(exam.state.value.link).toBe("down");
    for (let position = 1; position <= 5; position++) await exam.choose(position, position % 4);
    await hands.move(600_000);
    expect(exam.state.value).toMatchObject({ save: { where: "here" }, unsent: 5, screen: "question" });
    there.cut = false;
    await hands.move(15_000);
    expect(exam.state.value).toMatchObject({ save: { where: "server" }, unsent: 0, link: "up" });
    expect(there.stored.size).toBe(5);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("lost, late and repeated requests never undo the last change (seed %i)", async (seed) => {
    const random = seeded(seed);
    const there = server(hands);
    const exam = browser(hands, unreliable(there.transport(), random), shelf);
    await started(exam, hands);
    const last = new Map<number, { option: number | null; doubtful: boolean }>();
    for (let change = 0; change < 60; change++) {
      const position = 1 + Math.floor(random() * 5);
      if (random() < 0.15) await exam.clear(position);
      else if (random() < 0.3) await exam.doubt(position, random() < 0.5);
      else await exam.choose(position, Math.floor(random() * 4));
      last.set(position, exam.state.value.answers[position] ?? { option: null, doubtful: false });
      await hands.move(random() * 900);
    }
    await hands.move(60_000);
    expect(exam.state.value.unsent).toBe(0);
    for (const [position, { option, doubtful }] of last) {
      const stored = there.stored.get(position) ?? { option: null, doubtful: false };
      expect({ option: stored.option, doubtful: stored.doubtful }).toEqual({ option, doubtful });
    }
  });

  test("two tabs of one browser share secret and seq", async () => {
    const there = server(hands);
    const one = browser(hands, there.transport(), shelf);
    await started(one, hands);
    const two = browser(hands, there.transport(), shelf);
    await two.open();
    expect(two.state.value.screen).toBe("question");
    await Promise.all([one.choose(1, 0), two.choose(2, 1), one.choose(3, 2), two.choose(4, 3), one.choose(5, 0)]);
    await hands.move(3_000);
    const seqs = [...there.stored.values()].map((answer) => answer.seq).sort();
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
    // A stale tab marks doubt on an item that the other answered: the answer stays.
    await two.doubt(1, true);
    await hands.move(3_000);
    expect(there.stored.get(1)).toMatchObject({ option: 0, doubtful: true });
  });

  test("acknowledged answers that the server lost since are sent again", async () => {
    const there = server(hands);
    const before = browser(hands, there.transport(), shelf);
    await started(before, hands);
    await before.choose(1, 1);
    await before.choose(2, 2);
    await hands.move(1_000);
    there.stored.delete(2);
    const after = browser(hands, there.transport(), shelf);
    await after.open();
    await hands.move(1_000);
    expect(there.stored.get(2)).toMatchObject({ option: 2 });
  });

  test("a seq-conflict ends with what is on the screen", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.stored.set(1, { position: 1, option: 3, doubtful: false, epoch: 1, seq: 1, saved_at: "2026-11-21T02:00:00.000Z" });
    await exam.choose(1, 0);
    await hands.move(3_000);
    expect(there.stored.get(1)).toMatchObject({ option: 0, seq: 2 });
    expect(exam.state.value.unsent).toBe(0);
  });

  test("one change that the server cannot take does not hold back the others", async () => {
    const there = server(hands);
    const line = there.transport();
    const exam = browser(
      hands,
      {
        ...line,
        answers: async (hold, changes) => {
          if (changes.some((change) => change.position === 2)) throw new Problem(422, "no-such-option", false, 209, null);
          return line.answers(hold, changes);
        },
      },
      shelf,
    );
    await started(exam, hands);
    await Promise.all([exam.choose(1, 0), exam.choose(2, 0), exam.choose(3, 0)]);
    await hands.move(5_000);
    expect([...there.stored.keys()].sort()).toEqual([1, 3]);
    expect(exam.state.value.refusal).toMatchObject({ number: 209 });
  });
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
    one.seen(1, { option: 2, doubtful: false });
    await one.choose(1, 3);
    await hands.move(3_000);
    expect(there.stored.get(1)).toMatchObject({ option: 3 });
  });
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
    // The second time that the record is read, the other candidate has just logged in.
    const attempt = (secret: string) => {
      if (++read === 2) cookie.who = 1;
      return line.attempt(secret);
    };
    const tab = browser(hands, { ...line, attempt }, shelf);
    await started(tab, hands);
    await tab.choose(1, 0);
    await hands.move(1_000);
    a.grant(60_000);
    await hands.move(20_000);
    expect([read, tab.state.value.screen]).toEqual([2, "other-exam"]);
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

  test("a pause in the middle of handing in ends in handing in", async () => {
    const there = server(hands);
    const line = there.transport();
    const exam = browser(hands, { ...line, submit: (hold) => (there.paused ? Promise.reject(new Unreachable("network")) : line.submit(hold)) }, shelf);
    await started(exam, hands);
    there.paused = true;
    void exam.submit();
    await hands.move(20_000);
    expect(exam.state.value.screen).toBe("paused");
    there.paused = false;
    await hands.move(20_000);
    expect(exam.state.value.screen).toBe("receipt");
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

  test("a pause holds answers back and sends them when it ends", async () => {
    const there = server(hands);
    const line = there.transport();
    const exam = browser(
      hands,
      {
        ...line,
        answers: async (hold, changes) => {
          if (there.paused) throw new Problem(409, "attempt-closed", false, 207, null);
          return line.answers(hold, changes);
        },
      },
      shelf,
    );
    await started(exam, hands);
    there.paused = true;
    await exam.choose(1, 1);
    await hands.move(30_000);
    expect(exam.state.value.screen).toBe("paused");
    there.paused = false;
    await hands.move(20_000);
    expect(exam.state.value.screen).toBe("question");
    expect(there.stored.get(1)).toMatchObject({ option: 1 });
  });
});

describe("sessions and strangers", () => {
  test("a session that ends during the exam never becomes a log-in page", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.signedIn = false;
    await exam.choose(1, 1);
    await hands.move(10_000);
    expect(exam.state.value).toMatchObject({ screen: "question", link: "signed-out", save: { where: "here" } });
    await exam.loginAgain("7", "PIN");
    await hands.move(1_000);
    expect(exam.state.value).toMatchObject({ link: "up", save: { where: "server" } });
  });

  test("not even when the bell rings meanwhile", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await hands.move(590_000);
    there.signedIn = false;
    await hands.move(60_000);
    expect(exam.state.value).toMatchObject({ screen: "locked", link: "signed-out" });
    await exam.loginAgain("7", "PIN");
    await hands.move(10_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", link: "up", receipt: { reason: "time" } });
  });

  test("what is not our server acknowledges nothing", async () => {
    const there = server(hands);
    const line = there.transport();
    let portal = false;
    const exam = browser(
      hands,
      {
        ...line,
        answers: (hold, changes) => (portal ? Promise.reject(new Unreachable("not-our-server")) : line.answers(hold, changes)),
      },
      shelf,
    );
    await started(exam, hands);
    portal = true;
    await exam.choose(1, 1);
    await hands.move(5_000);
    expect(exam.state.value).toMatchObject({ link: "not-our-server", unsent: 1, save: { where: "here" } });
    portal = false;
    await hands.move(6_000);
    expect(exam.state.value).toMatchObject({ link: "up", unsent: 0 });
  });

  test("a busy server is asked again after the time it names", async () => {
    const there = server(hands);
    const line = there.transport();
    let busy = 0;
    const asked: number[] = [];
    const exam = browser(
      hands,
      {
        ...line,
        answers: async (hold, changes) => {
          asked.push(hands.elapsed);
          if (busy-- > 0) throw new Problem(503, "try-again", true, 901, 7_000);
          return line.answers(hold, changes);
        },
      },
      shelf,
    );
    await started(exam, hands);
    busy = 1;
    await exam.choose(1, 1);
    await hands.move(10_000);
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(7_000);
    expect(exam.state.value.unsent).toBe(0);
  });
});
