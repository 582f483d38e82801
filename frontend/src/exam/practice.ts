/** Latihan: the same screens over a server in this page, with items that are public by intent. */
import type { Practice } from "../api/types";
import type { Words } from "../i18n";
import { practice as en } from "../i18n/practice.en";
import { practice as id } from "../i18n/practice.id";
import { prefs } from "../ui/prefs.svelte";
import { LocalServer } from "./core/localserver";

export const practiceWords = (): Words<typeof id> => (prefs.lang === "en" ? en : id);

export const PRACTICE_ZONE = "Asia/Jakarta";

export function openPractice(practice: Practice): LocalServer {
  const now = Date.now();
  return new LocalServer({
    number: "",
    name: "",
    agreed: true,
    questions: practice.items.map(({ position, stem, options }) => ({ position, stem, options })),
    sitting: {
      code: "LATIHAN",
      title: practice.title,
      scheme_code: "",
      scheme_title: practice.title,
      zone: PRACTICE_ZONE,
      opens_at: new Date(now - 1_000).toISOString(),
      closes_at: new Date(now + 86_400_000).toISOString(),
      duration_seconds: practice.duration_seconds,
      transmission_seconds: 2,
      items: practice.items.length,
      options: practice.options,
      pass_mark: null,
      admission: "proctor",
      takeover: "candidate",
      lang: "id",
      proctors: [],
    },
  });
}
