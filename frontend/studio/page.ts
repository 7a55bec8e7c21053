import { backoff } from "../shared/backoff";
import type { OnAirState } from "../shared/messages";
import { HouseSocket, type Refused, socketAddress } from "../shared/socket";
import { part, quote, say } from "../shared/texts";
import {
  type Applied,
  appliedTo,
  capture,
  devices,
  type Facing,
  isSelfView,
  NoDevices,
  release,
  type SoundProfile,
  type Wishes,
} from "./devices";
import { Level, share } from "./level";
import { canTransmit, type Progress, Transmission } from "./transmission";

const METER_EVERY_MS = 80;
/** A peak sinks slowly enough to be read: the whole scale in 1.6 s. */
const METER_FALL = 0.05;
/** A picture older than this at the house is a stumbling line. */
const FRESH_S = 1.5;
/** What is known of the line before the house reports. */
const LINE_OF = { calling: "calling", sending: "waiting", broken: "line_broken", no_path: "no_path" } as const;
/** Reasons for an end that have a sentence of their own. */
const KNOWN_ENDS = new Set(["curtain", "silent", "closed", "yielded"]);

/**
 * `<artist-studio socket ticket clock step progress ending running first-answer>`: one act's way on air.
 *
 * `step`: start (nothing switched on) → asking → ready (preview) → on_air → ended. `progress` of the connection: see
 * `Progress`. `ending`: asked whether really. `running`: a transmission of this act goes on without this page's camera.
 * `sound-only`: there is no camera. `rehearsal`: what is sent, or would be, is one.
 * `clock`: the house's time when it made the page, for the duration on air. `first-answer`: seconds to wait for a first
 * connection, instead of the usual ones.
 */
class ArtistStudio extends HTMLElement {
  private readonly house = new HouseSocket(
    socketAddress(this.getAttribute("socket") ?? "", location.origin),
    this.getAttribute("ticket") ?? "",
  );
  private readonly transmission = new Transmission(
    this.house,
    {
      progressed: (progress) => this.progressed(progress),
      refused: (why) => this.refused(why),
    },
    Number(this.getAttribute("first-answer")) * 1000 || undefined,
  );
  private readonly skew = Date.now() - Date.parse(this.getAttribute("clock") ?? new Date().toISOString());
  private stream: MediaStream | null = null;
  private level: Level | null = null;
  private wakeLock: WakeLockSentinel | null = null;
  private facing: Facing = "user";
  private since: number | null = null;
  private recaptures = 0;
  private loud = 0;
  /** She has said herself whether it is a rehearsal; before, the programme does. */
  private saidRehearsal = false;

