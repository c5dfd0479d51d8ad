// Marks the fields that an answer names as invalid, and goes to the first of them.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "outcome") return;
  const form = document.getElementById("trial-form");
  const invalid = [];
  for (const field of form.querySelectorAll("[aria-describedby]")) {
    const slots = field.getAttribute("aria-describedby").split(" ");
    const said = slots.some((id) => /-errors?$/.test(id) && document.getElementById(id)?.textContent.trim());
    if (said) invalid.push(field);
    if (said) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  invalid[0]?.focus();
});
