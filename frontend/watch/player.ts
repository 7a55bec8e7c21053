import type { HouseSocket } from "../shared/socket";
import { part, say } from "../shared/texts";
import { type Line, type Screen, Seat, type StageAddress, type StageStatus, type Way } from "./seat";

/**
 * `<stage-player state line way sound paused needs-start>`: the picture of one stage and the controls of this visitor.
 *
 * Attributes: `state` of the stage (off, on_air, stalled), `line` of the visitor (see `Line`), `way` of the picture, `sound`
 * (asked: nobody has decided yet; on; off), `paused`, `needs-start` where the browser wants a click before any picture.
 */
export class StagePlayer extends HTMLElement {
  private seat: Seat | null = null;
  private readonly waiting = new Map<Way, HTMLVideoElement>();
  private shown: HTMLVideoElement | null = null;
  private ownVideo: HTMLVideoElement | null = null;
  private volume = 1;

  connectedCallback(): void {
    this.ownVideo ??= part<HTMLVideoElement>(this, "video");
    this.setAttribute("sound", "asked");
    this.on("sound-on", () => this.soundOn());
    this.on("mute", () => (this.muted ? this.soundOn() : this.soundOff()));
    this.on("pause", () => (this.hasAttribute("paused") ? this.resume() : this.pause()));
    this.on("start", () => this.resume());
    this.on("full-screen", () => this.toggleFullScreen());
    part<HTMLInputElement>(this, "volume").addEventListener("input", (event) => this.setVolume(event.currentTarget));
    part(this, "full-screen").hidden = !canFillScreen(this);
  }

  /** Sit down: from now on `heed` and `hop` bring pictures. */
  enter(house: HouseSocket): void {
    this.seat = new Seat(house, this.screen());
  }

  /** What the house says about the stage. */
  heed(stage: StageAddress, status: StageStatus): void {
    this.setAttribute("state", status);
    this.seat?.heed(stage, status);
    this.tell();
  }

  hop(stage: StageAddress, status: StageStatus): void {
    this.setAttribute("state", status);
    this.removeAttribute("paused");
    this.seat?.hop(stage, status);
    this.tell();
  }

  networkChanged(): void {
    this.seat?.trustAgain();
  }

  /** The relay's name for this visitor's session, if there is one. */
  get session(): string | null {
    return this.seat?.session ?? null;
  }

  leave(): void {
    this.seat?.leave();
  }

  // --- the seat's screen ------------------------------------------------------------------------------------------

  private screen(): Screen {
    const player = this;
    return {
      get watched() {
        return document.visibilityState === "visible";
      },
      prepare: (way) => this.prepare(way),
      present: (way) => this.present(way),
      drop: (way) => this.drop(way),
      clear: () => this.clear(),
      line(line: Line) {
        player.setAttribute("line", line);
        player.tell();
      },
    };
  }

  private prepare(way: Way): HTMLVideoElement {
    this.drop(way);
    const video = this.freeVideo();
    video.muted = this.muted;
    video.volume = this.volume;
    this.waiting.set(way, video);
    video.addEventListener("loadedmetadata", () => this.play(video));
    return video;
  }

  /** The template's own video if it is free, else another one like it; the shown one lies above it. */
  private freeVideo(): HTMLVideoElement {
    const own = this.ownVideo;
    if (own && own !== this.shown && ![...this.waiting.values()].includes(own)) {
      if (!own.isConnected) part(this, "screen").prepend(own);
      return own;
    }
    const another = own?.cloneNode() as HTMLVideoElement;
    part(this, "screen").prepend(another);
    return another;
  }

  private present(way: Way): void {
    const video = this.waiting.get(way);
    if (!video) return;
    this.waiting.delete(way);
    const before = this.shown;
    this.shown = video;
    video.dataset.shown = "";
    this.setAttribute("way", way);
    if (before) this.discard(before);
    if (this.hasAttribute("paused")) video.pause();
  }

  private drop(way: Way): void {
    const video = this.waiting.get(way);
    this.waiting.delete(way);
    if (video) this.discard(video);
  }

  private clear(): void {
    for (const video of this.videos) this.discard(video);
    this.waiting.clear();
    this.shown = null;
    if (this.ownVideo) part(this, "screen").prepend(this.ownVideo);
    this.removeAttribute("way");
    this.removeAttribute("paused");
    this.removeAttribute("needs-start");
  }

  private discard(video: HTMLVideoElement): void {
    delete video.dataset.shown;
    video.srcObject = null;
    video.removeAttribute("src");
    video.load();
    video.remove();
  }

  /** Muted pictures may start by themselves almost everywhere; with sound only after the visitor did something. */
  private async play(video: HTMLVideoElement): Promise<void> {
    if (this.hasAttribute("paused")) return;
    try {
      await video.play();
      this.removeAttribute("needs-start");
    } catch (error) {
      if ((error as DOMException).name !== "NotAllowedError") return;
      if (video.muted) {
        this.setAttribute("needs-start", "");
        return;
      }
      video.muted = true;
      this.setAttribute("sound", "asked");
      this.play(video);
    }
  }

  // --- the visitor's wishes ---------------------------------------------------------------------------------------

  private get muted(): boolean {
    return this.getAttribute("sound") !== "on";
  }

  private get videos(): HTMLVideoElement[] {
    return [...this.waiting.values(), ...(this.shown ? [this.shown] : [])];
  }

  private soundOn(): void {
    const hadFocus = part(this, "sound-on") === document.activeElement;
    this.setAttribute("sound", "on");
    for (const video of this.videos) video.muted = false;
    if (this.volume === 0) this.setVolume(Object.assign(part<HTMLInputElement>(this, "volume"), { value: "100" }));
    if (this.shown?.paused) this.resume();
    if (hadFocus) part(this, "mute").focus();
  }

  private soundOff(): void {
    this.setAttribute("sound", "off");
    for (const video of this.videos) video.muted = true;
  }

  private setVolume(slider: EventTarget | null): void {
    this.volume = Number((slider as HTMLInputElement).value) / 100;
    for (const video of this.videos) video.volume = this.volume;
    if (this.volume === 0) this.soundOff();
    else if (this.muted) this.soundOn();
  }

  private pause(): void {
    this.setAttribute("paused", "");
    for (const video of this.videos) video.pause();
    this.tell();
  }

  private resume(): void {
    this.removeAttribute("paused");
    const now = this.seat?.liveEdge;
    if (this.shown && now) this.shown.currentTime = now;
    for (const video of this.videos) this.play(video);
    this.tell();
  }

  private toggleFullScreen(): void {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.requestFullscreen) this.requestFullscreen();
    else (this.shown as PhoneVideo | null)?.webkitEnterFullscreen?.();
  }

  private on(name: string, act: () => void): void {
    part(this, name).addEventListener("click", act);
  }

  private tell(): void {
    say(this, part(this, "status"), statusOf(this));
  }
}

/** Only Apple's phones: no element but the video itself fills the screen. */
interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function canFillScreen(element: HTMLElement): boolean {
  return "requestFullscreen" in element || "webkitEnterFullscreen" in HTMLVideoElement.prototype;
}

/** Which sentence says it: the stage's own state first, for it explains everything else. */
function statusOf(player: StagePlayer): string {
  const state = player.getAttribute("state") ?? "off";
  if (state !== "on_air") return state;
  return player.hasAttribute("paused") ? "paused" : (player.getAttribute("line") ?? "connecting");
}

customElements.define("stage-player", StagePlayer);
