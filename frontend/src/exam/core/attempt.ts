/**
 * One candidate's way through one attempt, without a screen: what is shown now, and the verbs that move it on.
 *
 *   connecting → login → confirm → rules → waiting → question ⇄ paused
 *                                             ↘ device-locked ↗   ↘ locked → receipt → result
 *                                                          moved      ↘ collecting ↗
 *
 * The server decides the phase; every answer of its carries it. This machine only follows, and bridges the moments in
 * which the server cannot be heard: at the end of the shown time it locks the screen by itself and flushes.
 */
import { Problem, Unreachable } from "../../api/client";
import type { AttemptRecord, Envelope, Instant, Me, Question, Receipt, Result } from "../../api/types";
import { Clock, hex } from "./clock";
import { Outbox, type Mark } from "./outbox";
import type { Shelf } from "./shelf";
import { Store } from "./store";
import { browserTimers, Sync, type Link, type Timers } from "./sync";
import type { Transport } from "./transport";

/** The wording of confirmation, rules and pledge that a candidate agrees to. Raise it when that wording changes. */
export const STATEMENT_VERSION = "1";

export type Screen =
  | "connecting"
  | "login"
  | "confirm"
  | "rules"
  | "waiting"
  | "device-locked"
  | "question"
  | "paused"
  | "locked"
  | "collecting"
  | "moved"
  | "receipt"
  | "result"
  | "too-late"
  | "void"
  | "other-exam"
  | "stopped";

/** Where the newest answer is: nowhere safe yet, on this computer, or with the server. */
export type Save = { where: "nothing" | "unsaved" | "here" } | { where: "server"; at: Instant };

export interface Refusal {
  code: string;
  number: number | null;
  incident: string | null;
}

export interface Fresh {
  screen: Screen;
  me: Me | null;
  lang: string;
  questions: readonly Question[];
  answers: Readonly<Record<number, Mark>>;
  position: number;
  save: Save;
  unsent: number;
  aside: number;
  link: Link;
  durable: boolean;
  endsAt: number | null;
  closesAt: number | null;
  receipt: Receipt | null;
  result: Result | null;
  refusal: Refusal | null;
  /** The request that closes the attempt went out: it may have arrived, so nothing can be changed any more. */
  closing: boolean;
  busy: boolean;
}

const UNDER_WAY: ReadonlySet<Screen> = new Set<Screen>(["question", "paused", "locked", "collecting"]);

/** The log-in of this browser belongs to another attempt now: somebody logged in in another tab. */
class OtherExam extends Error {}

const BLANK: Mark = { option: null, doubtful: false };
const LOCK_POLL_MS = 5_000;
const LOBBY_POLL_MS = 10_000;
const RECEIPT_POLL_MS = 3_000;
const RELEASE_POLL_MS = 60_000;

export interface Surroundings {
  transport: Transport;
  shelf: Shelf;
  clock?: Clock;
  timers?: Timers;
  /** Tells the other tabs of this browser which item changed. */
  tell?: (position: number, mark: Mark) => void;
}

export class Exam {
  readonly state: Store<Fresh>;
  readonly clock: Clock;
  private readonly transport: Transport;
  private shelf: Shelf;
  private readonly timers: Timers;
  private readonly tell: (position: number, mark: Mark) => void;
  private outbox: Outbox | null = null;
  private sync: Sync | null = null;
  private secret = "";
  private epoch = 0;
  private rev = -1;
  private handingIn = false;
  private readonly drafts = new Map<number, string>();
  /** Rises whenever what this page was waiting for is over. */
  private turn = 0;
  private poll: unknown = null;
  private bell: unknown = null;
  private edits: Promise<unknown> = Promise.resolve();

  constructor({ transport, shelf, clock = new Clock(), timers = browserTimers, tell = () => undefined }: Surroundings) {
    this.transport = transport;
    this.shelf = shelf;
    this.clock = clock;
    this.timers = timers;
    this.tell = tell;
    this.state = new Store(untouched(shelf));
  }

