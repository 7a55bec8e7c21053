/**
 * Dragging by mouse or pen: the whole performance, or by its lower edge its end. A finger scrolls the board; it picks
 * up by a tap and moves by the buttons.
 */

const THRESHOLD_PX = 4;
const EDGE_PX = 40;
const SCROLL_PX = 14;

/** What a drag asks for; `dy` in pixels of the board, its scrolling counted in. */
export interface Carrier {
  lift(id: string): boolean;
  carry(x: number, dy: number): void;
  stretch(dy: number): void;
  release(): void;
  back(): void;
}

interface Press {
  id: string;
  pointer: number;
  x: number;
  y: number;
  scrolled: number;
  byItsEnd: boolean;
}

export class Drag {
  private press: Press | null = null;
  private lifted = false;

  constructor(
    private readonly board: HTMLElement,
    private readonly carrier: Carrier,
  ) {
    board.addEventListener("pointerdown", (event) => this.pressed(event));
    board.addEventListener("pointermove", (event) => this.moved(event));
    board.addEventListener("pointerup", () => this.ended(() => this.carrier.release()));
    board.addEventListener("pointercancel", () => this.ended(() => this.carrier.back()));
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.ended(() => this.carrier.back()));
  }

  private pressed({ target, button, pointerType, pointerId, clientX, clientY }: PointerEvent): void {
    const handle = (target as Element).closest(".slot-grip, .slot-end");
    const id = handle?.closest<HTMLElement>(".slot")?.dataset.planned;
    if (!handle || !id || button !== 0 || pointerType === "touch") return;
    const byItsEnd = handle.matches(".slot-end");
    this.press = { id, pointer: pointerId, x: clientX, y: clientY, scrolled: this.board.scrollTop, byItsEnd };
  }

  private moved(event: PointerEvent): void {
    const { press, board } = this;
    if (!press || event.pointerId !== press.pointer) return;
    if (!this.lifted && Math.hypot(event.clientX - press.x, event.clientY - press.y) < THRESHOLD_PX) return;
    if (!this.lifted) {
      this.lifted = this.carrier.lift(press.id);
      if (!this.lifted) this.press = null;
      else board.setPointerCapture(press.pointer);
    }
    if (!this.lifted) return;
    this.scrollAtTheEdge(event.clientY);
    const dy = event.clientY - press.y + board.scrollTop - press.scrolled;
    if (press.byItsEnd) this.carrier.stretch(dy);
    else this.carrier.carry(event.clientX, dy);
  }

  private scrollAtTheEdge(y: number): void {
    const { top, bottom } = this.board.getBoundingClientRect();
    if (y > Math.min(bottom, innerHeight) - EDGE_PX) this.board.scrollBy(0, SCROLL_PX);
    if (y < Math.max(top, 0) + EDGE_PX) this.board.scrollBy(0, -SCROLL_PX);
  }

  private ended(then: () => void): void {
    const { lifted, press } = this;
    this.press = null;
    this.lifted = false;
    if (!lifted || !press) return;
    if (this.board.hasPointerCapture(press.pointer)) this.board.releasePointerCapture(press.pointer);
    // The click that the browser makes of it is none.
    this.board.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.board.removeEventListener("click", swallow, { capture: true }));
    then();
  }
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
