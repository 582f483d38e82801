/** How a period of the review's window is called. */
import type { Period } from "../../../api/review-items";
import { day } from "../../../ui/staff/words.svelte";
import { ZONE } from "../../bank/facts";

const noon = (date: string): string => day(`${date}T12:00:00+07:00`, ZONE);

/** "14 Maret 2026", or from the first to the last sitting. */
export const periodName = (one: Pick<Period, "from" | "to">): string => (one.from === one.to ? noon(one.from) : `${noon(one.from)} – ${noon(one.to)}`);
