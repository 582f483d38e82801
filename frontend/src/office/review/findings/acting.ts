/** What the parts of a finding's page get from it. */
import type { FindingStory } from "../../../api/review-findings";

export interface Part {
  story: FindingStory;
  busy: boolean;
  /** Do it and read the finding again; true where it was done. */
  act: (work: () => Promise<unknown>) => Promise<boolean>;
}
