// The verdict that fills the screen, and leaves it after four seconds: nobody inherits a green.

import { signal, type Act } from "./signal";

/** What the server, or this gate alone, says about one check, in the checker's language. */
export interface Verdict {
  visit: string | null;
  /** The gate's own key of a visit that waits to be handed in. */
  key?: string;
  act: Act;
  standing: string;
  word: string;
  "standing-word": string;
  sentence: string;
  name: string;
  document: string;
  assurance: string;
  /** That it was decided without network, and by which list. */
  alone?: string;
}

const CLEAR_MS = 4000;
const LINES = ["v-word", "v-standing", "v-sentence", "v-name", "v-assurance", "v-alone"];
const COLOURS: Record<string, string> = { green: "is-green", yellow: "is-yellow", red: "is-red" };
const SHAPES: Record<string, string> = { "under-review": "review" };

let timer: ReturnType<typeof setTimeout> | undefined;

function part(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

export function show(verdict: Verdict, repeated = ""): void {
  const face = part("verdict");
  face.hidden = true;
  face.className = `verdict ${COLOURS[verdict.standing] ?? "is-grey"} act-${verdict.act}`;
  part("v-shape").setAttribute("href", `#shape-${SHAPES[verdict.standing] ?? verdict.standing}`);
  part("v-word").textContent = verdict.word;
  const standing = verdict["standing-word"] === verdict.word ? "" : verdict["standing-word"];
  part("v-standing").textContent = [standing, repeated].filter(Boolean).join(" · ");
  part("v-sentence").textContent = verdict.sentence;
  part("v-name").textContent = [verdict.name, verdict.document].filter(Boolean).join(" ");
  part("v-assurance").textContent = verdict.assurance;
  part("v-alone").textContent = verdict.alone ?? "";
  part("v-wrong").hidden = verdict.visit === null && !verdict.key;
  face.hidden = false;
  signal(verdict.act);
  clearTimeout(timer);
  timer = setTimeout(clear, CLEAR_MS);
}

export function clear(): void {
  clearTimeout(timer);
  part("verdict").hidden = true;
  for (const id of LINES) part(id).textContent = "";
}
