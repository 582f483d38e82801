import { place } from "../../ui/staff/place.svelte";
import { pageOf, type Route } from "./route";

/** Show another page of the office, as a new entry of the browser's history. */
export function show(page: string): void {
  place.open(page);
  scrollTo(0, 0);
  // What had the focus is gone: keys and screen readers go on at the beginning of the new page.
  document.getElementById("main")?.focus({ preventScroll: true });
}

export const go = (route: Route): void => show(pageOf(route));
