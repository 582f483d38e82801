/** The exam as Svelte sees it: one snapshot that is replaced, the seconds that pass, and what the browser tells. */
import type { Client } from "../api/client";
import { TwoClocks } from "../ui/clocks";
import { Exam, type Fresh } from "./core/attempt";
import type { Shelf } from "./core/shelf";
import { Tabs, type Wire } from "./core/tabs";
import type { Heard, Talk } from "./core/talk";
import { browserTimers } from "./core/timers";
import type { Transport } from "./core/transport";
import type * as Aside from "./views/aside";

const CUES = [
  { share: 0.05, kind: "cue5" },
  { share: 0.2, kind: "cue20" },
] as const;
const CUE_SHOWN_MS = 30_000;
const CLOSED_SOON_MS = 15_000;

export interface Cue {
  kind: "cue5" | "cue20";
  left: number;
}

export class ExamRoom {
  readonly exam: Exam;
  #now: Fresh;
  /** Milliseconds until the shown end and until the opening; they change once a second. */
  left = $state.raw<number | null>(null);
  toOpening = $state.raw(0);
  /** Paused: until the exam goes on by itself. */
  toResume = $state.raw<number | null>(null);
  /** The server's deadline passed a while ago, and it has not closed the attempt. */
  over = $state.raw(false);
  cue = $state.raw<Cue | null>(null);
  /** Messages and calls for help: fetched beside the exam. */
  talk = $state.raw<Talk | null>(null);
  heard = $state.raw<Heard>({ messages: [], help: null, unheard: false });
  private lastShare: number | null = null;
  private readonly clocks = new TwoClocks();
  private readonly ticking: ReturnType<typeof setInterval>;

  /** `client` reaches the server for what is no part of the exam itself; practice has none to talk to. */
  constructor(
    transport: Transport,
    shelf: Shelf,
    readonly client: Client | null,
  ) {
    this.exam = new Exam({ transport, shelf, tabs: new Tabs(this.practice ? null : openChannel(), browserTimers) });
    this.#now = $state.raw(this.exam.state.value);
    this.exam.state.watch((value) => (this.#now = value));
    this.ticking = setInterval(() => this.tick(), 250);
    if (!this.practice) {
      addEventListener("offline", () => this.exam.lineGone());
      // A switch that comes back brings a whole room back: not all in one instant.
      addEventListener("online", () => setTimeout(() => this.exam.wake(), Math.random() * 1_000));
      addEventListener("pagehide", () => this.exam.putAway(true));
      addEventListener("beforeunload", (event) => {
        if (!this.exam.mustStay) return;
        event.preventDefault();
        event.returnValue = "?"; // Chromium before 119 asks for nothing less
      });
    }
    addEventListener("pageshow", () => this.exam.lookedAt());
    document.addEventListener("visibilitychange", () =>
      document.visibilityState === "visible" ? this.exam.lookedAt() : this.exam.putAway(false),
    );
  }

  get practice(): boolean {
    return this.client === null;
  }

  get now(): Fresh {
    return this.#now;
  }

  /** Nobody looks any more. */
  leave(): void {
    clearInterval(this.ticking);
  }

  /** From here on what proctors say is heard, and what is told before the start is noticed. */
  listen({ Talking, HttpTalkLine, watchExam }: typeof Aside): void {
    const { client } = this;
    if (this.talk || !client) return;
    watchExam(this.exam, client);
    const talk = new Talking(new HttpTalkLine(client));
    talk.state.watch((heard) => (this.heard = heard));
    this.exam.state.watch((value) => talk.follow(value));
    this.talk = talk;
  }

  private tick(): void {
    this.notice();
    const { clock } = this.exam;
    const { endsAt, closesAt, resumesAt, me } = this.#now;
    this.left = endsAt === null ? null : wholeSeconds(clock.left(endsAt));
    this.toOpening = me ? wholeSeconds(clock.left(Date.parse(me.sitting.opens_at))) : 0;
    this.toResume = resumesAt === null ? null : wholeSeconds(clock.left(resumesAt));
    this.over = closesAt !== null && clock.now() > closesAt + CLOSED_SOON_MS;
    this.cross();
  }

  /** A browser that slept, or whose time was set: the server knows what time it is. */
  private notice(): void {
    if (this.clocks.cameApart()) this.exam.wake();
  }

  /** A cue is given when its threshold is crossed while the page is open, once, and taken back after a while. */
  private cross(): void {
    const { me, screen } = this.#now;
    if (this.left === null || !me || screen !== "question") return;
    const share = this.left / (me.sitting.duration_seconds * 1_000);
    const before = this.lastShare;
    this.lastShare = share;
    const crossed = before === null ? undefined : CUES.find((cue) => before > cue.share && share <= cue.share);
    if (!crossed) return;
    const cue: Cue = { kind: crossed.kind, left: this.left };
    this.cue = cue;
    setTimeout(() => this.cue === cue && (this.cue = null), CUE_SHOWN_MS);
  }
}

function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}

function openChannel(): Wire | null {
  try {
    return new BroadcastChannel("sahih-exam") as unknown as Wire;
  } catch {
    return null;
  }
}
