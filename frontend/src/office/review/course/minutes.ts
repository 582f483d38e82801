/** The minutes as they are typed, and whether they differ from what is kept. Pure. */
import { CONCLUSIONS, type KeptMeeting, type Minutes } from "../../../api/review-course";

/** Who writes first is offered the date by which the next review is due. */
export function typed(kept: KeptMeeting, latestDue: string): Minutes {
  const { held_on, place, guests, minutes, revision, fairness, validity, reliability, performance } = kept;
  const next_due = kept.next_due ?? (revision === 0 ? latestDue : null);
  return { held_on, place, present: kept.present.map((one) => one.id), guests, minutes, fairness, validity, reliability, performance, next_due, revision };
}

/** An empty date field is no date. */
export function sent(written: Minutes): Minutes {
  return { ...written, held_on: written.held_on || null, next_due: written.next_due || null };
}

export function differs(one: Minutes, other: Minutes): boolean {
  const texts = ["held_on", "place", "guests", "minutes", "next_due", ...CONCLUSIONS] as const;
  return texts.some((name) => (one[name] ?? "") !== (other[name] ?? "")) || [...one.present].sort().join() !== [...other.present].sort().join();
}
