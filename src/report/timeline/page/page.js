// Puts the parts together.

/** So many events are shown at first, at the most. */
const MOST_AT_FIRST = 320;

class Page {
  constructor(data) {
    this.data = data;
    this.run = new Run(data.run);
    this.shown = new Shown(this.run);
    const { run, shown } = this;
    this.marks = {
      deviations: data.deviations,
      lost: data.lost,
      causes: data.causes,
      overwritten: data.overwritten,
      faults: [],
      end: data.end ?? -1,
      kind: data.kind ?? "",
      findings: data.findings,
      told: data.findings.find(({ level }) => level === "deny") ?? data.findings[0],
    };
    shown.end = this.marks.end;
    const { faults } = this.marks;
    for (let i = 0; i < run.count; i++) if (run.isFault(i)) faults.push(i);
    const marked = [...this.marks.deviations, ...this.marks.lost]
      .map(({ event }) => event)
      .concat(faults, this.marks.end >= 0 ? [this.marks.end] : []);
    this.marked = [...new Set(marked)].sort((one, two) => one - two);
    this.head();
    this.toolbar();
    this.filters = new Filters(byId("filters"), shown);
    this.lanes = new Lanes(byId("lanes"), shown, run, this.marks);
    this.scrubber = new Scrubber(byId("scrubber"), shown, this.marks, this.lanes);
    this.eventPanel = new EventPanel(byId("event"), shown, this.marks);
    this.statePanel = new StatePanel(byId("state"), shown, new States(run));
    this.list = new EventList(byId("events"), shown);
    if (data.beside) {
      this.beside = new Beside(shown, data.beside);
      byId("beside-button").hidden = false;
      byId("beside-button").addEventListener("click", () => this.beside.toggle());
    }
    this.keys = new Keys(this);
    this.address();
    theme.system.addEventListener("change", () => this.recolour());
    byId("theme-button").addEventListener("click", () => this.toggleTheme());
    byId("help-button").addEventListener("click", () => this.keys.help());
    byId("filter-button").addEventListener("click", () => this.filters.toggle());
    if (!this.goToAddress()) this.goToFailure();
    this.closer();
  }

  head() {
    const { data, run } = this;
    const verdict = data.verdict ?? "nothing was found";
    byId("verdict").textContent = verdict;
    byId("verdict").classList.toggle("bad", data.failed);
    document.title = `${verdict} – Reweave`;
    const facts = [
      data.seed === undefined ? null : `seed ${data.seed}`,
      counted(data.steps, "step"),
      counted(run.count + run.leftOut, "event"),
      `${timeWords(run.at[run.count - 1] ?? 0)} of virtual time`,
      `hash ${data.hash}`,
    ];
    byId("facts").textContent = facts.filter(Boolean).join(" · ");
    if (run.leftOut > 0) {
      this.notice(
        `Only parts of this run are here: ${counted(run.leftOut, "event")} between #e${run.gap - 1} and ` +
          `#e${run.gap + run.leftOut} were left out.`,
      );
    }
    byId("report-text").textContent = data.report;
    this.how();
  }

  /** Says something above the timeline that the reader should know. */
  notice(words) {
    byId("partial").hidden = false;
    byId("partial").append(element("p", {}, words));
  }

  /** The deviations from the plain schedule, and where the run was lost, each a link to its event. */
  how() {
    const { run, marks } = this;
    const item = (name, badge, { event, said }) =>
      element("li", {}, eventLink(run, event, element("span", { class: `badge ${name}` }, badge), said));
    const most = 3;
    const items = marks.deviations.slice(0, most).map((mark, nth) => item("deviation", `${nth + 1}`, mark));
    if (marks.deviations.length > most)
      items.push(element("li", { class: "none" }, `… and ${counted(marks.deviations.length - most, "more deviation")}`));
    for (const mark of marks.lost) items.push(item("lost", "lost", mark));
    byId("how").append(...items);
  }

