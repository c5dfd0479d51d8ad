// Completes what is typed into a search box: a combobox with a list (WAI-ARIA 1.2).
const DELAY_MS = 150;
const SHORTEST = 2;
const KINDS = { algorithm: "", task: "Task", tag: "Tag", owner: "Owner" };

const boxes = new WeakMap();
let count = 0;

class Completion {
  constructor(input) {
    this.input = input;
    this.active = -1;
    this.options = [];
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${++count}`;
    this.list.className = "suggest";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    input.closest(".search").append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The focus stays in the box, so that a press on the list does not close it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]"), event));
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.close();
    const typed = this.input.value.trim();
    if (typed.length < SHORTEST) return;
    this.timer = setTimeout(() => this.ask(typed), DELAY_MS);
  }

  async ask(typed) {
    this.request = new AbortController();
    const address = `/api/v1/suggest?q=${encodeURIComponent(typed)}`;
    try {
      const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { results } = await answer.json();
      if (this.input.value.trim() === typed && document.activeElement === this.input) this.show(results);
    } catch {
      // Typing goes on, or the network is away: the box works as it is.
    }
  }

  show(results) {
    this.options = results.map((found, place) => this.option(found, place));
    this.list.replaceChildren(...this.options);
    this.list.hidden = results.length === 0;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    const said = document.getElementById("said");
    if (said) said.textContent = results.length ? `${results.length} suggestion${results.length === 1 ? "" : "s"}` : "No suggestions";
  }

  option(found, place) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place}`;
    option.className = "suggest__option";
    option.dataset.address = found.address;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const about = found.kind === "algorithm" ? found.detail : `${KINDS[found.kind]}, ${found.count.toLocaleString("en")}`;
    for (const [part, text] of [["label", found.label], ["about", about]]) {
      const span = document.createElement("span");
      span.className = `suggest__${part}`;
      span.textContent = text;
      option.append(span);
    }
    return option;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(place) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.options[place];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(option, event) {
    if (!option) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
    location.assign(option.dataset.address);
  }

  key(event) {
    if (event.isComposing) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && !event.altKey) this.later();
      if (event.key === "Enter") {
        clearTimeout(this.timer);
        this.request?.abort();
      }
      return;
    }
    const last = this.options.length - 1;
    const moves = {
      ArrowDown: this.active === last ? -1 : this.active + 1,
      ArrowUp: this.active === -1 ? last : this.active - 1,
    };
    // Home and End belong to the text until a suggestion is marked.
    if (this.active >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.key in moves) {
      event.preventDefault();
      this.mark(moves[event.key]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active >= 0) {
      this.choose(this.options[this.active], event);
    } else if (event.key === "Enter") {
      this.close();
    }
  }
}

function enhance(root) {
  for (const input of root.querySelectorAll("[data-search]")) {
    if (!boxes.has(input)) boxes.set(input, new Completion(input));
  }
}

enhance(document);
document.addEventListener("htmx:afterSettle", (event) => enhance(event.target));
