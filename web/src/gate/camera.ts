// The camera, on at once, and whatever reads QR symbols here.

type Read = (video: HTMLVideoElement) => Promise<string | undefined>;

declare const BarcodeDetector: {
  new (options: { formats: string[] }): { detect(source: CanvasImageSource): Promise<{ rawValue: string }[]> };
  getSupportedFormats(): Promise<string[]>;
};

/** Milliseconds between looks: some ten a second keep an old phone cool. */
const PAUSE_MS = 100;
/** The side of the square that is read: a V13 symbol at arm's length needs no more. */
const SIDE = 720;

export async function watch(video: HTMLVideoElement, reader: string, wasm: string, seen: (text: string) => void): Promise<void> {
  const picture = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: picture, audio: false });
  await video.play();
  const read = await pick(reader, wasm);
  const look = async () => {
    const text = video.readyState >= 2 && !document.hidden ? await read(video).catch(() => undefined) : undefined;
    if (text) seen(text);
    setTimeout(look, PAUSE_MS);
  };
  void look();
}

async function pick(reader: string, wasm: string): Promise<Read> {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { load } = (await import(/* @vite-ignore */ reader)) as typeof import("../reader");
  const decode = await load(wasm);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, SIDE / Math.min(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context?.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = context?.getImageData(0, 0, canvas.width, canvas.height);
    return image && decode(image);
  };
}
