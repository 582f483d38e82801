/** The schemes that have items, and the one that is looked at. */
import { bank, type Scheme } from "../../api/bank";

class Schemes {
  all = $state.raw<Scheme[]>([]);
  #chosen = $state("");

  get code(): string {
    return this.all.some((one) => one.code === this.#chosen) ? this.#chosen : (this.all[0]?.code ?? "");
  }
  set code(code: string) {
    this.#chosen = code;
  }

  get current(): Scheme | null {
    return this.all.find((one) => one.code === this.code) ?? null;
  }

  async load(read: () => Promise<{ schemes: Scheme[] }> = bank.schemes): Promise<void> {
    if (this.all.length === 0) this.all = (await read()).schemes;
  }
}

export const schemes = new Schemes();
