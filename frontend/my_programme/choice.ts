/** What a visitor noted: numbers of performances, in the order of noting. Pure. */
export type Choice = readonly number[];

/** As many as an address carries (events/my_programme.py). */
export const MOST = 60;

/** What was kept, by whichever version of this page or hand. */
export function readChoice(text: string | null): Choice {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "");
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  const numbers = found.filter((each): each is number => Number.isSafeInteger(each) && each > 0);
  return [...new Set(numbers)].slice(0, MOST);
}

/** With this performance if it was not there, without it if it was; null where there is no room for it. */
export function toggled(choice: Choice, id: number): Choice | null {
  if (choice.includes(id)) return choice.filter((each) => each !== id);
  return choice.length < MOST ? [...choice, id] : null;
}

/** Both, each once, as far as there is room. */
export function joined(choice: Choice, more: Choice): Choice {
  return [...new Set([...choice, ...more])].slice(0, MOST);
}

/** The numbers in an address, as in `12.31.17`. */
export function asked(text: string): Choice {
  return text
    .split(".")
    .filter((part) => /^\d{1,9}$/.test(part))
    .map(Number)
    .slice(0, MOST);
}

export function written(choice: Choice): string {
  return choice.join(".");
}
