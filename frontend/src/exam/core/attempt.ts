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
import type { AttemptRecord, Envelope, Me } from "../../api/types";
import { Bell } from "./bell";
import { hex } from "./clock";
import { OtherExam } from "./desk";
import type { SealedPaper } from "./paper";
import { CLIENT_NUMBERS } from "./screens";
import { Sync } from "./sync";

export type { Surroundings } from "./desk";
export { CLIENT_NUMBERS, type Fresh, type Refusal, type Save, type Screen } from "./screens";

/** The wording of confirmation, rules and pledge that a candidate agrees to. Raise it when that wording changes. */
export const STATEMENT_VERSION = "2";

const LOCK_POLL_MS = 5_000;
const LOBBY_POLL_MS = 10_000;
const FROZEN_POLL_MS = 5_000;
const TOO_LATE_POLL_MS = 60_000; // the window, or the clock that judged it, may be put right

/**
 * The verbs by which an attempt is entered and taken up. The others stand in the layers below, each a file:
 * `bell` (phase and time), `ending` (handing in, receipt), `editing` (answers), `desk` (state, line, errors), `screens` (shape).
 */
export class Exam extends Bell {
  private sealed: { path: string | null; paper: Promise<SealedPaper> } | null = null;

  /** After a load or reload: whatever the server says is where the candidate is. */
  async open(): Promise<void> {
    await this.persist(async () => {
      const me = await this.ifStill(() => this.same());
      if (me) await this.settle(me);
    });
  }

  /** Asks the server. Where somebody moved on meanwhile, its answer, or its silence, is no news. */
  private async ifStill<T>(ask: () => Promise<T>): Promise<T | null> {
    const turn = this.turn;
    try {
      const answer = await ask();
      return turn === this.turn ? answer : null;
    } catch (error) {
      if (turn === this.turn || error instanceof OtherExam) throw error;
      return null;
    }
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
    await this.attended(() => this.tryToStart(token));
  }

  private async tryToStart(token: string | null): Promise<void> {
    this.rest();
    try {
      await this.start(token);
    } catch (error) {
      if (error instanceof Problem && error.code === "other-attempt") throw new OtherExam();
      // Asking for it puts our wish before the proctor.
      if (error instanceof Problem && error.code === "device-locked") return this.take(false);
      const busy = error instanceof Problem && error.status === 503 && error.code !== "clock-suspect";
      // Without an answer, or with "come again", the clock may be running already: ask soon, and go on asking.
      const soon = busy ? this.timers.random() * 2_000 : error instanceof Unreachable ? 0 : LOBBY_POLL_MS;
      if (error instanceof Problem && error.code === "room-frozen") this.startOnceThawed(token);
      else this.later(soon, () => this.open());
      const unknown = busy || (error instanceof Unreachable && error.reason !== "not-our-server");
      throw unknown ? new Problem(0, "start-unknown", true, 914, null) : error;
    }
  }

  /** MULAI was pressed in a frozen room: it is asked for again until the room goes on. The board goes on hearing of us. */
  private startOnceThawed(token: string | null): void {
    this.later(FROZEN_POLL_MS * (0.75 + this.timers.random() / 2), async () => {
      await this.timed(() => this.transport.lobby(hex(8)));
      await this.tryToStart(token).catch((error: unknown) => this.refuse(error));
    });
  }

  private async start(token: string | null): Promise<void> {
    const turn = this.turn;
    const { id } = this.state.value.me!.attempt;
    this.secret = await this.ownOutbox().secret();
    const started = await this.timed(() => this.transport.start(id, this.secret, token, hex(8)));
    // Nearly always the server has no answer yet, and there is nothing more to ask.
    const fresh: AttemptRecord = { ...started, answers: [], receipt: null };
    const record = started.last_seq === 0 ? fresh : await this.timed(() => this.transport.attempt(this.secret));
    if (turn === this.turn) await this.enter(started, record, turn);
  }

  /** Ask for this attempt on this computer (again); where the sitting lets the candidate decide, take it. */
  async continueHere(): Promise<void> {
    await this.attended(async () => this.take((await this.same()).sitting.takeover === "candidate"));
  }

  private async settle(me: Me): Promise<void> {
    this.rest();
    this.state.set({ me });
    this.heard();
    const { state, phase, agreed_at, started_at } = me.attempt;
    if (state === "void") return this.show("void");
    if (state === "submitted") return this.closed();
    if (phase === "too-late") {
      this.show("too-late");
      return this.later(TOO_LATE_POLL_MS, () => this.open());
    }
    if (started_at !== null) return this.take(false);
    if (agreed_at !== null) this.show("waiting");
    else if (this.state.value.screen !== "rules") this.show("confirm");
    this.sealedPaper().catch(() => undefined);
    // At once for the first time: the proctor sees who is here.
    this.later(0, () => this.lookIn(me));
  }

