/**
 * An exam server in memory, for the practice exam and for the tests of this folder. It keeps the rules of the real one:
 * one device at a time by epoch and secret, newest (epoch, seq) wins, a blank needs an explicit clear, starting twice is
 * starting once, a deadline with a short time for transmission behind it, and a receipt at the end.
 */
import { Problem, Unreachable } from "../../api/client";
import type { Change, Envelope, Me, Paper, Phase, Question, Receipt, SavedAnswer, Sitting, Started } from "../../api/types";
import type { Hold, Transport } from "./transport";

export interface LocalExam {
  sitting: Sitting;
  questions: Question[];
  number: string;
  name: string;
  agreed: boolean;
}

const SLUGS: Readonly<Record<string, [status: number, number: number]>> = {
  "wrong-credentials": [401, 101],
  "log-in-first": [401, 103],
  "device-locked": [409, 201],
  "stale-epoch": [409, 202],
  "wrong-token": [409, 203],
  "sitting-not-open": [409, 205],
  "attempt-closed": [409, 207],
  "seq-conflict": [409, 208],
  "other-attempt": [409, 212],
  "no-such-position": [422, 209],
  "no-such-option": [422, 209],
  "not-running": [409, 210],
  "attempt-paused": [409, 214],
  "time-requested": [409, 215],
  "room-frozen": [409, 216],
  "not-released": [409, 301],
};
const RETRYABLE: ReadonlySet<string> = new Set(["attempt-paused", "time-requested", "room-frozen"]);

export function refusal(code: string, members: Record<string, unknown> = {}): Problem {
  const [status, number] = SLUGS[code] ?? [409, 0];
  return new Problem(status, code, RETRYABLE.has(code), number, null, members);
}

export class LocalServer {
  /** No line to this server at all. */
  cut = false;
  signedIn = true;
  /** Nobody starts in a frozen room. */
  frozen = false;
  /** Extra time, in ms. */
  granted = 0;
  token: string | null = null;
  readonly stored = new Map<number, SavedAnswer>();
  readonly late: Change[] = [];
  readonly comments = new Map<number, string>();
  private epoch = 0;
  private rev = 0;
  private secret: string | null = null;
  private request: string | null = null;
  private agreedAt: string | null;
  private startedAt: number | null = null;
  private pausedAt: number | null = null;
  private resumesAt: number | null = null;
  private receipt: Receipt | null = null;

  constructor(
    private readonly exam: LocalExam,
    private readonly now: () => number = Date.now,
  ) {
    this.agreedAt = exam.agreed ? this.instant(now()) : null;
  }

  get started(): boolean {
    return this.startedAt !== null;
  }

  /** What a proctor does when a candidate moved to another computer. */
  releaseDevice(): void {
    this.secret = null;
  }

  grant(ms: number): void {
    this.granted += ms;
    this.rev += 1;
  }

  pause(): void {
    this.pausedAt = this.now();
    this.resumesAt = null;
    this.rev += 1;
  }

  /** Goes on at a moment that is told beforehand, with the time that the clock stood until then. */
  resume(inMs = 0): void {
    this.resumesAt = this.now() + inMs;
    this.grant(this.resumesAt - this.pausedAt!);
    this.pausedAt = null;
  }

  transport(): Transport {
    const answer = async <T>(work: () => T): Promise<T> => {
      if (this.cut) throw new Unreachable("network");
      if (!this.signedIn) throw refusal("log-in-first");
      return work();
    };
    return {
      me: () => answer(() => this.me()),
      login: async (_number, pin) => {
        if (this.cut) throw new Unreachable("network");
        if (pin === "WRONG") throw refusal("wrong-credentials");
        this.signedIn = true;
        return this.me();
      },
      logout: () => answer(() => void (this.signedIn = false)),
      agree: () =>
        answer(() => {
          this.agreedAt ??= this.instant(this.now());
          return this.me();
        }),
      claim: (secret, takeOver) => answer(() => this.claim(secret, takeOver)),
      lobby: (nonce) => answer(() => this.envelope(nonce)),
      start: (attemptId, secret, token, nonce) => answer(() => this.start(attemptId, secret, token, nonce)),
      attempt: () =>
        answer(() => ({
          ...this.envelope(null),
          last_seq: this.lastSeq(),
          paper_key: this.startedAt !== null && !this.receipt ? "" : null,
          answers: [...this.stored.values()],
          receipt: this.receipt,
        })),
      sealed: () => answer(() => ({ open: async () => this.paper() })),
      answers: (hold, changes) => answer(() => this.save(hold, changes)),
      heartbeat: (hold) =>
        answer(() => {
          this.require(hold);
          return this.envelope(hold.nonce);
        }),
      submit: (hold) =>
        answer(() => {
          this.require(hold);
          if (this.pausedAt !== null) throw refusal("attempt-paused");
          if (!this.receipt) this.close("candidate");
          return { ...this.envelope(hold.nonce), receipt: this.receipt! };
        }),
      comment: (position, text) => answer(() => void this.comments.set(position, text)),
      result: () =>
        answer(() => {
          throw refusal("not-released");
        }),
      probe: () => answer(() => undefined),
      lastWords: (hold, changes) => void answer(() => this.save(hold, changes)).catch(() => undefined),
      hangUp: () => undefined,
      listen: () => undefined,
    };
  }

