// The lanes: a row for each task, grouped by host, drawn on a canvas. Only what the window shows is drawn, and of what would fall on the
// same pixel only the first.

const LANE = { labels: 13, bar: 15, band: 11, between: 7, host: 20 };

/** With more lanes than these they are drawn close together, without words over their bars. */
const ROOMY = 14;

/** No more arrows than these are drawn at once, beside those of the selected event. */
const MOST_ARROWS = 400;

/** Words over a bar take no more pixels. */
const LONGEST_LABEL = 190;

/** No more faults than these have their flags on the axis; all have a cross in their lane. */
const MOST_FAULT_FLAGS = 12;

/** How wide an event must be for the bar to show its events one by one. */
const DOTS = 7;

/** How wide an event must be for wakes to be drawn of all, and not of the selected one alone. */
const WAKES = 3;

const MESSAGES = new Set(["receives", "bytes_received", "bytes_arrived", "read"]);

class Lanes {
  /** `marks` has what is marked; `other` is for the passing run, whose events cannot be selected. */
  constructor(root, shown, run, marks, { other = false, common = run.count } = {}) {
    Object.assign(this, { shown, run, marks, other, common });
    this.lanes = lanesOf(run);
    this.build(root);
    this.axes = new Map();
    /** Whether the layer below what is selected must be drawn anew. */
    this.isStale = true;
    this.frame = nextFrame(() => this.draw());
    const redraw = () => {
      this.isStale = true;
      this.frame();
    };
    shown.on(["selected"], () => {
      if (!other) this.follow();
      this.frame();
    });
    shown.on(["view", "search", "theme"], redraw);
    shown.on(["filter"], () => {
      this.arrange();
      redraw();
    });
    new ResizeObserver(redraw).observe(this.scroller);
    this.scroller.addEventListener("scroll", redraw);
    this.arrange();
    this.pointer = new Pointer(this);
  }

  build(root) {
    this.scroller = element("div", {
      class: "lanes",
      tabindex: this.other ? "-1" : "0",
      role: "group",
      "aria-label": this.other ? "Lanes of the passing run" : "Lanes: arrow keys go from event to event",
    });
    this.names = element("div", { class: "names" });
    this.canvas = element("canvas", {
      role: "img",
      "aria-label": `A lane for each of ${counted(this.run.tasks.length, "task")}; the list of events has the same as text`,
    });
    this.room = element("div", { class: "room" });
    this.scroller.append(this.canvas, this.room, this.names);
    root.append(this.scroller);
  }

  /** The axis of this run that belongs to the one that is shown. */
  get axis() {
    if (!this.other) return this.shown.axis;
    const { name } = this.shown.axis;
    if (!this.axes.has(name)) this.axes.set(name, new Axis(this.run, name));
    return this.axes.get(name);
  }

  /** Whether a task of this run has a lane. */
  hasLane(task) {
    if (this.lanes[task].events.length === 0 && this.lanes[task].ready.from.length === 0) return false;
    if (!this.other) return this.shown.taskShown[task];
    const same = this.shown.run.tasks.indexOf(this.run.tasks[task]);
    return same < 0 || this.shown.taskShown[same];
  }

  /** Gives each lane its place from top to bottom. */
  arrange() {
    const { run } = this;
    const tasks = run.tasks.map((_, task) => task).filter((task) => this.hasLane(task));
    tasks.sort((one, two) => run.taskHosts[one] - run.taskHosts[two] || one - two);
    const roomy = tasks.length <= ROOMY;
    const severalHosts = new Set(tasks.map((task) => run.taskHosts[task])).size > 1;
    this.rows = [];
    this.rowOf = new Map();
    let [y, host] = [4, -1];
    for (const task of tasks) {
      // The runtime is no host's.
      const of = task === RUNTIME ? -1 : run.taskHosts[task];
      if (severalHosts && of !== host && of >= 0) {
        this.rows.push({ host: of, y, height: LANE.host });
        y += LANE.host;
      }
      host = of;
      const bands = this.lanes[task].held.length;
      const labels = roomy && task !== RUNTIME ? LANE.labels : 0;
      const height = labels + LANE.bar + bands * LANE.band + (roomy ? LANE.between : 4);
      const row = { task, y, height, labels, bar: y + labels };
      this.rowOf.set(task, row);
      this.rows.push(row);
      y += height;
    }
    this.height = y + 6;
    this.room.style.height = `${this.height + AXIS_HEIGHT}px`;
    this.scroller.style.setProperty("--wanted", `${this.height + AXIS_HEIGHT + 2}px`);
  }

