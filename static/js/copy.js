// Copies the text of the element that data-copy names, and says so.
const RESET_MS = 1600;

function mark(button, name) {
  const use = button.querySelector("use");
  if (!use) return;
  const was = use.getAttribute("href");
  use.setAttribute("href", was.replace(/#.*/, `#i-${name}`));
  setTimeout(() => use.setAttribute("href", was), RESET_MS);
}

function select(element) {
  if (element.select) {
    element.select();
    return;
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  const said = document.getElementById("said");
  try {
    // There is no clipboard on plain http away from this machine.
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    mark(button, "check");
    said.textContent = "Copied";
  } catch {
    select(source);
    said.textContent = "Selected. Press Ctrl C or ⌘ C to copy.";
  }
});
