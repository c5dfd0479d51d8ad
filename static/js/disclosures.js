// Groups that the reader opened or closed stay so when a newer answer replaces them.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const before = event.detail.target;
  const after = event.detail.fragment;
  const known = before.matches("details") ? [before] : before.querySelectorAll("details[id]");
  for (const group of known) {
    const next = after.querySelector(`#${CSS.escape(group.id)}`);
    // What holds a new choice is open in any case.
    if (next && !next.querySelector(":checked")) next.open = group.open;
    else if (next && group.open) next.open = true;
  }
});
