/**
 * HLS into a `<video>`: hls.js where the browser has Media Source Extensions, its own player where it has none (iPhone).
 *
 * hls.js is fetched only by those who need it, in the full build (the light one knows no separate sound), and its worker
 * is a file of ours: the usual blob would need a hole in the content security policy.
 */

import type Hls from "hls.js";
import workerPath from "hls.js/dist/hls.worker.js?url";

const AGAIN_MS = 1000;
const AGAIN_AT_MOST_MS = 10_000;
/** A second decoder fault within this time means that mending does not help. */
const MENDING_MS = 5000;
/**
 * Seconds between the newest segment's end and what is played. A segment is 2 s long, and hls.js, having found nothing
 * new, asks again after another 2: with 4 s one late segment would already stop the picture.
 */
const BEHIND_LIVE = 5;
/** Who falls back further than that jumps, unless rewound. Never faster instead: it is music. */
const TOO_FAR_BEHIND = 15;
/** Seconds of one step back. */
const STEP_BACK = 30;

export class HlsPlayback {
  private hls: Hls | null = null;
  private closed = false;
  private mendedAt = Number.NEGATIVE_INFINITY;
  private again: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  /**
   * `gaveUp`: this browser cannot play it, now or later. What is merely not there yet is asked for again. `rewound`: begin
   * a step before now. `barred`: what was earlier may not be seen now.
   */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly address: string,
    private readonly gaveUp: () => void,
    private readonly rewound = false,
    private readonly barred = () => {},
  ) {}

  async open(): Promise<void> {
    if (!("MediaSource" in globalThis)) {
      this.openNatively();
      return;
    }
    const Player = await import("hls.js").then((module) => module.default).catch(() => null);
    if (this.closed) return;
    if (!Player) this.later(() => this.open());
    else if (Player.isSupported()) this.start(Player);
    else this.gaveUp();
  }

  /** Where "now" is, in seconds of the video's time; null if it is not live or not known. */
  get liveEdge(): number | null {
    if (this.hls) return this.hls.liveSyncPosition;
    const { seekable } = this.video;
    return seekable.length && this.video.duration === Number.POSITIVE_INFINITY
      ? seekable.end(seekable.length - 1)
      : null;
  }

  /** A step back, as far as there is something. */
  stepBack(): void {
    const { seekable, currentTime } = this.video;
    if (seekable.length) this.video.currentTime = Math.max(seekable.start(0), currentTime - STEP_BACK);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.again);
    this.hls?.destroy();
    this.hls = null;
    this.video.onerror = this.video.onpause = this.video.onplay = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  private start(Player: typeof Hls): void {
    const hls = new Player({
      workerPath,
      backBufferLength: 60,
      liveDurationInfinity: true,
      liveSyncDuration: this.rewound ? BEHIND_LIVE + STEP_BACK : BEHIND_LIVE,
    });
    this.hls = hls;
    // hls.js jumps in a paused video, too, and its picture would change every few seconds.
    const keepUp = () => {
      hls.config.liveMaxLatencyDuration = this.video.paused || this.rewound ? Number.POSITIVE_INFINITY : TOO_FAR_BEHIND;
    };
    this.video.onpause = this.video.onplay = keepUp;
    keepUp();
    hls.on(Player.Events.FRAG_LOADED, () => {
      this.failures = 0;
    });
    hls.on(Player.Events.ERROR, (_event, { fatal, type, response }) => {
      if (this.closed) return;
      if (this.rewound && response?.code === 403) this.barred();
      else if (!fatal) return;
      else if (type === Player.ErrorTypes.NETWORK_ERROR) this.later(() => hls.loadSource(this.address));
      else if (type === Player.ErrorTypes.MEDIA_ERROR) this.mend(hls);
      else this.gaveUp();
    });
    hls.attachMedia(this.video);
    hls.loadSource(this.address);
  }

  private mend(hls: Hls): void {
    const now = performance.now();
    if (now - this.mendedAt < MENDING_MS) this.gaveUp();
    else hls.recoverMediaError();
    this.mendedAt = now;
  }

  private openNatively(): void {
    if (!this.video.canPlayType("application/vnd.apple.mpegurl")) {
      this.gaveUp();
      return;
    }
    this.video.onerror = () => this.later(() => this.openNatively());
    if (this.rewound) this.video.addEventListener("loadedmetadata", () => this.stepBack(), { once: true });
    this.video.src = this.address;
  }

  private later(act: () => void): void {
    clearTimeout(this.again);
    const wait = Math.min(AGAIN_AT_MOST_MS, AGAIN_MS * 1.3 ** this.failures++);
    this.again = setTimeout(() => {
      if (!this.closed) act();
    }, wait);
  }
}
