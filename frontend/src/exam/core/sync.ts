/**
 * The loop between the outbox and the server: one request at a time, in this order:
 * unsent answers, remarks, a heartbeat every 15 s, and when nothing was heard for 5 s a probe, so that a dead line is
 * noticed within 10 s even while the candidate only reads. In a pause there is little else to send and all wait for its
 * end: then it beats every 3 s.
 */
import { Problem, Unreachable } from "../../api/client";
import type { Ack, Change, Envelope } from "../../api/types";
import { hex, type Clock } from "./clock";
import type { Outbox } from "./outbox";
import type { Mirrored, Waiting } from "./rows";
import { Tabs, type News } from "./tabs";
import { browserTimers, type Timers } from "./timers";
import type { Link, Transport } from "./transport";

export const HEARTBEAT_MS = 15_000;
export const PAUSED_BEAT_MS = 3_000;
export const PROBE_MS = 5_000;
const LARGEST_BATCH = 200;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;
const GATHER_MS = 250;
const PUSHED_MS = 300;

export interface Listener {
  envelope(envelope: Envelope, sentAt: number): void;
  saved(at: string): void;
  unsent(count: number): void;
  link(link: Link): void;
  /** Another device holds the attempt now. */
  stale(): void;
  /** The server takes no more answers of this attempt. */
  closed(): void;
  refused(problem: Problem): void;
  /** Another tab of this browser wrote this into our outbox. */
  changed(change: Mirrored): void;
}

export class Sync {
  private timer: unknown = null;
  private busy = false;
  private stopped = true;
  private failures = 0;
  private notBefore = 0;
  private lastBeat = -Infinity;
  private lastContact = -Infinity;
  private batch = LARGEST_BATCH;
  private remarksWaiting = true;
  /** Something was written while a request was on its way. */
  private poked = false;
  private woken = false;
  /** How often to ask where the attempt stands, where nothing else was sent. */
  beatMs = HEARTBEAT_MS;

  constructor(
    private readonly transport: Transport,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly hold: { epoch: number; device_secret: string },
    private readonly listener: Listener,
    private readonly timers: Timers = browserTimers,
    private readonly tabs: Tabs = new Tabs(null, timers),
  ) {}

  start(): void {
    this.stopped = false;
    // A whole room hears it in one instant.
    this.transport.listen(() => this.timers.set(() => this.wake(), this.timers.random() * PUSHED_MS));
    this.tabs.enter(this.outbox.attemptId, {
      leads: () => this.wake(),
      changed: (change) => this.listener.changed(change),
      heard: (news) => this.told(news),
      other: () => {
        this.transport.hangUp();
        this.wake();
      },
    });
    this.schedule(0);
  }

  stop(): void {
    if (!this.stopped) this.tabs.leave();
    this.stopped = true;
    this.timers.clear(this.timer);
  }

  /** The page may end now: what the server has not acknowledged is handed to the browser. It is sent again if the page lives on. */
  lastWords(): void {
    const rows = this.outbox.unsentHere().slice(0, LARGEST_BATCH);
    if (!this.stopped && rows.length > 0) this.transport.lastWords(this.fresh(), rows.map(changeOf));
  }

  /** Something was written. In memory mode it leaves at once: nothing but the server keeps it. */
  poke(): void {
    this.remarksWaiting = true;
    this.poked = true;
    this.schedule(this.outbox.durable ? GATHER_MS : 0);
  }

  /** The line came back, the page woke up, or a person asked: do not wait out the pause, and beat first. */
  wake(): void {
    this.notBefore = 0;
    this.woken = true;
    this.schedule(0);
  }

  /** The browser says that the network went away: believe it at once, it is right about that. */
  lineGone(): void {
    this.transport.hangUp();
    this.listener.link("down");
  }

  /** What the leading tab heard. What is kept in memory alone, no other tab can send. */
  private told({ envelope, took = 0, saved, unsent, link, dropped }: News): void {
    if (dropped) this.outbox.acknowledged(dropped);
    if (link) this.listener.link(link);
    if (envelope) this.listener.envelope(envelope, this.clock.mark() - took);
    if (saved) this.listener.saved(saved);
    if (unsent !== undefined) this.listener.unsent(unsent);
  }

  private get following(): boolean {
    return !this.tabs.leading && this.outbox.durable;
  }

  private schedule(inMs: number): void {
    if (this.stopped || this.busy || this.following) return;
    this.timers.clear(this.timer);
    const wait = Math.max(inMs, this.notBefore - this.clock.mark());
    this.timer = this.timers.set(() => void this.step(), wait);
  }

  private async step(): Promise<void> {
    if (this.stopped || this.busy || this.following) return;
    this.busy = true;
    this.poked = false;
    if (this.woken) this.lastBeat = -Infinity;
    this.woken = false;
    const startedAt = this.clock.mark();
    let more = false;
    try {
      more = await this.work();
      this.failures = 0;
      this.notBefore = 0;
    } catch (error) {
      this.failed(error, this.clock.mark() - startedAt);
    } finally {
      this.busy = false;
    }
    const now = this.clock.mark();
    const next = Math.min(this.lastBeat + this.beatMs, this.lastContact + PROBE_MS) - now;
    this.schedule(more || this.poked || this.woken || this.failures > 0 ? 0 : Math.max(0, next));
  }

