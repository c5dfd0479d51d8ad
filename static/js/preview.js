// Shows a chosen picture or sound before it is sent, and keeps it while rows change.
const LARGEST = 12 * 1024 * 1024;
const kept = new Map();

function shown(file, source) {
  const kind = file.type.split("/")[0];
  if (kind === "image") {
    const image = new Image();
    image.src = source;
    image.alt = "The chosen picture";
    image.className = "field__picture";
    image.height = 96;
    return image;
  }
  if (kind === "audio") {
    const sound = new Audio(source);
    sound.controls = true;
    sound.className = "field__sound";
    sound.setAttribute("aria-label", "The chosen sound");
    return sound;
  }
  return document.createTextNode(`${file.name}, ${file.size.toLocaleString("en")} bytes`);
}

document.addEventListener("change", (event) => {
  const place = document.getElementById(event.target.dataset?.preview);
  const file = place && event.target.files?.[0];
  if (!file) return;
  if (file.size > LARGEST) {
    place.replaceChildren(document.createTextNode(`${file.name} is too large to be sent`));
    return;
  }
  // Our policy loads pictures from the page itself or from data: addresses.
  const reader = new FileReader();
  reader.addEventListener("load", () => place.replaceChildren(shown(file, reader.result)));
  reader.readAsDataURL(file);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "trial-input") return;
  for (const input of event.target.querySelectorAll("input[data-preview]")) {
    if (input.files.length) kept.set(input.id, input.files);
  }
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, files] of kept) {
    const input = document.getElementById(id);
    if (!input) continue;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  kept.clear();
});
