// The panels below the lanes, all of it text: the selected event with its causes, the state after it, the list of events.

/** A link to an event. */
function eventLink(run, i, ...content) {
  return element("a", { href: `#e${run.number(i)}`, class: "event-link" }, ...content);
}

/** These, with commas between. */
function commas(parts) {
  return parts.flatMap((part, nth) => (nth > 0 ? [", ", part] : [part]));
}

function heading(text) {
  return element("h3", {}, text);
}

/** No more causes than these are listed of an event. */
const MOST_CAUSES = 12;

/** What a task does in a poll that brings it something from another. */
const BRINGS = new Set(["takes", "receives", "bytes_received", "accepts", "read", "missed"]);

/** The selected event: what, who, when, where; what it follows from, and what follows from it. */
class EventPanel {
  constructor(root, shown, marks) {
    Object.assign(this, { root, shown, marks, run: shown.run });
    shown.on(["selected"], () => this.draw());
  }

  /** The event that this one follows from: what the journal knows; else what the task last received in the same poll, or was polled for. */
  cause(i) {
    const { run } = this;
    if (run.cause[i] >= 0) return run.cause[i];
    const poll = run.pollOf[i];
    for (let j = i - 1; j > poll && poll >= 0; j--) {
      if (run.task[j] === run.task[i] && BRINGS.has(run.kindOf(j))) return j;
    }
    return poll;
  }

  /** The causes of an event, the nearest first; whether there are more. */
  causes(i) {
    const causes = [];
    for (let cause = this.cause(i); cause >= 0; cause = this.cause(cause)) {
      if (causes.length === MOST_CAUSES) return { causes, more: true };
      causes.push(cause);
    }
    return { causes, more: false };
  }

  draw() {
    const { run } = this;
    if (run.count === 0) return;
    const i = this.shown.selected;
    const said = this.saidOf(i);
    const about = [
      ["time", timeWords(run.at[i])],
      ["step", run.gap < run.count && i >= run.gap ? "not known" : `${run.step[i]}`],
      ["task", run.taskName(run.task[i])],
      run.hosts.length > 1 && run.task[i] !== RUNTIME ? ["host", run.hostName(run.taskHosts[run.task[i]])] : null,
      run.source(i) ? ["at", run.source(i)] : null,
    ].filter(Boolean);
    const list = element("dl", { class: "about" });
    for (const [name, value] of about) list.append(element("dt", {}, name), element("dd", {}, value));
    const { causes, more } = this.causes(i);
    const lines = causes.map((cause) => this.line(cause));
    if (more) lines.push(element("li", { class: "none" }, "… and what led to that"));
    const why = i === this.marks.end ? this.marks.causes : [];
    const effects = run.effects(i).slice(0, 8);
    this.root.replaceChildren(
      element(
        "h2",
        {},
        element("span", { class: "number" }, `#e${run.number(i)}`),
        " ",
        element("span", { id: "event-words", "aria-live": "polite" }, run.words(i)),
      ),
      ...said.map(([name, words]) => element("p", { class: `said ${name}` }, words)),
      list,
      ...(why.length > 0
        ? [heading("Why, back from the failure"), element("ol", { class: "chain" }, ...why.map((mark) => this.because(mark)))]
        : []),
      heading("Causes, back from here"),
      causes.length > 0 ? element("ol", { class: "chain", id: "causes" }, ...lines) : element("p", { class: "none" }, "none known"),
      ...(effects.length > 0
        ? [heading("What follows from it"), element("ul", { class: "chain" }, ...effects.map((effect) => this.line(effect)))]
        : []),
    );
  }

  line(i) {
    const { run } = this;
    return element(
      "li",
      {},
      eventLink(
        run,
        i,
        element("span", { class: "number" }, `#e${run.number(i)}`),
        " ",
        element("b", {}, run.taskName(run.task[i])),
        ` ${run.words(i)}`,
        element("span", { class: "when" }, ` ${timeWords(run.at[i])}`),
      ),
    );
  }

  /** One of the causes that the report tells. */
  because({ event, said }) {
    const number = element("span", { class: "number" }, `#e${this.run.number(event)}`);
    return element("li", {}, eventLink(this.run, event, number, ` ${said}`));
  }

  /** What the report says of an event. */
  saidOf(i) {
    const { marks, run } = this;
    const said = [];
    marks.deviations.forEach(({ event, said: words }, nth) => {
      if (event === i) said.push(["deviation", `Deviation ${nth + 1} from the plain schedule: ${words}`]);
    });
    for (const { event, said: words } of marks.lost) if (event === i) said.push(["lost", words]);
    for (const { event, said: words } of marks.overwritten) if (event === i || i === marks.end) said.push(["overwritten", words]);
    const finding = run.kindOf(i) === "finding" ? marks.findings[run.a[i]] : i === marks.end ? marks.told : null;
    if (finding) said.push(["finding", finding.said]);
    const words = new Set();
    return said.filter(([, once]) => !words.has(once) && words.add(once));
  }
}

