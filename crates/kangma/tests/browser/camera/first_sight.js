// Answers how many milliseconds pass from the first frame of the camera with something dark on it, as the page gets it,
// to a verdict on the screen; or says why that cannot be told.
const done = arguments[arguments.length - 1];
const video = document.querySelector("video");
const verdict = document.querySelector("[role=alert]");
const small = new OffscreenCanvas(64, 36).getContext("2d", { willReadFrequently: true });
let white = false;
let came;

const isWhite = () => {
  small.drawImage(video, 0, 0, 64, 36);
  return small.getImageData(0, 0, 64, 36).data.every((part) => part > 200);
};
const look = (now) => {
  white ||= isWhite();
  if (!isWhite()) came = now;
  if (came === undefined) return video.requestVideoFrameCallback(look);
  if (!white || !verdict.hidden) return done("the camera's picture was there before anybody looked");
  new MutationObserver(() => verdict.hidden || requestAnimationFrame((shown) => done(shown - came))).observe(verdict, { attributes: true });
};
video.requestVideoFrameCallback(look);
