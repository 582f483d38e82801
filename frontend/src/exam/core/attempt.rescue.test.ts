import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { openShelf, type Shelf } from "./shelf";
import { browser, Hands, server, started } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
});

/** Longer than what is left of the exam. */
const OVER = 15 * 60_000;

describe("a rescue", () => {
  test("is offered when the line is down at the bell, with every answer and what was not sent", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await exam.choose(1, 1);
    await hands.move(5_000);
    there.cut = true;
    await exam.choose(2, 2);
    await exam.choose(1, 3);
    await hands.move(60_000);
    expect(exam.state.value).toMatchObject({ screen: "question", link: "down", rescue: null });
    await hands.move(OVER);
    const { screen, rescue } = exam.state.value;
    expect(screen).toBe("locked");
    expect(rescue?.unsent.sort()).toEqual([1, 2]);
    expect(rescue?.answers.map(({ position, option }) => [position, option])).toEqual([[1, 3], [2, 2]]);
    expect(exam.mustStay).toBe(true);
  });

  test("is one and the same in two tabs, and for who was handing in", async () => {
    const there = server(hands);
    const [exam, other] = [browser(hands, there.transport(), shelf), browser(hands, there.transport(), shelf)];
    await started(exam, hands);
    await other.open();
    await hands.move(5_000);
    there.cut = true;
    await exam.choose(1, 1);
    void exam.submit();
    await hands.move(OVER);
    expect(exam.state.value.screen).toBe("locked");
    expect(exam.state.value.rescue?.unsent).toEqual([1]);
    expect(other.state.value.rescue).toEqual(exam.state.value.rescue);
  });

  test("is not offered when everything was sent, and not when the line was there", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    await exam.choose(1, 1);
    await hands.move(5_000);
    there.cut = true;
    await hands.move(OVER);
    expect(exam.state.value).toMatchObject({ screen: "locked", rescue: null });
    there.cut = false;
    await hands.move(30_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", rescue: null });
  });

  test("stays the same when the line returns after the bell, and over a reload", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.cut = true;
    await exam.choose(2, 2);
    await hands.move(OVER);
    const { rescue } = exam.state.value;
    expect(rescue?.unsent).toEqual([2]);
    there.cut = false;
    await hands.move(30_000);
    expect(exam.state.value).toMatchObject({ screen: "receipt", aside: 1, receipt: { answered: 0, reason: "time" } });
    expect(exam.state.value.rescue).toEqual(rescue);
    const reloaded = browser(hands, there.transport(), shelf);
    await reloaded.open();
    await hands.move(5_000);
    expect(reloaded.state.value.rescue).toEqual(rescue);
  });

  test("is taken back when time was granted while the line was down", async () => {
    const there = server(hands);
    const exam = browser(hands, there.transport(), shelf);
    await started(exam, hands);
    there.cut = true;
    await exam.choose(2, 2);
    await hands.move(OVER);
    expect(exam.state.value.rescue).not.toBeNull();
    there.grant(2 * OVER);
    there.cut = false;
    await hands.move(30_000);
    expect(exam.state.value).toMatchObject({ screen: "question", rescue: null });
    expect(there.stored.get(2)).toMatchObject({ option: 2 });
    await hands.move(3 * OVER);
    expect(exam.state.value).toMatchObject({ screen: "receipt", aside: 0, rescue: null });
  });
});
