import { worded } from "../../shared/texts";
import { hours, turn, wall } from "./clock";
import { MINUTE, type Sheet, type Slot, sideBySide } from "./slots";

/** A performance as the server's table tells it. */
export interface Planned {
  id: string;
  version: number;
  title: string;
  slot: Slot;
  /** Cancelled: it stays visible where it was, and nobody moves it. */
  fixed: boolean;
  move: string;
  article: HTMLElement;
}

/** What the table of the page says, and its stages. */
export function readTable(table: ParentNode): { lanes: Array<{ slug: string; name: string }>; planned: Planned[] } {
  return {
    lanes: [...table.querySelectorAll<HTMLElement>("[data-lane]")].map((head) => ({
      slug: head.dataset.lane ?? "",
      name: head.textContent ?? "",
    })),
    planned: [...table.querySelectorAll<HTMLElement>("[data-planned]")].map(readPlanned),
  };
}

function readPlanned(article: HTMLElement): Planned {
  const { planned = "", version, stage = "", start = "", end = "", status, move = "" } = article.dataset;
  return {
    id: planned,
    version: Number(version),
    title: article.querySelector(".planned-title")?.textContent ?? "",
    slot: { stage, start: Date.parse(start), end: Date.parse(end) },
    fixed: status === "cancelled",
    move,
    article,
  };
}

/**
 * The grid: a lane per stage, in it what plays there, as tall as it lasts. Where the window is narrow the style sheet
 * makes lists of the lanes. Positions are custom properties, set one by one: the policy allows no style attribute.
 */