  /** True while closing this page would lose an answer, or leave an exam that is to be handed in. */
  get mustStay(): boolean {
    const { screen, save } = this.state.value;
    return UNDER_WAY.has(screen) && (save.where === "unsaved" || this.handingIn);
  }

  // ---- before the exam -------------------------------------------------------------------------------------------

  /** After a load or reload: whatever the server says is where the candidate is. */
  async open(): Promise<void> {
    await this.persist(async () => {
      const turn = this.turn;
      try {
        const me = await this.same();
        if (turn === this.turn) await this.settle(me);
      } catch (error) {
        // Somebody moved on while the server was asked: then its answer, or its silence, is no news.
        if (turn === this.turn || error instanceof OtherExam) throw error;
      }
    });
  }

  async login(number: string, pin: string): Promise<void> {
    await this.attended(async () => {
      const me = await this.timed(() => this.transport.login(number, pin));
      this.reset();
      await this.settle(me);
    });
  }

  /** The session ended while the exam was open. The exam stays where it is; only the line is mended. */
  async loginAgain(number: string, pin: string): Promise<void> {
    await this.attended(async () => {
      await this.same(() => this.transport.login(number, pin));
      this.state.set({ link: "up" });
      this.sync?.wake();
    });
  }

  async logout(): Promise<void> {
    await this.attended(async () => {
      await this.transport.logout();
      this.reset();
      this.show("login");
    });
  }

  confirm(): void {
    this.state.set({ screen: "rules", refusal: null });
  }

  backToConfirm(): void {
    this.state.set({ screen: "confirm", refusal: null });
  }

  async agree(): Promise<void> {
    await this.attended(async () => this.settle(await this.same(() => this.transport.agree(STATEMENT_VERSION))));
  }

  /** MULAI. The clock starts at the server and nowhere else. */
  async begin(token: string | null): Promise<void> {
    await this.attended(async () => {
      this.rest();
      try {
        await this.same();
        this.secret = await this.ownOutbox().secret();
        await this.transport.claim(this.secret, false);
        await this.transport.start(this.secret, token, hex(8));
        await this.take(false);
      } catch (error) {
        if (error instanceof Problem && error.code === "device-locked") return this.queue();
        const silent = error instanceof Unreachable;
        // The clock may be running already: ask at once, and go on asking.
        this.later(silent ? 0 : LOBBY_POLL_MS, () => this.open());
        throw silent && error.reason !== "not-our-server" ? new Problem(0, "start-unknown", true, 914, null) : error;
      }
    });
  }

  /** Ask for this attempt on this computer (again); where the sitting lets the candidate decide, take it. */
  async continueHere(): Promise<void> {
    await this.attended(async () => this.take((await this.same()).sitting.takeover === "candidate"));
  }

  // ---- during the exam -------------------------------------------------------------------------------------------

  goTo(position: number): void {
    const last = this.state.value.questions.length;
    const target = Math.min(Math.max(position, 1), last);
    if (target === this.state.value.position) return;
    this.state.set({ position: target });
    void this.outbox?.rememberPosition(target);
  }

  choose(position: number, option: number): Promise<void> {
    return this.edit(position, (current) => ({ ...current, option }));
  }

  clear(position: number): Promise<void> {
    return this.edit(position, (current) => ({ ...current, option: null }));
  }

  doubt(position: number, doubtful: boolean): Promise<void> {
    return this.edit(position, (current) => ({ ...current, doubtful }));
  }

  /** The remark that was begun and not saved yet, or else the one that was saved. */
  async remarkOn(position: number): Promise<string> {
    return this.drafts.get(position) ?? (await this.outbox?.remarkOn(position)) ?? "";
  }

  draftRemark(position: number, text: string): void {
    this.drafts.set(position, text);
  }

  async remark(position: number, text: string): Promise<void> {
    this.drafts.delete(position);
    await this.outbox?.remark({ position, text, nonce: hex(8) });
    this.sync?.poke();
  }

