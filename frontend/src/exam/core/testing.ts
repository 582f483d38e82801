/** What the tests of this folder share: an exam in memory, time that is moved by hand, and a line that misbehaves. */
import { Unreachable } from "../../api/client";
import type { Question, Sitting } from "../../api/types";
import { Exam } from "./attempt";
import { Clock } from "./clock";
import { LocalServer } from "./localserver";
import type { Shelf } from "./shelf";
import type { Timers } from "./timers";
import type { Transport } from "./transport";

export const OPENED = Date.parse("2026-11-21T02:00:00.000Z");

/** Time stands still until it is moved; timers then fire in their order, and promises settle in between. */
export class Hands {
  elapsed = 0;
  private timers: { at: number; work: () => void }[] = [];

  readonly monotonic = (): number => this.elapsed;
  readonly wall = (): number => OPENED + this.elapsed;
  readonly timer: Timers = {
    set: (work, ms) => {
      const timer = { at: this.elapsed + Math.max(0, ms), work };
      this.timers.push(timer);
      return timer;
    },
    clear: (timer) => void (this.timers = this.timers.filter((one) => one !== timer)),
    random: () => 0.5,
  };

  async move(ms: number): Promise<void> {
    const until = this.elapsed + ms;
    await settle();
    for (;;) {
      const [next] = this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.elapsed = Math.max(this.elapsed, next.at);
      next.work();
      await settle();
    }
    this.elapsed = until;
    await settle();
  }
}

/** Long enough for a chain of IndexedDB transactions. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function questions(count = 5): Question[] {
  return Array.from({ length: count }, (_, index) => ({
    position: index + 1,
    stem: `stem ${index + 1}`,
    options: ["one", "two", "three", "four"],
  }));
}

export function sitting(change: Partial<Sitting> = {}): Sitting {
  return {
    code: "S1",
    title: "Sesi 1",
    scheme_code: "MMU",
    scheme_title: "Manajer Mutu",
    zone: "Asia/Jakarta",
    opens_at: new Date(OPENED - 1_000).toISOString(),
    closes_at: new Date(OPENED + 6 * 3_600_000).toISOString(),
    duration_seconds: 600,
    transmission_seconds: 10,
    items: 5,
    options: 4,
    pass_mark: 68,
    admission: "proctor",
    takeover: "proctor",
    lang: "id",
    proctors: [],
    ...change,
  };
}

export function server(hands: Hands, change: Partial<Sitting> = {}, agreed = true): LocalServer {
  return new LocalServer({ sitting: sitting(change), questions: questions(), number: "7", name: "Siti", agreed }, hands.wall);
}

export function browser(hands: Hands, transport: Transport, shelf: Shelf): Exam {
  return new Exam({ transport, shelf, clock: new Clock(hands.monotonic), timers: hands.timer });
}

/** Brings a candidate from the log-in to the first question. */
export async function started(exam: Exam, hands: Hands): Promise<void> {
  await exam.open();
  await exam.begin(null);
  await hands.move(300);
}

/** A line that loses requests and answers, and delivers some requests twice and late; `random` decides. */
export function unreliable(transport: Transport, random: () => number): Transport {
  const late: (() => Promise<unknown>)[] = [];
  return {
    ...transport,
    answers: async (hold, changes) => {
      if (late.length > 0 && random() < 0.3) await late.shift()!().catch(() => undefined);
      const fate = random();
      if (fate < 0.2) throw new Unreachable("network");
      if (fate < 0.4) late.push(() => transport.answers(hold, changes));
      if (fate < 0.3) throw new Unreachable("timeout");
      const ack = await transport.answers(hold, changes);
      if (fate > 0.8) throw new Unreachable("timeout");
      return ack;
    },
  };
}

export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