  /** What the page itself complained of, a line without answer, is over. */
  private heard(): void {
    this.state.set({ link: "up" });
    if (CLIENT_NUMBERS[this.state.value.refusal?.code ?? ""]) this.state.set({ refusal: null });
  }

  /** Anything new? Only then is it worth asking for all of it. */
  private async lookIn(me: Me): Promise<void> {
    const now = await this.ifStill(() => this.timed(() => this.transport.lobby(hex(8))));
    if (!now) return;
    this.heard();
    const { state, phase, rev } = me.attempt;
    if (now.state !== state || now.phase !== phase || now.rev !== rev) return this.open();
    this.sealedPaper().catch(() => undefined);
    this.later(this.lobbyPause(me), () => this.lookIn(me));
  }

  /** The lobby asks every ten seconds, and once close after the moment at which the sitting opens. */
  private lobbyPause(me: Me): number {
    const spread = this.timers.random();
    const opening = Date.parse(me.sitting.opens_at) - this.clock.now();
    return opening > 0 && opening < LOBBY_POLL_MS ? opening + spread * 2_000 : LOBBY_POLL_MS * (0.75 + spread / 2);
  }

  /** Whoever calls this has just heard from the server whose log-in this is. */
  protected async take(takeOver: boolean): Promise<void> {
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
    const record = await this.timed(() => this.transport.attempt(this.secret));
    if (turn === this.turn) await this.enter(claimed, record, turn);
  }

  /** This computer holds the attempt, and this is what the server knows of it: to the questions. */
  private async enter(standing: Envelope, record: AttemptRecord, turn: number): Promise<void> {
    if (record.receipt) return this.closed();
    this.epoch = standing.epoch;
    await this.loadPaper(standing, record.paper_key);
    await this.adopt(record);
    const outbox = this.ownOutbox();
    this.handingIn = await outbox.handsIn(this.epoch);
    const position = clamp(await outbox.position(), this.state.value.questions.length);
    if (turn !== this.turn) return;
    this.state.set({ position, refusal: null, link: "up", closing: this.handingIn && this.state.value.closing });
    this.rest();
    this.sync = new Sync(
      this.transport,
      outbox,
      this.clock,
      { epoch: this.epoch, device_secret: this.secret },
      {
        envelope: (envelope, sentAt) => this.follow(envelope, sentAt),
        saved: (at) => this.saved({ where: "server", at }),
        unsent: (unsent) => this.countUnsent(unsent),
        link: (link) => this.state.value.link === link || this.state.set({ link }),
        stale: () => void this.persist(() => this.moved()),
        closed: () => void this.persist(() => this.closed()),
        refused: (problem) => this.refuse(problem),
        changed: (change) => this.seen(change),
      },
      this.timers,
      this.tabs,
    );
    this.work();
    this.follow(standing);
    this.sync.start();
  }

  /** Another device holds the attempt: the server shows our wish to the proctor, and we ask again until it is granted. */
  private queue(): void {
    this.show("device-locked");
    this.later(LOCK_POLL_MS, async () => {
      const me = await this.ifStill(() => this.same());
      if (!me) return;
      const { state, phase } = me.attempt;
      const over = state === "submitted" || state === "void" || phase === "too-late";
      await (over ? this.settle(me) : this.take(false));
    });
  }

  /** In the last seconds (transmission, closing) answers are to be sent, and reading can wait. */
  private async loadPaper({ phase }: Envelope, key: string | null): Promise<void> {
    if (key === null) return;
    const open = async () => {
      const paper = await (await this.sealedPaper()).open(key);
      this.own(paper.attempt_id);
      this.state.set({ questions: paper.questions, images: paper.images ?? {}, aids: paper.aids ?? null, lang: paper.lang });
    };
    if (phase === "transmission" || phase === "closing") void open().catch(() => undefined);
    else await open();
  }

  /** Fetched in the waiting room, so that the start has next to nothing left to carry. */
  private sealedPaper(): Promise<SealedPaper> {
    const { id, paper: path } = this.state.value.me!.attempt;
    if (this.sealed?.path !== path) {
      const paper = path ? this.transport.sealed(path, id) : Promise.reject(new Unreachable("not-our-server"));
      this.sealed = { path, paper };
      paper.catch(() => (this.sealed = null));
    }
    return this.sealed.paper;
  }
}

function clamp(position: number, last: number): number {
  return Math.min(Math.max(position, 1), Math.max(last, 1));
}
