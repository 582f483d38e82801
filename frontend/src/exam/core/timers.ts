/** What the page waits with, and by chance. Tests move it by hand. */
export interface Timers {
  set(work: () => void, ms: number): unknown;
  clear(timer: unknown): void;
  random(): number;
}

export const browserTimers: Timers = {
  set: (work, ms) => setTimeout(work, ms),
  clear: (timer) => clearTimeout(timer as number),
  random: Math.random,
};
