/** Camera and microphone: asked for, looked at, asked for again. Knows no DOM. */

export type SoundProfile = "music" | "speech";
export type Facing = "user" | "environment";

export interface Wishes {
  profile: SoundProfile;
  /** Of a phone; ignored where a camera is named. */
  facing: Facing;
  camera?: string | undefined;
  microphone?: string | undefined;
}

/** Why there is no picture or sound, as a key of the page's sentences. */
export type Trouble = "insecure" | "denied" | "missing" | "busy" | "broken";

export class NoDevices extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

/** What the browser really does, whatever it was asked for. */
export interface Applied {
  width: number | undefined;
  height: number | undefined;
  frameRate: number | undefined;
  channels: number | undefined;
  echoCancellation: boolean | undefined;
  noiseSuppression: boolean | undefined;
  autoGainControl: boolean | undefined;
}

/** Picture and sound as wished; sound alone where there is no camera. Throws `NoDevices`. */
export async function capture(wishes: Wishes): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoDevices("insecure");
  const stream = await pictureAndSound(wishes);
  for (const track of stream.getVideoTracks()) track.contentHint = "motion";
  for (const track of stream.getAudioTracks()) track.contentHint = wishes.profile;
  return stream;
}

async function pictureAndSound(wishes: Wishes): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: pictureOf(wishes), audio: soundOf(wishes) });
  } catch (error) {
    if (!isMissing(error)) throw new NoDevices(troubleOf(error));
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: soundOf(wishes) });
  } catch (error) {
    throw new NoDevices(troubleOf(error));
  }
}

/** Everything is wished, nothing demanded: a camera that cannot do it gives what it can. */
function pictureOf({ camera, facing }: Wishes): MediaTrackConstraints {
  const which = camera ? { deviceId: { ideal: camera } } : { facingMode: { ideal: facing } };
  return { ...which, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
}

/** What helps a telephone call (echo, noise, level) mangles an instrument. */
function soundOf({ microphone, profile }: Wishes): MediaTrackConstraints {
  const call = profile === "speech";
  return {
    ...(microphone ? { deviceId: { ideal: microphone } } : {}),
    echoCancellation: call,
    noiseSuppression: call,
    autoGainControl: call,
    channelCount: { ideal: 2 },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "broken";
}

export function appliedTo(stream: MediaStream): Applied {
  const picture = stream.getVideoTracks()[0]?.getSettings();
  const sound = stream.getAudioTracks()[0]?.getSettings();
  return {
    width: picture?.width,
    height: picture?.height,
    frameRate: picture?.frameRate === undefined ? undefined : Math.round(picture.frameRate),
    channels: sound?.channelCount,
    // Newer browsers name the kind of echo cancellation instead of saying true.
    echoCancellation: sound?.echoCancellation === undefined ? undefined : Boolean(sound.echoCancellation),
    noiseSuppression: sound?.noiseSuppression,
    autoGainControl: sound?.autoGainControl,
  };
}

/** Whether the preview should be a mirror: only somebody who looks at herself expects one. */
export function isSelfView(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "user";
}

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

/** Names are known only after permission was given. */
export async function devices(): Promise<Devices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return {
    cameras: all.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId),
    microphones: all.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId),
  };
}

export function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
