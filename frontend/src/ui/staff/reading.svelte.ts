/** What a page reads when it is opened, and again when something changed it: what came, or why nothing did. */
import { Problem } from "../../api/client";

export class Reading<T> {
  found = $state.raw<T | null>(null);
  refusal = $state("");
  /** The server has no such thing, or not yet. */
  absent = $state(false);

  constructor(
    private readonly get: () => Promise<T>,
    /** What a failure means to the person in front of the page. */
    private readonly advice: (error: unknown) => string,
  ) {
    void this.read();
  }

  async read(): Promise<void> {
    this.refusal = "";
    try {
      this.found = await this.get();
      this.absent = false;
    } catch (error) {
      this.absent = error instanceof Problem && error.status === 404;
      this.refusal = this.advice(error);
    }
  }
}
