/** What has to be said in a session description because no browser API says it. Pure. */

/** Opus format parameters (RFC 7587, section 6.1) of music as it should sound. */
export interface OpusWishes {
  stereo: boolean;
  /** Bit/s the encoder may use on average; absent: the browser's own choice, meant for speech. */
  bitrate?: number;
}

/**
 * Ask for stereo and a bitrate in the `a=fmtp` line of Opus. Browsers encode speech quality in mono unless the
 * description they are *given* asks for more, and decode to mono unless the one they *gave* does.
 */
export function wishOpus(sdp: string, wishes: OpusWishes): string {
  const payload = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  if (!payload) return sdp;
  const parameters = opusParameters(wishes);
  const line = new RegExp(`^a=fmtp:${payload} ([^\\r\\n]*)`, "m");
  if (line.test(sdp))
    return sdp.replace(line, (_all, present: string) => `a=fmtp:${payload} ${merge(present, parameters)}`);
  return sdp.replace(
    new RegExp(`^(a=rtpmap:${payload} [^\\r\\n]*)`, "m"),
    (all: string) => `${all}\r\na=fmtp:${payload} ${merge("", parameters)}`,
  );
}

function opusParameters(wishes: OpusWishes): Record<string, string> {
  const parameters: Record<string, string> = {};
  if (wishes.stereo) Object.assign(parameters, { stereo: "1", "sprop-stereo": "1" });
  if (wishes.bitrate) Object.assign(parameters, { maxaveragebitrate: String(wishes.bitrate) });
  return parameters;
}

function merge(present: string, wanted: Record<string, string>): string {
  const pairs = present
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair && !((pair.split("=")[0] ?? "") in wanted));
  return [...pairs, ...Object.entries(wanted).map(([name, value]) => `${name}=${value}`)].join(";");
}

/** H.264 as the house forwards it first (packetization-mode 1, constrained baseline before the rest), then everything else. */
export function preferH264<C extends { mimeType: string; sdpFmtpLine?: string }>(codecs: readonly C[]): C[] {
  const rank = ({ mimeType, sdpFmtpLine = "" }: C): number => {
    if (mimeType.toLowerCase() !== "video/h264") return 3;
    if (!sdpFmtpLine.includes("packetization-mode=1")) return 2;
    return /profile-level-id=42e0/i.test(sdpFmtpLine) ? 0 : 1;
  };
  return [...codecs].sort((one, other) => rank(one) - rank(other));
}

/** Whether any of the codecs is H.264. */
export function hasH264(codecs: readonly { mimeType: string }[]): boolean {
  return codecs.some(({ mimeType }) => mimeType.toLowerCase() === "video/h264");
}
