/** Keeps ratings as they are typed: what was written goes out together shortly after the last key, and again until it arrived. */

const WAIT_MS = 500;
const AGAIN_MS = 4_000;

export class Saving {
  state = $state<"idle" | "saving" | "saved" | "unsaved">("idle");
  /** Why the server refused; nothing is tried again then. */
  refusal = $state.raw<unknown>(null);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the page reads it
  #waiting = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left = false;
  #send: (percents: Record<string, number>) => Promise<unknown>;
  #isRefusal: (error: unknown) => boolean;
  #keep: (waiting: Record<string, number>) => void;

  constructor(send: (percents: Record<string, number>) => Promise<unknown>, isRefusal: (error: unknown) => boolean, keep: (waiting: Record<string, number>) => void) {
    this.#keep = keep;
    this.#send = send;
    this.#isRefusal = isRefusal;
  }

  write(item: string, percent: number): void {
    this.#waiting.set(item, percent);
    this.#keep(Object.fromEntries(this.#waiting));
    this.#later(WAIT_MS);
  }

  /** Sends what waits, now; true once nothing waits any more. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return true;
    const sent = [...this.#waiting];
    this.state = "saving";
    try {
      await this.#send(Object.fromEntries(sent));
    } catch (error) {
      this.state = "unsaved";
      if (this.#isRefusal(error)) this.refusal = error;
      else this.#later(AGAIN_MS);
      return false;
    }
    for (const [item, percent] of sent) if (this.#waiting.get(item) === percent) this.#waiting.delete(item);
    this.#keep(Object.fromEntries(this.#waiting));
    this.state = "saved";
    return this.#waiting.size === 0;
  }

  /** The page goes: one last try. A later one could overwrite what is written on the page that comes. */
  leave(): void {
    this.#left = true;
    void this.flush();
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#left) return;
    this.#timer = setTimeout(() => void this.flush(), ms);
  }
}
