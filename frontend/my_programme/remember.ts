import { say } from "../shared/texts";
import { toggled } from "./choice";
import { note, noted, onNotedElsewhere } from "./store";

/** Told on the document after the list has changed here. */
export const CHANGED = "programme-noted";

/** Show which performances of a page are noted, also on one that was only fetched. Reads, and keeps nothing. */
export function paint(page: ParentNode): void {
  const choice = noted();
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-remember]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(choice.includes(Number(button.dataset.remember))));
  }
}

/** `<remember-items>`: lets the page's buttons `data-remember` note their performance; holds what is said then. */
class RememberItems extends HTMLElement {
  connectedCallback(): void {
    paint(document);
    document.addEventListener("click", (event) => this.heed(event));
    onNotedElsewhere(() => paint(document));
    window.addEventListener("pageshow", (event) => event.persisted && paint(document));
  }

  private heed(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-remember]") : null;
    if (!button) return;
    this.tell(this.toggle(Number(button.dataset.remember)));
    paint(document);
    document.dispatchEvent(new Event(CHANGED));
  }

  private toggle(id: number): string {
    const choice = toggled(noted(), id);
    if (!choice) return "full";
    if (!note(choice)) return "refused";
    return choice.includes(id) ? "kept" : "forgotten";
  }

  private tell(key: string): void {
    say(this, document.getElementById("page-news"), key);
  }
}

customElements.define("remember-items", RememberItems);