  /** Scrolls so that the lane of the selected event is in the window. */
  follow() {
    const row = this.rowOf.get(this.run.task[this.shown.selected]);
    if (!row) return;
    const { scrollTop: top, clientHeight: height } = this.scroller;
    const isInside = row.y >= top && row.y + row.height + AXIS_HEIGHT <= top + height;
    if (!isInside) this.scroller.scrollTop = row.y - (height - AXIS_HEIGHT - row.height) / 2;
  }

  px(x) {
    return ((x - this.shown.from) / (this.shown.to - this.shown.from)) * this.width;
  }

  left(i) {
    return this.px(this.axis.x[i]);
  }

  right(i) {
    return this.px(this.axis.x[i] + this.axis.unit);
  }

  center(i) {
    return this.px(this.axis.x[i] + this.axis.unit / 2);
  }

  draw() {
    const gutter = this.scroller.clientWidth > 700 ? 210 : 110;
    if (gutter !== this.gutter) {
      this.gutter = gutter;
      this.scroller.style.setProperty("--gutter", `${gutter}px`);
    }
    this.width = this.scroller.clientWidth - gutter;
    this.viewHeight = this.scroller.clientHeight;
    if (this.width <= 0 || this.viewHeight <= 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.viewHeight * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      this.canvas.style.width = `${this.width}px`;
      this.canvas.style.height = `${this.viewHeight}px`;
    }
    if (this.isStale) {
      this.below ??= element("canvas");
      Object.assign(this.below, { width, height });
      this.drawBelow(this.below.getContext("2d"), ratio);
      this.isStale = false;
    }
    const c = this.canvas.getContext("2d");
    this.c = c;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, width, height);
    c.drawImage(this.below, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.save();
    c.translate(0, AXIS_HEIGHT - this.top);
    if (!this.other) this.drawSelected();
    c.restore();
    this.drawAxis();
    this.drawNames();
  }

  /** What does not change while events are selected. */
  drawBelow(c, ratio) {
    this.c = c;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.top = this.scroller.scrollTop;
    this.first = this.axis.eventAt(this.shown.from);
    this.last = this.axis.eventAt(this.shown.to);
    this.visible = this.rows.filter((row) => row.y + row.height > this.top && row.y < this.top + this.viewHeight);
    c.translate(0, AXIS_HEIGHT - this.top);
    this.drawBackground();
    for (const row of this.visible) if (row.task !== undefined) this.drawLane(row);
    this.drawArrows();
    this.drawMarks();
  }

  drawBackground() {
    const { c } = this;
    for (const row of this.visible) {
      if (row.host !== undefined) {
        c.fillStyle = colour("--host");
        c.fillRect(0, row.y, this.width, row.height - 2);
      } else {
        c.fillStyle = colour("--line");
        c.fillRect(0, row.y + row.height - 3, this.width, 1);
      }
    }
    if (this.axis.name === "folded") {
      c.fillStyle = colour("--fold");
      const { folds } = this.axis;
      let before = -10;
      for (let nth = lowerBound(folds, this.first); nth < folds.length && folds[nth] <= this.last + 1; nth++) {
        const right = this.left(folds[nth]);
        const left = right - this.px(this.shown.from + FOLD);
        if (right - before < 1) continue;
        before = right;
        c.fillRect(left + 1, this.top, Math.max(right - left - 2, 0.5), this.viewHeight);
      }
    }
  }