  /** Another tab of this browser wrote; its outbox is ours, only the picture has to follow. */
  seen(position: number, mark: Mark): void {
    this.state.set({ answers: { ...this.state.value.answers, [position]: mark } });
  }

  /** Network back, page shown again, or asleep until now. */
  wake(): void {
    this.sync?.wake();
    this.ring();
  }

  lineGone(): void {
    this.sync?.lineGone();
  }

  /** Hand in: first everything unsent, then the one request that closes the attempt. */
  async submit(): Promise<void> {
    if (this.state.value.screen !== "question") return;
    this.collect();
    await this.outbox?.rememberHandIn(this.epoch);
    await this.edits;
    this.sync?.wake();
    await this.trySubmit();
  }

  /** Possible until the closing request has gone out. */
  keepWorking(): void {
    const { screen, closing } = this.state.value;
    if (screen === "collecting" && !closing) this.collectNoMore();
  }

  // ---- after the exam --------------------------------------------------------------------------------------------

  async lookForResult(): Promise<void> {
    await this.attended(async () => {
      try {
        this.rest();
        this.state.set({ result: await this.transport.result(), screen: "result" });
      } catch (error) {
        this.waitForRelease();
        if (!(error instanceof Problem) || error.code !== "not-released") throw error;
      }
    });
  }

  // ---- inside ----------------------------------------------------------------------------------------------------

  private async settle(me: Me): Promise<void> {
    this.rest();
    this.state.set({ me, link: "up" });
    if (CLIENT_NUMBERS[this.state.value.refusal?.code ?? ""]) this.state.set({ refusal: null });
    const { state, phase, agreed_at, started_at } = me.attempt;
    if (state === "void") return this.show("void");
    if (state === "submitted") return this.closed();
    if (phase === "too-late") return this.show("too-late");
    if (started_at !== null) return this.take(false);
    if (agreed_at === null) return this.show(this.state.value.screen === "rules" ? "rules" : "confirm");
    this.show("waiting");
    this.later(this.lobbyPause(me), () => this.open());
  }

  /** The lobby asks every ten seconds, and once close after the moment at which the sitting opens. */
  private lobbyPause(me: Me): number {
    const spread = this.timers.random();
    const opening = Date.parse(me.sitting.opens_at) - this.clock.now();
    return opening > 0 && opening < LOBBY_POLL_MS ? opening + spread * 2_000 : LOBBY_POLL_MS * (0.75 + spread / 2);
  }

  /** Whoever calls this has just heard from the server whose log-in this is. */
  private async take(takeOver: boolean): Promise<void> {
    this.rest();
    const turn = this.turn;
    const outbox = this.ownOutbox();
    this.secret = await outbox.secret();
    let claimed: Envelope & { last_seq: number };
    try {
      claimed = await this.timed(() => this.transport.claim(this.secret, takeOver));
    } catch (error) {
      if (turn !== this.turn) return;
      if (!(error instanceof Problem)) throw error;
      if (error.code === "attempt-closed") return this.closed();
      if (error.code !== "device-locked") throw error;
      return this.queue();
    }
    if (turn !== this.turn) return;
    // This computer holds the attempt, and it has not been started anywhere: back to the lobby.
    if (claimed.state === "assigned" || claimed.state === "admitted") return this.open();
    this.epoch = claimed.epoch;
    const record = await this.timed(() => this.transport.attempt());
    if (record.receipt) return this.closed();
    await this.loadPaper(claimed);
    await this.adopt(record);
    this.handingIn = await outbox.handsIn(this.epoch);
    const position = clamp(await outbox.position(), this.state.value.questions.length);
    if (turn !== this.turn) return;
    this.state.set({ position, refusal: null, closing: this.handingIn && this.state.value.closing });
    this.rest();
    this.sync = new Sync(
      this.transport,
      outbox,
      this.clock,
      { epoch: this.epoch, device_secret: this.secret },
      {
        envelope: (envelope, sentAt) => this.follow(envelope, sentAt),
        saved: (at) => this.state.set({ save: { where: "server", at } }),
        unsent: (unsent) => this.countUnsent(unsent),
        link: (link) => this.state.value.link === link || this.state.set({ link }),
        stale: () => void this.persist(() => this.moved()),
        closed: () => void this.persist(() => this.closed()),
        refused: (problem) => this.refuse(problem),
      },
      this.timers,
    );
    this.work();
    this.follow(claimed);
    this.sync.start();
  }

