import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../../api/client";
import { openShelf, type Shelf } from "./shelf";
import { browser, Hands, seeded, server, settle, started, unreliable } from "./testing";

let hands: Hands;
let shelf: Shelf;

beforeEach(async () => {
  hands = new Hands();
  shelf = await openShelf(new IDBFactory());
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
