/** How the table of items is filtered and sorted, and how the figures of its rows are read. */
import type { Figure } from "../../../api/figures";
import type { Decided, Decision, FigureColumn, ItemRow, Items } from "../../../api/review-items";

export type Column = "code" | "n" | "p" | "p_now" | "rest" | "d27" | "change" | "verdict" | "decision";

export interface Query {
  search: string;
  unit: string;
  kuk: string;
  verdict: string;
  /** "" for all, "any", "none", or a rule. */
  sign: string;
  state: string;
  /** "" for all, "none", or a decision. */
  decision: string;
  by: Column;
  down: boolean;
}

export const EVERYTHING: Query = { search: "", unit: "", kuk: "", verdict: "", sign: "", state: "", decision: "", by: "verdict", down: true };
const SEVERITY: readonly string[] = ["no-sign", "not-enough", "needs-expert", "strong-problem"];

export type DecisionOf = (id: string) => Decision | undefined;

/** The newest decision of each item; the server sends the newest first. */
export function newestOf(decided: readonly Decided[]): Map<string, Decided> {
  const newest = new Map<string, Decided>();
  for (const one of decided) if (!newest.has(one.item)) newest.set(one.item, one);
  return newest;
}

export function chosen(rows: readonly ItemRow[], query: Query, decisionOf: DecisionOf): ItemRow[] {
  const search = query.search.trim().toLowerCase();
  return rows
    .filter((row) => !search || row.code.toLowerCase().includes(search))
    .filter((row) => (!query.unit || row.unit === query.unit) && (!query.kuk || row.kuk === query.kuk))
    .filter((row) => (!query.verdict || row.verdict === query.verdict) && (!query.state || row.state === query.state))
    .filter((row) => hasSign(row, query.sign) && isDecided(decisionOf(row.id), query.decision))
    .sort((a, b) => ordered(a, b, query, decisionOf));
}

function hasSign(row: ItemRow, sign: string): boolean {
  if (sign === "any") return row.signs.length > 0;
  if (sign === "none") return row.signs.length === 0;
  return !sign || row.signs.includes(sign);
}

function isDecided(decision: Decision | undefined, wanted: string): boolean {
  return !wanted || (wanted === "none" ? decision === undefined : decision === wanted);
}

/** What is not known comes last, whichever way; equals stand by code. */
function ordered(a: ItemRow, b: ItemRow, query: Query, decisionOf: DecisionOf): number {
  const [left, right] = [a, b].map((row) => valueOf(row, query.by, decisionOf)) as [number | string | null, number | string | null];
  if (left === null || right === null) return Number(left === null) - Number(right === null) || byCode(a, b);
  const way = query.down ? -1 : 1;
  return (typeof left === "number" && typeof right === "number" ? left - right : compare(left, right)) * way || byCode(a, b);
}

const compare = (a: number | string, b: number | string): number => String(a).localeCompare(String(b), "id", { numeric: true });
const byCode = (a: ItemRow, b: ItemRow): number => compare(a.code, b.code);

function valueOf(row: ItemRow, column: Column, decisionOf: DecisionOf): number | string | null {
  if (column === "code") return row.code;
  if (column === "n") return row.n;
  if (column === "decision") return decisionOf(row.id) ?? null;
  if (column === "verdict") return SEVERITY.indexOf(row.verdict) + row.signs.length / 100;
  return row[column]?.[0] ?? null;
}

/** A figure of a row as the server printed it. */
export function unpacked(row: ItemRow, column: FigureColumn, items: Pick<Items, "columns">): Figure | null {
  const packed = row[column];
  if (packed === null) return null;
  const none = { definition: items.columns[column], low: null, high: null, n: column === "p_now" ? row.n_now : row.n };
  if (packed[0] === null) {
    return { ...none, value: null, text_id: "–", text_en: "–", range_id: "", range_en: "", reason_id: packed[1], reason_en: packed[2] };
  }
  const [value, text_id, text_en, range_id, range_en] = packed;
  return { ...none, value, text_id, text_en, range_id, range_en, reason_id: "", reason_en: "" };
}

/** A saved view may be older than this page: what it does not know, or knows wrongly, is as in the beginning. */
export function queryOf(saved: Record<string, unknown>): Query {
  const known = Object.entries(EVERYTHING).map(([name, usual]) => [name, typeof saved[name] === typeof usual ? saved[name] : usual]);
  return Object.fromEntries(known) as Query;
}
