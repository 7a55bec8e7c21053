import { part, quote } from "../../shared/texts";
import type { Step } from "./slots";

const KEYS: Record<string, Step> = {
  ArrowUp: "earlier",
  ArrowDown: "later",
  ArrowLeft: "before",
  ArrowRight: "after",
  PageUp: "hour-earlier",
  PageDown: "hour-later",
};
const KEYS_WITH_SHIFT: Record<string, Step> = { ArrowUp: "shorter", ArrowDown: "longer" };

/** What somebody wishes for the performance in their hand. */
export interface Wishes {
  step(step: Step): void;
  drop(): void;
  putBack(): void;
}

/**
 * What hangs at the performance in the hand: where it would lie now, why it may not, and a button for every key.
 * Its first element is a small application of its own, so that screen readers hand it the arrow keys.
 */
export class Panel {
  readonly element: HTMLElement;

  constructor(template: HTMLTemplateElement, wishes: Wishes) {
    this.element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.element.addEventListener("keydown", (event) => this.key(event, wishes));
    for (const button of this.element.querySelectorAll<HTMLElement>("[data-step]")) {
      button.addEventListener("click", () => wishes.step(button.dataset.step as Step));
    }
    part(this.element, "drop").addEventListener("click", () => wishes.drop());
    part(this.element, "put-back").addEventListener("click", () => wishes.putBack());
  }

  /** Hang it below a performance, to the side where there is room. */
  hangAt(place: HTMLElement, whither: string, why: string): void {
    quote(part(this.element, "whither"), whither);
    const reason = part(this.element, "why");
    if (reason.textContent !== why) quote(reason, why);
    if (this.element.parentElement !== place) place.append(this.element);
    const { left, width } = place.getBoundingClientRect();
    this.element.dataset.side = left + width / 2 > innerWidth / 2 ? "end" : "start";
  }

  remove(): void {
    this.element.remove();
  }

  focus(): void {
    part(this.element, "mover").focus({ preventScroll: true });
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  private key(event: KeyboardEvent, wishes: Wishes): void {
    const onButton = event.target instanceof HTMLButtonElement;
    const step = (event.shiftKey ? KEYS_WITH_SHIFT : KEYS)[event.key];
    if (step) wishes.step(step);
    else if (event.key === "Escape") wishes.putBack();
    else if (event.key === "Enter" && !onButton) wishes.drop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