  private me(): Me {
    const { sitting, number, name } = this.exam;
    const phase = this.phase();
    return {
      number,
      name,
      server_time: this.instant(this.now()),
      sitting,
      seb: null,
      attempt: {
        id: sitting.code,
        state: this.state(),
        phase,
        phase_ends_at: null,
        agreed_at: this.agreedAt,
        started_at: this.startedAt === null ? null : this.instant(this.startedAt),
        closes_at: this.closesAt() === null ? null : this.instant(this.closesAt()!),
        epoch: this.epoch,
        rev: this.rev,
        claimed: this.secret !== null,
        released: false,
        paper: this.receipt ? null : sitting.code,
      },
    };
  }

  private claim(secret: string, takeOver: boolean) {
    if (this.secret !== secret) {
      if (this.secret !== null && !(takeOver && this.exam.sitting.takeover === "candidate")) {
        this.request = secret;
        throw refusal("device-locked");
      }
      // A released attempt goes to the device that asked for it, if one did.
      if (this.secret === null && this.request !== null && this.request !== secret) throw refusal("device-locked");
      this.secret = secret;
      this.request = null;
      this.epoch += 1;
    }
    return { ...this.envelope(null), last_seq: this.lastSeq() };
  }

  private start(attemptId: string, secret: string, token: string | null, nonce: string): Started {
    if (attemptId !== this.exam.sitting.code) throw refusal("other-attempt");
    if (this.secret !== null && secret !== this.secret) throw refusal("device-locked");
    if (this.startedAt === null) {
      if (this.phase() === "not-open") throw refusal("sitting-not-open");
      if (this.frozen) throw refusal("room-frozen");
      if (this.token !== null && token !== this.token) throw refusal("wrong-token");
      this.startedAt = this.now();
    }
    if (this.secret === null) this.epoch += 1;
    this.secret = secret;
    return { ...this.envelope(nonce), paper_key: "", last_seq: this.lastSeq() };
  }

  private paper(): Paper {
    const { sitting, questions } = this.exam;
    return { attempt_id: sitting.code, renderer_version: "1", lang: sitting.lang, questions };
  }

  private save(hold: Hold, changes: Change[]) {
    this.sweep();
    if (hold.epoch !== this.epoch || hold.device_secret !== this.secret) {
      this.late.push(...changes);
      throw refusal("stale-epoch");
    }
    if (this.receipt) throw refusal("attempt-closed");
    for (const { position, option, clear } of changes) {
      const question = this.exam.questions.find((one) => one.position === position);
      if (!question) throw refusal("no-such-position");
      if (option === null ? !clear : question.options[option] === undefined) throw refusal("no-such-option");
    }
    const acked: number[] = [];
    const conflicts: { seq: number; position: number }[] = [];
    const saved_at = this.instant(this.now());
    for (const { seq, position, option, doubtful } of changes) {
      const there = this.stored.get(position);
      const order = there ? (hold.epoch - there.epoch || seq - there.seq) : 1;
      if (order > 0) this.stored.set(position, { position, option, doubtful, epoch: hold.epoch, seq, saved_at });
      if (order === 0 && (there!.option !== option || there!.doubtful !== doubtful)) conflicts.push({ seq, position });
      else acked.push(seq);
    }
    if (conflicts.length > 0) throw refusal("seq-conflict", { acked, conflicts });
    return { ...this.envelope(hold.nonce), acked, saved_at };
  }

  private require(hold: Hold): void {
    this.sweep();
    if (hold.epoch !== this.epoch || hold.device_secret !== this.secret) throw refusal("stale-epoch");
  }

  private envelope(nonce: string | null): Envelope {
    const phase = this.phase();
    const closes = this.closesAt();
    return {
      nonce,
      server_time: this.instant(this.now()),
      closes_at: closes === null ? null : this.instant(closes),
      resumes_at: this.resumesAt === null ? null : this.instant(this.resumesAt),
      ends_at: closes === null ? null : this.instant(closes - this.exam.sitting.transmission_seconds * 1_000),
      state: this.state(),
      phase,
      epoch: this.epoch,
      rev: this.rev,
    };
  }

  private state() {
    this.sweep();
    if (this.receipt) return "submitted";
    if (this.startedAt === null) return "admitted";
    return this.pausedAt !== null ? "paused" : "running";
  }

  private phase(): Phase {
    this.sweep();
    const { sitting } = this.exam;
    const closes = this.closesAt();
    if (this.receipt) return "submitted";
    if (closes === null) return this.now() < Date.parse(sitting.opens_at) ? "not-open" : "ready";
    if (this.pausedAt !== null || this.now() < (this.resumesAt ?? 0)) return "paused";
    return this.now() < closes - sitting.transmission_seconds * 1_000 ? "running" : "transmission";
  }

  private closesAt(): number | null {
    const { duration_seconds, transmission_seconds } = this.exam.sitting;
    if (this.startedAt === null) return null;
    return this.startedAt + (duration_seconds + transmission_seconds) * 1_000 + this.granted;
  }

  private sweep(): void {
    const closes = this.closesAt();
    if (!this.receipt && this.pausedAt === null && closes !== null && this.now() >= closes) this.close("time");
  }

  private close(reason: string): void {
    const answered = [...this.stored.values()].filter((answer) => answer.option !== null).length;
    const submitted_at = this.instant(this.now());
    this.receipt = { answered, items: this.exam.questions.length, submitted_at, reason, code: "LATIHAN", hash: "" };
  }

  private lastSeq(): number {
    return Math.max(0, ...[...this.stored.values()].map((answer) => answer.seq));
  }

  private instant(at: number): string {
    return new Date(at).toISOString();
  }
}
