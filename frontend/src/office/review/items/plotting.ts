/** Heights at which labels stand so that none covers another: as near to their points as the least distance allows. */
export function apart(heights: readonly number[], least: number): number[] {
  const order = heights.map((_, place) => place).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  let last = -Infinity;
  for (const place of order) {
    placed[place] = Math.max(heights[place]!, last + least);
    last = placed[place]!;
  }
  return placed;
}
