// In a row of tabs the arrow keys, Home and End move and open.
document.addEventListener("keydown", (event) => {
  const list = event.target.closest("[data-tabs]");
  if (!list) return;
  const tabs = [...list.querySelectorAll("a")];
  const at = tabs.indexOf(event.target.closest("a"));
  const step = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || step === undefined) return;
  event.preventDefault();
  const tab = tabs[(step + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
});
