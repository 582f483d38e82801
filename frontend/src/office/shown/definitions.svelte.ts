/** What each figure means, read once. */
import { readDefinitions, type Definition } from "../../api/figures";
import { advice } from "../../ui/staff/session.svelte";

class Definitions {
  all = $state.raw<Record<string, Definition> | null>(null);
  /** Why they did not come. */
  refusal = $state("");
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    this.#asked ??= this.#read();
    return this.#asked;
  }

  async #read(): Promise<void> {
    this.refusal = "";
    try {
      this.all = await readDefinitions();
    } catch (error) {
      this.refusal = advice(error);
      this.#asked = null; // asked again by the next figure that is opened
    }
  }
}

export const definitions = new Definitions();
