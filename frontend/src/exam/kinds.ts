/** What is recorded of an exam, in the words of the server's own list: told before the start, shown again afterwards. */
import kinds from "../../../app/delivery/signals/kinds.json";
import { prefs } from "../ui/prefs.svelte";

export const recordedKinds = (): string[] => kinds.map((kind) => kind[prefs.lang]);

export const kindInWords = (kind: string): string => kinds.find((one) => one.kind === kind)?.[prefs.lang] ?? kind;
