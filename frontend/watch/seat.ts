/**
 * A visitor's seat: brings the picture of one stage by whichever way gets through, and says how it stands.
 *
 * It never looks at the page; what it needs of it is `Screen`.
 */

import type { WatchLine } from "../shared/messages";
import type { HouseSocket } from "../shared/socket";
import { frontRowPossible } from "./front_row";
import { FrontRowSeat } from "./front_row_seat";
import { GIVE_UP_MS, WayBack } from "./patience";
import type { Screen, StageAddress, StageStatus } from "./screen";
import { StallsSeat } from "./stalls_seat";
import { Visit } from "./visit";

export class Seat {
  private readonly visit: Visit;
  private readonly stalls: StallsSeat;
  private readonly front: FrontRowSeat;

  constructor(house: HouseSocket, screen: Screen, wayBack = new WayBack()) {
    this.visit = new Visit(screen, wayBack);
    this.stalls = new StallsSeat(this.visit, () => this.front);
    this.front = new FrontRowSeat(house, this.visit, this.stalls, () => this.take());
    house.on("watch.line", (line) => this.heedLine(line));
    house.onOpen(() => this.front.row?.choosePicture(this.visit.wantsPicture));
  }

  /** The relay's name for this visitor's session, for the farewell of a closing page. */
  get session(): string | null {
    return this.front.row?.seat ?? null;
  }

  /** "Now" in the shown video, if it can be behind. */
  get liveEdge(): number | null {
    return this.visit.shown === "hls" && !this.visit.rewound ? this.stalls.liveEdge : null;
  }

  /** The network is another one than before: what was blocked may be open. */
  networkChanged(): void {
    this.front.udpWorks = false;
    this.visit.wayBack.networkChanged();
  }

  /** What the house says about the stage: begin, wait or end. */
  heed(stage: StageAddress, status: StageStatus): void {
    const before = this.visit.status;
    const same = this.visit.stage?.slug === stage.slug;
    this.visit.stage = stage;
    this.visit.status = status;
    if (status === "off") this.leave();
    else if (!same || before === "off") this.take();
    else if (status === "stalled") this.stageFellSilent();
    else if (before === "stalled") this.stageIsBack();
  }

  /** Another stage: through the same connection if there is one, else anew. */
  async hop(stage: StageAddress, status: StageStatus): Promise<void> {
    const row = this.visit.shown === "webrtc" ? this.front.row : null;
    if (!row || status === "off" || this.visit.status === "off") {
      this.leave();
      this.heed(stage, status);
      return;
    }
    this.visit.stage = stage;
    this.visit.status = status;
    this.visit.standBy(status === "stalled");
    try {
      await row.hop(stage.slug);
      if (this.front.row === row) {
        this.front.judgeAnew();
        this.visit.begins();
      }
    } catch {
      if (this.front.row === row && this.visit.stage === stage) this.take();
    }
  }

  leave(): void {
    this.visit.turnBack(false);
    this.front.drop();
    this.stalls.drop();
    this.visit.shown = null;
    this.visit.status = "off";
    this.visit.begun = null;
    this.visit.standBy(false);
    this.visit.screen.clear();
    this.visit.screen.line("idle");
  }

  /** Begin anew. A picture already shown stays until there is a newer one. */
  private take(): void {
    this.visit.turnBack(false);
    this.front.drop();
    this.stalls.drop();
    this.visit.shown = null;
    this.visit.away = this.visit.chosen;
    this.visit.screen.line(this.visit.away ?? "connecting");
    this.visit.standBy(this.visit.status === "stalled");
    if (frontRowPossible() && this.visit.wayBack.isOpen) this.front.ask();
    else this.stalls.open();
  }

  // --- sound only -------------------------------------------------------------------------------------------------

  /** Sound only, or the picture too; holds for every stage of this visit. */
  choosePicture(wanted: boolean): void {
    this.visit.wantsPicture = wanted;
    this.visit.turnBack(false);
    if (wanted) this.visit.pictureComes();
    else this.visit.away = "sound_chosen";
    this.front.row?.choosePicture(wanted);
    if (this.front.row?.seat && !wanted) this.front.listen(this.front.row);
    if (this.stalls.taken) this.stalls.change();
    if (this.visit.status !== "off") this.visit.screen.line(this.visit.calm);
  }

  /** What the relay sends us now. */
  private heedLine({ session, picture, wanted }: WatchLine): void {
    if (session !== this.session || wanted !== this.visit.wantsPicture || !wanted) return;
    if (!picture) this.lineIsThin();
    else if (this.visit.away === "sound_thin") this.visit.pictureComes();
  }

  /** Too thin for the picture: the front row goes on with its sound, unless the stalls show a picture. */
  private lineIsThin(): void {
    if (this.visit.shown === "hls") {
      this.front.giveUp();
      return;
    }
    this.visit.away = "sound_thin";
    this.visit.screen.line(this.visit.away);
    this.stalls.drop();
    if (this.front.row && this.visit.shown !== "webrtc") this.front.showSound(this.front.row);
  }

  // --- rewinding --------------------------------------------------------------------------------------------------

  /** A step back in the stalls. The long playlist is fetched with the first; nobody is called to the front row then. */
  rewind(): void {
    if (this.visit.shown !== "hls" || !this.stalls.taken) return;
    if (this.visit.rewound) {
      this.stalls.stepBack();
      return;
    }
    if (this.front.row) this.front.giveUp();
    this.visit.turnBack(true);
    this.stalls.change();
  }

  backToLive(): void {
    this.stalls.backToLive();
  }

  // --- the stage falls silent -------------------------------------------------------------------------------------

  /** The silence is the stage's own: no other way leads to a newer picture. The stalls have yet some to show. */
  private stageFellSilent(): void {
    if (this.visit.shown === "hls") return;
    this.stalls.drop();
    this.visit.standBy(true);
  }

  private stageIsBack(): void {
    this.visit.stageBackAt = performance.now();
    this.front.judgeAnew();
    const row = this.front.row;
    if (row && this.visit.shown !== "webrtc") this.visit.after(GIVE_UP_MS, () => this.front.judge(row));
    else if (!row && !this.stalls.taken) this.take();
  }
}
