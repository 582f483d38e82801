import type { Move } from "../../api/bank";
import type { Pool } from "../../api/pools";
import { day } from "../../ui/staff/words.svelte";

/** From so many answers on the server tells D. */
export const LEAST_N_D = 100;

/** The bank belongs to no sitting: its times are those of the office. */
export const ZONE = "Asia/Jakarta";

/** "1 Januari 2027 – 30 Juni 2027" */
export const period = (pool: Pick<Pool, "period_from" | "period_to">): string =>
  [pool.period_from, pool.period_to].map((date) => day(`${date}T12:00:00+07:00`, ZONE)).join(" – ");

/** What takes an item away from candidates, or back to its author, is done for a reason; the server asks for as many signs. */
export const REASON_NEEDED: readonly Move[] = ["suspend", "retire"];
export const LEAST_REASON = 10;
