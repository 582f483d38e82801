/** What a person is typing, kept as long as the page is open: over a log-in that ended, and from one part to another. */
class Drafts {
  text = $state<Record<string, string>>({});

  forget(): void {
    this.text = {};
  }
}

export const drafts = new Drafts();
