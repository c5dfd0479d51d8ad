// With a key in the answer, the code in every language waits in it: shows the chosen one.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  const snippet = link?.closest(".snippet");
  if (!snippet) return;
  const wanted = link.hash.slice(1);
  const shown = snippet.querySelector(".snippet__main");
  const waiting = snippet.querySelector(`template[data-panel="${wanted}"]`);
  if (!waiting && shown.id !== wanted) return;
  event.preventDefault();
  if (waiting) {
    shown.replaceWith(waiting.content);
    waiting.content.append(shown);
    waiting.dataset.panel = shown.id;
  }
  for (const other of snippet.querySelectorAll("a[data-panel]")) {
    if (other.hash === link.hash) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `target=${wanted.replace("panel-", "")};path=/;max-age=31536000;samesite=lax${secure}`;
});
