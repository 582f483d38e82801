/** What a proctor does to one candidate or to many, and what became of each. */
import type { Outcomes } from "../api/board";
import { Problem, Unreachable } from "../api/client";
import { staff } from "../api/staff";
import { boardAdvice, boardWords } from "./words";

export interface Report {
  action: string;
  outcomes: Record<string, string>;
}

/** So many are let in at a time; each is a request of its own. */
const ABREAST = 4;
const UNREACHED = "unreached";

export class Commands {
  refusal = $state("");
  report = $state.raw<Report | null>(null);
  /** What is on its way: pressed twice, it is said once. The same of somebody else is another one. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #sending = new Set<string>();
  /** Of commands that were not answered. Said again, they keep their key, and add nothing that was added before. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #keys = new Map<string, string>();
  #unanswered = false;
  readonly #path: string;

  constructor(
    sittingId: string,
    private readonly done: () => Promise<void>,
  ) {
    this.#path = `/sittings/${sittingId}`;
  }

  /** The proctor went on: what became of the last command stands in nobody's way. */
  forget(): void {
    this.refusal = "";
    this.report = null;
  }

  /** One request; what the server says, or null where it refused. */
  async send<T>(path: string, body: object = {}): Promise<T | null> {
    return this.#once(`${path} ${JSON.stringify(body)}`, () => staff.post<T>(`${this.#path}/${path}`, body));
  }

  /** One request about many, and a report of what became of each; false where it was refused. */
  async many(action: string, path: string, body: object): Promise<boolean> {
    const told = await this.send<Outcomes>(path, body);
    if (told) this.report = { action, outcomes: told.outcomes };
    return told !== null;
  }

  /** The same for what adds something each time it comes: minutes, a message. */
  async add(action: string, path: string, body: object): Promise<boolean> {
    const name = JSON.stringify(body);
    const key = this.#keys.get(name) ?? uuid();
    this.#keys.set(name, key);
    const done = await this.many(action, path, { ...body, key });
    if (done || !this.#unanswered) this.#keys.delete(name);
    return done;
  }

  /** Let in each of these; who cannot be let in holds up nobody. */
  async admit(action: string, attemptIds: string[]): Promise<void> {
    const outcomes: Record<string, string> = {};
    const waiting = [...attemptIds];
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        try {
          await staff.post(`${this.#path}/attempts/${id}/admit`, {});
          outcomes[id] = "done";
        } catch (error) {
          outcomes[id] = error instanceof Problem ? error.code : UNREACHED;
          if (!(error instanceof Problem)) for (const other of waiting.splice(0)) outcomes[other] = UNREACHED;
        }
      }
    };
    const all = await this.#once(`admit ${attemptIds.join(" ")}`, () => Promise.all(Array.from({ length: ABREAST }, work)));
    const calm = attemptIds.length === 1 && outcomes[attemptIds[0]!] === "done";
    if (all && !calm) this.report = { action, outcomes };
  }

  async #once<T>(name: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#sending.has(name)) return null;
    this.#sending.add(name);
    this.forget();
    try {
      const said = await work();
      // A board that cannot be read again takes nothing back of what was done.
      await this.done().catch(() => undefined);
      return said ?? ({} as T);
    } catch (error) {
      // Without an answer it may have come through.
      this.#unanswered = error instanceof Unreachable;
      this.refusal = this.#unanswered ? boardWords().unreached : boardAdvice(error);
      return null;
    } finally {
      this.#sending.delete(name);
    }
  }
}

/** By chance; `randomUUID` is not there over plain http. */
function uuid(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
