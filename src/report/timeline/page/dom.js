// Making elements, the theme, what the mouse is over. Text of the run is only ever put on the page as text.

function byId(id) {
  return document.getElementById(id);
}

/** An element with these attributes, and in it these nodes and texts. */
function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...content.filter((part) => part !== null && part !== undefined));
  return made;
}

/** Does something once before the next picture of the screen, however often it is asked for. */
function nextFrame(act) {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      act();
    });
  };
}

/** Light or dark: as the system prefers, until somebody chooses. */
const theme = {
  system: matchMedia("(prefers-color-scheme: dark)"),
  chosen: null,
  get isDark() {
    return this.chosen === null ? this.system.matches : this.chosen === "dark";
  },
  apply() {
    document.documentElement.dataset.theme = this.isDark ? "dark" : "light";
    colours.clear();
  },
};

function showHover(event, words) {
  const hover = byId("hover");
  hover.textContent = words;
  hover.hidden = false;
  const left = Math.min(event.clientX + 14, innerWidth - hover.offsetWidth - 8);
  const below = event.clientY + 18 + hover.offsetHeight < innerHeight;
  hover.style.left = `${Math.max(left, 4)}px`;
  hover.style.top = `${below ? event.clientY + 18 : event.clientY - hover.offsetHeight - 10}px`;
}

function hideHover() {
  byId("hover").hidden = true;
}
