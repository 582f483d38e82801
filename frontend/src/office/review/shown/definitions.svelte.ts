/** What each figure means, read once. */
import { review, type Definition } from "../../../api/review";

class Definitions {
  all = $state.raw<Record<string, Definition> | null>(null);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    this.#asked ??= review.definitions().then(
      (found) => void (this.all = found),
      () => void (this.#asked = null), // asked again by the next figure that is opened
    );
    return this.#asked;
  }
}

export const definitions = new Definitions();
