/** Which leads of a review have a finding that stands, read once for all that are on the page. */
import { findings, type FindingMark } from "../../../api/review-findings";
import { session } from "../../../ui/staff/session.svelte";

class LeadFindings {
  #marks = $state.raw<Record<string, FindingMark>>({});
  #asked: Promise<void> | null = null;
  #review = "";

  /** Asks the server once per page view; leads beside one another share the answer. */
  load(review: string): void {
    if (!session.may("review:finding:read") || (this.#asked && this.#review === review)) return;
    this.#review = review;
    this.#marks = {};
    this.#asked = findings.ofReview(review).then(
      (found) => void (this.#marks = { ...found.by_lead, ...this.#marks }),
      () => void (this.#asked = null), // asked again with the next lead that is shown
    );
    void this.#asked.finally(() => setTimeout(() => (this.#asked = null), FRESH_MS));
  }

  of(lead: string): FindingMark | null {
    return this.#marks[lead] ?? null;
  }

  add(lead: string, mark: FindingMark): void {
    this.#marks = { ...this.#marks, [lead]: mark };
  }
}

const FRESH_MS = 5_000;

export const leadFindings = new LeadFindings();
