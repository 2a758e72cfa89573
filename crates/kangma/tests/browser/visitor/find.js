// Finds what a person means by a label: find(kind, label, near) gives {found: [elements], names: [strings]}.
// kind: "press" (what can be pressed), "field" (what can be filled or chosen), "focus" (the name of what has the focus).
// near: a text; then only what stands in the smallest row, list item, section or dialog with that text counts.
const [kind, label, near] = arguments;
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();

const visible = (element) =>
  element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
  element.getClientRects().length > 0;

const named = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.innerText ?? "").join(" "));
  const own = element.getAttribute("aria-label");
  if (own) return tidy(own);
  if (element.labels?.length) return tidy([...element.labels].map((each) => each.innerText).join(" "));
  if (element.matches("input[type=submit],input[type=button],input[type=reset]")) return tidy(element.value);
  const text = tidy(element.innerText);
  return text || tidy(element.querySelector("img[alt]")?.alt ?? element.getAttribute("title"));
};

// A field behind its own drawing (a radio button, a file chooser) is seen by its label.
const seen = (element) => visible(element) || [...(element.labels ?? [])].some(visible);

const kinds = {
  press:
    "a[href],button,summary,input[type=submit],input[type=button],input[type=reset]," +
    "[role=button],[role=tab],[role=link],[role=menuitem],[role=switch]",
  field: "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]),textarea,select",
};

if (kind === "focus") {
  const focused = document.activeElement;
  return { found: [], names: focused && focused !== document.body ? [named(focused)] : [] };
}

const rooms = "tr,li,article,section,fieldset,dialog,form,[role=row],[role=listitem],[role=dialog],main";
const around = () => {
  const holding = [...document.querySelectorAll(rooms)].filter((room) => tidy(room.innerText).includes(near));
  return holding.filter((room) => !holding.some((other) => other !== room && room.contains(other)));
};

const roots = near ? around() : [document];
const all = roots.flatMap((root) => [...root.querySelectorAll(kinds[kind])]).filter(seen);
const exact = all.filter((element) => named(element) === label);
const found = exact.length ? exact : all.filter((element) => named(element).includes(label));
return { found, names: all.map(named) };
