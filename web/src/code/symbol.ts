// The QR symbol as SVG: one path of dark modules, four modules of white around it.

import { encode } from "uqr";

const SVG = "http://www.w3.org/2000/svg";

export function draw(text: string, into: Element): void {
  const { data, size } = encode(text, { ecc: "M", border: 4, boostEcc: false });
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join(""));
  svg.append(path);
  into.replaceChildren(svg);
}