  toolbar() {
    const { shown, run } = this;
    this.radios = Object.entries(AXES).map(([name, words]) => {
      const radio = element("input", { type: "radio", name: "axis", value: name, checked: name === "steps" });
      radio.addEventListener("change", () => shown.setAxis(name));
      byId("axis").append(element("label", {}, radio, element("span", {}, words)));
      return radio;
    });
    byId("zoom-in").addEventListener("click", () => shown.zoom(0.6));
    byId("zoom-out").addEventListener("click", () => shown.zoom(1 / 0.6));
    byId("zoom-fit").addEventListener("click", () => shown.fit());
    const has = (test) => run.kinds.some(test);
    const entries = [
      ["poll", "polled"],
      ["ready", "ready"],
      ["wait", "waits"],
      run.resourceKinds.some((kind) => HELD.has(kind)) ? ["lock", "holds"] : null,
      has((kind) => MESSAGES.has(kind)) ? ["message", "message"] : null,
      this.marks.deviations.length > 0 ? ["deviation", "deviation"] : null,
      this.marks.faults.length > 0 ? ["fault", "fault"] : null,
      this.marks.lost.length > 0 ? ["lost", "lost from here"] : null,
      this.marks.end >= 0 ? ["failure", "failure"] : null,
    ];
    byId("legend").append(
      ...entries.filter(Boolean).map(([name, words]) => element("li", {}, element("i", { class: `key ${name}` }), words)),
    );
    const search = byId("search");
    search.addEventListener("input", () => shown.search(search.value));
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (shown.found.length > 0 && !shown.isFound[shown.selected]) {
        shown.select(shown.found[Math.min(lowerBound(shown.found, shown.selected), shown.found.length - 1)]);
      } else {
        const next = shown.found.find((i) => i > shown.selected);
        shown.select(next ?? shown.found[0] ?? shown.selected);
      }
    });
    const matches = () => {
      const nth = lowerBound(shown.found, shown.selected);
      const place = shown.isFound[shown.selected] ? `${nth + 1} of ` : "";
      const found = shown.found.length === 0 ? "nothing found" : `${place}${shown.found.length.toLocaleString("en")}`;
      byId("matches").textContent = shown.sought === "" ? "" : found;
    };
    shown.on(["search", "selected"], matches);
  }

  nextAxis() {
    const names = Object.keys(AXES);
    const next = (names.indexOf(this.shown.axis.name) + 1) % names.length;
    this.radios[next].checked = true;
    this.shown.setAxis(names[next]);
  }

  /** Goes to the event of the address, and keeps the address at the event that is selected. */
  address() {
    addEventListener("hashchange", () => this.goToAddress());
    let waiting = 0;
    this.shown.on(["selected"], () => {
      clearTimeout(waiting);
      // Browsers allow only so many changes a second.
      waiting = setTimeout(() => {
        const address = `#e${this.run.number(this.shown.selected)}`;
        if (location.hash !== address) history.replaceState(null, "", address);
      }, 250);
    });
  }

  goToAddress() {
    const number = /^#e(\d+)$/.exec(location.hash);
    const i = number ? this.run.placeOf(Number(number[1])) : -1;
    if (i >= 0) this.shown.select(i);
    else if (number) this.notice(`The address asks for #e${number[1]}, and this page has no such event.`);
    return i >= 0;
  }

  goToFailure() {
    const { end } = this.marks;
    this.shown.select(end >= 0 ? end : this.run.count - 1);
  }

  /** Of a long run the part around the selected event is shown at first; the strip has all of it. */
  closer() {
    const { axis, selected } = this.shown;
    if (this.run.count <= MOST_AT_FIRST) return;
    const x = axis.x[selected];
    this.shown.look(x - MOST_AT_FIRST * 0.8, x + MOST_AT_FIRST * 0.2);
  }

  toggleTheme() {
    theme.chosen = theme.isDark ? "light" : "dark";
    this.recolour();
  }

  recolour() {
    theme.apply();
    this.shown.tell("theme");
  }
}

theme.apply();
new Page(JSON.parse(byId("data").textContent));
