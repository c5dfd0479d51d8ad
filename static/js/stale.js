// Says that a result is not that of the input above it, once that was changed.
function changed(event) {
  const form = event.target.closest?.("#trial-form");
  if (!form || event.target.name === "view") return;
  const outcome = document.getElementById("outcome");
  if (outcome.querySelector(".outcome__stale")) outcome.dataset.stale = "";
}

document.addEventListener("input", changed);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "outcome") delete event.target.dataset.stale;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "trial-input") return;
  // A row was added or removed: what else follows the input is told, as by typing.
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
