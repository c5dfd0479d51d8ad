// A link that has just been made is copied at once where the browser lets us.
document.addEventListener("htmx:afterSettle", async () => {
  const field = document.querySelector("[data-copied]");
  if (!field) return;
  field.removeAttribute("data-copied");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    document.getElementById("said").textContent = "Link copied";
  } catch {
    // The address is there and selected.
  }
});
