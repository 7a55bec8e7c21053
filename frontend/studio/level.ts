/** How loud the microphone is: the peak of the last moment, in decibels below full scale. Knows no DOM. */

const SILENCE_DB = -60;

export class Level {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly samples: Float32Array<ArrayBuffer>;
  private source: MediaStreamAudioSourceNode | null = null;

  constructor() {
    this.analyser.fftSize = 2048;
    this.samples = new Float32Array(this.analyser.fftSize);
  }

  /** Listen to this microphone, and no longer to the one before. */
  listen(stream: MediaStream): void {
    this.source?.disconnect();
    this.source = null;
    if (stream.getAudioTracks().length === 0) return;
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.analyser);
    if (this.context.state === "suspended") this.context.resume();
  }

  /** -60 (nothing) to 0 (too loud). */
  get decibels(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    const peak = this.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return Math.max(SILENCE_DB, 20 * Math.log10(peak || Number.MIN_VALUE));
  }

  close(): void {
    this.source?.disconnect();
    this.context.close();
  }
}

/** -60 to 0 dB as 0 to 1. */
export function share(decibels: number): number {
  return 1 - decibels / SILENCE_DB;
}
