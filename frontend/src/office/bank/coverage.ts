/** The heat map of the bank as figures, and as a file. */
import { STATES, type CoverageRow } from "../../api/bank";
import { csv } from "../csv";

/** How full a cell is beside what is wanted: 0 (nothing) to 4 (all of it). */
export function shade(held: number, wanted: number): number {
  if (held === 0) return 0;
  return wanted <= 0 ? 4 : Math.min(4, Math.ceil((4 * held) / wanted));
}

export const DIFFICULTIES = ["easy", "medium", "hard"] as const;

export function csvOf(head: readonly string[], rows: readonly CoverageRow[]): string {
  return csv(
    head,
    rows.map((row) => [
      row.kuk, row.text, row.wanted, ...STATES.map((state) => row.states[state] ?? 0), ...DIFFICULTIES.map((one) => row.difficulties[one]), row.missing,
    ]),
  );
}
