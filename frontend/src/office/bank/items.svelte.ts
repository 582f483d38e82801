/** The list of items as it was last asked for; it is still there when a person comes back from an item. */
import { bank, type BankPage, type BankRow } from "../../api/bank";
import { later } from "./later";
import { changed, EVERYTHING, paramsOf, SIZE, type Query } from "./query";
import { schemes } from "./schemes.svelte";
import { bankAdvice } from "./words";

const TYPING_MS = 250;

class Items {
  query = $state.raw<Query>(EVERYTHING);
  found = $state.raw<BankPage | null>(null);
  waiting = $state<number | null>(null);
  refusal = $state("");
  busy = $state(false);
  chosen = $state.raw<ReadonlyMap<string, BankRow>>(new Map());
  #asked = "";
  readonly #soon = later(TYPING_MS, () => this.read());

  get pages(): number {
    return Math.max(1, Math.ceil((this.found?.total ?? 0) / SIZE));
  }

  ask(part: Partial<Query>): void {
    this.query = changed(this.query, part);
    if ("text" in part) this.#soon(null);
    else void this.read();
  }

  reset(): void {
    this.query = EVERYTHING;
    void this.read();
  }

  choose(rows: readonly BankRow[], on: boolean): void {
    const others = [...this.chosen].filter(([id]) => !rows.some((row) => row.version_id === id));
    this.chosen = new Map([...others, ...(on ? rows.map((row) => [row.version_id, row] as const) : [])]);
  }

  async read(): Promise<void> {
    const asked = (this.#asked = paramsOf(schemes.code, this.query));
    this.busy = true;
    try {
      const found = await bank.items(asked);
      if (asked !== this.#asked) return;
      this.found = found;
      this.refusal = "";
    } catch (error) {
      if (asked === this.#asked) this.refusal = bankAdvice(error);
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }

  /** How many versions wait for this person. */
  async count(): Promise<void> {
    const params = new URLSearchParams({ scheme: schemes.code, waiting: "me", page: "1", size: "1" });
    this.waiting = await bank.items(params.toString()).then(
      (found) => found.total,
      () => null,
    );
  }
}

export const items = new Items();