  /** Back to the questions, or to the handing in that was asked for and not finished. */
  private work(): void {
    if (!this.handingIn) return this.show("question");
    this.collect();
    this.later(0, () => this.trySubmit());
  }

  /** Another device holds the attempt: the server shows our wish to the proctor, and we ask again until it is granted. */
  private queue(): void {
    this.show("device-locked");
    this.later(LOCK_POLL_MS, () => this.open());
  }

  /** In the last seconds (transmission, closing) there is nothing to read any more, only to send. */
  private async loadPaper(claimed: Envelope): Promise<void> {
    try {
      const paper = await this.transport.paper();
      this.own(paper.attempt_id);
      this.state.set({ questions: paper.questions, lang: paper.lang });
    } catch (error) {
      const over = claimed.phase === "transmission" || claimed.phase === "closing" || claimed.phase === "paused";
      if (!over || !(error instanceof Problem) || error.code !== "not-running") throw error;
      await this.same();
    }
  }

  /** Bring the server's record together with this computer's. */
  private async adopt(record: AttemptRecord): Promise<void> {
    this.rev = record.rev;
    if (record.epoch !== this.epoch) return;
    const merged = await this.ownOutbox().adopt(this.epoch, record.last_seq, record.answers);
    const answers: Record<number, Mark> = {};
    for (const { position, option, doubtful } of merged) answers[position] = { option, doubtful };
    this.state.set({ answers, receipt: record.receipt });
    const newest = record.answers.map((answer) => answer.saved_at).sort().at(-1);
    const waiting = (await this.ownOutbox().pending()).length > 0;
    const { where } = this.state.value.save;
    if (!waiting && (where === "nothing" || where === "here")) {
      this.state.set({ save: newest ? { where: "server", at: newest } : { where: "nothing" } });
    }
    this.sync?.poke();
  }

  private follow(envelope: Envelope, sentAt?: number): void {
    this.clock.sync(envelope.server_time, sentAt);
    if (envelope.epoch !== this.epoch) return void this.persist(() => this.moved());
    if (this.sync) this.sync.saving = envelope.phase !== "paused";
    this.state.set({ endsAt: instant(envelope.ends_at), closesAt: instant(envelope.closes_at) });
    if (this.rev !== -1 && envelope.rev !== this.rev) {
      this.rev = envelope.rev;
      void this.persist(async () => this.adopt(await this.record()));
    }
    switch (envelope.phase) {
      case "submitted":
        return void this.persist(() => this.closed());
      case "void":
        this.rest();
        return this.show("void");
      case "paused":
        this.show("paused");
        break;
      case "transmission":
      case "closing":
        if (this.state.value.screen !== "collecting") this.show("locked");
        break;
      case "running":
        // A grant of time opens a locked screen again.
        if (this.state.value.screen === "paused" || this.state.value.screen === "locked") this.work();
        break;
    }
    this.ring();
  }

  /** The bell of this page: lock at the end of the shown time, look for the receipt after the server's deadline. */
  private ring(): void {
    this.timers.clear(this.bell);
    const { screen, endsAt, closesAt } = this.state.value;
    if (endsAt === null || closesAt === null || !UNDER_WAY.has(screen) || screen === "paused") return;
    const now = this.clock.now();
    if (now >= endsAt && screen === "question") {
      this.show("locked");
      void this.edits.then(() => this.sync?.wake());
    }
    if (now >= closesAt) {
      // The whole room asks now: spread it over two seconds.
      this.later(this.timers.random() * 2_000, () => this.closed());
      return;
    }
    const next = now < endsAt ? endsAt : closesAt;
    this.bell = this.timers.set(() => this.ring(), Math.min(next - now + 20, 30_000));
  }

