/** Where a visitor was in which recording: `{ "chor-2026-05-24": 754 }`, oldest first. Pure. */
export type Places = Record<string, number>;

export const MOST = 50;
/** So near to the beginning or the end nobody needs a bookmark. */
export const NEAR_S = 10;

/** With a recording's place kept; without it where the recording has ended; as before where it has hardly begun. */
export function withPlace(places: Places, slug: string, at: number, duration: number): Places {
  if (at < NEAR_S) return places;
  const others = Object.entries(places).filter(([name]) => name !== slug);
  const kept: [string, number][] = at > duration - NEAR_S ? others : [...others, [slug, Math.floor(at)]];
  return Object.fromEntries(kept.slice(-MOST));
}

/** What was kept, by whichever version of this page or hand. */
export function readPlaces(text: string | null): Places {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "");
  } catch {
    return {};
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) return {};
  return Object.fromEntries(
    Object.entries(found).filter(([, at]) => typeof at === "number" && Number.isFinite(at) && at >= 0),
  );
}

/** The seconds that an address's fragment asks for: `#t=754`. */
export function askedTime(fragment: string): number | null {
  const found = /^#t=(\d{1,6})$/.exec(fragment);
  return found ? Number(found[1]) : null;
}

/** 2:05, or 1:02:05. */
export function asClock(at: number): string {
  const [hours, minutes, seconds] = [Math.floor(at / 3600), Math.floor(at / 60) % 60, Math.floor(at) % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
