/** The heat map of the bank as figures, and as a file. */
import { STATES, type CoverageRow } from "../../api/bank";

/** How full a cell is beside what is wanted: 0 (nothing) to 4 (all of it). */
export function shade(held: number, wanted: number): number {
  if (held === 0) return 0;
  return wanted <= 0 ? 4 : Math.min(4, Math.ceil((4 * held) / wanted));
}

export const DIFFICULTIES = ["easy", "medium", "hard"] as const;

/** A spreadsheet in Indonesia parts its columns by semicolons; the mark at the beginning tells it the letters. */
export function csvOf(head: readonly string[], rows: readonly CoverageRow[], columns = ";"): string {
  const cells = rows.map((row) => [
    row.kuk, row.text, row.wanted, ...STATES.map((state) => row.states[state] ?? 0), ...DIFFICULTIES.map((one) => row.difficulties[one]), row.missing,
  ]);
  return `\uFEFF${[head, ...cells].map((line) => line.map((cell) => quoted(String(cell), columns)).join(columns)).join("\r\n")}\r\n`;
}

/** What begins like a formula is not to be one. */
function quoted(cell: string, columns: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return safe.includes('"') || safe.includes(columns) || /[\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
