import { onDestroy } from "svelte";

const AGAIN_MS = 5_000;

/** Read every few seconds for as long as there is nothing to show: what was opened without a line comes by itself. */
export function retryWhile(missing: () => boolean, read: () => Promise<unknown>): void {
  const again = setInterval(() => {
    if (missing()) void read();
    else clearInterval(again);
  }, AGAIN_MS);
  onDestroy(() => clearInterval(again));
}
