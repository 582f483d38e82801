/** Choosing the items of a pool: pure. */
import type { BankRow } from "../../api/bank";
import type { Proposal } from "../../api/pools";

export interface Share {
  kuk: string;
  perForm: number;
  proposed: number;
  chosen: number;
  items: BankRow[];
}

/** The bank by criteria, with how many of each are chosen. */
export function sharesOf(proposal: Proposal, usable: readonly BankRow[], chosen: ReadonlySet<string>): Share[] {
  return proposal.kuks.map(({ kuk, per_form, proposed }) => {
    const items = usable.filter((row) => row.kuk === kuk);
    return { kuk, perForm: per_form, proposed, chosen: items.filter((row) => chosen.has(row.version_id)).length, items };
  });
}

/** Of these the pool holds fewer than one form needs: it could not be activated. */
export const tooFew = (shares: readonly Share[]): string[] => shares.filter((one) => one.chosen < one.perForm).map((one) => one.kuk);

export function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set(chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id]);
}
