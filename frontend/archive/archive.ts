import { tellTheHouse } from "../shared/counting";
import { HlsPlayback } from "../shared/hls";
import { part, say } from "../shared/texts";
import { asClock, askedTime, NEAR_S, type Places, readPlaces, withPlace } from "./places";

const STORE = "kultour-places";
/** Between two notes of the place. */
const NOTE_EVERY_MS = 5000;

/**
 * `<recording-player playlist slug counting>`: a recording in the browser's own player, fed by HLS.
 *
 * Links to `#t=<seconds>` anywhere on the page lead into it. Where a visitor left off is noted in this browser only, and
 * only while somebody watches who pressed play.
 */
class RecordingPlayer extends HTMLElement {
  private playback: HlsPlayback | null = null;
  private gone = new AbortController();
  private notedAt = Number.NEGATIVE_INFINITY;

  private get video(): HTMLVideoElement {
    return part<HTMLVideoElement>(this, "video");
  }

  private get slug(): string {
    return this.getAttribute("slug") ?? "";
  }

  connectedCallback(): void {
    const { video } = this;
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.playback = new HlsPlayback(video, this.getAttribute("playlist") ?? "", () => {
      say(this, part(this, "trouble"), "unplayable");
    });
    this.playback.open();
    document.addEventListener("click", (event) => this.follow(event), { signal });
    const asked = askedTime(location.hash);
    if (asked !== null) this.seek(asked);
    this.offer(asked === null ? readPlaces(stored())[this.slug] : undefined);
    video.addEventListener("playing", () => this.begins(), { signal, once: true });
    this.offerControls(signal);
    video.addEventListener("timeupdate", () => this.note(), { signal });
    video.addEventListener("pause", () => this.note(true), { signal });
    video.addEventListener("ended", () => this.note(true), { signal });
  }

  disconnectedCallback(): void {
    this.gone.abort();
    this.playback?.close();
  }

  /** Once per visit to the page; the house counts it, and not who it was. */
  private begins(): void {
    const address = this.getAttribute("counting");
    if (address) tellTheHouse(address);
  }

  /** Playing and captions side by side, as the browser's own controls hide one of them in a menu. */
  private offerControls(signal: AbortSignal): void {
    const { video } = this;
    const play = part<HTMLButtonElement>(this, "play");
    part(this, "bar").hidden = false;
    play.onclick = () => (video.paused ? video.play().catch(() => {}) : video.pause());
    const showPlay = () => {
      play.textContent = (video.paused ? play.dataset.play : play.dataset.pause) ?? "";
    };
    video.addEventListener("play", showPlay, { signal });
    video.addEventListener("pause", showPlay, { signal });
    for (const button of this.captionButtons) {
      button.onclick = () => this.read(button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.language);
    }
    // Also where captions were switched on in the browser's own menu.
    const showCaptions = () => {
      const read = this.tracks.find((track) => track.mode === "showing")?.language;
      for (const button of this.captionButtons) {
        button.setAttribute("aria-pressed", String(button.dataset.language === read));
      }
    };
    video.textTracks.addEventListener("change", showCaptions, { signal });
    video.textTracks.addEventListener("addtrack", showCaptions, { signal });
  }

  private get captionButtons(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('[data-part="captions"]')];
  }

  private get tracks(): TextTrack[] {
    return [...this.video.textTracks].filter((track) => track.kind === "subtitles" || track.kind === "captions");
  }

  /** Captions in this language, or none. */
  private read(language: string | undefined): void {
    for (const track of this.tracks) track.mode = track.language === language ? "showing" : "disabled";
  }

  /** A link to a time leads into the recording, also when it is followed twice. */
  private follow(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#t="]') : null;
    const asked = link ? askedTime(link.hash) : null;
    if (asked === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.playFrom(asked);
  }

  private playFrom(at: number): void {
    this.seek(at);
    this.video.scrollIntoView({ block: "nearest" });
    // Whoever does not let it play may press play.
    this.video.play().catch(() => {});
  }

  private seek(at: number): void {
    const { video } = this;
    if (video.readyState >= HTMLMediaElement.HAVE_METADATA) video.currentTime = at;
    else {
      const go = () => {
        video.currentTime = at;
      };
      video.addEventListener("loadedmetadata", go, { once: true, signal: this.gone.signal });
    }
  }

  /** The button to go on where one left off; none without a place. */
  private offer(at: number | undefined): void {
    const button = part<HTMLButtonElement>(this, "resume");
    button.hidden = at === undefined;
    if (at === undefined) return;
    part(button, "resume-at").textContent = asClock(at);
    button.onclick = () => {
      // The focus goes on before its button is gone.
      this.video.focus();
      this.offer(undefined);
      this.playFrom(at);
    };
  }

  private note(now = false): void {
    const { video } = this;
    if (!video.played.length || !Number.isFinite(video.duration)) return;
    if (video.currentTime >= NEAR_S) this.offer(undefined);
    if (!now && performance.now() - this.notedAt < NOTE_EVERY_MS) return;
    this.notedAt = performance.now();
    store(withPlace(readPlaces(stored()), this.slug, video.ended ? video.duration : video.currentTime, video.duration));
  }
}

/** A browser may refuse to remember anything; then nothing is offered. */
function stored(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

function store(places: Places): void {
  try {
    if (Object.keys(places).length) localStorage.setItem(STORE, JSON.stringify(places));
    else localStorage.removeItem(STORE);
  } catch {
    // Full or forbidden: the place is not kept, the recording plays on.
  }
}

customElements.define("recording-player", RecordingPlayer);
