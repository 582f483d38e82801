/**
 * The tabs of one browser that show the same attempt: they share one outbox, and one of them, the leader, sends. It is the
 * tab that was opened, looked at or written in last; what the server says, it passes on to the others. A leader is heard
 * every second and a half. If it falls silent (crashed, asleep) another takes its place within five seconds, by its own
 * clock, so no jump of any clock matters. Two leaders for a moment do no harm: every answer has one seq, whoever sends it.
 *
 * Web Locks would need https, which a test centre's own network may not have; a BroadcastChannel is everywhere.
 */
import type { Envelope, Instant } from "../../api/types";
import { hex } from "./clock";
import type { Mirrored, Waiting } from "./rows";
import type { Timers } from "./timers";
import type { Link } from "./transport";

const HEARD_EVERY_MS = 1_500;
const SILENT_MS = 4_000;

/** What a leader passes on: what its listener is told, and what left the outbox. */
export interface News {
  envelope?: Envelope;
  /** How long the envelope was asked for. */
  took?: number;
  saved?: Instant;
  unsent?: number;
  link?: Link;
  dropped?: readonly Waiting[];
}

type Words = { kind: "leads" | "leaves"; term: number } | { kind: "changed"; change: Mirrored } | { kind: "heard"; news: News };
export type Said = Words & { attempt: string; tab: string };

export interface Wire {
  postMessage(message: Said): void;
  onmessage: ((event: { data: Said }) => void) | null;
}

export interface TabListener {
  /** This tab sends from now on. */
  leads(): void;
  changed(change: Mirrored): void;
  heard(news: News): void;
  /** A tab of this browser shows another attempt: somebody else may have logged in. */
  other(): void;
}

export class Tabs {
  leading = true;
  private readonly tab = hex(8);
  private attempt: string | null = null;
  private term = 0;
  private listener: TabListener | null = null;
  private timer: unknown = null;
  private readonly strangers = new Set<string>();

  constructor(
    private readonly wire: Wire | null,
    private readonly timers: Timers,
  ) {
    if (wire) wire.onmessage = ({ data }) => this.hear(data);
  }

  /** This tab takes the attempt up, and the lead with it. */
  enter(attempt: string, listener: TabListener): void {
    this.attempt = attempt;
    this.listener = listener;
    this.leading = true;
    this.lead();
  }

  /** Somebody works in this tab. */
  claim(): void {
    if (this.leading || !this.listener) return;
    this.leading = true;
    this.lead();
    this.listener.leads();
  }

  /** This page may end now: the others need not wait for its silence. If it does not end, it follows them. */
  pass(): void {
    if (!this.wire || !this.listener || !this.leading) return;
    this.say({ kind: "leaves", term: this.term });
    this.follow();
  }

  /** This tab sends no more. */
  leave(): void {
    this.pass();
    this.listener = null;
    this.timers.clear(this.timer);
  }

  changed(change: Mirrored): void {
    this.say({ kind: "changed", change });
  }

  share(news: News): void {
    if (this.leading) this.say({ kind: "heard", news });
  }

  /** The time of day only lets a new tab outdo the terms that it has not heard of; one that is too low is told so. */
  private lead(): void {
    this.term = Math.max(this.term + 1, Math.floor(Date.now() / 1_000));
    this.beat();
  }

  private beat(): void {
    if (!this.wire) return;
    this.timers.clear(this.timer);
    this.say({ kind: "leads", term: this.term });
    this.timer = this.timers.set(() => this.beat(), HEARD_EVERY_MS);
  }

  private follow(): void {
    this.leading = false;
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => this.claim(), SILENT_MS + this.timers.random() * 500);
  }

  private say(words: Words): void {
    if (this.attempt !== null) this.wire?.postMessage({ ...words, attempt: this.attempt, tab: this.tab });
  }

  private hear(said: Said): void {
    const { listener } = this;
    if (!listener) return;
    if (said.attempt !== this.attempt) {
      const stranger = said.tab + said.attempt;
      if (!this.strangers.has(stranger)) listener.other();
      return void this.strangers.add(stranger);
    }
    switch (said.kind) {
      case "changed":
        return listener.changed(said.change);
      case "heard":
        return this.leading ? undefined : listener.heard(said.news);
      case "leaves":
        return this.claim();
      case "leads":
        if (said.term < this.term || (said.term === this.term && this.leading && said.tab < this.tab)) {
          return this.leading ? this.beat() : undefined;
        }
        this.term = said.term;
        this.follow();
    }
  }
}
