import { fetchPage, refresh, type Wish } from "../../shared/fresh";
import { Renewal } from "../../shared/renewal";
import { HouseSocket, socketAddress } from "../../shared/socket";
import { part, quote, worded } from "../../shared/texts";
import { Hands, type OthersHands } from "../hands/telling";
import { Board, type Planned, readTable } from "./board";
import { Drag } from "./drag";
import { move, undo, type Verdict } from "./house";
import { Panel } from "./panel";
import { dragged, overlap, type Sheet, type Slot, type Step, same, stepped, stretched } from "./slots";
import { Undoing } from "./undoing";

/** What somebody holds: where it would lie, the version they have in front of them, and why it may not lie there. */
interface Held {
  id: string;
  slot: Slot;
  version: number;
  why: string;
}

/**
 * `<office-plan socket zone language begins ends token hands>`: makes a board of the table that the server wrote, and
 * keeps it true. Whatever is shown comes from that table: after each change, ours or anybody's, the page
 * is fetched again, and nobody waits for it who has saved something.
 */
class OfficePlan extends HTMLElement {
  private readonly house = new HouseSocket(socketAddress(this.getAttribute("socket") ?? "", location.origin), "");
  private board!: Board;
  private panel!: Panel;
  private hands!: Hands;
  private undoing!: Undoing;
  private others: OthersHands = new Map();
  private sheet: Sheet = { stages: [], begins: 0, ends: 0 };
  private planned: Planned[] = [];
  private names = new Map<string, string>();
  private held: Held | null = null;
  /** Where the pointer lifted it; null while it is moved by keys or buttons. */
  private liftedFrom: Slot | null = null;
  private wasOpen = false;
  private saving = false;
  private readonly renewal = new Renewal(() => this.renewHere());
  /** How often we have saved: a page that was asked for before knows nothing of it. */
  private saves = 0;
  /** What is to be said as soon as the table shows it. */
  private news: (() => void) | null = null;
  private readonly heard: Array<[number, number]> = [];
  /** What somebody reached for while the house was still saving. */
  private reachedFor: string | null = null;

  connectedCallback(): void {
    this.board = new Board(
      part(this, "board"),
      this,
      this.getAttribute("zone") ?? "UTC",
      this.getAttribute("language") ?? "",
    );
    const template = this.querySelector<HTMLTemplateElement>('template[data-part="panel"]');
    if (!template) throw new Error('The template lacks data-part="panel".');
    this.panel = new Panel(template, this.wishes);
    new Drag(this.board.frame, this.carrier);
    this.undoing = new Undoing(
      this,
      (form) => this.undo(form),
      (id) => this.goBackTo(id),
    );
    this.read();
    this.addEventListener("click", (event) => this.clicked(event));
    this.house.onOpen(() => this.lineOpened());
    this.house.on("programme.changed", ({ performance, version }) => this.programmeChanged(performance, version));
    this.house.open();
    window.addEventListener("online", () => this.house.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.lookedAt());
    this.hands = new Hands(
      this.getAttribute("hands") ?? "",
      () => this.token,
      (others) => this.busy(others),
    );
    if (location.hash) this.goTo(location.hash);
  }

  // --- reading and drawing ----------------------------------------------------------------------------------------

  /** Take over what the server wrote. */
  private read(): void {
    const { lanes, planned } = readTable(part(this, "sheet"));
    this.names = new Map(lanes.map(({ slug, name }) => [slug, name]));
    this.planned = planned;
    this.sheet = {
      stages: lanes.map(({ slug }) => slug),
      begins: Date.parse(this.getAttribute("begins") ?? ""),
      ends: Date.parse(this.getAttribute("ends") ?? ""),
    };
    // The board's places bear these names now.
    for (const { article } of planned) article.removeAttribute("id");
    const gone = this.held && !this.find(this.held.id);
    if (gone) this.letGo();
    this.draw();
    if (gone) this.tell(worded(this, "gone"));
    this.undoing.renewed();
  }

  private draw(): void {
    const drawable = this.sheet.stages.length > 0;
    this.toggleAttribute("data-ready", drawable);
    part(this, "keys").hidden = !drawable;
    if (!drawable) return;
    const focus = focusIn(this.board.frame);
    const inPanel = this.panel.hasFocus ? (document.activeElement as HTMLElement) : null;
    this.board.draw(this.sheet, this.names, this.planned, this.held, this.others);
    this.hang();
    if (inPanel?.isConnected) inPanel.focus({ preventScroll: true });
    else if (focus) this.board.place(focus.id)?.querySelector<HTMLElement>(focus.what)?.focus({ preventScroll: true });
  }

  /** The panel hangs at what is in the hand, unless the pointer carries it. */
  private hang(): void {
    const place = this.held && this.board.place(this.held.id);
    if (this.held && place && !this.liftedFrom) this.panel.hangAt(place, this.told(this.held.slot), this.held.why);
    else this.panel.remove();
  }

