/** The live board: one event stream; what it last said stays on the screen while the line is gone. */
import type { Board, BoardCandidate, BoardMembers, ChangesEvent, WholeEvent } from "../api/board";
import { Problem } from "../api/client";
import { staff } from "../api/staff";
import { advice } from "../ui/staff/session.svelte";
import { TwoClocks } from "../ui/clocks";
import { follows, inOrder } from "./merge";

const RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 10_000;
/** The server gives a sign of life every ten seconds. A line that is silent for longer may have died without a word. */
const SILENCE_MS = 15_000;

/** One candidate on the board. A change of one is drawn without looking at the others. */
export class Entry {
  candidate = $state.raw() as BoardCandidate;

  constructor(candidate: BoardCandidate) {
    this.candidate = candidate;
  }
}

export class LiveBoard {
  members = $state.raw<BoardMembers | null>(null);
  /** In the order of seats. */
  entries = $state.raw<Entry[]>([]);
  line = $state<"connecting" | "connected" | "lost">("connecting");
  /** The server's time, ticking here, so that both clocks say the same. */
  now = $state(0);
  /** The server refuses this board: no longer ours to see. */
  refusal = $state("");
  /** The server's time of what was last heard. */
  heardAt = $state(0);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it finds; what is drawn are the entries
  readonly #byId = new Map<string, Entry>();
  #number = 0;
  #offset = 0;
  #newsAt = performance.now();
  #wait = RETRY_MS;
  #stream: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  readonly #clocks = new TwoClocks();
  readonly #tick: ReturnType<typeof setInterval>;

  constructor(readonly sittingId: string) {
    this.#tick = setInterval(() => this.#second(), 1_000);
    addEventListener("offline", this.#lost);
    addEventListener("online", this.#connect);
    document.addEventListener("visibilitychange", this.#second);
    this.#connect();
  }

  /** The moment up to which this board knows. While our own line is gone, no candidate is to blame for the silence. */
  get knownAt(): number {
    return this.line === "lost" ? this.heardAt : this.now;
  }

  find(attemptId: string): BoardCandidate | undefined {
    return this.#byId.get(attemptId)?.candidate;
  }

  readonly #connect = (): void => {
    clearTimeout(this.#retry);
    this.#stream?.close();
    if (this.#stopped) return;
    this.#newsAt = performance.now();
    this.#number = 0;
    const stream = new EventSource(`/api/staff/sittings/${this.sittingId}/board/stream`);
    this.#stream = stream;
    stream.addEventListener("board", (event: MessageEvent<string>) => this.#showAll(JSON.parse(event.data) as WholeEvent));
    stream.addEventListener("changes", (event: MessageEvent<string>) => this.#change(JSON.parse(event.data) as ChangesEvent));
    stream.addEventListener("clock", (event: MessageEvent<string>) => this.#heard(JSON.parse(event.data) as { server_time: string }));
    stream.addEventListener("error", () => void this.#failed());
    // A stream can be held up on the way; the first picture does not wait for it.
    if (!this.members) void this.#read().catch(() => undefined);
  };

  readonly #lost = (): void => {
    this.#stream?.close();
    if (this.#stopped) return;
    this.line = "lost";
    clearTimeout(this.#retry);
    this.#retry = setTimeout(this.#connect, this.#wait);
    this.#wait = Math.min(this.#wait * 2, SLOWEST_RETRY_MS);
  };

  /** An event stream does not say why it failed; a plain request does. */
  async #failed(): Promise<void> {
    this.#lost();
    try {
      await this.#read();
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500 || this.#stopped) return;
      this.stop();
      this.refusal = advice(error);
    }
  }

  /** Also when the page comes back to the screen: a tab that slept heard nothing, and a computer that did has no line any more. */
  readonly #second = (): void => {
    if (this.members) this.now = performance.now() + this.#offset;
    const slept = this.#clocks.cameApart();
    if (this.line === "connected" && (slept || performance.now() - this.#newsAt >= SILENCE_MS)) this.#connect();
  };

  async #read(): Promise<void> {
    const board = await staff.get<Board>(`/sittings/${this.sittingId}/board`);
    if (this.#number === 0) this.#showAll({ ...board, number: 0 });
  }

  #showAll({ number, server_time, candidates, ...members }: WholeEvent): void {
    if (this.#stopped) return;
    this.#byId.clear();
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- forgotten at the end of this function
    const known = new Map(this.entries.map((entry) => [entry.candidate.attempt_id, entry]));
    for (const candidate of candidates) this.#put(candidate, known.get(candidate.attempt_id));
    this.members = members;
    this.#number = number;
    this.#arrange();
    this.#heard({ server_time });
  }

  #change({ number, server_time, members, candidates, gone }: ChangesEvent): void {
    if (this.#stopped || !this.members) return;
    if (!follows(this.#number, number)) return this.#connect();
    const before = this.#byId.size;
    for (const attemptId of gone) this.#byId.delete(attemptId);
    let moved = this.#byId.size !== before;
    for (const change of candidates) {
      const entry = this.#byId.get(change.attempt_id);
      moved ||= !entry || change.seat !== undefined;
      this.#put({ ...entry?.candidate, ...change } as BoardCandidate, entry);
    }
    if (Object.keys(members).length) this.members = { ...this.members, ...members };
    this.#number = number;
    if (moved) this.#arrange();
    this.#heard({ server_time });
  }

  #put(candidate: BoardCandidate, entry: Entry | undefined): void {
    if (entry) entry.candidate = candidate;
    this.#byId.set(candidate.attempt_id, entry ?? new Entry(candidate));
  }

  #arrange(): void {
    this.entries = [...this.#byId.values()].sort((a, b) => inOrder(a.candidate, b.candidate));
  }

  #heard({ server_time }: { server_time: string }): void {
    this.line = "connected";
    this.#wait = RETRY_MS;
    this.#newsAt = performance.now();
    this.heardAt = this.now = Date.parse(server_time);
    this.#offset = this.heardAt - performance.now();
  }

  /** After a command of this page: the stream says what came of it a moment later; without one, ask. */
  async refresh(): Promise<void> {
    if (this.line !== "connected") await this.#read();
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.close();
    clearTimeout(this.#retry);
    clearInterval(this.#tick);
    removeEventListener("offline", this.#lost);
    removeEventListener("online", this.#connect);
    document.removeEventListener("visibilitychange", this.#second);
  }
}
