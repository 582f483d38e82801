/** The words of papers, and how a printed file reaches the person who asked for it. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffPapersEn } from "../../i18n/staff.papers.en";
import { staffPapersId } from "../../i18n/staff.papers.id";
import { prefs } from "../prefs.svelte";
import { advice } from "./session.svelte";

export const paperWords = (): Words<typeof staffPapersId> => (prefs.lang === "en" ? staffPapersEn : staffPapersId);

export function paperAdvice(error: unknown): string {
  const code = error instanceof Problem ? error.code : "";
  return code === "cards-in-use" || code === "exam-over" ? paperWords()[code] : advice(error);
}

export function saveFile(name: string, file: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
