/** A blueprint while it is written and compared. */
import type { Scheme } from "../../api/bank";
import type { BlueprintContent, Cell, Limit } from "../../api/forms";

export const countOf = (content: BlueprintContent, kuk: string): number =>
  content.limits.find((one) => one.dimension === "kuk" && one.value === kuk)?.least ?? 0;

export const furtherOf = (content: BlueprintContent): Limit[] => content.limits.filter((one) => one.dimension !== "kuk");

export const sumOf = (content: BlueprintContent, kuks: readonly string[]): number => kuks.reduce((sum, kuk) => sum + countOf(content, kuk), 0);

/** As it is sent: each criterion with an exact number, then the further limits. */
export function contentOf(items: number, counts: Readonly<Record<string, number>>, further: readonly Limit[]): BlueprintContent {
  const kuks = Object.entries(counts).map(([value, count]): Limit => ({ dimension: "kuk", value, least: count, most: count }));
  return { items, limits: [...kuks, ...further.map((one) => ({ ...one }))] };
}

const isOf = (a: Pick<Limit, "dimension" | "value">) => (b: Pick<Limit, "dimension" | "value">) => a.dimension === b.dimension && a.value === b.value;

export interface Difference {
  limit: Pick<Limit, "dimension" | "value">;
  before: Limit | null;
  after: Limit | null;
}

export function differences(before: BlueprintContent, after: BlueprintContent): Difference[] {
  const found: Difference[] = after.limits.map((limit) => ({ limit, before: before.limits.find(isOf(limit)) ?? null, after: limit }));
  const gone: Difference[] = before.limits.filter((limit) => !after.limits.some(isOf(limit))).map((limit) => ({ limit, before: limit, after: null }));
  return [...found, ...gone].filter((one) => one.before?.least !== one.after?.least || one.before?.most !== one.after?.most);
}

/** How many active items there are for one limit, where the check has told it. */
export const availableFor = (cells: readonly Cell[], limit: Pick<Limit, "dimension" | "value">): number | null =>
  cells.find(isOf(limit))?.available ?? null;

/** Under which name a blueprint waits that is written and not saved. */
export const draftName = (scheme: Scheme): string => `blueprint ${scheme.code}`;
