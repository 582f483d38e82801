/** Which period a review that is planned now is likely to be about: pure, so that it can be tried out. */

export interface Period {
  period_from: string;
  period_to: string;
}

const iso = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** From the day after the newest review on; else the half-year that is over. A period lasts to the end of a half-year. */
export function nextPeriod(reviews: readonly Period[], today: Date): Period {
  const newest = reviews.map((one) => one.period_to).sort().at(-1);
  if (newest) {
    const [year = 0, month = 1, day = 1] = newest.split("-").map(Number);
    const from = iso(year, month - 1, day + 1);
    return { period_from: from, period_to: endOfHalf(from) };
  }
  const half = today.getMonth() < 6 ? iso(today.getFullYear() - 1, 6, 1) : iso(today.getFullYear(), 0, 1);
  return { period_from: half, period_to: endOfHalf(half) };
}

function endOfHalf(date: string): string {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return month <= 6 ? iso(year, 5, 30) : iso(year, 11, 31);
}
