import type { Words } from "../i18n";
import { talk as en } from "../i18n/talk.en";
import { talk as id } from "../i18n/talk.id";
import { prefs } from "../ui/prefs.svelte";

export const talkWords = (): Words<typeof id> => (prefs.lang === "en" ? en : id);