/** The state after the selected event. */
class StatePanel {
  constructor(root, shown, states) {
    Object.assign(this, { root, shown, states, run: shown.run });
    shown.on(["selected"], () => this.draw());
  }

  draw() {
    const { run } = this;
    if (run.count === 0) return;
    const i = this.shown.selected;
    const state = this.states.after(i);
    this.state = state;
    const parked = [];
    let [over, running] = [0, -1];
    for (let task = 1; task < run.tasks.length; task++) {
      if (state.status[task] === PARKED) parked.push(task);
      if (state.status[task] === OVER) over += 1;
      if (state.status[task] === RUNNING) running = task;
    }
    const unknown =
      i >= run.gap ? element("p", { class: "none" }, "Events before this were left out: what they began is not known.") : null;
    this.root.replaceChildren(
      ...[
        element("h2", {}, "State", element("span", { class: "when" }, ` after #e${run.number(i)}, ${timeWords(run.at[i])}`)),
        unknown,
        running >= 0 ? this.section("Running", "running", [this.task(running)]) : null,
        this.section(
          "Ready, next first",
          "ready",
          state.ready.map((task) => this.task(task)),
          "nobody",
        ),
        this.section(
          "Parked",
          "parked",
          parked.map((task) => this.parked(state, task)),
          "nobody",
        ),
        this.section(
          "Held",
          "held",
          [...state.holds].map(([resource, holds]) => this.held(resource, holds)),
        ),
        this.section(
          "Granted, not taken yet",
          "granted",
          [...state.granted].flatMap(([resource, grants]) => grants.map((i) => this.granted(resource, i))),
        ),
        this.section(
          "Values",
          "values",
          [...state.values].map(([resource, i]) => this.value(resource, i)),
        ),
        this.section("Messages in flight", "flight", this.flight(state)),
        this.section("Timers", "timers", this.timers(state)),
        this.section(
          "Hosts, links and faults",
          "faults",
          [...state.hosts.values(), ...state.links.values(), ...state.faults.values()].map((i) => this.event(i)),
        ),
        state.output >= 0 ? this.section("Last output", "output", [this.event(state.output)]) : null,
        over > 0 ? element("p", { class: "none" }, `${counted(over, "task")} over`) : null,
      ].filter(Boolean),
    );
  }

  section(title, id, items, empty = null) {
    if (items.length === 0 && empty === null) return null;
    const most = 60;
    const shown = items.slice(0, most);
    if (items.length > most) shown.push(document.createTextNode(`… and ${items.length - most} more`));
    const list = shown.map((item) => element("li", {}, item));
    return element(
      "section",
      { class: `of-state ${id}`, id: `state-${id}` },
      heading(title),
      items.length > 0 ? element("ul", {}, ...list) : element("p", { class: "none" }, empty),
    );
  }

  task(task) {
    return element("b", {}, this.run.taskName(task));
  }

  event(i) {
    return eventLink(this.run, i, this.run.words(i));
  }

  parked(state, task) {
    const { run } = this;
    const part = document.createDocumentFragment();
    part.append(this.task(task));
    const waits = state.waits.get(task) ?? [];
    const timer = [...state.timers.values()].findLast((set) => run.task[set] === task);
    if (waits.length === 0) part.append(" waits ", timer === undefined ? "for what is not told" : this.timer(timer));
    for (const [nth, wait] of waits.slice(0, 6).entries()) {
      part.append(nth > 0 ? ", " : " ", this.event(wait));
      const holds = run.kindOf(wait) === "waits" ? state.holds.get(run.a[wait]) : null;
      if (holds) {
        const holders = [...new Set(holds.map(([holder]) => run.taskName(holder)))];
        part.append(
          " ",
          element("span", { class: "holder" }, `held by ${holders.slice(0, 4).join(", ")}${holders.length > 4 ? " …" : ""}`),
        );
      }
      // The same place is told once.
      if (run.source(wait) && run.place[waits[nth + 1]] !== run.place[wait]) {
        part.append(element("span", { class: "place" }, run.source(wait)));
      }
    }
    if (waits.length > 6) part.append(` and ${waits.length - 6} more`);
    return part;
  }

  held(resource, holds) {
    const { run } = this;
    const part = document.createDocumentFragment();
    part.append(element("i", { class: `swatch lock-${resource % 8}` }), run.resources[resource], " by ");
    part.append(...commas(holds.slice(0, 6).map(([task, i]) => eventLink(run, i, run.taskName(task)))));
    if (holds.length > 6) part.append(` and ${holds.length - 6} more`);
    return part;
  }

  granted(resource, i) {
    const { run } = this;
    const part = document.createDocumentFragment();
    part.append(`${run.resources[resource]} `, eventLink(run, i, `granted by ${run.taskName(run.task[i])}`));
    return part;
  }