  /**
   * Calls with the pixels of each span that is in the window; of those on one pixel only with the first. A span ends with its last event,
   * or `before` the event with which something else begins.
   */
  spansIn(spans, draw, { before: endsBefore = false } = {}) {
    let before = -2;
    for (
      let nth = spans.firstTo(this.first);
      nth < spans.from.length && spans.from[nth] <= this.last;
      nth = this.nextOn(spans.from, nth, before)
    ) {
      const left = Math.max(this.left(spans.from[nth]), -4);
      const end = endsBefore ? this.left(spans.to[nth]) : this.right(spans.to[nth]);
      const right = Math.min(Math.max(end, left + 1.5), this.width + 4);
      if (right - before < 0.75) continue;
      before = right;
      draw(left, right, nth);
    }
  }

  /** The next place in a list of events that is not on a pixel which is drawn already. */
  nextOn(events, nth, before) {
    if (this.unitWidth() > 0.5) return nth + 1;
    const { from, to } = this.shown;
    const free = this.axis.eventAt(from + ((before + 0.75) / this.width) * (to - from));
    return Math.max(nth + 1, lowerBound(events, free));
  }

  drawLane(row) {
    const { c, run } = this;
    const lane = this.lanes[row.task];
    const [y, height] = [row.bar, LANE.bar];
    this.drawFound(row, lane);
    this.spansIn(
      lane.waits,
      (left, right, nth) => {
        // A wait begins with the end of a poll, which belongs to the poll.
        left = Math.min(left + this.unitWidth(), right - 1);
        c.fillStyle = hatch(c);
        c.fillRect(left, y + 3, right - left, height - 6);
        const wait = lane.waits.what[nth];
        if (wait >= 0) label(c, run.words(wait), left + 4, right - 2, y + height / 2, colour("--text-2"), true);
      },
      { before: true },
    );
    this.spansIn(
      lane.ready,
      (left, right) => {
        c.fillStyle = colour("--ready");
        c.fillRect(left, y + height / 2 - 1.5, right - left, 3);
      },
      { before: true },
    );
    c.fillStyle = colour("--poll");
    this.spansIn(lane.polls, (left, right) => {
      if (right - left < 4) return c.fillRect(left, y, right - left, height);
      c.beginPath();
      c.roundRect(left + 0.25, y, Math.max(right - left - 0.5, 1), height, Math.min(3, (right - left) / 2));
      c.fill();
    });
    lane.held.forEach(({ spans }, band) => {
      const top = y + height + 2 + band * LANE.band;
      this.spansIn(spans, (left, right, nth) => {
        const resource = spans.what[nth];
        c.fillStyle = colour(`--lock-${resource % 8}`);
        c.fillRect(left, top, right - left, LANE.band - 3);
        label(c, run.resources[resource], left + 3, right - 1, top + LANE.band / 2 - 1, colour("--on-lock"), false, 9);
      });
    });
    this.drawEvents(row, lane);
  }

  unitWidth() {
    return (this.axis.unit / (this.shown.to - this.shown.from)) * this.width;
  }

  /** Dots for the events of a lane, and their words above them where there is room. */
  drawEvents(row, lane) {
    const { c, run } = this;
    const roomy = this.unitWidth() >= DOTS;
    let [before, written] = [-9, -9];
    for (let nth = lowerBound(lane.events, this.first); nth < lane.events.length; nth = this.nextOn(lane.events, nth, before)) {
      const i = lane.events[nth];
      if (i > this.last) break;
      const faded = !this.other && !this.shown.isListed[i];
      const group = run.groupOf(i);
      const x = this.center(i);
      if (group === "polls" || group === "findings" || faded || x - before < 2) continue;
      before = x;
      c.fillStyle = colour(DOT_COLOURS[group] ?? "--dot");
      const size = roomy ? 3 : 1.6;
      if (roomy) {
        c.beginPath();
        c.arc(x, row.bar + LANE.bar / 2, size, 0, 7);
        c.fill();
      } else {
        c.fillRect(x - size / 2, row.bar + LANE.bar / 2 - size, size, 2 * size);
      }
      if (row.labels > 0 && roomy && x > written && group !== "waits" && x < this.width) {
        const end = label(c, run.words(i), x - 3, Math.min(x + LONGEST_LABEL, this.width), row.y + 6, colour("--text-2"), true, 10);
        if (end > 0) written = end + 8;
      }
    }
    for (const i of lane.marks) {
      if (i < this.first || i > this.last) continue;
      c.fillStyle = colour("--bad");
      c.beginPath();
      cross(c, this.center(i), row.bar + LANE.bar / 2, 4);
      c.fill();
    }
  }

