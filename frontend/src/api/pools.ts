/** Active pools: what of a bank is in use for a period. */
import type { BankRow, BulkRow, ItemState } from "./bank";
import { bank } from "./bank";
import { staff } from "./staff";
import type { Instant } from "./types";

export interface Pool {
  id: string;
  /** Days, without a time: "2026-11-22". */
  period_from: string;
  period_to: string;
  candidates: number;
  size: number;
  state: "written" | "active" | "over";
  made_by: string;
  made_at: Instant;
  activated_by: string | null;
  activated_at: Instant | null;
}

export interface PoolDetail extends Pool {
  items: { version_id: string; code: string; version_no: number; kuk: string; state: ItemState }[];
}

export interface Proposal {
  size: number;
  answers_per_item: number;
  kuks: { kuk: string; per_form: number; proposed: number; usable: number }[];
  version_ids: string[];
}

export interface Activation {
  refused: boolean;
  activating: BulkRow[];
  resting: BulkRow[];
}

export interface NewPool {
  scheme: string;
  period_from: string;
  period_to: string;
  candidates: number;
  version_ids: string[];
}

const LARGEST_PAGE = 200;

export const pools = {
  list: (scheme: string) => staff.get<{ pools: Pool[] }>(`/bank/pools?scheme=${encodeURIComponent(scheme)}`),
  propose: (scheme: string, candidates: number) =>
    staff.get<Proposal>(`/bank/pools/proposal?scheme=${encodeURIComponent(scheme)}&candidates=${candidates}`, 20_000),
  write: (pool: NewPool) => staff.post<{ id: string }>("/bank/pools", pool),
  read: (id: string) => staff.get<PoolDetail>(`/bank/pools/${id}`),
  activate: (id: string, reason: string, dry_run: boolean) =>
    staff.post<Activation>(`/bank/pools/${id}/activate`, { reason, dry_run }, { timeoutMs: 60_000 }),

  /** Every item that a pool may hold. */
  async usable(scheme: string): Promise<BankRow[]> {
    const found: BankRow[] = [];
    for (const state of ["active", "approved"] satisfies ItemState[]) {
      for (let page = 1; ; page += 1) {
        const params = new URLSearchParams({ scheme, state, page: String(page), size: String(LARGEST_PAGE) });
        const { items, total } = await bank.items(params.toString());
        found.push(...items);
        if (page * LARGEST_PAGE >= total) break;
      }
    }
    return found;
  },
};
