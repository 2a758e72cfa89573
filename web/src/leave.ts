// Signing out clears what this browser keeps: what a gate decided without network is handed in first. While that cannot be,
// nobody is signed out, and the page says so.

import { handIn } from "./gate/queue";

function guard(form: HTMLFormElement): void {
  const said = form.querySelector("[role=status]") as HTMLElement;
  const csrf = () => String(new FormData(form).get("csrf") ?? "");
  const leave = async () => {
    const handedIn = await handIn(csrf()).then(() => navigator.onLine, () => false);
    if (handedIn) form.submit();
    else said.textContent = form.dataset.stay ?? "";
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void leave();
  });
  form.closest("details")?.addEventListener("toggle", () => (said.textContent = ""));
}

const form = document.querySelector<HTMLFormElement>("form[action='/sign-out']");
if (form) guard(form);