  /** One request. True if there is more to do at once. */
  private async work(): Promise<boolean> {
    const rows = await this.outbox.pending();
    this.tell({ unsent: rows.length });
    if (rows.length > 0) return this.send(rows);
    this.batch = LARGEST_BATCH;
    if (this.remarksWaiting) return this.sendRemark();
    const now = this.clock.mark();
    if (now - this.lastBeat >= this.beatMs) await this.beat();
    else if (now - this.lastContact >= PROBE_MS) await this.probe();
    return false;
  }

  private async send(waiting: Waiting[]): Promise<boolean> {
    const rows = waiting.slice(0, this.batch);
    const sentAt = this.clock.mark();
    let ack: Ack;
    try {
      ack = await this.transport.answers(this.fresh(), rows.map(changeOf));
    } catch (error) {
      if (error instanceof Problem && (await this.settled(error, rows))) return !this.stopped;
      throw error;
    }
    const acked = new Set(ack.acked);
    const dropped = rows.filter((row) => acked.has(row.seq));
    await this.outbox.drop(dropped);
    const left = (await this.outbox.pending()).length;
    this.heard(ack, sentAt);
    this.lastBeat = this.lastContact; // a save tells the server, and us, all that a heartbeat does
    this.tell({ dropped, saved: ack.saved_at, unsent: left });
    // A server that acknowledges nothing must not be asked in a tight circle.
    if (acked.size === 0) throw new Problem(200, "nothing-acknowledged", true, null, null);
    return left > 0 || this.remarksWaiting;
  }

  /** Refusals that end the matter for these rows. */
  private async settled(problem: Problem, rows: Waiting[]): Promise<boolean> {
    switch (problem.code) {
      case "stale-epoch":
        // They stay in the outbox: if this computer takes the attempt back, what was not touched elsewhere is offered anew.
        this.end(() => this.listener.stale());
        return true;
      case "attempt-closed":
        this.end(() => this.listener.closed());
        return true;
      case "seq-conflict":
        await this.resolve(problem, rows);
        return true;
    }
    if (problem.status !== 422 && problem.status !== 413) return false;
    if (rows.length > 1) {
      this.batch = 1; // One bad change must not hold back the others.
    } else {
      await this.outbox.setAside(rows);
      this.listener.refused(problem);
    }
    return true;
  }

  private async resolve(problem: Problem, rows: Waiting[]): Promise<void> {
    const acked = new Set((problem.members["acked"] as number[] | undefined) ?? []);
    const conflicts = (problem.members["conflicts"] as { position: number }[] | undefined) ?? [];
    await this.outbox.drop(rows.filter((row) => acked.has(row.seq)));
    const record = await this.transport.attempt(this.hold.device_secret);
    await this.outbox.restamp(conflicts.map((conflict) => conflict.position), this.hold.epoch, record.last_seq);
  }

  private async sendRemark(): Promise<boolean> {
    const [remark, ...others] = await this.outbox.remarks();
    if (!remark) {
      this.remarksWaiting = false;
      return false;
    }
    // A remark names no device: a beat tells whether this attempt is still the one that the server would take it for.
    await this.beat();
    if (this.stopped) return false;
    try {
      await this.transport.comment(remark.position, remark.text, remark.nonce);
    } catch (error) {
      if (!(error instanceof Problem) || error.retryable || error.status === 401) throw error;
      this.listener.refused(error);
    }
    await this.outbox.dropRemark(remark);
    return others.length > 0;
  }

  private async beat(): Promise<void> {
    const sentAt = this.clock.mark();
    try {
      this.heard(await this.transport.heartbeat(this.fresh()), sentAt);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "stale-epoch") this.end(() => this.listener.stale());
      else if (error.code === "attempt-closed") this.end(() => this.listener.closed());
      else throw error;
    }
    this.lastBeat = this.clock.mark();
  }

  private async probe(): Promise<void> {
    await this.transport.probe();
    this.lastContact = this.clock.mark();
    this.tell({ link: "up" });
  }

  private heard(envelope: Envelope, sentAt: number): void {
    this.lastContact = this.clock.mark();
    this.tell({ link: "up" });
    this.listener.envelope(envelope, sentAt);
    this.tabs.share({ envelope, took: this.lastContact - sentAt });
  }

  /** To this tab's listener, and to the tabs that follow. */
  private tell(news: News): void {
    this.told(news);
    this.tabs.share(news);
  }

  private failed(error: unknown, tookMs: number): void {
    this.failures += 1;
    const backoff = Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), LAST_RETRY_MS);
    let pause = backoff * (0.5 + this.timers.random() / 2);
    if (error instanceof Problem) {
      if (error.status === 401) this.tell({ link: "signed-out" });
      else if (!error.retryable) this.listener.refused(error);
      else if (this.failures > 1) this.tell({ link: "down" });
      // A room that was refused together must not come back together.
      const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_WAIT_MS) * (1 + this.timers.random() / 2);
      pause = Math.max(pause, asked, error.retryable ? 0 : 4_000);
    } else if (error instanceof Unreachable && error.reason === "not-our-server") {
      this.tell({ link: "not-our-server" });
    } else if (this.failures > 1 || tookMs > 3_000) {
      // One quick failure is no news; two, or a long silence, are.
      this.tell({ link: "down" });
    }
    this.notBefore = this.clock.mark() + pause;
  }

  private fresh(): { epoch: number; device_secret: string; nonce: string } {
    return { ...this.hold, nonce: hex(8) };
  }

  private end(tell: () => void): void {
    this.stop();
    tell();
  }
}

function changeOf({ seq, position, option, clear, doubtful }: Waiting): Change {
  return { seq, position, option, clear, doubtful };
}
