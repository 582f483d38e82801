/** An item while somebody writes it. */
import type { Content, ItemBody, Version } from "../../api/bank";
import type { Text } from "../../api/types";
import { isEmpty, markupOf } from "./rich/reading";

/** Options carry a name that stays with them, so that taking one away leaves the others as they are on the page. */
export interface Option {
  name: number;
  text: Text;
}

export interface Draft {
  kuk: string;
  lang: string;
  stimulusCode: string;
  stimulus: Text;
  stem: Text;
  options: Option[];
  /** The options are not shuffled. */
  fixedOrder: boolean;
  /** The name of the right option. */
  key: number | null;
  rationale: string;
  source: string;
  level: string;
  /** Of a hundred candidates just good enough to pass, how many will answer right. */
  expected: number;
  /** Codes, as they are typed. */
  enemies: string;
}

export const LEAST_OPTIONS = 3;
export const MOST_OPTIONS = 6;
const USUAL_OPTIONS = 4;

export const emptyDraft = (kuk: string): Draft => ({
  kuk,
  lang: "id",
  stimulusCode: "",
  stimulus: "",
  stem: "",
  options: Array.from({ length: USUAL_OPTIONS }, (_, name) => ({ name, text: "" })),
  fixedOrder: false,
  key: null,
  rationale: "",
  source: "",
  level: "apply",
  expected: 60,
  enemies: "",
});

export const draftOf = (version: Version): Draft => ({
  kuk: version.kuk,
  lang: version.lang,
  stimulusCode: version.stimulus_code ?? "",
  stimulus: version.shown.stimulus,
  stem: version.shown.stem,
  options: version.shown.options.map((text, name) => ({ name, text })),
  fixedOrder: version.fixed_order,
  key: version.key,
  rationale: version.rationale,
  source: version.source,
  level: version.cognitive_level,
  expected: Math.round(version.expected_p * 100),
  enemies: version.enemies.join(", "),
});

export const contentOf = (draft: Draft): Content => ({
  stem: markupOf(draft.stem),
  options: draft.options.map((option) => markupOf(option.text)),
  stimulus: markupOf(draft.stimulus),
});

/** Where the right option stands; −1 where nobody chose it yet. */
export const keyOf = (draft: Draft): number => draft.options.findIndex((option) => option.name === draft.key);

export const bodyOf = (draft: Draft): ItemBody => ({
  kuk: draft.kuk,
  lang: draft.lang,
  stimulus_code: draft.stimulusCode.trim() || null,
  content: contentOf(draft),
  fixed_order: draft.fixedOrder,
  key: keyOf(draft),
  rationale: draft.rationale.trim(),
  source: draft.source.trim(),
  cognitive_level: draft.level,
  expected_p: draft.expected / 100,
  enemies: draft.enemies.split(/[\s,;]+/).filter(Boolean),
});

export function withOption(draft: Draft): Draft {
  const name = Math.max(-1, ...draft.options.map((option) => option.name)) + 1;
  return { ...draft, options: [...draft.options, { name, text: "" }] };
}

export function withoutOption(draft: Draft, name: number): Draft {
  return { ...draft, options: draft.options.filter((option) => option.name !== name), key: draft.key === name ? null : draft.key };
}

/** The fields that have to be filled before the item can be saved, or submitted. */
export function lacking(draft: Draft, submits: boolean): string[] {
  const found: string[] = [];
  if (!draft.kuk) found.push("kuk");
  if (isEmpty(draft.stem)) found.push("stem");
  draft.options.forEach((option, place) => isEmpty(option.text) && found.push(`options.${place}`));
  if (keyOf(draft) < 0) found.push("key");
  if (submits && !draft.rationale.trim()) found.push("rationale");
  if (submits && !draft.source.trim()) found.push("source");
  return found;
}