export class Board {
  private readonly places = new Map<string, HTMLElement>();
  private lanes: HTMLElement[] = [];
  private begins = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly words: HTMLElement,
    private readonly zone: string,
    private readonly language: string,
  ) {
    new ResizeObserver(() => this.tellSideways()).observe(element);
  }

  /** Draw everything anew; `held` lies where the hand holds it, with its shadow where it belongs. */
  draw(
    sheet: Sheet,
    names: Map<string, string>,
    planned: Planned[],
    held: { id: string; slot: Slot } | null,
    others: Map<string, string[]>,
  ): void {
    const { scrollTop, scrollLeft } = this.element;
    this.places.clear();
    this.begins = sheet.begins;
    this.lanes = sheet.stages.map((stage) => this.lane(stage, names.get(stage) ?? stage, planned, held));
    this.element.style.setProperty("--minutes", String((sheet.ends - sheet.begins) / MINUTE));
    this.element.style.setProperty("--lanes", String(this.lanes.length));
    this.element.replaceChildren(this.clock(sheet), ...this.lanes);
    this.element.hidden = false;
    for (const place of this.element.querySelectorAll<HTMLElement>(".slot")) this.put(place);
    for (const [id, people] of others) this.grip(id)?.prepend(this.presence(people));
    this.element.scrollTo(scrollLeft, scrollTop);
    this.tellSideways();
  }

  /** Whether stages lie beyond the edge; the page says so in words. */
  private tellSideways(): void {
    this.element.toggleAttribute("data-sideways", this.element.scrollWidth > this.element.clientWidth + 1);
  }

  /** Lay what is in the hand somewhere else; all others stay as they are drawn. */
  carry(id: string, slot: Slot): void {
    const place = this.places.get(id);
    const list = this.lanes.find((each) => each.dataset.stage === slot.stage)?.querySelector(".lane-slots");
    if (!place || !list) return;
    Object.assign(place.dataset, { start: slot.start, end: slot.end });
    this.put(place);
    this.tellTime(place, slot);
    const rest = [...list.querySelectorAll<HTMLElement>(".slot[data-planned]")].filter((each) => each !== place);
    const next = rest.find((each) => Number(each.dataset.start) > slot.start) ?? null;
    // Moved only where its order changes: whatever is moved in the page loses the focus.
    const follows = place.parentElement === list && nextSlot(place) === next;
    if (!follows) list.insertBefore(place, next);
  }

  /** Where a performance lies on the board. */
  place(id: string): HTMLElement | null {
    return this.places.get(id) ?? null;
  }

  grip(id: string): HTMLElement | null {
    return this.place(id)?.querySelector<HTMLElement>(".slot-grip") ?? null;
  }

  /** The stage under this point of the window; null where the lanes are lists. */
  stageAt(x: number): string | null {
    if (!this.isGrid) return null;
    const lane = this.lanes.find((each) => x < each.getBoundingClientRect().right) ?? this.lanes.at(-1);
    return lane?.dataset.stage ?? null;
  }

  get isGrid(): boolean {
    return getComputedStyle(this.element).display === "grid";
  }

  /** Milliseconds that a pixel of a lane stands for. */
  msPerPixel(sheet: Sheet): number {
    const height = this.lanes[0]?.querySelector(".lane-slots")?.getBoundingClientRect().height ?? 1;
    return (sheet.ends - sheet.begins) / height;
  }

  get frame(): HTMLElement {
    return this.element;
  }

  // --- drawing ----------------------------------------------------------------------------------------------------

  private clock({ begins, ends }: Sheet): HTMLElement {
    const clock = made("div", "board-clock");
    const twice = hours(begins, ends).some((hour) => turn(hour, this.zone));
    this.element.toggleAttribute("data-twice", twice);
    clock.setAttribute("aria-hidden", "true");
    for (const hour of hours(begins, ends)) {
      const mark = made("span", "board-hour");
      mark.textContent = this.time(hour);
      mark.style.setProperty("--from", String((hour - begins) / MINUTE));
      clock.append(mark);
    }
    return clock;
  }

  /** On the town's clock; in the hour that comes twice, with the word that tells which. */
  time(moment: number): string {
    const shown = wall(moment, this.zone);
    const which = turn(moment, this.zone);
    return which ? worded(this.words, which, { time: shown }) : shown;
  }

  private lane(stage: string, name: string, planned: Planned[], held: { id: string; slot: Slot } | null): HTMLElement {
    const lane = made("section", "lane");
    lane.dataset.stage = stage;
    const heading = made("h3", "lane-name");
    heading.id = `lane-${stage}`;
    heading.lang = this.language;
    heading.textContent = name;
    lane.setAttribute("aria-labelledby", heading.id);
    const here = planned
      .map((each) => ({ each, slot: each.id === held?.id ? held.slot : each.slot }))
      .filter(({ slot }) => slot.stage === stage)
      .sort((a, b) => a.slot.start - b.slot.start);
    const list = made("ol", "lane-slots");
    // What is in the hand lies over the others: it would push them aside at every step.
    const lying = here.filter(({ each }) => each.id !== held?.id);
    const beside = new Map(sideBySide(lying.map(({ slot }) => slot)).map((lane, index) => [lying[index]?.each, lane]));
    for (const { each, slot } of here) {
      const place = this.slot(each, slot, each.id === held?.id);
      place.style.setProperty("--column", String(beside.get(each)?.column ?? 0));
      place.style.setProperty("--columns", String(beside.get(each)?.columns ?? 1));
      list.append(place);
    }
    const shadow = planned.find((each) => each.id === held?.id && each.slot.stage === stage);
    if (shadow) list.append(this.shadow(shadow));
    lane.append(heading, here.length ? list : this.nothing(list));
    return lane;
  }

  /** Seen as a list, an empty lane says so. */
  private nothing(list: HTMLElement): HTMLElement {
    const item = made("li", "lane-empty");
    item.textContent = worded(this.words, "empty");
    list.append(item);
    return list;
  }

  private slot(each: Planned, slot: Slot, held: boolean): HTMLElement {
    const place = made("li", "slot");
    place.id = each.article.id || `auftritt-${each.id}`;
    Object.assign(place.dataset, {
      planned: each.id,
      start: slot.start,
      end: slot.end,
      status: each.article.dataset.status,
    });
    place.toggleAttribute("data-held", held);
    place.toggleAttribute("data-lacking", each.article.hasAttribute("data-lacking"));
    place.append(this.gripOf(each, slot), this.wayToForm(each));
    if (!each.fixed) place.append(made("span", "slot-end"));
    this.places.set(each.id, place);
    return place;
  }

  /** What is read out and picked up: all that the table says of it, as one button. */
  private gripOf(each: Planned, slot: Slot): HTMLElement {
    const grip = made("button", "slot-grip") as HTMLButtonElement;
    grip.type = "button";
    grip.setAttribute("aria-describedby", "plan-keys");
    if (each.fixed) grip.setAttribute("aria-disabled", "true");
    for (const word of each.article.children) {
      const copy = made("span", word.className);
      if (word instanceof HTMLElement && word.lang) copy.lang = word.lang;
      Object.assign(copy.dataset, word instanceof HTMLElement ? word.dataset : {});
      copy.append(...[...word.childNodes].map((node) => node.cloneNode(true)));
      grip.append(copy, " ");
    }
    this.tellTime(grip, slot);
    return grip;
  }

  private tellTime(place: HTMLElement, slot: Slot): void {
    const time = place.querySelector(".planned-time");
    if (time) time.textContent = `${this.time(slot.start)}–${this.time(slot.end)}`;
  }

  /** Who else has it in hand. */
  private presence(people: string[]): HTMLElement {
    const mark = made("span", "planned-mark slot-presence");
    mark.textContent = worded(this.words, "presence", { name: people.join(", ") });
    return mark;
  }

  private wayToForm(each: Planned): HTMLElement {
    const link = made("a", "slot-form") as HTMLAnchorElement;
    link.href = each.article.querySelector("a")?.href ?? "";
    const face = this.words.querySelector<HTMLTemplateElement>('template[data-part="edit"]');
    if (face) link.append(face.content.cloneNode(true));
    for (const word of link.querySelectorAll("span"))
      word.textContent = (word.textContent ?? "").replace("{title}", each.title);
    return link;
  }

  private shadow(each: Planned): HTMLElement {
    const shadow = made("li", "slot slot-shadow");
    shadow.setAttribute("aria-hidden", "true");
    Object.assign(shadow.dataset, { start: each.slot.start, end: each.slot.end });
    shadow.textContent = each.title;
    return shadow;
  }

  private put(place: HTMLElement): void {
    const [start, end] = [Number(place.dataset.start), Number(place.dataset.end)];
    place.style.setProperty("--from", String((start - this.begins) / MINUTE));
    place.style.setProperty("--length", String((end - start) / MINUTE));
  }
}

/** The performance behind this one in its lane; shadows are none. */
function nextSlot(place: HTMLElement): Element | null {
  let next = place.nextElementSibling;
  while (next && !next.matches("[data-planned]")) next = next.nextElementSibling;
  return next;
}

function made(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
