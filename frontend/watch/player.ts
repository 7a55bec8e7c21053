import { Beats, tellTheHouse } from "../shared/counting";
import type { HouseSocket } from "../shared/socket";
import { part, say } from "../shared/texts";
import { WayBack } from "./patience";
import type { Line, Screen, StageAddress, StageStatus, Way } from "./screen";
import { Seat } from "./seat";

/** What lies before the picture while there is none to look at. */
const VEILS = new Set(["stalled", "sound_only", "sound_chosen", "sound_thin", "picture_comes"]);

/**
 * `<stage-player state line way sound sound-only paused needs-start standby rewound veil way-back counting>`: the picture of one
 * stage and the controls of this visitor.
 *
 * Attributes: `state` of the stage (off, on_air, stalled), `line` of the visitor (see `Line`), `way` of the picture, `sound`
 * (asked: nobody has decided yet; on; off), `sound-only` (chosen), `paused`, `needs-start` where the browser wants a click
 * before any picture, `standby` (the stage is silent and its last picture is shown), `rewound` (in the stalls), `veil` (see `VEILS`); `way-back`:
 * seconds until the front row is tried again, instead of the usual ones; `counting`: where the house counts who watches.
 */
export class StagePlayer extends HTMLElement {
  private seat: Seat | null = null;
  private readonly waiting = new Map<Way, HTMLVideoElement>();
  private shown: HTMLVideoElement | null = null;
  private ownVideo: HTMLVideoElement | null = null;
  private volume = 1;
  private beats: Beats | null = null;

  connectedCallback(): void {
    this.ownVideo ??= part<HTMLVideoElement>(this, "video");
    this.setAttribute("sound", "asked");
    this.on("sound-on", () => this.soundOn());
    this.on("mute", () => (this.muted ? this.soundOn() : this.soundOff()));
    this.on("pause", () => (this.hasAttribute("paused") ? this.resume() : this.pause()));
    this.on("start", () => this.resume());
    this.on("sound-only", () => this.choosePicture(this.hasAttribute("sound-only")));
    this.on("picture-on", () => this.choosePicture(true));
    this.on("rewind", () => this.rewind());
    this.on("to-live", () => this.toLive());
    this.on("full-screen", () => this.toggleFullScreen());
    part<HTMLInputElement>(this, "volume").addEventListener("input", (event) => this.setVolume(event.currentTarget));
    part(this, "full-screen").hidden = !canFillScreen(this);
  }

  /** Sit down: from now on `heed` and `hop` bring pictures. */
  enter(house: HouseSocket): void {
    const wayBack = Number(this.getAttribute("way-back")) * 1000 || undefined;
    this.seat = new Seat(house, this.screen(), new WayBack(wayBack));
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
    this.seat?.networkChanged();
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
      standby(on: boolean) {
        player.toggleAttribute("standby", on);
        player.tell();
      },
      rewound(on: boolean) {
        const leavesFocus = !on && part(player, "to-live") === document.activeElement;
        if (leavesFocus) part(player, "rewind").focus();
        player.toggleAttribute("rewound", on);
        player.tell();
      },
      begins(stage: StageAddress) {
        player.beginCounting(stage);
      },
    };
  }

  // --- counting ---------------------------------------------------------------------------------------------------

  /** The house learns that somebody began, and from the stalls that somebody goes on; never who. */
  private beginCounting(stage: StageAddress): void {
    const address = `${this.getAttribute("counting")}/${stage.slug}`;
    tellTheHouse(`${address}/beginn`);
    this.beats?.stop();
    this.beats = new Beats(() => {
      if (this.getAttribute("way") === "hls" && this.shown && !this.shown.paused) tellTheHouse(`${address}/weiter`);
    });
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  private prepare(way: Way): HTMLVideoElement {
    this.drop(way);
    const video = this.freeVideo();
    // Heard only once it is seen: two ways are seconds apart.
    video.muted = true;
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
    delete another.dataset.shown;
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
    video.muted = this.muted;
    if (this.hasAttribute("paused")) video.pause();
    else if (!video.muted) this.play(video);
  }

  private drop(way: Way): void {
    const video = this.waiting.get(way);
    this.waiting.delete(way);
    if (video) this.discard(video);
  }

  private clear(): void {
    this.beats?.stop();
    this.beats = null;
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
    if (this.shown) this.shown.muted = false;
    if (this.volume === 0) this.setVolume(Object.assign(part<HTMLInputElement>(this, "volume"), { value: "100" }));
    if (this.shown?.paused) this.resume();
    if (hadFocus) part(this, "mute").focus();
  }

  private soundOff(): void {
    this.setAttribute("sound", "off");
    for (const video of this.videos) video.muted = true;
  }

  /** Sound only, or the picture again. Who wants nothing but sound wants to hear it. */
  private choosePicture(wanted: boolean): void {
    const hadFocus = part(this, "picture-on") === document.activeElement;
    this.toggleAttribute("sound-only", !wanted);
    part(this, "sound-only").setAttribute("aria-pressed", String(!wanted));
    if (hadFocus) part(this, "sound-only").focus();
    if (!wanted && this.muted) this.soundOn();
    this.seat?.choosePicture(wanted);
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

  /** Who paused wants to see what was there, not its still. */
  private rewind(): void {
    this.removeAttribute("paused");
    this.seat?.rewind();
    for (const video of this.videos) this.play(video);
    this.tell();
  }

  private toLive(): void {
    this.removeAttribute("paused");
    this.seat?.backToLive();
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
    const status = statusOf(this);
    const veil = veilOf(this);
    this.setAttribute("veil", veil);
    if (veil) say(this, part(this, "veil"), veil);
    say(this, part(this, "status"), status);
    // The veil shows it large, and the status says it once more to those who listen.
    part(this, "status").classList.toggle("visually-hidden", status === veil);
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
  if (state === "off") return state;
  if (player.hasAttribute("standby")) return "stalled";
  // The stalls have some seconds yet to show.
  if (state === "stalled") return "stumbling";
  if (player.hasAttribute("paused")) return "paused";
  const line = player.getAttribute("line") ?? "connecting";
  return line === "playing" && player.hasAttribute("rewound") ? "rewound" : line;
}

/** What lies before the picture; empty where it can be seen, or where the curtain is down. */
function veilOf(player: StagePlayer): string {
  if (player.getAttribute("state") === "off") return "";
  const kind = player.hasAttribute("standby") ? "stalled" : (player.getAttribute("line") ?? "");
  return VEILS.has(kind) ? kind : "";
}

customElements.define("stage-player", StagePlayer);
