/** The live board: one event stream; what it last said stays on the screen while the line is gone. */
import { Problem } from "../api/client";
import { staff, type Board } from "../api/staff";
import { advice } from "../ui/staff/session.svelte";

const RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 10_000;
/** A line can die without a word. After this long without news the board asks once, which also sets the clock. */
const PROBE_MS = 15_000;

export class LiveBoard {
  board = $state.raw<Board | null>(null);
  line = $state<"connecting" | "connected" | "lost">("connecting");
  /** The server's time, ticking here, so that both clocks say the same. */
  now = $state(0);
  /** The server refuses this board: no longer ours to see. */
  refusal = $state("");
  #offset = 0;
  #newsAt = performance.now();
  #wait = RETRY_MS;
  #stream: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  readonly #tick: ReturnType<typeof setInterval>;

  constructor(readonly sittingId: string) {
    this.#tick = setInterval(() => this.#second(), 1_000);
    addEventListener("offline", this.#lost);
    addEventListener("online", this.#connect);
    this.#connect();
  }

  /** The moment up to which this board knows. While our own line is gone, no candidate is to blame for the silence. */
  get knownAt(): number {
    return this.line === "lost" && this.board ? Date.parse(this.board.server_time) : this.now;
  }

  readonly #connect = (): void => {
    clearTimeout(this.#retry);
    this.#stream?.close();
    if (this.#stopped) return;
    this.#newsAt = performance.now();
    const stream = new EventSource(`/api/staff/sittings/${this.sittingId}/board/stream`);
    this.#stream = stream;
    stream.addEventListener("board", (event: MessageEvent<string>) => this.#show(JSON.parse(event.data) as Board));
    stream.addEventListener("error", () => void this.#failed());
    // A stream says nothing until something changes on the way; the first picture does not wait for it.
    if (!this.board) void this.reread().catch(() => undefined);
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
      await this.reread();
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500 || this.#stopped) return;
      this.stop();
      this.refusal = advice(error);
    }
  }

  #second(): void {
    if (this.board) this.now = performance.now() + this.#offset;
    if (this.line !== "connected" || performance.now() - this.#newsAt < PROBE_MS) return;
    this.#newsAt = performance.now();
    void this.reread().catch(() => void this.#failed());
  }

  #show(board: Board): void {
    if (this.#stopped) return;
    this.board = board;
    this.line = "connected";
    this.#wait = RETRY_MS;
    this.#newsAt = performance.now();
    this.#offset = Date.parse(board.server_time) - performance.now();
    this.now = Date.parse(board.server_time);
  }

  /** Read at once after a command of this page; the stream says the same a moment later. */
  async reread(): Promise<void> {
    this.#show(await staff.get<Board>(`/sittings/${this.sittingId}/board`));
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.close();
    clearTimeout(this.#retry);
    clearInterval(this.#tick);
    removeEventListener("offline", this.#lost);
    removeEventListener("online", this.#connect);
  }
}
