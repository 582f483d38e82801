import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import { openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
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
