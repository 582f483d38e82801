/** What the server says changed, put into what the page knows. */
import type { BoardCandidate } from "../api/board";

const natural = new Intl.Collator("id", { numeric: true });

/** By seat, so that A2 stands before A10; who has none comes after them, by number. */
export function inOrder(a: BoardCandidate, b: BoardCandidate): number {
  if ((a.seat === null) !== (b.seat === null)) return a.seat === null ? 1 : -1;
  return natural.compare(a.seat ?? "", b.seat ?? "") || natural.compare(a.number, b.number);
}

/** Whether this event follows on what is known; where one was missed, the whole board is asked for again. */
export const follows = (known: number, number: number): boolean => known > 0 && number === known + 1;
