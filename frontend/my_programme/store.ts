import { type Choice, readChoice } from "./choice";

/** The one name under which this browser keeps the list; it is there only after somebody tapped "Merken". */
const STORE = "kultour-my-programme";

export function noted(): Choice {
  try {
    return readChoice(localStorage.getItem(STORE));
  } catch {
    return []; // a browser that keeps nothing
  }
}

/** Whether the browser let us. An empty list leaves nothing behind. */
export function note(choice: Choice): boolean {
  try {
    if (choice.length) localStorage.setItem(STORE, JSON.stringify(choice));
    else localStorage.removeItem(STORE);
    return true;
  } catch {
    return false;
  }
}

/** Another tab of this browser changed it. */
export function onNotedElsewhere(hear: () => void): void {
  window.addEventListener("storage", (event) => (event.key === STORE || event.key === null) && hear());
}
