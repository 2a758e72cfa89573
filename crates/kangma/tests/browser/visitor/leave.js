// Sets window.leaving as soon as a press leads to another page; that page does not have it.
window.leaving = false;
const leave = () => (window.leaving = true);
addEventListener("submit", (event) => event.defaultPrevented || leave(), { once: true });
navigation.addEventListener("navigate", (event) => event.hashChange || event.downloadRequest !== null || leave(), { once: true });
