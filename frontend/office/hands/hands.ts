import { part, quote, worded } from "../../shared/texts";
import { Hands } from "./telling";

/** `<in-hand number address token>`: this form is open here; says who else has it in hand. */
class InHand extends HTMLElement {
  connectedCallback(): void {
    const id = this.getAttribute("number") ?? "";
    const hands = new Hands(
      this.getAttribute("address") ?? "",
      () => this.getAttribute("token") ?? "",
      (others) => this.tell(others.get(id) ?? []),
    );
    hands.hold(id);
    window.addEventListener("pageshow", (event) => event.persisted && hands.hold(id));
  }

  private tell(names: string[]): void {
    const sentence = names.length ? worded(this, "presence", { name: names.join(", ") }) : "";
    const place = part(this, "who");
    if (place.textContent !== sentence) quote(place, sentence);
  }
}

customElements.define("in-hand", InHand);
