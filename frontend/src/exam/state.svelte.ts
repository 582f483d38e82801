/** The exam as Svelte sees it: one snapshot that is replaced, the seconds that pass, and what the browser tells. */
import { Exam, type Fresh } from "./core/attempt";
import type { Mark } from "./core/outbox";
import type { Shelf } from "./core/shelf";
import type { Transport } from "./core/transport";

const CUES = [
  { share: 0.05, kind: "cue5" },
  { share: 0.2, kind: "cue20" },
] as const;
const CUE_SHOWN_MS = 30_000;

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
  cue = $state.raw<Cue | null>(null);
  private lastShare: number | null = null;
  private readonly ticking: ReturnType<typeof setInterval>;

  constructor(transport: Transport, shelf: Shelf, readonly practice: boolean) {
    const channel = practice ? null : openChannel();
    this.exam = new Exam({
      transport,
      shelf,
      tell: (position, mark) => channel?.postMessage({ attempt: this.now.me?.attempt.id, position, mark }),
    });
    this.#now = $state.raw(this.exam.state.value);
    this.exam.state.watch((value) => (this.#now = value));
    channel?.addEventListener("message", (event: MessageEvent<{ attempt: string; position: number; mark: Mark }>) => {
      const { attempt, position, mark } = event.data;
      if (attempt === this.now.me?.attempt.id) this.exam.seen(position, mark);
    });
    this.ticking = setInterval(() => this.tick(), 250);
    if (!practice) {
      addEventListener("offline", () => this.exam.lineGone());
      addEventListener("online", () => this.exam.wake());
      addEventListener("beforeunload", (event) => {
        if (!this.exam.mustStay) return;
        event.preventDefault();
        event.returnValue = "?"; // Chromium before 119 asks for nothing less
      });
    }
    addEventListener("pageshow", () => this.exam.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.exam.wake());
  }

  get now(): Fresh {
    return this.#now;
  }

  /** Nobody looks any more. */
  leave(): void {
    clearInterval(this.ticking);
  }

  private tick(): void {
    const { clock } = this.exam;
    const { endsAt, me } = this.#now;
    this.left = endsAt === null ? null : wholeSeconds(clock.left(endsAt));
    this.toOpening = me ? wholeSeconds(clock.left(Date.parse(me.sitting.opens_at))) : 0;
    this.cross();
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

function openChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel("sahih-exam");
  } catch {
    return null;
  }
}