  value(resource, i) {
    const { run } = this;
    const part = document.createDocumentFragment();
    part.append(
      element("code", {}, `${run.resources[resource]} = ${run.texts[run.b[i]]}`),
      " ",
      eventLink(run, i, `${run.kindOf(i) === "read" ? "read" : "written"} by ${run.taskName(run.task[i])}`),
    );
    return part;
  }

  flight(state) {
    const { run } = this;
    const items = [];
    for (const [resource, sends] of state.messages) {
      const part = document.createDocumentFragment();
      part.append(`${counted(sends.length, "message")} in ${run.resources[resource]}: `);
      part.append(...commas(sends.slice(0, 5).map((i) => eventLink(run, i, `from ${run.taskName(run.task[i])}`))));
      if (sends.length > 5) part.append(" …");
      items.push(part);
    }
    for (const [resource, { sent, arrived, received }] of state.bytes) {
      // Bytes between tasks of one host do not arrive by themselves.
      const there = Math.max(arrived, received);
      const local = arrived === 0;
      const name = run.resources[resource];
      if (!local && sent > there) items.push(document.createTextNode(`${counted(sent - there, "byte")} on their way or lost, ${name}`));
      const unread = (local ? sent : arrived) - received;
      if (unread > 0)
        items.push(document.createTextNode(`${counted(unread, "byte")} ${local ? "sent" : "arrived"} and not received, ${name}`));
    }
    return items;
  }

  timers(state) {
    const { run } = this;
    const timers = [...state.timers].sort(([, one], [, two]) => run.b[one] - run.b[two] || one - two);
    return timers.map(([, i]) => {
      const part = document.createDocumentFragment();
      part.append(this.timer(i), `, set by ${run.taskName(run.task[i])}`);
      return part;
    });
  }

  /** The timer that this event set. */
  timer(i) {
    const { run } = this;
    return eventLink(run, i, `timer ${run.a[i]} at ${timeWords(run.b[i])}`);
  }
}

/** All events, as a list of which only the lines in the window exist. */
class EventList {
  constructor(root, shown) {
    Object.assign(this, { root, shown, run: shown.run });
    this.title = element("h2", {});
    this.box = element("div", { class: "list", role: "listbox", tabindex: "0", "aria-label": "Events" });
    this.room = element("div", { class: "room", role: "presentation" });
    this.lines = element("div", { class: "lines", role: "presentation" });
    this.box.append(this.room, this.lines);
    root.append(this.title, this.box);
    this.box.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.box.addEventListener("click", (event) => {
      const line = event.target.closest("[data-i]");
      if (line) shown.select(Number(line.dataset.i));
    });
    shown.on(["filter", "search"], () => this.draw(true));
    shown.on(["selected"], () => {
      this.follow();
      this.draw();
    });
  }

  /** Scrolls so that the selected line is in the window. */
  follow() {
    const nth = lowerBound(this.shown.listed, this.shown.selected);
    this.room.style.height = `${this.shown.listed.length * LINE}px`;
    const [top, height] = [this.box.scrollTop, this.box.clientHeight];
    const y = nth * LINE;
    if (y < top + LINE || y > top + height - 2 * LINE) this.box.scrollTop = y - height / 2;
  }

  draw() {
    const { run, shown } = this;
    const { listed } = shown;
    const words = shown.isFiltered()
      ? `${counted(listed.length, "event")} of ${run.count.toLocaleString("en")}`
      : counted(run.count, "event");
    this.title.textContent = words;
    this.room.style.height = `${listed.length * LINE}px`;
    const first = Math.max(Math.floor(this.box.scrollTop / LINE) - 3, 0);
    const last = Math.min(first + Math.ceil(this.box.clientHeight / LINE) + 6, listed.length);
    const lines = [];
    for (let nth = first; nth < last; nth++) lines.push(this.line(listed[nth], nth));
    this.lines.style.transform = `translateY(${first * LINE}px)`;
    this.lines.replaceChildren(...lines);
    const selected = byId(`line-${shown.selected}`);
    if (selected) this.box.setAttribute("aria-activedescendant", selected.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  line(i, nth) {
    const { run, shown } = this;
    const selected = i === shown.selected;
    const names = ["line", `is-${run.groupOf(i).replaceAll(" ", "-")}`];
    if (selected) names.push("selected");
    if (shown.isFound[i]) names.push("found");
    if (run.isFault(i)) names.push("fault");
    if (shown.end >= 0 && i > shown.end) names.push("after");
    return element(
      "div",
      {
        class: names.join(" "),
        role: "option",
        id: `line-${i}`,
        "data-i": `${i}`,
        "aria-selected": `${selected}`,
        "aria-posinset": `${nth + 1}`,
        "aria-setsize": `${shown.listed.length}`,
      },
      element("span", { class: "number" }, `${run.number(i)}`),
      element("span", { class: "time" }, timeWords(run.at[i])),
      element("span", { class: "who", title: run.taskName(run.task[i]) }, run.taskName(run.task[i])),
      element("span", { class: "words" }, run.words(i)),
    );
  }
}

/** The height of a line of the list, as the style has it. */
const LINE = 21;
