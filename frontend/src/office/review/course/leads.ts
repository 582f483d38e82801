/** Leads in the order in which they are read. Pure. */
import type { Lead } from "../../../api/review";
import type { Figure } from "../../../api/figures";

/** Those of one strength by rule, in the order in which the server names them; within a rule the surest first. */
export function byRule(leads: readonly Lead[], strength: Lead["strength"]): { rule: string; leads: Lead[] }[] {
  const groups = new Map<string, Lead[]>();
  for (const lead of leads) if (lead.strength === strength) groups.set(lead.rule, [...(groups.get(lead.rule) ?? []), lead]);
  return [...groups].map(([rule, found]) => ({ rule, leads: found.sort((one, other) => (one.q ?? 1) - (other.q ?? 1)) }));
}

const isFigure = (part: object): part is Figure => "definition" in part && "text_id" in part;

/** The first figure of each of these definitions, wherever a panel has put it; in the order of the names. */
export function figuresIn(part: unknown, names: readonly string[]): Figure[] {
  const found = new Map<string, Figure>();
  const look = (inner: unknown): void => {
    if (inner === null || typeof inner !== "object") return;
    if (isFigure(inner)) {
      if (!found.has(inner.definition)) found.set(inner.definition, inner);
    } else Object.values(inner).forEach(look);
  };
  look(part);
  return names.flatMap((name) => found.get(name) ?? []);
}
