/**
 * What the first question does not need is fetched beside it, in one piece, as soon as a first screen stands: long before
 * it is needed, since the line may be gone then. The build's import tries again until it succeeds.
 */
import type * as Aside from "./views/aside";

let aside = $state.raw<typeof Aside | null>(null);
let asked = false;

export function fetchAside(): void {
  if (asked) return;
  asked = true;
  void import("./core/paper");
  void import("./views/aside").then((module) => (aside = module));
}

export const fetched = (): typeof Aside | null => aside;
