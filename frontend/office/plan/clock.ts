/** The town's clock on the wall, also in the night in which it shows an hour twice. */

const HOUR = 3_600_000;

/** Making one takes a hundred times as long as asking it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("de-DE", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, made);
  return made;
}

/** 02:30 */
export function wall(moment: number, zone: string): string {
  return formatOf(zone).format(moment);
}

/** Whether the clock shows this time twice in that night, and which of the two it is. */
export function turn(moment: number, zone: string): "first" | "second" | null {
  const shown = wall(moment, zone);
  if (wall(moment + HOUR, zone) === shown) return "first";
  return wall(moment - HOUR, zone) === shown ? "second" : null;
}

/** Every full hour of a span, its end included. */
export function hours(begins: number, ends: number): number[] {
  return Array.from({ length: Math.floor((ends - begins) / HOUR) + 1 }, (_, number) => begins + number * HOUR);
}
