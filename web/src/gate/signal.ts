// A sound and a vibration for each outcome, told apart without looking. Stop is low and quiet: it is for
// the checker, not for the queue.

export type Act = "pass" | "register" | "stop" | "cannot-tell";

/** Hertz and seconds, one after another. */
const TONES: Record<Act, [number, number][]> = {
  pass: [[880, 0.09], [1320, 0.14]],
  register: [[880, 0.09], [880, 0.09], [880, 0.09]],
  stop: [[196, 0.5]],
  "cannot-tell": [[523, 0.12], [392, 0.12], [523, 0.12]],
};

const PULSES: Record<Act, number[]> = { pass: [60], register: [60, 60, 60], stop: [500], "cannot-tell": [150, 100, 150] };

let audio: AudioContext | undefined;

/** A browser lets a page sound only after it was touched once. */
export function wake(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function signal(act: Act): void {
  navigator.vibrate?.(PULSES[act]);
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [hertz, seconds] of TONES[act]) {
    tone(audio, hertz, at, seconds, act === "stop" ? 0.15 : 0.3);
    at += seconds + 0.04;
  }
}

function tone(context: AudioContext, hertz: number, at: number, seconds: number, loud: number): void {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(loud, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + seconds);
}
