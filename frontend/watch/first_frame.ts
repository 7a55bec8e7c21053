/** Resolves with the first picture of `video`. A page in the background presents no frame, but its time runs. */
export function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    when(video, () => video.videoWidth > 0, resolve);
    video.requestVideoFrameCallback?.(() => resolve());
  });
}

/** Resolves as soon as `video` has anything to play, be it sound alone. */
export function firstSound(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => when(video, () => true, resolve));
}

function when(video: HTMLVideoElement, isThere: () => boolean, act: () => void): void {
  const look = (): void => {
    if (!isThere() || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    for (const event of EVENTS) video.removeEventListener(event, look);
    act();
  };
  for (const event of EVENTS) video.addEventListener(event, look);
}

const EVENTS = ["loadeddata", "playing", "resize", "timeupdate"];
