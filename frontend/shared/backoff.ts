/** How long to wait before the next attempt, so that a thousand pages do not come back in the same instant. */

const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Full jitter: somewhere between nothing and a ceiling that doubles with each failed attempt (0, 1, 2 …). */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(random() * ceiling);
}
