/**
 * What every verb of an attempt stands on: the state, the line, the outbox, one thing that is waited for, and what becomes
 * of an error. Two ways to do something: `attended` for a person, who is told; `persist` for the page, which tries again.
 */
import { Problem, Unreachable } from "../../api/client";
import type { AttemptRecord, Instant, Me } from "../../api/types";
import { Clock } from "./clock";
import { Outbox } from "./outbox";
import { CLIENT_NUMBERS, UNDER_WAY, untouched, type Fresh, type Screen } from "./screens";
import type { Shelf } from "./shelf";
import { Store } from "./store";
import type { Sync } from "./sync";
import { Tabs } from "./tabs";
import { browserTimers, type Timers } from "./timers";
import type { Link, Transport } from "./transport";

/** The log-in of this browser belongs to another attempt now: somebody logged in in another tab. */
export class OtherExam extends Error {}

export interface Surroundings {
  transport: Transport;
  shelf: Shelf;
  clock?: Clock;
  timers?: Timers;
  /** The other tabs of this browser. */
  tabs?: Tabs;
}

export class Desk {
  readonly state: Store<Fresh>;
  readonly clock: Clock;
  protected readonly transport: Transport;
  protected shelf: Shelf;
  protected readonly timers: Timers;
  protected readonly tabs: Tabs;
  protected outbox: Outbox | null = null;
  protected sync: Sync | null = null;
  protected secret = "";
  protected epoch = 0;
  protected handingIn = false;
  protected readonly drafts = new Map<number, string>();
  /** Rises whenever what this page was waiting for is over. */
  protected turn = 0;
  protected poll: unknown = null;
  protected bell: unknown = null;
  protected edits: Promise<unknown> = Promise.resolve();

  constructor({ transport, shelf, clock = new Clock(), timers = browserTimers, tabs = new Tabs(null, timers) }: Surroundings) {
    this.transport = transport;
    this.shelf = shelf;
    this.clock = clock;
    this.timers = timers;
    this.tabs = tabs;
    this.state = new Store(untouched(shelf.durable));
  }

  /** What was refused on one screen is no news on the next. */
  protected show(screen: Screen): void {
    if (this.state.value.screen !== screen) this.state.set({ screen, refusal: null });
  }

  protected rest(): void {
    this.turn += 1;
    this.sync?.stop();
    this.sync = null;
    this.timers.clear(this.poll);
    this.timers.clear(this.bell);
  }

  /** Nothing of one candidate may be seen by the next, or be counted as theirs. */
  protected reset(): void {
    this.rest();
    this.outbox = null;
    this.secret = "";
    this.epoch = 0;
    this.handingIn = false;
    this.drafts.clear();
    this.edits = Promise.resolve();
    const { screen, busy } = this.state.value;
    this.state.set({ ...untouched(this.shelf.durable), screen, busy });
  }

  /** The cookie is the browser's, the attempt this tab's: an answer that tells of another attempt is not for us. */
  protected own(attemptId: string): void {
    const { me } = this.state.value;
    if (me && me.attempt.id !== attemptId) throw new OtherExam();
  }

  protected async same(ask = () => this.transport.me()): Promise<Me> {
    const me = await this.timed(ask);
    this.own(me.attempt.id);
    return me;
  }

  /** The record names no attempt. Asked afterwards, the server says whether it can have been another one's. */
  protected async record(): Promise<AttemptRecord> {
    const record = await this.timed(() => this.transport.attempt(this.secret));
    await this.same();
    return record;
  }

  protected ownOutbox(): Outbox {
    const attemptId = this.state.value.me?.attempt.id ?? "none";
    if (this.outbox?.attemptId !== attemptId) {
      this.outbox = new Outbox(this.shelf, attemptId, (memory) => {
        this.shelf = memory;
        this.state.set({ durable: false });
      });
    }
    return this.outbox;
  }

  protected later(ms: number, work: () => Promise<void>): void {
    this.timers.clear(this.poll);
    this.poll = this.timers.set(() => void this.persist(work), ms);
  }

  /** Something a person asked for: it succeeds, or says why. */
  protected async attended(work: () => Promise<void>): Promise<void> {
    if (this.state.value.busy) return;
    this.state.set({ busy: true, refusal: null });
    try {
      await work();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.state.set({ busy: false });
    }
  }

  /** Something the page does by itself: it is tried again until the server answers. */
  protected async persist(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        if (UNDER_WAY.has(this.state.value.screen)) {
          // Never a log-in page over an exam: the answers stay here, the line says so, and we ask again.
          this.state.set({ link: "signed-out" });
          return this.later(5_000, work);
        }
        this.rest();
        this.state.set({ screen: "login", link: "up" });
        return;
      }
      if (error instanceof Problem && !error.retryable) {
        if (this.state.value.screen === "connecting") this.show("stopped");
        return this.refuse(error);
      }
      if (!(error instanceof Problem) && !(error instanceof Unreachable)) {
        this.show("stopped");
        return this.refuse(error);
      }
      this.state.set({ link: linkOf(error) });
      const pause = 2_000 + this.timers.random() * 2_000 + Math.min((error instanceof Problem && error.retryAfterMs) || 0, 30_000);
      this.later(pause, work);
    }
  }

  protected async timed<T extends { server_time: Instant }>(work: () => Promise<T>): Promise<T> {
    const sentAt = this.clock.mark();
    const answer = await work();
    this.clock.sync(answer.server_time, sentAt);
    return answer;
  }

  protected refuse(error: unknown): void {
    if (error instanceof OtherExam) {
      this.rest();
      return this.show("other-exam");
    }
    if (error instanceof Problem) {
      if (error.code === "log-in-first" && !UNDER_WAY.has(this.state.value.screen)) {
        this.rest();
        this.show("login");
      }
      if (error.code === "not-found" && UNDER_WAY.has(this.state.value.screen)) {
        // An attempt that was declared void exists no more for its candidate.
        this.rest();
        this.show("void");
      }
      const incident = error.members["incident"];
      this.state.set({
        refusal: { code: error.code, number: error.number, incident: typeof incident === "string" ? incident : null },
      });
      return;
    }
    if (error instanceof Unreachable) this.state.set({ link: linkOf(error) });
    const code = !(error instanceof Unreachable) ? "page-fault" : error.reason === "not-our-server" ? error.reason : "unreachable";
    this.state.set({ refusal: { code, number: CLIENT_NUMBERS[code]!, incident: null } });
  }
}

export function linkOf(error: Problem | Unreachable): Link {
  return error instanceof Unreachable && error.reason === "not-our-server" ? error.reason : "down";
}
