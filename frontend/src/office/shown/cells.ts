/** The cells of a plot's data table: on the page as the server printed them, in a file as numbers to go on with. */
import type { Figure } from "../../api/figures";
import type { Value } from "../csv";

export type Cell = Value | Figure;

export const isFigure = (cell: Cell): cell is Figure => cell !== null && typeof cell === "object";

/** A column of figures becomes three where any of them has an interval: the value, and both its limits as `limits` calls them. */
export function forFile(head: readonly string[], rows: readonly (readonly Cell[])[], limits: readonly [string, string]): { head: string[]; rows: Value[][] } {
  const wide = head.map((_, column) => rows.some((row) => isFigure(row[column]!) && row[column].low !== null));
  return {
    head: head.flatMap((name, column) => (wide[column] ? [name, ...limits.map((limit) => `${name}: ${limit}`)] : [name])),
    rows: rows.map((row) => row.flatMap((cell, column) => spread(cell, wide[column]!))),
  };
}

function spread(cell: Cell, wide: boolean): Value[] {
  if (isFigure(cell)) return wide ? [cell.value, cell.low, cell.high] : [cell.value];
  return wide ? [cell, null, null] : [cell];
}
