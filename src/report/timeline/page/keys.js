// The keys, and the help that lists them. A key works wherever the focus is, but not while somebody writes or moves a slider with it.

/** What the words on the page mean. */
const WORDS = [
  ["polled", "the task runs, from one await at which it had to wait to the next"],
  ["ready", "it could run, and another task runs"],
  ["waits", "it cannot run until somebody wakes it"],
  ["step", "a poll; the number says how many had begun"],
  ["plain schedule", "always the task that has been ready longest, no fault, the first choice of each kind"],
  ["deviation", "where this run differs from it: without one of them the failure is not the same"],
  ["lost", "from this event on every continuation that was tried fails"],
  ["after the failure", "pale: how the run was taken down, which says nothing about the failure"],
];

class Keys {
  constructor(page) {
    this.page = page;
    const { shown } = page;
    const by = (direction) => () => shown.go(shown.listed, direction);
    /** Key, what the help says, what it does. */
    this.keys = [
      [["ArrowRight"], "→", "the next event", by(1)],
      [["ArrowLeft"], "←", "the event before", by(-1)],
      [["Shift+ArrowRight"], "⇧ →", "the next event of the same task", () => shown.go(this.ofTask(), 1)],
      [["Shift+ArrowLeft"], "⇧ ←", "the event before of the same task", () => shown.go(this.ofTask(), -1)],
      [["ArrowDown"], "↓", "the next step", () => shown.go(this.polls(), 1)],
      [["ArrowUp"], "↑", "the step before", () => shown.go(this.polls(), -1)],
      [["Home"], "Home", "the first event", () => shown.select(shown.listed[0] ?? 0)],
      [["End"], "End", "the last event", () => shown.select(shown.listed.at(-1) ?? 0)],
      [["]"], "]", "the next mark: a deviation, a fault, where it was lost, the failure", () => shown.go(page.marked, 1)],
      [["["], "[", "the mark before", () => shown.go(page.marked, -1)],
      [["c"], "c", "the cause of the event", () => this.cause()],
      [["x"], "x", "the failure", () => page.goToFailure()],
      [["/"], "/", "search", () => byId("search").focus()],
      [["n"], "n", "the next event that was found, and then the first again", () => shown.goRound(shown.found, 1)],
      [["Shift+N", "N"], "⇧ n", "the one before", () => shown.goRound(shown.found, -1)],
      [["f"], "f", "filter by kind, host and task", () => page.filters.toggle()],
      [["d"], "d", "the nearest passing run beside this one, if there is one", () => page.beside?.toggle()],
      [["r"], "r", "the report", () => (byId("report").open = !byId("report").open)],
      [["a"], "a", "the axis: steps, time with idle time folded, time to scale", () => page.nextAxis()],
      [["+", "="], "+", "zoom in", () => shown.zoom(0.6)],
      [["-"], "−", "zoom out", () => shown.zoom(1 / 0.6)],
      [["0"], "0", "the whole run", () => shown.fit()],
      [["t"], "t", "light or dark", () => page.toggleTheme()],
      [["?", "Shift+?"], "?", "these keys", () => this.help()],
      [["Escape"], "Esc", "closes what is open", () => this.escape()],
    ];
    this.byKey = new Map(this.keys.flatMap(([keys, , , act]) => keys.map((key) => [key, act])));
    document.addEventListener("keydown", (event) => this.press(event));
    this.fillHelp();
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isWriting = target.matches("input[type=search]");
    const isChoosing = target.matches("input[type=radio]") && event.key.startsWith("Arrow");
    const scrolls = target.matches("#report-text") && /^(Arrow|Home|End)/.test(event.key);
    if (isChoosing || scrolls || (isWriting && event.key !== "Escape")) return;
    if (byId("help").open && event.key !== "?" && event.key !== "Escape") return;
    const name = event.shiftKey && event.key !== "?" ? `Shift+${event.key}` : event.key;
    const act = this.byKey.get(name) ?? (event.key.length === 1 ? this.byKey.get(event.key) : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** The events that are listed of the task of the selected one. */
  ofTask() {
    const { shown } = this.page;
    const task = shown.run.task[shown.selected];
    return shown.listed.filter((i) => shown.run.task[i] === task);
  }

  polls() {
    const { shown } = this.page;
    return shown.listed.filter((i) => shown.run.kindOf(i) === "polled");
  }

  cause() {
    const { shown, eventPanel } = this.page;
    const cause = eventPanel.cause(shown.selected);
    if (cause >= 0) shown.select(cause);
  }

  escape() {
    const { page } = this;
    if (byId("help").open) return byId("help").close();
    if (document.activeElement === byId("search") || page.shown.sought !== "") {
      byId("search").value = "";
      page.shown.search("");
      byId("search").blur();
      return;
    }
    if (!byId("filters").hidden) page.filters.toggle(false);
    else if (!byId("beside").hidden) page.beside.toggle();
  }

  help() {
    const help = byId("help");
    if (help.open) help.close();
    else help.showModal();
  }

  fillHelp() {
    const rows = this.keys.map(([, key, words]) =>
      element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, words)),
    );
    const close = element("button", { type: "button" }, "Close");
    close.addEventListener("click", () => byId("help").close());
    const words = WORDS.map(([word, meaning]) => element("tr", {}, element("th", { scope: "row" }, word), element("td", {}, meaning)));
    byId("help").append(
      element("h2", { id: "help-title" }, "Keys"),
      element("table", {}, element("tbody", {}, ...rows)),
      element("h2", {}, "Words"),
      element("table", {}, element("tbody", {}, ...words)),
      element(
        "p",
        {},
        "With the mouse: click an event; drag to move; turn the wheel with Ctrl to zoom, with Shift to move. " +
          "The address of the page names the selected event: #e12.",
      ),
      close,
    );
  }
}
