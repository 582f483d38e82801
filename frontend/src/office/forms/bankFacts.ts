/** How the active bank lies to the reference standard, as the certificate and the page of the standard say it. */
import { figure } from "../../ui/staff/words.svelte";
import type { Fact } from "./Facts.svelte";
import { formWords } from "./words";

/** `difference`: to the standard; none before there is one. */
export function bankFacts(expected: number, difference: number | null, digits: number): Fact[] {
  const facts = [{ definition: "plan_bank_expected", name: formWords().bankExpected, text: formWords().points(figure(expected, digits)) }];
  if (difference === null) return facts;
  const size = figure(Math.abs(difference), digits);
  const sign = /[1-9]/.test(size) ? (difference > 0 ? "+" : "−") : ""; // what is printed as nothing has no direction
  return [...facts, { definition: "plan_drift", name: formWords().driftTitle, text: formWords().points(sign + size) }];
}
