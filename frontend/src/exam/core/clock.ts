/**
 * The server's time, drawn here. The offset is to the monotonic clock of the browser, so a candidate's wrong or jumping
 * wall clock changes nothing. Each answer of the server sets it anew: a laptop that slept is right again after one.
 */
export class Clock {
  private offset: number | null = null;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /**
   * Take over the server's time. With `sentAt`, a reading of `mark`, it is known that the server looked at its clock
   * between then and now. What we believed stays if it lies between: a slow answer must not spoil what a quick one told.
   */
  sync(serverTime: string, sentAt?: number): void {
    const here = this.monotonic();
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return;
    const trip = sentAt === undefined ? 0 : Math.max(here - sentAt, 0);
    // The first time there is nothing to believe: half of the trip, but never a guess over 2 s.
    const believed = this.offset === null ? server + Math.min(trip / 2, 2_000) : here + this.offset;
    this.offset = Math.min(Math.max(believed, server), server + trip) - here;
  }

  get known(): boolean {
    return this.offset !== null;
  }

  mark(): number {
    return this.monotonic();
  }

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    return this.offset === null ? Date.now() : this.monotonic() + this.offset;
  }

  left(until: number | null): number {
    return until === null ? 0 : Math.max(0, until - this.now());
  }
}

/** Chance without Web Crypto's subtle part, which plain http on a LAN address does not have. */
export function hex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, "0")).join("");
}
