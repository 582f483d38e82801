/** Keeps a log-in alive on a page that only watches. */
import { Problem } from "../../api/client";

/** A cookie lives for an hour and is renewed by any plain request of its second half; a stream of events renews nothing. */
export const KEEP_MS = 10 * 60_000;

/** Ask now and then; returns how to stop. Who is refused as nobody is told so; a line that is away is asked again later. */
export function keep(ask: () => Promise<unknown>, ended: () => void, everyMs = KEEP_MS): () => void {
  const timer = setInterval(() => {
    ask().catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) ended();
    });
  }, everyMs);
  return () => clearInterval(timer);
}
