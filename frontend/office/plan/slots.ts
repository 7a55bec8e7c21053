/** Slots on a day's sheet: moved by steps, compared, laid side by side. Moments are ms since 1970; knows no DOM. */

export const MINUTE = 60_000;
export const GRAIN = 5 * MINUTE;
const LONG_STEP = 60 * MINUTE;

export interface Slot {
  stage: string;
  start: number;
  end: number;
}

/** The sheet that slots lie on: its stages along the way, and from when to when it reaches. */
export interface Sheet {
  stages: string[];
  begins: number;
  ends: number;
}

export type Step = "earlier" | "later" | "hour-earlier" | "hour-later" | "before" | "after" | "shorter" | "longer";

/** The slot one step further; the same one where the sheet ends, or where nothing would be left of it. */
export function stepped(slot: Slot, step: Step, sheet: Sheet): Slot {
  switch (step) {
    case "earlier":
      return within(slot, -GRAIN, sheet);
    case "later":
      return within(slot, GRAIN, sheet);
    case "hour-earlier":
      return within(slot, -LONG_STEP, sheet);
    case "hour-later":
      return within(slot, LONG_STEP, sheet);
    case "before":
      return { ...slot, stage: neighbour(slot.stage, -1, sheet) };
    case "after":
      return { ...slot, stage: neighbour(slot.stage, 1, sheet) };
    case "shorter":
      return { ...slot, end: Math.max(slot.end - GRAIN, Math.min(slot.end, slot.start + GRAIN)) };
    case "longer":
      return { ...slot, end: Math.max(slot.end, Math.min(slot.end + GRAIN, sheet.ends)) };
  }
}

/** Where something dragged so far lies: on five minutes of the clock, and on the sheet. */
export function dragged(slot: Slot, stage: string, by: number, sheet: Sheet): Slot {
  const start = Math.round((slot.start + by) / GRAIN) * GRAIN;
  return { ...within(slot, start - slot.start, sheet), stage };
}

/** The slot with its end dragged so far: on five minutes of the clock, on the sheet, and something always remains. */
export function stretched(slot: Slot, by: number, sheet: Sheet): Slot {
  const end = Math.round((slot.end + by) / GRAIN) * GRAIN;
  return { ...slot, end: Math.max(slot.start + GRAIN, Math.min(end, Math.max(sheet.ends, slot.end))) };
}

function within(slot: Slot, by: number, { begins, ends }: Sheet): Slot {
  const length = slot.end - slot.start;
  const start = Math.max(begins, Math.min(slot.start + by, ends - length));
  // What already reaches over the edge may stay there, but goes no further.
  if (Math.sign(start - slot.start) !== Math.sign(by)) return slot;
  return { ...slot, start, end: start + length };
}

function neighbour(stage: string, by: number, { stages }: Sheet): string {
  return stages[stages.indexOf(stage) + by] ?? stage;
}

export function overlap(one: Slot, other: Slot): boolean {
  return one.stage === other.stage && one.start < other.end && other.start < one.end;
}

export function same(one: Slot, other: Slot): boolean {
  return one.stage === other.stage && one.start === other.start && one.end === other.end;
}

export interface Lane {
  column: number;
  columns: number;
}

/** What overlaps on one stage lies side by side: the column of each, and among how many, in the order given. */
export function sideBySide(slots: Slot[]): Lane[] {
  const lanes: Lane[] = slots.map(() => ({ column: 0, columns: 1 }));
  const order = slots.map((_slot, index) => index).sort((a, b) => at(slots, a).start - at(slots, b).start);
  let group: number[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const index of group) at(lanes, index).columns = ends.length;
    group = [];
    ends = [];
  };
  for (const index of order) {
    const { start, end } = at(slots, index);
    if (ends.length && Math.max(...ends) <= start) close();
    const free = ends.findIndex((until) => until <= start);
    const column = free < 0 ? ends.length : free;
    ends[column] = end;
    at(lanes, index).column = column;
    group.push(index);
  }
  close();
  return lanes;
}

function at<T>(list: T[], index: number): T {
  return list[index] as T;
}
