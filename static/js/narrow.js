// Narrows a long list of links by what is typed in the box above it.
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-narrow]");
  if (!box) return;
  const wanted = box.value.trim().toLowerCase();
  const list = document.getElementById(box.dataset.narrow);
  for (const item of list.querySelectorAll("a, button")) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
});
