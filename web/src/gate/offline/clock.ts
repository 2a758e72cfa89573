// The gate's clock: this device's, corrected by the server's when it was last heard. Times in milliseconds since 1970.

/** The same moment by two clocks. */
export interface Heard {
  server: number;
  device: number;
}

/** How far clocks may be off before it matters. */
const SKEW_MS = 90_000;

export class Clock {
  private heard: Heard = { server: 0, device: 0 };
  /** This page's own stopwatch, which no setting of a clock moves, when the server was heard. It may stop in sleep. */
  private stopwatch: number | undefined;
  private latest = 0;

  constructor(private readonly device = () => Date.now(), private readonly ticks = () => performance.now()) {}

  /** The server was heard by this page now. */
  hear(heard: Heard): void {
    Object.assign(this, { heard, stopwatch: this.ticks(), latest: heard.server });
  }

  /** An earlier page heard the server, and knew that it was as late as `latest`. */
  recall(heard: Heard, latest: number): void {
    Object.assign(this, { heard, latest: Math.max(heard.server, latest) });
  }

  now(): number {
    return Math.max(this.shown(), this.earliest());
  }

  /** By how many milliseconds this device's clock is ahead of the server's, when that matters. */
  get off(): number {
    const off = this.heard.device - this.heard.server;
    return this.heard.server && Math.abs(off) > SKEW_MS ? off : 0;
  }

  /** Whether this device's clock was set back since the server was heard: then nothing can be judged by time. */
  get setBack(): boolean {
    return this.shown() < this.earliest() - SKEW_MS;
  }

  /** Whether it went further than the time that passed: it was set forward, or the device slept. */
  get jumped(): boolean {
    return this.stopwatch !== undefined && this.shown() > this.counted() + SKEW_MS;
  }

  private shown(): number {
    return this.device() + this.heard.server - this.heard.device;
  }

  private counted(): number {
    return this.stopwatch === undefined ? 0 : this.heard.server + this.ticks() - this.stopwatch;
  }

  private earliest(): number {
    return Math.max(this.latest, this.counted());
  }
}