  private edit(position: number, change: (current: Mark) => Mark): Promise<void> {
    const { screen, answers } = this.state.value;
    const outbox = this.outbox;
    if (screen !== "question" || !outbox) return Promise.resolve();
    const before = answers[position] ?? BLANK;
    const drawn = change(before);
    if (drawn.option === before.option && drawn.doubtful === before.doubtful) return Promise.resolve();
    this.state.set({ answers: { ...answers, [position]: drawn }, save: { where: "unsaved" } });
    const epoch = this.epoch;
    const mine = this.edits.then(async () => {
      const written = await outbox.write(epoch, position, change);
      if (!written) return;
      const mark = { option: written.option, doubtful: written.doubtful };
      this.state.set({ save: { where: outbox.durable ? "here" : "unsaved" } });
      this.tell(position, mark);
      this.sync?.poke();
    });
    this.edits = mine.catch(() => undefined);
    return mine;
  }

  private countUnsent(unsent: number): void {
    const { save, unsent: before } = this.state.value;
    if (unsent !== before) this.state.set({ unsent });
    if (unsent > 0 && save.where !== "unsaved") this.state.set({ save: { where: this.outbox?.durable ? "here" : "unsaved" } });
  }

  private collect(): void {
    this.handingIn = true;
    this.show("collecting");
  }

  private collectNoMore(): void {
    this.handingIn = false;
    this.timers.clear(this.poll);
    void this.outbox?.rememberHandIn(0);
    this.state.set({ screen: "question", closing: false });
  }

  private async trySubmit(): Promise<void> {
    const outbox = this.outbox;
    if (!outbox || this.state.value.screen !== "collecting") return;
    const again = () => this.later(500, () => this.trySubmit());
    if ((await outbox.pending()).length > 0) return again();
    if (this.state.value.screen !== "collecting") return;
    this.state.set({ closing: true });
    try {
      const hold = { epoch: this.epoch, device_secret: this.secret, nonce: hex(8) };
      const { receipt } = await this.transport.submit(hold);
      await this.same();
      this.state.set({ receipt, link: "up" });
      await this.closed();
    } catch (error) {
      if (error instanceof OtherExam) return this.refuse(error);
      if (error instanceof Problem && error.code === "stale-epoch") return this.moved();
      if (error instanceof Problem && error.code === "attempt-closed") return this.closed();
      if (error instanceof Problem && !error.retryable && error.status !== 401) {
        this.collectNoMore();
        return this.refuse(error);
      }
      if (error instanceof Unreachable) this.state.set({ link: linkOf(error) });
      this.later(2_000, () => this.trySubmit());
    }
  }

  /** The attempt is over for the server (or should be): show the receipt as soon as there is one. */
  private async closed(): Promise<void> {
    this.rest();
    if (!this.state.value.receipt) {
      if (this.state.value.screen !== "connecting") this.show("locked");
      try {
        const record = await this.record();
        this.state.set({ receipt: record.receipt, link: "up" });
        // Time was granted, or the exam is only paused.
        if (!record.receipt && (record.phase === "running" || record.phase === "paused")) return await this.take(false);
      } catch (error) {
        if (!(error instanceof Unreachable || (error instanceof Problem && error.retryable))) throw error;
        this.state.set({ link: "down" });
      }
    }
    if (!this.state.value.receipt) {
      this.later(RECEIPT_POLL_MS * (0.75 + this.timers.random() / 2), () => this.closed());
      return;
    }
    const outbox = this.ownOutbox();
    await outbox.forget();
    this.state.set({ screen: "receipt", aside: await outbox.countAside(), questions: [], answers: {}, refusal: null });
    if (this.state.value.me?.attempt.released) await this.lookForResult();
    else this.waitForRelease();
  }

