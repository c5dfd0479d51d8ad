// Narrows a long list of links by what is typed in the box above it. Arrows go through
// what is left, Enter takes the first; a choice and Escape close the list's popover.
const listOf = (box) => document.getElementById(box.dataset.narrow);
const left = (list) => [...list.querySelectorAll("a, button")].filter((item) => !item.hidden);

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-narrow]");
  if (!box) return;
  const wanted = box.value.trim().toLowerCase();
  const list = listOf(box);
  for (const item of list.querySelectorAll("a, button")) {
    const words = `${item.textContent} ${item.dataset.words ?? ""}`;
    item.hidden = !words.toLowerCase().includes(wanted);
  }
  const none = document.getElementById(`${list.id}-none`);
  if (none) none.hidden = left(list).length > 0;
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  // A search box keeps the first Escape for itself, to be emptied.
  if (key === "Escape") target.closest("[popover] [data-narrow]")?.closest("[popover]").hidePopover();
  if (!["ArrowDown", "ArrowUp", "Enter"].includes(key) || event.isComposing) return;
  const box = target.closest("[data-narrow]");
  const boxes = [...document.querySelectorAll("[data-narrow]")];
  const owner = box ?? boxes.find((other) => listOf(other)?.contains(target));
  if (!owner || (key === "Enter" && !box)) return;
  event.preventDefault();
  const items = left(listOf(owner));
  if (key === "Enter") items[0]?.click();
  else if (box) items.at(key === "ArrowDown" ? 0 : -1)?.focus();
  else (items[items.indexOf(target) + (key === "ArrowDown" ? 1 : -1)] ?? owner).focus();
});

document.addEventListener("click", (event) => {
  const item = event.target.closest("[popover] a, [popover] button");
  const popover = item?.closest("[popover]");
  if (popover?.querySelector("[data-narrow]")) popover.hidePopover();
});
