import { part } from "../../shared/texts";

/**
 * The offer to take the last change back. The server writes it into the page, counts the half-minute and decides; this
 * shows how much of it is left, and gives the offer a key of its own.
 */
export class Undoing {
  private until = 0;

  /** `wanted` is called with the offer's form; `over` when the offer ends while somebody is on it. */
  constructor(
    private readonly home: HTMLElement,
    wanted: (form: HTMLFormElement) => void,
    private readonly over: (performance: string) => void,
  ) {
    home.addEventListener("keydown", (event) => this.key(event));
    home.addEventListener("submit", (event) => {
      const form = this.form;
      // Where the whole edition goes with it, this sheet has nothing left to show: the form leads away.
      if (!form?.dataset.undo || event.target !== form) return;
      event.preventDefault();
      wanted(form);
    });
    setInterval(() => this.countDown(), 1000);
    this.renewed();
  }

  /** The page was written anew. */
  renewed(): void {
    this.until = performance.now() + Number(this.form?.dataset.seconds ?? 0) * 1000;
  }

  private get form(): HTMLFormElement | null {
    return this.home.querySelector<HTMLFormElement>("form[data-seconds]");
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || !this.form) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  private countDown(): void {
    const { form } = this;
    if (!form) return;
    const left = Math.ceil((this.until - performance.now()) / 1000);
    if (left > 0) {
      part(form, "seconds").textContent = String(left);
      return;
    }
    const here = form.contains(document.activeElement);
    form.remove();
    if (here) this.over(form.dataset.performance ?? "");
  }
}
