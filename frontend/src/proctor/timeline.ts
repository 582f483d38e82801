/** What belongs to an event of a timeline, in words. Never an answer: the server tells none. */
import type { TimelineEvent } from "../api/board";
import { exactTime } from "../i18n";
import { kindInWords } from "../ui/kinds";
import { prefs } from "../ui/prefs.svelte";
import { beforeWord } from "../ui/staff/before";
import { boardWord, boardWords } from "./words";

type Facts = TimelineEvent["facts"];

export function details({ what, facts, reason }: TimelineEvent, zone: string): string {
  const w = boardWords();
  const parts = [
    ...(what === "answers.saved" ? answers(facts) : []),
    ...(what === "message.sent" ? message(facts, zone) : []),
    ...(what === "help.called" ? [boardWord("need-", String(facts["need"]))] : []),
    ...(facts["signal"] ? signal(facts, zone) : []),
  ];
  if (facts["seconds"] !== undefined) parts.push(w.lasting(number(facts, "seconds")));
  for (const name of ["kind", "code"]) if (facts[name]) parts.push(boardWord(`${name}-`, String(facts[name])));
  if (facts["document"]) parts.push(beforeWord("doc-", String(facts["document"])));
  if (facts["matched"] !== undefined) parts.push(facts["matched"] ? w.identityMatched : w.identityNotMatched);
  for (const name of ["address", "agent"]) if (facts[name]) parts.push(String(facts[name]));
  if (reason) parts.push(reason);
  return parts.join(" · ");
}

const number = (facts: Facts, name: string): number => Number(facts[name] ?? 0);

function answers(facts: Facts): string[] {
  const w = boardWords();
  const parts = [];
  if (number(facts, "first") + number(facts, "changed") > 0) parts.push(w.savedIn(number(facts, "first"), number(facts, "changed")));
  if (number(facts, "late") > 0) parts.push(w.lateIn(number(facts, "late")));
  if (number(facts, "rescued") > 0) parts.push(w.rescuedIn(number(facts, "rescued")));
  return parts;
}

function message(facts: Facts, zone: string): string[] {
  const w = boardWords();
  const at = (name: string): string => exactTime(String(facts[name]), zone, prefs.lang);
  const shown = facts["shown_at"] ? w.shownAt(at("shown_at")) : w.notShown;
  return [`“${String(facts["text"])}”`, shown, facts["acknowledged_at"] ? w.readAt(at("acknowledged_at")) : w.notRead];
}

/** When it happened is the page's word; the event stands where the server heard of it. */
function signal(facts: Facts, zone: string): string[] {
  const w = boardWords();
  const parts = [kindInWords(String(facts["signal"]))];
  if (facts["times"]) parts.push(w.countedTimes(number(facts, "times")));
  if (facts["lasted"]) parts.push(w.lasting(Math.round(number(facts, "lasted"))));
  if (facts["note"]) parts.push(String(facts["note"]));
  if (facts["client_at"]) parts.push(w.byThePage(exactTime(String(facts["client_at"]), zone, prefs.lang)));
  return parts;
}
