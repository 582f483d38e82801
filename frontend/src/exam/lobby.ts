import type { Words } from "../i18n";
import { lobby as en } from "../i18n/lobby.en";
import { lobby as id } from "../i18n/lobby.id";
import { prefs } from "../ui/prefs.svelte";

export const lobbyWords = (): Words<typeof id> => (prefs.lang === "en" ? en : id);