  /** The events of a lane that were found. */
  drawFound(row, lane) {
    const { c, shown } = this;
    if (this.other || shown.found.length === 0) return;
    c.fillStyle = colour("--found");
    let before = -9;
    for (let nth = lowerBound(lane.events, this.first); nth < lane.events.length && lane.events[nth] <= this.last; nth++) {
      const x = this.center(lane.events[nth]);
      if (!shown.isFound[lane.events[nth]] || x - before < 1) continue;
      before = x;
      c.fillRect(x - 3, row.y, Math.max(6, this.unitWidth() - 1), row.height - 4);
    }
  }

  /** Arrows from the causes of events to them, where these are in two lanes. */
  drawArrows() {
    let drawn = 0;
    if (this.last - this.first < 4000) {
      for (let i = this.first; i <= this.last && drawn < MOST_ARROWS; i++) {
        if (this.arrowTo(i, false)) drawn += 1;
      }
    }
  }

  /** What is drawn for an event that something in another lane caused; whether there was anything. */
  arrowTo(i, strong) {
    const { run } = this;
    const kind = run.kindOf(i);
    if (kind === "woke" || kind === "spawned") {
      if (!strong && this.unitWidth() < WAKES) return false;
      return this.arrow(this.center(i), run.task[i], this.center(i), run.a[i], strong ? "--selected" : "--wake", strong ? 1.8 : 1);
    }
    const cause = run.cause[i];
    if (cause < 0 || run.task[cause] === run.task[i] || kind === "polled") return false;
    const isMessage = MESSAGES.has(kind);
    if (!isMessage && !strong) return false;
    return this.arrow(
      this.center(cause),
      run.task[cause],
      this.center(i),
      run.task[i],
      strong ? "--selected" : "--message",
      strong ? 1.8 : 1.4,
    );
  }

