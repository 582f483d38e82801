const JUMP_MS = 2_000;

/** Notices that the two clocks of the browser came apart: it slept, or somebody set the time. To be asked every second. */
export class TwoClocks {
  #apart = apart();

  cameApart(): boolean {
    const before = this.#apart;
    this.#apart = apart();
    return Math.abs(this.#apart - before) > JUMP_MS;
  }
}

function apart(): number {
  return Date.now() - performance.now();
}
