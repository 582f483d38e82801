/** Dots with their intervals, as plots draw them. */
import type { Figure } from "../../../api/figures";

export interface Point {
  label: string;
  value: number;
  low: number | null;
  high: number | null;
  /** Something to look at. */
  marked?: boolean;
}

/** None where a figure has no value. */
export function pointOf(label: string, figure: Figure, marked = false): Point | null {
  return figure.value === null ? null : { label, value: figure.value, low: figure.low, high: figure.high, marked };
}

/** From the lowest to the highest of all that is drawn, with some air. */
export function rangeOf(points: readonly Point[], also: readonly number[] = []): [number, number] {
  const all = [...points.flatMap((one) => [one.value, one.low ?? one.value, one.high ?? one.value]), ...also];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = (high - low || 1) * 0.06;
  return [low - air, high + air];
}