  arrow(x1, from, x2, to, name, width) {
    const [one, two] = [this.rowOf.get(from), this.rowOf.get(to)];
    if (!one || !two || one === two) return false;
    const { c } = this;
    const down = two.y > one.y;
    const y1 = one.bar + (down ? LANE.bar : 0);
    const y2 = two.bar + (down ? -1 : LANE.bar + 1);
    c.strokeStyle = c.fillStyle = colour(name);
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x2, y2);
    c.stroke();
    const angle = Math.atan2(y2 - y1, x2 - x1);
    c.beginPath();
    c.moveTo(x2, y2);
    for (const turn of [2.7, -2.7]) c.lineTo(x2 + 6 * Math.cos(angle + turn), y2 + 6 * Math.sin(angle + turn));
    c.fill();
    return true;
  }

  /** Lines from top to bottom: where the run was lost, where it failed, where the two runs part. */
  drawMarks() {
    const { c } = this;
    const line = (x, name, width, dash = []) => {
      c.strokeStyle = colour(name);
      c.lineWidth = width;
      c.setLineDash(dash);
      c.beginPath();
      c.moveTo(x, this.top);
      c.lineTo(x, this.top + this.viewHeight);
      c.stroke();
      c.setLineDash([]);
    };
    if (this.common < this.run.count) line(this.left(this.common), "--part", 1.5, [5, 4]);
    if (this.other) return;
    for (const { event } of this.marks.deviations) line(this.center(event), "--deviation", 1, [2, 3]);
    for (const { event } of this.marks.lost) line(this.center(event), "--lost", 1.5, [6, 3]);
    if (this.marks.end >= 0) {
      const end = this.right(this.marks.end);
      // What follows is how the run was taken down.
      c.fillStyle = colour("--after");
      c.fillRect(end, this.top, Math.max(this.width - end, 0), this.viewHeight);
      line(end, "--bad", 2);
    }
  }

  /** The selected event, and the arrows to and from it. */
  drawSelected() {
    const { c, run, shown } = this;
    this.arrowTo(shown.selected, true);
    for (const effect of run.effects(shown.selected).slice(0, 20)) this.arrowTo(effect, true);
    const x = this.center(shown.selected);
    c.fillStyle = colour("--selected-band");
    const wide = Math.max(this.unitWidth(), 3);
    c.fillRect(x - wide / 2, this.top, wide, this.viewHeight);
    const row = this.rowOf.get(this.run.task[shown.selected]);
    if (row) {
      c.strokeStyle = colour("--selected");
      c.lineWidth = 2;
      c.strokeRect(x - Math.max(wide / 2, 5), row.bar - 2, Math.max(wide, 10), LANE.bar + 4);
    }
  }

  drawAxis() {
    const { c, shown } = this;
    c.fillStyle = colour("--paper");
    c.fillRect(0, 0, this.width, AXIS_HEIGHT);
    c.fillStyle = colour("--line-2");
    c.fillRect(0, AXIS_HEIGHT - 1, this.width, 1);
    c.font = `10.5px ${SANS}`;
    c.textBaseline = "middle";
    let before = -99;
    for (const [x, words] of this.axis.ticks(shown.from, shown.to, Math.max(this.width / 70, 2))) {
      const at = this.px(x);
      c.fillStyle = colour("--line-2");
      c.fillRect(at, AXIS_HEIGHT - 5, 1, 5);
      if (at - before < 8 || at > this.width - 20) continue;
      c.fillStyle = colour("--text-2");
      c.fillText(words, at + 3, 9);
      before = at + 3 + c.measureText(words).width;
    }
    if (this.other) return;
    this.drawFlags();
  }

  /** The marks by name, on the axis: one that would cover another stands beside it. */
  drawFlags() {
    const { c, marks } = this;
    const flags = marks.deviations.map(({ event }, nth) => [this.center(event), `${nth + 1}`, "--deviation"]);
    for (const { event } of marks.lost) flags.push([this.center(event), "lost", "--lost"]);
    if (marks.faults.length <= MOST_FAULT_FLAGS) {
      for (const event of marks.faults) flags.push([this.center(event), "fault", "--fault"]);
    }
    if (marks.end >= 0) flags.push([this.right(marks.end), marks.kind, "--bad"]);
    c.font = `bold 10.5px ${SANS}`;
    let taken = 0;
    for (const [x, words, name] of flags.sort(([one], [two]) => one - two)) {
      if (x < -2 || x > this.width + 2) continue;
      const width = c.measureText(words).width + 8;
      const left = Math.min(Math.max(x - width / 2, taken), this.width - width);
      taken = left + width + 1;
      c.fillStyle = colour(name);
      c.beginPath();
      c.roundRect(left, 1, width, 15, 3);
      c.fill();
      c.fillStyle = colour("--on-mark");
      c.fillText(words, left + 4, 9);
    }
  }

  /** The names of the lanes in the window. */
  drawNames() {
    const key = this.visible.map((row) => row.task ?? `h${row.host}`).join() + this.height;
    if (key === this.namesKey) return;
    this.namesKey = key;
    const names = this.visible.map((row) => {
      if (row.host !== undefined) {
        const name = element("div", { class: "host-name" }, `host ${this.run.hostName(row.host)}`);
        name.style.top = `${row.y + AXIS_HEIGHT}px`;
        return name;
      }
      const path = this.run.taskName(row.task);
      const name = element("div", { class: "task-name", title: path }, path);
      name.style.top = `${row.bar + AXIS_HEIGHT - 1}px`;
      return name;
    });
    this.names.replaceChildren(...names);
  }
}

const AXIS_HEIGHT = 20;

const DOT_COLOURS = {
  waits: "--dot-wait",
  wakes: "--dot-wake",
  timers: "--dot-timer",
  draws: "--deviation",
  values: "--dot-value",
  network: "--dot-network",
  notes: "--dot-note",
  faults: "--dot-fault",
  tasks: "--dot-task",
};