  private async renewHere(): Promise<void> {
    const { news } = this;
    this.news = null;
    if (await this.renew()) news?.();
    else this.news ??= news;
  }

  private async renew(wish: Wish = {}): Promise<boolean> {
    const { saves } = this;
    const page = await fetchPage(location.href, { ...wish, ours: true });
    const fresh = page?.querySelector("office-plan");
    if (!page || !fresh || saves !== this.saves) return false;
    refresh(page);
    for (const name of ["begins", "ends", "token"]) this.setAttribute(name, fresh.getAttribute(name) ?? "");
    this.read();
    return true;
  }

  /** While we save ourselves it is kept for afterwards: mostly it is what we have just saved. */
  private programmeChanged(id: number, version: number): void {
    if (this.saving) this.heard.push([id, version]);
    if (this.saving || this.find(String(id))?.version === version) return;
    this.news ??= () => this.tell(worded(this, "changed"));
    this.renewal.within(0);
  }

  private settle(): void {
    this.saving = false;
    for (const [id, version] of this.heard.splice(0)) this.programmeChanged(id, version);
  }

  /** What was changed while the line was down, nobody has told us. */
  private lineOpened(): void {
    this.house.send({ type: "stage.follow", stages: [] });
    if (this.wasOpen) this.renewal.within(0);
    this.wasOpen = true;
  }

  private lookedAt(): void {
    this.house.hurry();
    this.renewal.within(0);
  }

  private find(id: string): Planned | undefined {
    return this.planned.find((each) => each.id === id);
  }

  // --- words ------------------------------------------------------------------------------------------------------

  private told({ stage, start, end }: Slot): string {
    const [from, until] = [this.board.time(start), this.board.time(end)];
    return worded(this, "slot", { from, until, stage: this.names.get(stage) ?? stage });
  }

  private tell(sentence: string): void {
    quote(part(this, "voice"), sentence);
  }

  private tellAbout(key: string, id: string): void {
    const each = this.find(id);
    if (each) this.tell(worded(this, key, { title: each.title, slot: this.told(each.slot) }));
  }

  // --- in the hand ------------------------------------------------------------------------------------------------

  private readonly wishes = {
    step: (step: Step) => this.step(step),
    drop: () => this.drop(),
    putBack: () => this.putBack(),
  };

  private readonly carrier = {
    lift: (id: string) => {
      if (!this.board.isGrid || !this.take(id)) return false;
      this.liftedFrom = this.held?.slot ?? null;
      this.draw();
      return true;
    },
    carry: (x: number, dy: number) => {
      if (!this.held || !this.liftedFrom) return;
      const stage = this.board.stageAt(x);
      if (stage) this.lay(dragged(this.liftedFrom, stage, dy * this.board.msPerPixel(this.sheet), this.sheet));
    },
    stretch: (dy: number) => {
      if (this.liftedFrom) this.lay(stretched(this.liftedFrom, dy * this.board.msPerPixel(this.sheet), this.sheet));
    },
    release: () => {
      this.liftedFrom = null;
      this.drop();
    },
    back: () => {
      this.liftedFrom = null;
      this.putBack();
    },
  };

  private take(id: string): boolean {
    const each = this.find(id);
    if (!each || this.saving) return false;
    if (each.fixed) {
      this.tell(worded(this, "fixed"));
      return false;
    }
    if (this.held && this.held.id !== id) {
      this.tell(worded(this, "busy", { title: this.find(this.held.id)?.title ?? "" }));
      this.panel.focus();
      return false;
    }
    this.held ??= { id, slot: each.slot, version: each.version, why: "" };
    this.hands.hold(id);
    return true;
  }

  private pickUp(id: string): void {
    if (this.saving) this.reachedFor = id;
    if (!this.take(id)) return;
    this.draw();
    this.panel.focus();
    this.scrollToHeld();
    this.tellAbout("held", id);
  }

  private step(step: Step): void {
    if (!this.held || this.saving) return;
    const next = stepped(this.held.slot, step, this.sheet);
    const slot = this.told(next);
    if (same(next, this.held.slot)) {
      this.tell(worded(this, "edge", { slot }));
      return;
    }
    this.lay(next);
    this.scrollToHeld();
    const other = this.planned.find((each) => each.id !== this.held?.id && !each.fixed && overlap(each.slot, next));
    this.tell(other ? worded(this, "taken", { slot, other: other.title }) : slot);
  }

  private lay(slot: Slot): void {
    if (!this.held || same(slot, this.held.slot)) return;
    this.held = { ...this.held, slot, why: "" };
    const focused = this.panel.hasFocus ? (document.activeElement as HTMLElement) : null;
    this.board.carry(this.held.id, slot);
    this.hang();
    if (focused !== document.activeElement) focused?.focus({ preventScroll: true });
  }

