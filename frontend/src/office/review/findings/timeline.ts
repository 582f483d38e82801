/** The whole story of a finding, in the order in which it happened. */
import type { FindingStory } from "../../../api/review-findings";

export interface Event {
  at: string;
  kind: "raised" | "asked" | "done" | "worked" | "failed" | "taken-back" | "closed" | "withdrawn";
  by: string;
  text: string;
  /** What it rests on: a review, or that it could be said at once. */
  basis: string;
}

export interface Said {
  atOnce: string;
  ownedBy: (name: string) => string;
}

export function eventsOf(story: FindingStory, said: Said): Event[] {
  const events: Event[] = [{ at: story.raised_at, kind: "raised", by: story.raised_by, text: story.statement, basis: story.review?.title ?? "" }];
  for (const one of story.list) {
    events.push({ at: one.asked_at, kind: "asked", by: one.asked_by, text: one.description, basis: said.ownedBy(one.owner.name) });
    if (one.done_at) events.push({ at: one.done_at, kind: "done", by: one.done_by ?? "", text: one.done_note ?? "", basis: "" });
  }
  for (const one of story.verifications) {
    const basis = one.review?.title ?? `${said.atOnce}: ${one.at_once}`;
    events.push({ at: one.at, kind: one.effective ? "worked" : "failed", by: one.by, text: one.evidence, basis });
    if (one.taken_back_at) events.push({ at: one.taken_back_at, kind: "taken-back", by: "", text: "", basis });
  }
  if (story.closed_at) {
    const kind = story.state === "withdrawn" ? "withdrawn" : "closed";
    events.push({ at: story.closed_at, kind, by: story.closed_by ?? "", text: story.closing_note ?? "", basis: "" });
  }
  // What happened in one moment keeps its order here.
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
