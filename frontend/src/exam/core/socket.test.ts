import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../../api/client";
import { openShelf } from "./shelf";
import { browser, Hands, seeded, server, settle, started } from "./testing";
import { Wires } from "./wires.testing";

let hands: Hands;
let wires: Wires;
let there: ReturnType<typeof server>;
let nonces = 0;

beforeEach(() => {
  hands = new Hands();
  there = server(hands);
  wires = new Wires(there, hands);
});

const echo = (timeoutMs = 3_500) => wires.line.post<{ nonce: string }>("anything", { nonce: `n${(nonces += 1)}` }, timeoutMs);

/** One request over HTTP, after which the socket stands. */
async function opened(): Promise<void> {
  await echo();
  await settle();
  wires.asked.length = 0;
}

describe("the hot line", () => {
  test("opens when HTTP was answered, and carries what follows", async () => {
    await opened();
    await echo();
    await wires.transport.probe();
    expect(wires.asked).toEqual(["socket anything", "socket echo"]);
  });

  test("a push is no answer: the request that waits still gets its own", async () => {
    await opened();
    let pushes = 0;
    wires.line.pushed = () => (pushes += 1);
    const answer = echo();
    wires.live!.push();
    await expect(answer).resolves.toMatchObject({ nonce: `n${nonces}` });
    expect([pushes, wires.sockets.length]).toEqual([1, 1]);
  });

  test("is not tried while HTTP is dead, however long", async () => {
    wires.http = "dead";
    for (let minute = 0; minute < 20; minute++) {
      await echo().catch(() => undefined);
      await hands.move(60_000);
    }
    expect(wires.sockets).toHaveLength(0);
  });

  test("a half-open socket: the same request goes over HTTP in time, and the socket is dropped", async () => {
    await opened();
    wires.socket = "silent";
    const answer = echo();
    await hands.move(1_500);
    await expect(answer).resolves.toMatchObject({ nonce: `n${nonces}` });
    expect(wires.asked).toEqual(["socket anything", "http anything"]);
    expect(wires.live).toBeUndefined();
  });

  test("a socket that dies under a request costs the request nothing", async () => {
    await opened();
    wires.socket = "silent";
    const answers = [echo(), echo()];
    await settle();
    wires.live!.die();
    await expect(Promise.all(answers)).resolves.toHaveLength(2);
    expect(wires.asked.filter((asked) => asked === "http anything")).toHaveLength(2);
  });

  test("an answer with another nonce is nobody's, and its socket is dropped for long", async () => {
    await opened();
    wires.socket = "liar";
    await expect(echo()).resolves.toMatchObject({ nonce: `n${nonces}` });
    await hands.move(60_000);
    await echo();
    expect(wires.sockets).toHaveLength(1);
  });

  test("where sockets are blocked they are tried seldom, and more and more so", async () => {
    wires.socket = "none";
    for (let second = 0; second < 3_600; second += 15) {
      await echo();
      await hands.move(15_000);
    }
    expect(wires.sockets.length).toBeGreaterThan(2);
    expect(wires.sockets.length).toBeLessThan(10);
  });

  test("after all sockets were lost, a room comes back one by one within seconds", async () => {
    const random = seeded(7);
    const back: number[] = [];
    for (let page = 0; page < 100; page++) {
      hands = new Hands();
      wires = new Wires(server(hands), hands, random);
      await echo();
      await Promise.resolve();
      wires.live!.die();
      while (!wires.live) {
        hands.elapsed += 500;
        await echo();
      }
      back.push(hands.elapsed);
    }
    const busiest = Math.max(...[...new Set(back)].map((at) => back.filter((one) => one === at).length));
    expect(Math.max(...back)).toBeLessThanOrEqual(8_500);
    expect(busiest).toBeLessThan(20);
  });

  test("a request goes over HTTP every few minutes: only there the cookie is shown", async () => {
    await opened();
    for (let second = 0; second < 1_200; second += 15) {
      await echo();
      await hands.move(15_000);
    }
    const overHttp = wires.asked.filter((asked) => asked.startsWith("http")).length;
    expect(overHttp).toBeGreaterThanOrEqual(3);
    expect(overHttp).toBeLessThan(6);
  });

  test.each([
    [409, "seq-conflict", false, null],
    [503, "unavailable", true, 1_000],
  ])("a refusal %i %s is the same as over HTTP", async (status, code, retryable, retryAfterMs) => {
    await opened();
    wires.refuse = [status, { code, retryable, number: 208, acked: [1] }];
    const error = await echo().catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status, code, retryable, retryAfterMs, members: { acked: [1] } });
    await echo();
    expect(wires.asked).toEqual(["socket anything", "socket anything"]);
  });

  test("an ended session ends the socket; the next request shows the cookie, and a socket may follow", async () => {
    await opened();
    wires.refuse = [401, { code: "log-in-first", retryable: false, number: 103 }];
    expect(await echo().catch((refused: unknown) => refused)).toMatchObject({ status: 401 });
    await echo();
    await settle();
    await echo();
    expect(wires.asked).toEqual(["socket anything", "http anything", "socket anything"]);
  });

  test("a log-in in this page hangs up: whose socket it was does not count any more", async () => {
    await opened();
    await wires.transport.login("7", "PIN").catch(() => undefined);
    await echo();
    expect(wires.asked).not.toContain("socket anything");
  });
});

describe("an exam over the hot line", () => {
  test.each([1, 2, 3, 4])("loses nothing while lines die, fall silent and come back (seed %i)", async (seed) => {
    const random = seeded(seed);
    there = server(hands, { duration_seconds: 3_600 });
    wires = new Wires(there, hands, random);
    const exam = browser(hands, wires.transport, await openShelf(new IDBFactory()));
    await started(exam, hands);
    const meant = new Map<number, number>();
    for (let change = 0; change < 80; change++) {
      wires.socket = (["good", "good", "good", "silent", "none", "liar"] as const)[Math.floor(random() * 6)]!;
      wires.http = (["good", "good", "dead", "portal"] as const)[Math.floor(random() * 4)]!;
      if (random() < 0.2) wires.live?.die();
      const position = 1 + Math.floor(random() * 5);
      const option = Math.floor(random() * 4);
      await exam.choose(position, option);
      meant.set(position, option);
      await hands.move(random() * 8_000);
    }
    wires.socket = "good";
    wires.http = "good";
    await hands.move(20_000);
    expect(exam.state.value).toMatchObject({ unsent: 0, link: "up" });
    for (const [position, option] of meant) expect(there.stored.get(position)).toMatchObject({ option });
    await hands.move(1_500_000);
    expect(wires.asked).toContain("socket heartbeat");
    await exam.submit();
    await hands.move(5_000);
    expect(exam.state.value.screen).toBe("receipt");
  });

  test("a dead network under an open socket is seen within ten seconds", async () => {
    const exam = browser(hands, wires.transport, await openShelf(new IDBFactory()));
    await started(exam, hands);
    await hands.move(20_000);
    wires.asked.length = 0;
    wires.socket = "silent";
    wires.http = "dead";
    await hands.move(10_000);
    expect(wires.asked[0]).toMatch(/^socket/);
    expect(exam.state.value.link).toBe("down");
  });
});
