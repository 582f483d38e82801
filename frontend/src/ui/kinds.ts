/** What is recorded of an exam, in the words of the server's own list: told before the start, shown on the board, read afterwards. */
import kinds from "../../../app/delivery/signals/kinds.json";
import { prefs } from "./prefs.svelte";

export const recordedKinds = (): string[] => kinds.map((kind) => kind[prefs.lang]);

export const kindInWords = (kind: string): string => kinds.find((one) => one.kind === kind)?.[prefs.lang] ?? kind;

/** Whether its threshold is so many seconds altogether, and not how often. */
export const isByTime = (kind: string): boolean => kinds.some((one) => one.kind === kind && one.attention.seconds !== undefined);
