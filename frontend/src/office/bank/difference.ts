/** Two versions side by side. */
import type { Difference } from "../../api/bank";

type Segment = Difference["fields"][number]["segments"][number];

/** What stands on the side of the older and of the newer version. */
export const older = (segments: readonly Segment[]): Segment[] => segments.filter((one) => one.op !== "new");
export const newer = (segments: readonly Segment[]): Segment[] => segments.filter((one) => one.op !== "gone");

export const isSame = (segments: readonly Segment[]): boolean => segments.every((one) => one.op === "same");

/** "options.2" is option C. */
export function fieldOf(field: string): { name: string; letter: string } {
  const [name = "", place] = field.split(".");
  return { name: place === undefined ? name : "option", letter: place === undefined ? "" : String.fromCharCode(65 + Number(place)) };
}
