/**
 * What this page notices of the circumstances of an exam: gathered for a moment, sent together, kept while the line is away.
 * Nothing here judges, and nothing here knows what was answered or copied. The server keeps each signal once, by page and seq.
 */
import { Problem, type Client } from "../../api/client";
import type { Instant } from "../../api/types";
import { hex } from "./clock";
import { browserTimers, type Timers } from "./timers";

const GATHER_MS = 2_000;
const HELLO_WITHIN_MS = 60_000; // a room starts together; from where its pages are open can wait
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const MOST_AT_ONCE = 50;
const MOST_WAITING = 200;

export type Kind = "focus-lost" | "focus-back" | "fullscreen-left" | "copy" | "paste" | "print" | "second-screen" | "network-lost";

export interface Noticed {
  seq: number;
  kind: Kind;
  at: Instant;
  seconds?: number;
}

export interface Batch {
  page: string;
  signals: readonly Noticed[];
}

export interface SignalLine {
  report(batch: Batch): Promise<void>;
  /** The page may end now: hand this to the browser. */
  lastWords(batch: Batch): void;
}

export class HttpSignalLine implements SignalLine {
  constructor(private readonly client: Client) {}

  report = (batch: Batch) => this.client.post<void>("/api/exam/signals", batch);
  lastWords = (batch: Batch) =>
    void this.client.post<void>("/api/exam/signals", batch, { keepalive: true }).catch(() => undefined);
}

export class Signals {
  private readonly page = hex(8);
  private seq = 0;
  private waiting: Noticed[] = [];
  private running = false;
  private sending = false;
  private gathering = false;
  private failures = 0;
  private timer: unknown = null;
  private leftAt: number | null = null;
  private lostAt: number | null = null;

  constructor(
    private readonly line: SignalLine,
    private readonly now: () => number,
    private readonly timers: Timers = browserTimers,
  ) {}

  /** The exam runs. The first report says that it is open here, whether or not anything was noticed. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.later(this.timers.random() * HELLO_WITHIN_MS);
  }

  /** The exam is over, or is not this candidate's any more: what is left goes now or never. */
  stop(): void {
    if (!this.running) return;
    this.lastWords();
    this.running = false;
    this.waiting = [];
    this.gathering = false;
    this.leftAt = this.lostAt = null;
    this.timers.clear(this.timer);
  }

  notice(kind: Kind, at = this.now(), seconds?: number): void {
    if (!this.running || this.waiting.length >= MOST_WAITING) return;
    this.seq += 1;
    this.waiting.push({ seq: this.seq, kind, at: new Date(at).toISOString(), ...(seconds !== undefined && { seconds }) });
    if (this.failures === 0 && !this.gathering) this.later(GATHER_MS);
    this.gathering = true;
  }

  /** Another window, tab or application. The browser may say so twice. */
  left(): void {
    if (!this.running || this.leftAt !== null) return;
    this.leftAt = this.now();
    this.notice("focus-lost", this.leftAt);
  }

  back(): void {
    if (this.leftAt === null) return;
    const now = this.now();
    this.notice("focus-back", now, since(this.leftAt, now));
    this.leftAt = null;
  }

  lineLost(): void {
    if (this.running) this.lostAt ??= this.now();
  }

  /** Told when it is over: before, nobody could hear it. */
  lineBack(): void {
    if (this.lostAt === null) return;
    this.notice("network-lost", this.lostAt, since(this.lostAt, this.now()));
    this.lostAt = null;
  }

  /** It is sent again if the page lives on. */
  lastWords(): void {
    if (this.running && this.waiting.length > 0) this.line.lastWords(this.batch());
  }

  private batch(): Batch {
    return { page: this.page, signals: this.waiting.slice(0, MOST_AT_ONCE) };
  }

  private later(ms: number): void {
    if (this.sending) return;
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => void this.send(), ms);
  }

  private async send(): Promise<void> {
    this.sending = true;
    this.gathering = false;
    const batch = this.batch();
    try {
      await this.line.report(batch).catch(unlessRefused);
      this.failures = 0;
      const sent = new Set(batch.signals);
      this.waiting = this.waiting.filter((signal) => !sent.has(signal));
    } catch {
      this.failures += 1;
    }
    this.sending = false;
    if (!this.running) return;
    const pause = Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), LAST_RETRY_MS) * (0.75 + this.timers.random() / 2);
    if (this.failures > 0) this.later(pause);
    else if (this.waiting.length > 0) this.later(GATHER_MS);
  }
}

function since(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 100) / 10);
}

/** What the server does not take now it will not take later: it is dropped, and holds up nothing. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof Problem) || error.retryable || error.status === 401) throw error;
}
