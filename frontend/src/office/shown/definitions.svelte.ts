/** What each figure means, read once. */
import { readDefinitions, type Definition } from "../../api/figures";

class Definitions {
  all = $state.raw<Record<string, Definition> | null>(null);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    this.#asked ??= readDefinitions().then(
      (found) => void (this.all = found),
      () => void (this.#asked = null), // asked again by the next figure that is opened
    );
    return this.#asked;
  }
}

export const definitions = new Definitions();
