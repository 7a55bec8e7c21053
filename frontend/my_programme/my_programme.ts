import "./my_programme.css";
import { fetchPage, refresh, showPageOf } from "../shared/fresh";
import { part, say } from "../shared/texts";
import { asked, joined, written } from "./choice";
import { CHANGED, paint } from "./remember";
import { note, noted, onNotedElsewhere } from "./store";

/**
 * `<my-programme>`: an address with a choice shows that choice; one without shows what this browser has noted. Either
 * way the server writes the list, so that what was moved, cancelled or is at the same time is said in one place.
 */
class MyProgramme extends HTMLElement {
  private readonly given = new URLSearchParams(location.search).get("auswahl");

  connectedCallback(): void {
    part(this, "adopt").addEventListener("click", () => this.adopt());
    part(this, "forget").addEventListener("click", () => this.forget());
    document.addEventListener(CHANGED, () => this.show());
    onNotedElsewhere(() => this.show());
    this.show();
  }

  private async show(): Promise<void> {
    this.offer();
    if (this.given !== null) return;
    const choice = written(noted());
    const address = choice ? `${location.pathname}?auswahl=${choice}` : location.pathname;
    showPageOf(address);
    const page = await fetchPage(address);
    if (!page || written(noted()) !== choice) return; // changed meanwhile: the newer question answers
    paint(page);
    refresh(page);
  }

  private offer(): void {
    const choice = noted();
    const here = asked(this.given ?? "");
    part(this, "adopting").hidden = here.every((id) => choice.includes(id));
    part(this, "forgetting").hidden = choice.length === 0;
  }

  private adopt(): void {
    this.tell(note(joined(noted(), asked(this.given ?? ""))) ? "adopted" : "refused");
    this.changed();
  }

  private forget(): void {
    this.tell(note([]) ? "emptied" : "refused");
    this.changed();
  }

  private changed(): void {
    paint(document);
    this.show();
  }

  private tell(key: string): void {
    say(this, document.getElementById("page-news"), key);
  }
}

customElements.define("my-programme", MyProgramme);
