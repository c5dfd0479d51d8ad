// Switches the theme at once; the form keeps the choice in its cookie as without script.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.theme");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  const body = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
  document.documentElement.dataset.theme = chosen;
  form.querySelector(`[value="${chosen === "dark" ? "light" : "dark"}"]`).focus();
});