  private waitForRelease(): void {
    this.later(RELEASE_POLL_MS * (0.75 + this.timers.random() / 2), () => this.lookForResult());
  }

  private async moved(): Promise<void> {
    this.rest();
    const outbox = this.ownOutbox();
    await this.edits;
    const unsent = await outbox.pending();
    this.state.set({ screen: "moved", aside: (await outbox.countAside()) + unsent.length });
    await this.same();
  }

  /** What was refused on one screen is no news on the next. */
  private show(screen: Screen): void {
    if (this.state.value.screen !== screen) this.state.set({ screen, refusal: null });
  }

  private rest(): void {
    this.turn += 1;
    this.sync?.stop();
    this.sync = null;
    this.timers.clear(this.poll);
    this.timers.clear(this.bell);
  }

  /** Nothing of one candidate may be seen by the next, or be counted as theirs. */
  private reset(): void {
    this.rest();
    this.outbox = null;
    this.secret = "";
    this.epoch = 0;
    this.rev = -1;
    this.handingIn = false;
    this.drafts.clear();
    this.edits = Promise.resolve();
    const { screen, busy } = this.state.value;
    this.state.set({ ...untouched(this.shelf), screen, busy });
  }

  /** The cookie is the browser's, the attempt this tab's: an answer that tells of another attempt is not for us. */
  private own(attemptId: string): void {
    const { me } = this.state.value;
    if (me && me.attempt.id !== attemptId) throw new OtherExam();
  }

  private async same(ask = () => this.transport.me()): Promise<Me> {
    const me = await this.timed(ask);
    this.own(me.attempt.id);
    return me;
  }

  /** The record names no attempt. Asked afterwards, the server says whether it can have been another one's. */
  private async record(): Promise<AttemptRecord> {
    const record = await this.timed(() => this.transport.attempt());
    await this.same();
    return record;
  }

  private ownOutbox(): Outbox {
    const attemptId = this.state.value.me?.attempt.id ?? "none";
    if (this.outbox?.attemptId !== attemptId) {
      this.outbox = new Outbox(this.shelf, attemptId, (memory) => {
        this.shelf = memory;
        this.state.set({ durable: false });
      });
    }
    return this.outbox;
  }

  private later(ms: number, work: () => Promise<void>): void {
    this.timers.clear(this.poll);
    this.poll = this.timers.set(() => void this.persist(work), ms);
  }

  /** Something a person asked for: it succeeds, or says why. */
  private async attended(work: () => Promise<void>): Promise<void> {
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
  private async persist(work: () => Promise<void>): Promise<void> {
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
      const pause = (error instanceof Problem && error.retryAfterMs) || 2_000 + this.timers.random() * 2_000;
      this.later(pause, work);
    }
  }

  private async timed<T extends { server_time: Instant }>(work: () => Promise<T>): Promise<T> {
    const sentAt = this.clock.mark();
    const answer = await work();
    this.clock.sync(answer.server_time, sentAt);
    return answer;
  }

  private refuse(error: unknown): void {
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

/** Numbers of the refusals that this page makes itself; the server's own come with its answer. */
export const CLIENT_NUMBERS: Readonly<Record<string, number>> = { unreachable: 911, "not-our-server": 912, "page-fault": 913 };

function untouched(shelf: Shelf): Fresh {
  return {
    screen: "connecting",
    me: null,
    lang: "id",
    questions: [],
    answers: {},
    position: 1,
    save: { where: "nothing" },
    unsent: 0,
    aside: 0,
    link: "up",
    durable: shelf.durable,
    endsAt: null,
    closesAt: null,
    receipt: null,
    result: null,
    refusal: null,
    closing: false,
    busy: false,
  };
}

function linkOf(error: Problem | Unreachable): Link {
  return error instanceof Unreachable && error.reason === "not-our-server" ? error.reason : "down";
}

function instant(value: Instant | null): number | null {
  return value === null ? null : Date.parse(value);
}

function clamp(position: number, last: number): number {
  return Math.min(Math.max(position, 1), Math.max(last, 1));
}