  private scrollToHeld(): void {
    this.panel.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (this.held) this.board.grip(this.held.id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private putBack(): void {
    const { held } = this;
    if (!held || this.saving) return;
    this.letGo();
    this.draw();
    this.board.grip(held.id)?.focus();
    this.tellAbout("back", held.id);
  }

  private letGo(): void {
    this.held = null;
    this.hands.hold(null);
    this.liftedFrom = null;
  }

  /** Save it where it lies. If that is refused it stays in the hand, with the reason: nothing is lost. */
  private async drop(): Promise<void> {
    const { held } = this;
    const each = held && this.find(held.id);
    if (!held || !each || this.saving) return;
    if (same(held.slot, each.slot)) {
      this.putBack();
      return;
    }
    this.tell(worded(this, "saving"));
    this.saving = true;
    const verdict = await move(each.move, held.slot, held.version, this.token);
    if (verdict.saved) {
      this.landed(held, verdict.version ?? held.version);
      return;
    }
    // Somebody else was faster: whoever puts it down once more has read what they did.
    const there = verdict.status === 409 ? await this.renew({ attempts: 1 }) : true;
    this.settle();
    this.refused(verdict, there);
  }

  /** It lies there already, before the page says so. */
  private landed({ id, slot }: Held, version: number): void {
    this.saves++;
    this.planned = this.planned.map((each) => (each.id === id ? { ...each, slot, version } : each));
    this.letGo();
    this.settle();
    this.draw();
    this.board.grip(id)?.focus();
    this.tellAbout("saved", id);
    if (this.reachedFor) this.pickUp(this.reachedFor);
    this.reachedFor = null;
    this.renewal.within(0);
  }

  private refused({ status, sentence }: Extract<Verdict, { saved: false }>, there: boolean): void {
    this.reachedFor = null;
    if (!this.held) {
      this.tell(worded(this, "gone"));
      return;
    }
    const version = status === 409 && there ? this.find(this.held.id)?.version : this.held.version;
    const why = sentence || worded(this, status === 404 ? "gone" : "trouble");
    this.held = { ...this.held, version: version ?? this.held.version, why };
    this.draw();
    this.panel.focus();
    this.scrollToHeld();
  }

  /** Somebody else took something up or let it go; who holds the same thing is told. */
  private busy(others: OthersHands): void {
    const known = this.others;
    this.others = others;
    if (JSON.stringify([...known]) === JSON.stringify([...others])) return;
    this.draw();
    const names = this.held && others.get(this.held.id);
    if (names) this.tell(worded(this, "presence", { name: names.join(", ") }));
  }

  private get token(): string {
    return this.getAttribute("token") ?? "";
  }

  private async undo(form: HTMLFormElement): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    const verdict = await undo(form.dataset.undo ?? "", this.token);
    // What was heard until now, the page that comes next shows.
    this.heard.splice(0);
    this.saving = false;
    const { performance = "", undone = "" } = form.dataset;
    if (verdict.saved) {
      this.saves++;
      form.remove();
      this.news = () => this.undone(performance, undone);
    } else quote(document.getElementById("page-news"), verdict.sentence || worded(this, "trouble"));
    this.goBackTo(performance);
    this.renewal.within(0);
  }

  private undone(performance: string, sentence: string): void {
    this.goBackTo(performance);
    if (sentence) this.tell(sentence);
    else if (this.find(performance)) this.tellAbout("undone", performance);
    else this.tell(worded(this, "thrown"));
  }

  /** With the focus; to the day's heading where the performance is not on this sheet. */
  private goBackTo(performance: string): void {
    (this.board.grip(performance) ?? part(this, "day")).focus();
  }

  // --- clicks -----------------------------------------------------------------------------------------------------

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const grip = target.closest(".slot-grip");
    const id = grip?.closest<HTMLElement>(".slot")?.dataset.planned;
    if (id && this.held?.id === id) this.panel.focus();
    else if (id) this.pickUp(id);
    const hash = target.closest("a")?.getAttribute("href") ?? "";
    if (hash.startsWith("#auftritt-") && this.goTo(hash)) event.preventDefault();
  }

  /** From the list of what is not right yet to the performance itself. */
  private goTo(hash: string): boolean {
    const grip = this.board.grip(hash.replace("#auftritt-", ""));
    grip?.focus({ preventScroll: true });
    grip?.scrollIntoView({ block: "center", inline: "center" });
    return grip !== null;
  }
}

/** Which performance of the board has the focus, and what of it. */
function focusIn(board: HTMLElement): { id: string; what: string } | null {
  const focused = document.activeElement;
  const id = focused && board.contains(focused) && focused.closest<HTMLElement>(".slot")?.dataset.planned;
  return id ? { id, what: focused.matches(".slot-form") ? ".slot-form" : ".slot-grip" } : null;
}

customElements.define("office-plan", OfficePlan);
