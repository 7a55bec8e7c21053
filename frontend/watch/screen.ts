/**
 * What a seat needs of the page: somewhere to show pictures, and to say how the line stands. It never looks further.
 */

/** By which way the picture comes: to the front row below a second, to the stalls some seconds late. */
export type Way = "webrtc" | "hls";
/** Why there is sound and no picture: the visitor's choice, the visitor's line, or chosen again and on its way. */
export type Away = "sound_chosen" | "sound_thin" | "picture_comes";
/** How the visitor's own line stands; `sound_only` is the stage's doing. */
export type Line = "idle" | "connecting" | "playing" | "sound_only" | Away | "trouble" | "unsupported";
export type StageStatus = "off" | "on_air" | "stalled";

export interface StageAddress {
  slug: string;
  /** Its live playlist. */
  live: string;
}

export interface Screen {
  /** Whether anybody looks at the page just now. */
  readonly watched: boolean;
  /** A new video that waits behind the present one. */
  prepare(way: Way): HTMLVideoElement;
  /** It has a picture: show it instead of the present one. */
  present(way: Way): void;
  /** It is not waited for any more. */
  drop(way: Way): void;
  /** Nothing is shown any more. */
  clear(): void;
  line(line: Line): void;
  /** The stage is silent, and what is shown is its last picture. */
  standby(on: boolean): void;
  /** What is shown was earlier, by the visitor's choice. */
  rewound(on: boolean): void;
  /** Something of this stage plays, for the first time since the visitor came to it. */
  begins(stage: StageAddress): void;
}
