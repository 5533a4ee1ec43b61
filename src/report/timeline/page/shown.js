// What is shown at the moment, and who is told when that changes: the selected event, the part of the axis, filters, search.

class Shown {
  constructor(run) {
    this.run = run;
    this.axis = new Axis(run, "steps");
    this.selected = 0;
    this.from = this.axis.start;
    this.to = this.axis.end;
    this.hiddenTasks = new Set();
    this.hiddenHosts = new Set();
    this.hiddenGroups = new Set();
    /** Tasks are shown whose path has this in it. */
    this.taskText = "";
    /** What is searched for, the events that have it, in order, and whether an event has it. */
    this.sought = "";
    this.found = [];
    this.listeners = [];
    /** The failure, if there is one. */
    this.end = -1;
    this.filter();
  }

  /** Calls back after a change of one of these: "selected", "view", "filter", "search", "theme". */
  on(changes, listener) {
    this.listeners.push([new Set(changes), listener]);
  }

  tell(change) {
    for (const [changes, listener] of this.listeners) {
      if (changes.has(change)) listener();
    }
  }

  select(i, { reveal = true } = {}) {
    if (this.run.count === 0) return;
    this.selected = Math.min(Math.max(i, 0), this.run.count - 1);
    if (reveal) this.reveal(this.selected);
    this.tell("selected");
  }

  /** Moves the part that is shown so that this event is in it. */
  reveal(i) {
    const x = this.axis.x[i] + this.axis.unit / 2;
    const width = this.to - this.from;
    const margin = width * 0.08;
    if (x < this.from + margin || x > this.to - margin) this.look(x - width / 2, x + width / 2);
  }

  /** Shows this part of the axis, or as much of it as there is. */
  look(from, to) {
    const { start, end, unit } = this.axis;
    const all = end - start;
    const least = unit > 0 ? Math.min(4, all) : all / 1e7;
    const width = Math.min(Math.max(to - from, least), all);
    const middle = (from + to) / 2;
    this.from = Math.min(Math.max(middle - width / 2, start), end - width);
    this.to = this.from + width;
    this.tell("view");
  }

  /** Makes the part that is shown so many times as long, around a position. */
  zoom(times, around = null) {
    const selected = this.axis.x[this.selected] + this.axis.unit / 2;
    const inside = selected >= this.from && selected <= this.to;
    const at = around ?? (inside ? selected : (this.from + this.to) / 2);
    this.look(at - (at - this.from) * times, at + (this.to - at) * times);
  }

  fit() {
    this.look(this.axis.start, this.axis.end);
  }

  setAxis(name) {
    const all = this.axis.end - this.axis.start;
    const part = (this.to - this.from) / all;
    this.axis = new Axis(this.run, name);
    const width = part * (this.axis.end - this.axis.start);
    const x = this.axis.x[this.selected] ?? 0;
    this.tell("axis");
    this.look(x - width / 2, x + width / 2);
  }

  /** Works out which tasks are hidden, and which events. */
  filter() {
    const { run } = this;
    const text = this.taskText.toLowerCase();
    this.taskShown = run.tasks.map(
      (_, task) =>
        !this.hiddenTasks.has(task) &&
        !this.hiddenHosts.has(run.taskHosts[task]) &&
        (text === "" || run.taskName(task).toLowerCase().includes(text)),
    );
    const groupShown = run.groups.map((group) => !this.hiddenGroups.has(group));
    this.listed = [];
    this.isListed = new Uint8Array(run.count);
    for (let i = 0; i < run.count; i++) {
      if (this.taskShown[run.task[i]] && groupShown[run.kind[i]]) {
        this.listed.push(i);
        this.isListed[i] = 1;
      }
    }
    this.search(this.sought);
    this.tell("filter");
  }

  isFiltered() {
    return this.listed.length < this.run.count;
  }

  showAll() {
    for (const hidden of [this.hiddenTasks, this.hiddenHosts, this.hiddenGroups]) hidden.clear();
    this.taskText = "";
    this.filter();
  }

  /** Looks for a text in the words of events, their places in the source and the paths of their tasks; or for an event by its number. */
  search(text) {
    const { run } = this;
    this.sought = text;
    const sought = text.trim().toLowerCase();
    const number = /^#?e?(\d+)$/.exec(sought);
    this.found = [];
    if (sought !== "") {
      const has = (words) => words.toLowerCase().includes(sought);
      const inText = run.texts.map(has);
      const inTask = run.tasks.map((_, task) => has(run.taskName(task)));
      const byNumber = number ? run.placeOf(Number(number[1])) : -1;
      for (const i of this.listed) {
        if (i === byNumber || inText[run.text[i]] || inTask[run.task[i]] || (run.place[i] >= 0 && inText[run.place[i]])) {
          this.found.push(i);
        }
      }
    }
    this.isFound = new Uint8Array(run.count);
    for (const i of this.found) this.isFound[i] = 1;
    this.tell("search");
  }

  /** Goes to the next event of this list, and from one end of it to the other. */
  goRound(list, direction) {
    const before = this.selected;
    this.go(list, direction);
    if (this.selected === before && list.length > 0) this.select(direction > 0 ? list[0] : list.at(-1));
  }

  /** Goes to the next event of this list, in this direction. */
  go(list, direction) {
    const at = lowerBound(list, this.selected);
    const next = direction > 0 ? at + (list[at] === this.selected ? 1 : 0) : at - 1;
    if (next >= 0 && next < list.length) this.select(list[next]);
  }
}
