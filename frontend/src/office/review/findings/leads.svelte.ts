/** Which leads of a review have a finding that stands; read once for all leads that appear together. */
import { findings, type FindingMark } from "../../../api/review-findings";
import { session } from "../../../ui/staff/session.svelte";

const TOGETHER_MS = 2_000;

class LeadFindings {
  #marks = $state.raw<Record<string, FindingMark>>({});
  #review = "";
  #readAt = -Infinity;

  /** What changed elsewhere meanwhile is seen when leads appear anew. */
  load(review: string): void {
    if (!session.may("review:finding:read")) return;
    if (review === this.#review && performance.now() - this.#readAt < TOGETHER_MS) return;
    [this.#review, this.#readAt] = [review, performance.now()];
    findings.ofReview(review).then(
      (found) => void (this.#marks = found.by_lead),
      () => void (this.#readAt = -Infinity), // without marks the server still refuses a second finding of the same lead
    );
  }

  of(lead: string): FindingMark | null {
    return this.#marks[lead] ?? null;
  }

  add(lead: string, mark: FindingMark): void {
    this.#marks = { ...this.#marks, [lead]: mark };
  }
}

export const leadFindings = new LeadFindings();
