/** The review that is open, read again while it is computed: over a reload, and however often the line is away. */
import { course, type OneReview } from "../../../api/review-course";
import { Unreachable } from "../../../api/client";
import { courseAdvice } from "./words";

const AGAIN_MS = 1_500;

export class OpenReview {
  review = $state.raw<OneReview | null>(null);
  refusal = $state("");
  /** The server could not be reached the last time. */
  away = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  constructor(readonly id: string) {}

  async read(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.review = await course.one(this.id);
      [this.refusal, this.away] = ["", false];
    } catch (error) {
      this.away = error instanceof Unreachable;
      this.refusal = courseAdvice(error);
    }
    if (!this.#gone && (this.away || this.review?.state === "computing")) this.#timer = setTimeout(() => void this.read(), AGAIN_MS);
  }

  /** A command on it; true where it took. What it changed is read at once, also where it was refused because of that. */
  async act(command: () => Promise<unknown>): Promise<boolean> {
    let refused = "";
    try {
      await command();
    } catch (error) {
      refused = courseAdvice(error);
    }
    await this.read();
    if (refused) this.refusal = refused;
    return !refused;
  }

  stop(): void {
    this.#gone = true;
    clearTimeout(this.#timer);
  }
}
