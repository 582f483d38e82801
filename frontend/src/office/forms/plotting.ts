/** Where things stand in a plot. */

/** Half the width of a 95 % interval, in standard errors. */
export const Z95 = 1.96;

/** From the values of a plot to its points. */
export function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** Round values across a range, about so many: 0, 0.5, 1 … */
export function ticks(low: number, high: number, about: number): number[] {
  const rough = (high - low || 1) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

/** Digits that tell the ticks apart. */
export function digitsOf(values: readonly number[]): number {
  return Math.max(0, ...values.map((value) => (String(value).split(".")[1] ?? "").length));
}

/** So many pairs of forms have so many items in common, from the fewest items to the most. */
export function pairsByOverlap(matrix: readonly (readonly number[])[]): { value: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const [row, values] of matrix.entries()) {
    for (const value of values.slice(row + 1)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value);
}

/** More forms than this are no table to read on a screen. */
export const LARGEST_MATRIX = 20;

/** Whether every form keeps this limit. */
export const keptIn = (limit: { least: number; most: number; counts: readonly number[] }): boolean =>
  limit.counts.every((count) => limit.least <= count && count <= limit.most);
