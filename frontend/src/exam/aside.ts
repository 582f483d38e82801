import type { Words } from "../i18n";
import { aside as en } from "../i18n/aside.en";
import { aside as id } from "../i18n/aside.id";
import { prefs } from "../ui/prefs.svelte";

export const asideWords = (): Words<typeof id> => (prefs.lang === "en" ? en : id);