  connectedCallback(): void {
    this.on("switch-on", () => this.switchOn());
    this.on("go-on-air", () => this.goOnAir());
    this.on("end", () => this.askWhetherReally());
    this.on("keep-on", () => this.keepOn());
    this.on("really-end", () => this.end());
    this.on("next-camera", () => this.nextCamera());
    for (const name of ["camera", "microphone", "profile"]) {
      part(this, name).addEventListener("change", () => this.captureAgain());
    }
    part(this, "stage").addEventListener("change", () => this.showStage());
    part(this, "rehearsal").addEventListener("change", () => this.sayRehearsal());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.listDevices());
    document.addEventListener("visibilitychange", () => this.lookedAtAgain());
    window.addEventListener("online", () => this.networkIsBack());
    window.addEventListener("beforeunload", (event) => this.transmission.isRunning && event.preventDefault());
    setInterval(() => this.showDuration(), 1000);
    setInterval(() => this.showRehearsal(), 1000);
    setInterval(() => this.showLevel(), METER_EVERY_MS);
    this.house.on("on_air.state", (state) => this.heed(state));
    this.house.onLoss(() => this.unheard());
    this.house.open();
    this.step("start");
    this.showStage();
    if (!canTransmit()) this.tellTrouble("codec");
  }

  // --- camera and microphone --------------------------------------------------------------------------------------

  private get wishes(): Wishes {
    const profile = this.querySelector<HTMLInputElement>('input[name="profile"]:checked')?.value as SoundProfile;
    return {
      profile,
      facing: this.facing,
      camera: part<HTMLSelectElement>(this, "camera").value || undefined,
      microphone: part<HTMLSelectElement>(this, "microphone").value || undefined,
    };
  }

  private async switchOn(): Promise<void> {
    this.step("asking");
    this.tellTrouble(null);
    if (!(await this.useDevices())) {
      this.step("start");
      part(this, "trouble").scrollIntoView({ block: "nearest" });
      return;
    }
    this.step("ready");
    part(this, "preview-title").focus({ preventScroll: true });
    // On a phone picture, level and the way on air then stand together on one screen.
    part(this, "preview-title").scrollIntoView();
  }

  /** The old devices are let go first: many phones have only one camera open at a time. */
  private async captureAgain(): Promise<void> {
    if (this.stream) await this.useDevices();
  }

  private async useDevices(): Promise<boolean> {
    this.letGo();
    try {
      this.show(await capture(this.wishes));
      return true;
    } catch (why) {
      this.tellTrouble(why instanceof NoDevices ? why.trouble : "broken");
      if (this.transmission.isRunning) this.recaptureSoon();
      return false;
    }
  }

  private show(stream: MediaStream): void {
    this.stream = stream;
    this.recaptures = 0;
    const preview = part<HTMLVideoElement>(this, "preview");
    preview.srcObject = stream;
    preview.toggleAttribute("data-mirror", isSelfView(stream));
    this.level ??= new Level();
    this.level.listen(stream);
    const soundOnly = stream.getVideoTracks().length === 0;
    this.toggleAttribute("sound-only", soundOnly);
    this.tellTrouble(soundOnly ? "no_camera" : null);
    for (const track of stream.getTracks()) this.watchOver(track, stream);
    this.showApplied(appliedTo(stream));
    this.listDevices();
    this.transmission.use(stream);
  }

  /** A cable comes loose, a call comes in: say so, and try again until it is back. */
  private watchOver(track: MediaStreamTrack, stream: MediaStream): void {
    track.onended = () => stream === this.stream && this.recaptureSoon();
    track.onmute = () => stream === this.stream && this.tellTrouble("interrupted");
    track.onunmute = () => stream === this.stream && this.tellTrouble(null);
  }

  private recaptureSoon(): void {
    this.tellTrouble("lost_device");
    setTimeout(() => this.useDevices(), 500 + backoff(this.recaptures++));
  }

  private letGo(): void {
    const old = this.stream;
    this.stream = null;
    release(old);
  }

  private async listDevices(): Promise<void> {
    const { cameras, microphones } = await devices();
    fillSelect(part<HTMLSelectElement>(this, "camera"), cameras, this.deviceOf("video"));
    fillSelect(part<HTMLSelectElement>(this, "microphone"), microphones, this.deviceOf("audio"));
    part(this, "next-camera").hidden = cameras.length < 2;
  }

  private deviceOf(kind: string): string | undefined {
    return this.stream
      ?.getTracks()
      .find((track) => track.kind === kind)
      ?.getSettings().deviceId;
  }

  private nextCamera(): void {
    const select = part<HTMLSelectElement>(this, "camera");
    if (select.options.length === 0) return;
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    this.facing = this.facing === "user" ? "environment" : "user";
    this.captureAgain();
  }

  private showApplied(applied: Applied): void {
    const size = applied.width && applied.height ? `${applied.width} × ${applied.height}` : "–";
    part(this, "applied-size").textContent = size;
    part(this, "applied-rate").textContent = applied.frameRate ? String(applied.frameRate) : "–";
    for (const name of ["echoCancellation", "noiseSuppression", "autoGainControl"] as const) {
      const is = applied[name];
      say(this, part(this, `applied-${name}`), is === undefined ? "unknown" : is ? "on" : "off");
    }
    say(this, part(this, "applied-channels"), applied.channels === 2 ? "stereo" : "mono");
  }

  private showLevel(): void {
    if (!this.level || !this.stream) return;
    const meter = part(this, "level");
    this.loud = Math.max(share(this.level.decibels), this.loud - METER_FALL);
    const loud = this.loud;
    meter.style.setProperty("--level", loud.toFixed(3));
    meter.setAttribute("aria-valuenow", String(Math.round(loud * 100)));
    meter.toggleAttribute("data-too-loud", this.level.decibels > -1);
  }

  // --- on air -----------------------------------------------------------------------------------------------------

  private get stage(): string {
    return part<HTMLSelectElement>(this, "stage").value;
  }

  /** What holds for the chosen stage: whether it is kept, what is being played. */
  private showStage(): void {
    for (const note of this.querySelectorAll<HTMLElement>("[data-about]")) {
      note.hidden = note.dataset.about !== this.stage;
    }
    say(this, part(this, "choose-first"), "none");
    this.showRehearsal();
  }

  private sayRehearsal(): void {
    this.saidRehearsal = true;
    this.showRehearsal();
  }

  /** Without her word: where none of her performances is near. An open page so turns serious in time. */
  private showRehearsal(): void {
    if (this.transmission.isRunning) return;
    const box = part<HTMLInputElement>(this, "rehearsal");
    const place = this.querySelector<HTMLElement>(`[data-about="${CSS.escape(this.stage)}"]`);
    if (!this.saidRehearsal) {
      const { own, near } = place?.dataset ?? {};
      box.checked = own ? own === "rehearsal" : !isWithin(near ?? "", Date.now() - this.skew);
    }
    this.toggleAttribute("rehearsal", box.checked);
  }

  private async goOnAir(): Promise<void> {
    if (!this.stage) {
      say(this, part(this, "choose-first"), "choose_first");
      part(this, "stage").focus();
      return;
    }
    if (!this.stream) return;
    this.tellTrouble(null);
    this.since = null;
    this.showRehearsal();
    this.step("on_air");
    part(this, "on-air-title").focus();
    this.stayAwake();
    await this.transmission.begin(this.stage, this.stream, this.hasAttribute("rehearsal"));
  }

  private progressed(progress: Progress): void {
    this.setAttribute("progress", progress);
    if (progress !== "off") this.tellLine(LINE_OF[progress]);
  }

  private heed(state: OnAirState): void {
    this.since = Date.parse(state.since);
    this.transmission.heed(state);
    if (state.ended !== null) {
      // What never came about nobody has ended; it is tried again.
      if (state.ended !== "never connected") this.endedByHouse(state.ended);
      return;
    }
    this.toggleAttribute("running", !this.transmission.isRunning && this.getAttribute("step") !== "ended");
    if (this.getAttribute("progress") === "sending") this.tellArrival(state);
    say(this, part(this, "running-arrival"), arrivalOf(state));
    this.tellPath(state.path);
    say(this, part(this, "fault"), `fault_${state.fault}`);
  }

  private tellPath(path: string | null): void {
    const place = part(this, "path");
    place.dataset.kind = path === "tcp" ? "warning" : "success";
    say(this, place, `path_${path}`);
  }

  /** Without the house nobody knows what arrives: what it said last may no longer be true. */
  private unheard(): void {
    if (this.getAttribute("progress") === "sending") this.tellLine("unheard");
  }

  /** What the audience gets, in the house's own words. */
  private tellArrival({ connected, video, audio, picture_age: age }: OnAirState): void {
    if (!connected) return;
    const hasCamera = (this.stream?.getVideoTracks().length ?? 0) > 0;
    if (!hasCamera) this.tellLine(audio ? "sound_arrives" : "waiting");
    else if (!video || age === null) this.tellLine("waiting");
    else this.tellLine(age < FRESH_S ? "arriving" : "stumbling");
  }

  private refused(why: Refused): void {
    this.step("ready");
    this.sleepAgain();
    if (why.text) quote(part(this, "trouble"), why.text);
    else this.tellTrouble(why.reason === "taken_over" ? "taken_over" : "unavailable");
    part(this, "trouble").focus();
  }

  private askWhetherReally(): void {
    this.toggleAttribute("ending", true);
    part(this, "really-end").focus();
  }

  private keepOn(): void {
    this.toggleAttribute("ending", false);
    part(this, "end").focus();
  }

  private async end(): Promise<void> {
    this.toggleAttribute("ending", false);
    try {
      await this.transmission.end();
      this.finished("ended");
    } catch {
      // The house did not answer: our side has stopped, and it ends the session by itself after five minutes' silence.
      this.finished("ended_unheard");
    }
  }

  private endedByHouse(why: string): void {
    if (!this.transmission.isRunning && !this.hasAttribute("running")) return;
    this.transmission.stop();
    this.finished(KNOWN_ENDS.has(why) ? `ended_${why}` : "ended");
  }

  private finished(sentence: string): void {
    this.toggleAttribute("running", false);
    this.toggleAttribute("ending", false);
    this.tellPath(null);
    say(this, part(this, "fault"), "none");
    this.letGo();
    this.level?.close();
    this.level = null;
    this.sleepAgain();
    this.tellTrouble(null);
    this.step("ended");
    say(this, part(this, "ended-text"), sentence);
    part(this, "ended-title").focus();
  }

  private showDuration(): void {
    if (this.since === null) return;
    const seconds = Math.max(0, Math.floor((Date.now() - this.skew - this.since) / 1000));
    const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    part(this, "duration").textContent = clock.map((number) => String(number).padStart(2, "0")).join(":");
  }

  // --- the phone --------------------------------------------------------------------------------------------------

  private async stayAwake(): Promise<void> {
    try {
      this.wakeLock = (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      this.wakeLock = null;
    }
    part(this, "may-sleep").hidden = this.wakeLock !== null;
  }

  private sleepAgain(): void {
    this.wakeLock?.release();
    this.wakeLock = null;
  }

  private lookedAtAgain(): void {
    if (document.visibilityState !== "visible") return;
    this.house.hurry();
    if (!this.transmission.isRunning) return;
    this.stayAwake();
    if (this.stream?.getTracks().some(({ readyState }) => readyState === "ended")) this.useDevices();
  }

  private networkIsBack(): void {
    this.house.hurry();
    this.transmission.hurry();
  }

  // --- words ------------------------------------------------------------------------------------------------------

  private step(step: string): void {
    this.setAttribute("step", step);
    part<HTMLSelectElement>(this, "stage").disabled = step === "on_air";
    part<HTMLInputElement>(this, "rehearsal").disabled = step === "on_air";
  }

  private tellTrouble(key: string | null): void {
    say(this, part(this, "trouble"), key ?? "none");
  }

  private tellLine(key: string): void {
    this.setAttribute("arrival", key);
    say(this, part(this, "arrival"), key);
  }

  private on(name: string, act: () => void): void {
    part(this, name).addEventListener("click", act);
  }
}

/** Whether a moment lies in one of the spans, each written begin/end and parted by blanks. */
function isWithin(spans: string, moment: number): boolean {
  const written = spans.split(" ").map((span) => span.split("/").map((time) => Date.parse(time)));
  return written.some(([begin = Number.NaN, end = Number.NaN]) => begin <= moment && moment <= end);
}

/** What arrives of a transmission that is not sent from here. */
function arrivalOf({ connected, video, audio }: OnAirState): string {
  if (!connected || !(video || audio)) return "nothing_arrives";
  if (video && audio) return "both_arrive";
  return video ? "picture_alone" : "sound_alone";
}

/** Device names come from the browser; where it gives none, their number has to do. */
function fillSelect(select: HTMLSelectElement, list: MediaDeviceInfo[], present: string | undefined): void {
  const options = list.map(({ deviceId, label }, index) => new Option(label || String(index + 1), deviceId));
  select.replaceChildren(...options);
  if (present) select.value = present;
  select.disabled = list.length < 2;
}

customElements.define("artist-studio", ArtistStudio);
