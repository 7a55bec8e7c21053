/** How long to wait before the next attempt, so that a thousand pages do not come back in the same instant. */

const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Full jitter: somewhere between nothing and a ceiling that doubles with each failed attempt (0, 1, 2 …). */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(random() * ceiling);
}

/** How often somebody asks in vain before giving up. */
const ATTEMPTS = 5;
/**
 * What a house says for a moment: too many at once, it is just being started (RFC 9110 15.6, RFC 6585 4), or it made a
 * mistake, which all who asked at the same moment are told.
 */
const PASSING = [429, 500, 502, 503, 504];
const LONGEST_RETRY_AFTER_S = 60;

/** As `backoff`, and not before the house wished it: seconds of its `Retry-After`, if it said any (RFC 9110 10.2.3). */
export function retryAfter(header: string | null, attempt: number, random: () => number = Math.random): number {
  const seconds = /^\d{1,9}$/.test(header ?? "") ? Math.min(Number(header), LONGEST_RETRY_AFTER_S) : 0;
  return seconds * 1000 + backoff(attempt + 1, random);
}

interface Answer {
  status: number;
  /** Its `Retry-After`. */
  wish: string | null;
}

export interface Persistence {
  attempts?: number;
  /** Whether somebody still waits for it. */
  wanted?: () => boolean;
  pause?: (ms: number) => Promise<void>;
}

/** The answer to `ask`, which is asked again while nobody answers (null) or the house cannot for a moment; or null. */
export async function persistently<A extends Answer>(
  ask: () => Promise<A | null>,
  {
    attempts = ATTEMPTS,
    wanted = () => true,
    pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }: Persistence = {},
): Promise<A | null> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (answer && !PASSING.includes(answer.status)) return answer;
    if (attempt >= attempts) return null;
    await pause(retryAfter(answer?.wish ?? null, attempt - 1));
    if (!wanted()) return null;
  }
}
