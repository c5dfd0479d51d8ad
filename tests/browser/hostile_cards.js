// Notes whatever runs on a page of cards, provokes it, and looks for what may not be
// there. Added to every page before its own content.
window.noted = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = (...words) => { window.noted.push(name + "(" + words + ")"); };
}
addEventListener("securitypolicyviolation", (event) => {
  const what = event.effectiveDirective + " " + event.blockedURI;
  if (what.includes("script") || what.includes("style")) window.noted.push("csp " + what);
}, true);
addEventListener("error", (event) => {
  if (event.message) window.noted.push("error " + event.message);
});
addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a");
  if (link && !/^(javascript|vbscript|data|blob|file|filesystem):$/.test(link.protocol)) event.preventDefault();
}, true);

window.provoke = () => {
  const names = ["click", "dblclick", "auxclick", "mouseover", "mouseenter", "mousemove",
    "pointerenter", "pointerdown", "focus", "focusin", "blur", "load", "error", "toggle",
    "beforetoggle", "input", "change", "keydown", "keyup", "submit", "reset", "copy",
    "paste", "wheel", "scroll", "drag", "drop", "animationstart", "animationend",
    "transitionend", "beginEvent", "start", "message", "pageshow", "contextmenu"];
  for (const element of document.querySelectorAll("main *")) {
    for (const name of names) element.dispatchEvent(new Event(name, {bubbles: true}));
    if (element.focus) element.focus();
  }
  for (const link of document.querySelectorAll("main a")) if (link.click) link.click();
};

window.inspect = () => {
  const odd = [];
  const where = (element) =>
    (element.closest("section") || {dataset: {}}).dataset.card + ": " +
    element.outerHTML.slice(0, 200);
  for (const element of document.querySelectorAll("main section *")) {
    for (const {name, value} of element.attributes) {
      if (/^on|^style$|^name$|^form|^srcdoc$|^srcset$|^ping$/.test(name)) odd.push(where(element));
      if (/^(href|src|cite|data|action|poster|background)$/.test(name) ||
          name.endsWith(":href")) {
        let scheme = "bad:";
        try { scheme = new URL(value, document.baseURI).protocol; } catch { scheme = "none"; }
        if (!["http:", "https:", "mailto:", "none"].includes(scheme)) odd.push(where(element));
      }
      if (name === "id" && !value.startsWith("card-")) odd.push(where(element));
    }
    if (/^(script|style|svg|math|img|image|iframe|object|embed|form|input|button|link|meta|base|template|video|audio)$/i
        .test(element.localName)) odd.push(where(element));
  }
  if (document.querySelectorAll("main > section").length !== Number(document.body.dataset.count))
    odd.push("a card broke out of its place");
  if (document.forms.length || document.scripts.length) odd.push("forms or scripts");
  if (document.getElementById("main") !== document.querySelector("main")) odd.push("main");
  return odd;
};

// What a browser makes of markup may change when it is written and read again.
window.reread = () => {
  const main = document.querySelector("main");
  main.innerHTML = main.innerHTML;
};
