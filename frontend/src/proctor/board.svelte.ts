/** The live board: one event stream; what it last said stays on the screen while the line is gone. */
import { staff, type Board, type BoardCandidate } from "../api/staff";

const QUIET_MS = 45_000;
const RETRY_MS = 2_000;

export class LiveBoard {
  board = $state.raw<Board | null>(null);
  connected = $state(false);
  /** Server time minus this computer's, so that clocks of both tick together. */
  #offset = 0;
  now = $state(0);
  #stream: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #tick: ReturnType<typeof setInterval>;

  constructor(readonly sittingId: string) {
    this.#tick = setInterval(() => (this.now = performance.now() + this.#offset), 1_000);
    this.#connect();
  }

  #connect(): void {
    this.#stream = new EventSource(`/api/staff/sittings/${this.sittingId}/board/stream`);
    this.#stream.addEventListener("open", () => (this.connected = true));
    this.#stream.addEventListener("board", (event: MessageEvent<string>) => this.#show(JSON.parse(event.data) as Board));
    this.#stream.addEventListener("error", () => {
      this.connected = false;
      this.#stream?.close();
      this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
    });
  }

  #show(board: Board): void {
    this.board = board;
    this.#offset = Date.parse(board.server_time) - performance.now();
    this.now = Date.parse(board.server_time);
  }

  /** Read at once after a command of this page; the stream says the same a moment later. */
  async reread(): Promise<void> {
    this.#show(await staff.get<Board>(`/sittings/${this.sittingId}/board`));
  }

  stop(): void {
    this.#stream?.close();
    clearTimeout(this.#retry);
    clearInterval(this.#tick);
  }
}

/** Higher comes first: who asks for something, then who was not heard of, then the others by seat. */
export function urgency(candidate: BoardCandidate, now: number): number {
  if (candidate.device_request) return 3;
  if (candidate.phase === "waiting-admission") return 2;
  const heard = candidate.last_contact_at ?? candidate.started_at;
  if (candidate.phase === "running" && heard && now - Date.parse(heard) > QUIET_MS) return 1;
  return 0;
}
