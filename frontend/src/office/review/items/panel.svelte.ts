/** What the item panel of a review holds while a person goes from its table to a card and back. */
import { reviewItems, type Decided, type ItemRow, type Items } from "../../../api/review-items";
import { chosen, EVERYTHING, newestOf, type Query } from "./table";
import { itemAdvice } from "./words";

class ItemsOfReview {
  review = "";
  items = $state.raw<Items | null>(null);
  decided = $state.raw<Decided[]>([]);
  /** Items are decided on while the review is under discussion. */
  discussed = $state(false);
  refusal = $state("");
  query = $state.raw<Query>(EVERYTHING);
  /** What was just done, said once, wherever the person is by then. */
  told = $state("");

  newest = $derived(newestOf(this.decided));
  shown = $derived(chosen(this.items?.rows ?? [], this.query, (id) => this.newest.get(id)?.decision));

  async open(review: string): Promise<void> {
    if (review !== this.review) {
      [this.review, this.items, this.decided, this.query, this.told] = [review, null, [], EVERYTHING, ""];
    }
    this.refusal = "";
    try {
      const [items, decisions] = await Promise.all([this.items ?? reviewItems.all(review), reviewItems.decisions(review)]);
      if (review !== this.review) return; // another one was opened meanwhile
      [this.items, this.decided, this.discussed] = [items, decisions.decisions, decisions.state === "discussion"];
    } catch (error) {
      this.refusal = itemAdvice(error);
    }
  }

  async readDecisions(): Promise<void> {
    this.decided = (await reviewItems.decisions(this.review)).decisions;
  }

  ask(change: Partial<Query>): void {
    this.query = { ...this.query, ...change };
  }

  row(id: string): ItemRow | undefined {
    return this.items?.rows.find((row) => row.id === id);
  }

  /** Where an item stands among those that are filtered; -1 where the filter passes over it. */
  place(id: string): number {
    return this.shown.findIndex((row) => row.id === id);
  }
}

export const panel = new ItemsOfReview();
