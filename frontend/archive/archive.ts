import { HlsPlayback } from "../shared/hls";
import { part, say } from "../shared/texts";

/** `<recording-player playlist>`: a recording in the browser's own player, fed by HLS. */
class RecordingPlayer extends HTMLElement {
  private playback: HlsPlayback | null = null;

  connectedCallback(): void {
    const video = part<HTMLVideoElement>(this, "video");
    this.playback = new HlsPlayback(video, this.getAttribute("playlist") ?? "", () => {
      say(this, part(this, "trouble"), "unplayable");
    });
    this.playback.open();
  }

  disconnectedCallback(): void {
    this.playback?.close();
  }
}

customElements.define("recording-player", RecordingPlayer);
