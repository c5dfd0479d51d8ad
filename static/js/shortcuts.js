// "/" goes to the search box; Ctrl or Command with Enter sends the form in focus.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

function showKeys(root) {
  if (!isMac) return;
  for (const hint of root.querySelectorAll("[data-hint]")) hint.textContent = "⌘↵";
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
    event.target.closest("form")?.requestSubmit();
  }
});

document.addEventListener("htmx:afterSettle", (event) => showKeys(event.target));
showKeys(document);
