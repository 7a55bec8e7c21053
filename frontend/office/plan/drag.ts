/**
 * Dragging: the whole performance, or by its lower edge its end. Mouse and pen lift by moving; a finger that moves scrolls
 * the board, so it lifts by resting on the performance first.
 */

const THRESHOLD_PX = 4;
const FINGER_PX = 10;
const REST_MS = 400;
const EDGE_PX = 40;
const SCROLL_PX = 14;
const SCROLL_MS = 30;

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
  finger: boolean;
  x: number;
  y: number;
  scrolled: number;
  byItsEnd: boolean;
}

export class Drag {
  private press: Press | null = null;
  private lifted = false;
  private at = { x: 0, y: 0 };
  private resting = 0;
  private scrolling = 0;

  constructor(
    private readonly board: HTMLElement,
    private readonly carrier: Carrier,
  ) {
    board.addEventListener("pointerdown", (event) => this.pressed(event));
    board.addEventListener("pointermove", (event) => this.moved(event));
    board.addEventListener("pointerup", () => this.ended(() => this.carrier.release()));
    board.addEventListener("pointercancel", () => this.ended(() => this.carrier.back()));
    board.addEventListener("contextmenu", (event) => this.press?.finger && event.preventDefault());
    board.addEventListener("touchstart", (event) => this.touched(event), { passive: true });
    board.addEventListener("touchmove", this.holdStill, { passive: false });
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.ended(() => this.carrier.back()));
  }

  private pressed({ target, button, pointerType, pointerId, clientX, clientY }: PointerEvent): void {
    const handle = (target as Element).closest(".slot-grip, .slot-end");
    const id = handle?.closest<HTMLElement>(".slot")?.dataset.planned;
    if (!handle || !id || button !== 0 || this.lifted) return;
    const byItsEnd = handle.matches(".slot-end");
    const finger = pointerType === "touch";
    this.press = { id, pointer: pointerId, finger, x: clientX, y: clientY, scrolled: this.board.scrollTop, byItsEnd };
    this.at = { x: clientX, y: clientY };
    clearTimeout(this.resting);
    if (finger) this.resting = setTimeout(() => this.lift(), REST_MS);
  }

  /** The touch goes on at what it began on, even where the board has been drawn anew since. */
  private touched({ target }: TouchEvent): void {
    target?.addEventListener("touchmove", this.holdStill as EventListener, { passive: false });
  }

  /** Whatever has been lifted is carried by the finger, and the board is not scrolled by it. */
  private readonly holdStill = (event: TouchEvent): void => {
    if (this.lifted && event.cancelable) event.preventDefault();
  };

  private moved({ pointerId, clientX, clientY }: PointerEvent): void {
    const { press } = this;
    if (!press || pointerId !== press.pointer) return;
    this.at = { x: clientX, y: clientY };
    const way = Math.hypot(clientX - press.x, clientY - press.y);
    if (this.lifted) this.follow();
    else if (press.finger && way > FINGER_PX) this.letGo();
    else if (!press.finger && way >= THRESHOLD_PX) this.lift();
  }

  private lift(): void {
    const { press, board } = this;
    if (!press) return;
    this.lifted = this.carrier.lift(press.id);
    if (!this.lifted) {
      this.letGo();
      return;
    }
    board.setPointerCapture(press.pointer);
    this.scrolling = setInterval(() => this.scrollAtTheEdge(), SCROLL_MS);
    if (press.finger) navigator.vibrate?.(15);
    else this.follow();
  }

  private follow(): void {
    const { press, at } = this;
    if (!press) return;
    const dy = at.y - press.y + this.board.scrollTop - press.scrolled;
    if (press.byItsEnd) this.carrier.stretch(dy);
    else this.carrier.carry(at.x, dy);
  }

  private scrollAtTheEdge(): void {
    const { board, at } = this;
    const { top, bottom, left, right } = board.getBoundingClientRect();
    const [across, down] = [
      towards(at.x, Math.max(left, 0), Math.min(right, innerWidth)),
      towards(at.y, Math.max(top, 0), Math.min(bottom, innerHeight)),
    ];
    if (!across && !down) return;
    board.scrollBy(this.press?.byItsEnd ? 0 : across, down);
    this.follow();
  }

  private letGo(): void {
    clearTimeout(this.resting);
    clearInterval(this.scrolling);
    this.press = null;
    this.lifted = false;
  }

  private ended(then: () => void): void {
    const { lifted, press } = this;
    this.letGo();
    if (!lifted || !press) return;
    if (this.board.hasPointerCapture(press.pointer)) this.board.releasePointerCapture(press.pointer);
    // The click that the browser makes of it is none.
    this.board.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.board.removeEventListener("click", swallow, { capture: true }));
    then();
  }
}

/** How far to scroll where somebody holds something near an end of the board. */
function towards(at: number, begins: number, ends: number): number {
  if (at > ends - EDGE_PX) return SCROLL_PX;
  return at < begins + EDGE_PX ? -SCROLL_PX : 0;
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
