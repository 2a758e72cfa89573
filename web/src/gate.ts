// The gate: camera and scanner in, one verdict out, the next person without a touch.

import { watch } from "./gate/camera";
import { clear, show, type Verdict } from "./gate/face";
import { handIn, put, waiting, type Check } from "./gate/queue";
import { wake } from "./gate/signal";
import { ask, Refused } from "./shared/ask";
import { toBase64url } from "./shared/bytes";

const WAIT_MS = 4000;
/** The same text within this time is the same person still holding up the phone. */
const SAME_MS = 8000;

class Gate {
  private last: Verdict | undefined;
  private seen = { text: "", at: -Infinity };
  private asking = false;

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.getElementById("v-next")?.addEventListener("click", () => this.ready());
    document.getElementById("v-wrong")?.addEventListener("click", () => void this.wrong());
    for (const event of ["pointerdown", "keydown"] as const) addEventListener(event, wake, { once: true });
    document.addEventListener("keydown", (event) => this.typedAnywhere(event));
    addEventListener("online", () => void this.backOnline());
    void this.backOnline();
    void this.camera();
  }

  private get csrf(): string {
    return this.field("csrf");
  }

  private field(name: string): string {
    return String(new FormData(this.form).get(name) ?? "");
  }

  private get wedge(): HTMLInputElement {
    return this.form.elements.namedItem("code") as HTMLInputElement;
  }

  private text(name: string): string {
    return this.form.dataset[name] ?? "";
  }

  private async camera(): Promise<void> {
    const video = document.getElementById("video") as HTMLVideoElement;
    const box = document.getElementById("camera") as HTMLElement;
    try {
      box.hidden = false;
      await watch(video, this.text("reader"), this.text("wasm"), (text) => this.sawText(text));
    } catch {
      box.hidden = true;
      (document.getElementById("camera-note") as HTMLElement).textContent = this.text("cameraDenied");
    }
  }

  private sawText(text: string): void {
    const now = performance.now();
    const same = text === this.seen.text && now - this.seen.at < SAME_MS;
    if (same) this.seen.at = now;
    if (same || this.asking) return;
    this.seen = { text, at: now };
    void this.check(text, false, false);
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    const pressed = (event.submitter as HTMLButtonElement | null)?.name;
    if (pressed === "repeat") return this.repeat();
    if (pressed === "wrong") return void this.wrong();
    const text = this.wedge.value.trim();
    this.wedge.value = "";
    if (pressed === "emergency") return void this.check(text, true, true);
    if (text) void this.check(text, true, false);
    this.wedge.focus();
  }

  /** A scanner types wherever the focus is: what it types belongs in the field. */
  private typedAnywhere(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.matches("input, select, textarea, summary") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length === 1 && event.key !== " ") this.wedge.focus();
  }

  private async check(code: string, typed: boolean, emergency: boolean): Promise<void> {
    const check = this.describe(code, typed, emergency);
    this.asking = true;
    try {
      this.last = await ask<Verdict>("POST", "/api/v1/gate/checks", this.csrf, check, WAIT_MS);
      show(this.last);
      void this.backOnline();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return location.reload();
      await this.unanswered(check, error);
    } finally {
      this.asking = false;
      this.clearTemperature();
    }
  }

  private describe(code: string, typed: boolean, emergency: boolean): Check {
    const temperature = this.field("temperature").trim() || null;
    const point = this.text("point");
    const [direction, purpose] = [this.field("direction"), this.field("purpose")];
    const at = new Date().toISOString();
    return { point, code, direction, purpose, temperature, emergency, typed, key: randomKey(), at };
  }

  /** A server that refuses is heard; one that is silent is not guessed at: the gate cannot tell. */
  private async unanswered(check: Check, error: unknown): Promise<void> {
    const refused = error instanceof Refused;
    if (!refused) await put(check);
    const sentence = refused ? (error.problem.detail ?? error.problem.title ?? "") : `${this.text("unreachable")} ${this.text("tryAgain")}`;
    const [word, standingWord] = [this.text("cannotTell"), this.text("unknown")];
    this.last = { visit: null, act: "cannot-tell", standing: "unknown", word, "standing-word": standingWord, sentence, name: "", document: "", assurance: "" };
    show(this.last);
    await this.banner(!refused);
  }

  private repeat(): void {
    if (this.last) show(this.last, this.text("repeated"));
  }

  private async wrong(): Promise<void> {
    const visit = this.last?.visit;
    if (!visit) return;
    await ask("POST", `/api/v1/gate/visits/${visit}/wrong`, this.csrf, {}).catch(() => undefined);
    this.last = undefined;
    this.ready();
  }

  private ready(): void {
    clear();
    this.wedge.focus();
  }

  private clearTemperature(): void {
    const field = this.form.elements.namedItem("temperature");
    if (field instanceof HTMLInputElement) field.value = "";
  }

  private async backOnline(): Promise<void> {
    const ok = await handIn(this.csrf).then(() => true, () => false);
    await this.banner(!ok || !navigator.onLine);
  }

  private async banner(offline: boolean): Promise<void> {
    const banner = document.getElementById("offline") as HTMLElement;
    const count = await waiting().catch(() => 0);
    banner.hidden = !offline;
    banner.textContent = offline ? this.text("offline").replace("{n}", String(count)) : "";
  }
}

/** 128 random bits; `randomUUID` would need a secure context. */
function randomKey(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

const form = document.getElementById("scan");
if (form instanceof HTMLFormElement) new Gate(form).start();
