/** Resolves with the first picture of `video`. A page in the background presents no frame, but its time runs. */
export function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      for (const event of EVENTS) video.removeEventListener(event, look);
      resolve();
    };
    for (const event of EVENTS) video.addEventListener(event, look);
    video.requestVideoFrameCallback?.(() => resolve());
  });
}

const EVENTS = ["loadeddata", "playing", "resize", "timeupdate"];
