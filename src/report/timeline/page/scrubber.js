// The scrubber: the whole run in a strip, with marks, and a handle for the selected event. It is a range input, so that keys and screen
// readers can use it.

const STRIP = 52;

/** With more lanes than these the strip shows how busy the run is, and not each lane. */
const MOST_ROWS = 40;

class Scrubber {
  constructor(root, shown, marks, lanes) {
    Object.assign(this, { shown, marks, lanes, run: shown.run });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.input = element("input", {
      type: "range",
      id: "scrub",
      min: "0",
      max: `${Math.max(this.run.count - 1, 0)}`,
      step: "1",
      "aria-label": "Event",
    });
    this.root = root;
    root.append(this.canvas, this.input);
    this.input.addEventListener("input", () => shown.select(Number(this.input.value)));
    this.canvas.addEventListener("pointerdown", (event) => this.drag(event));
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.drag(event);
    });
    shown.on(["theme", "axis", "filter", "search"], () => (this.strip = null));
    this.frame = nextFrame(() => this.draw());
    shown.on(["selected", "view", "search", "theme", "filter"], this.frame);
    if (this.run.count > 0) shown.on(["selected"], () => this.say());
    new ResizeObserver(() => {
      this.strip = null;
      this.frame();
    }).observe(root);
  }

  drag(event) {
    this.canvas.setPointerCapture(event.pointerId);
    const box = this.canvas.getBoundingClientRect();
    const { start, end } = this.shown.axis;
    this.shown.select(this.shown.axis.eventAt(start + ((event.clientX - box.left) / box.width) * (end - start)));
    this.input.focus({ preventScroll: true });
  }

  px(i) {
    const { axis } = this.shown;
    return ((axis.x[i] + axis.unit / 2 - axis.start) / (axis.end - axis.start)) * this.width;
  }

  draw() {
    const { run, shown } = this;
    this.width = this.root.clientWidth;
    if (this.width === 0 || run.count === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (!this.strip) {
      this.canvas.width = Math.round(this.width * ratio);
      this.canvas.height = STRIP * ratio;
      this.canvas.style.width = `${this.width}px`;
      this.canvas.style.height = `${STRIP}px`;
      this.strip = this.drawStrip(ratio);
    }
    const c = this.canvas.getContext("2d");
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(this.strip, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { axis } = shown;
    const x = (at) => ((at - axis.start) / (axis.end - axis.start)) * this.width;
    c.fillStyle = colour("--shade");
    c.fillRect(0, 0, x(shown.from), STRIP);
    c.fillRect(x(shown.to), 0, this.width - x(shown.to), STRIP);
    c.strokeStyle = colour("--line-2");
    c.strokeRect(x(shown.from) + 0.5, 0.5, Math.max(x(shown.to) - x(shown.from) - 1, 2), STRIP - 1);
    const at = this.px(shown.selected);
    c.fillStyle = colour("--selected");
    c.fillRect(at - 1, 0, 2, STRIP);
    c.beginPath();
    c.arc(at, STRIP - 5, 5, 0, 7);
    c.fill();
  }

  /** What screen readers say. */
  say() {
    const { run, shown } = this;
    this.input.value = `${shown.selected}`;
    const words = `event ${run.number(shown.selected)} at ${timeWords(run.at[shown.selected])}: ${run.taskName(run.task[shown.selected])} ${run.words(shown.selected)}`;
    this.input.setAttribute("aria-valuetext", words);
  }

  /** What does not change while scrubbing: how busy the run is, and the marks. */
  drawStrip(ratio) {
    const { run, shown } = this;
    const strip = document.createElement("canvas");
    strip.width = Math.round(this.width * ratio);
    strip.height = STRIP * ratio;
    const c = strip.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = colour("--paper-2");
    c.fillRect(0, 0, this.width, STRIP);
    if (this.lanes.rows.filter((row) => row.task !== undefined).length <= MOST_ROWS) this.drawRows(c);
    else this.drawBusy(c);
    const tick = (i, name, top, height) => {
      c.fillStyle = colour(name);
      c.fillRect(this.px(i) - 1, top, 2, height);
    };
    for (const i of shown.found) tick(i, "--found-strong", 12, STRIP - 16);
    for (let i = 0; i < run.count; i++) if (run.isFault(i)) tick(i, "--dot-fault", 10, 10);
    for (const { event } of this.marks.causes) tick(event, "--text-2", STRIP - 8, 4);
    for (const { event } of this.marks.deviations) diamond(c, this.px(event), 6, colour("--deviation"));
    for (const { event } of this.marks.lost) {
      tick(event, "--lost", 0, STRIP - 4);
      diamond(c, this.px(event), 6, colour("--lost"));
    }
    if (this.marks.end >= 0) tick(this.marks.end, "--bad", 0, STRIP - 4);
    if (run.gap < run.count) {
      c.fillStyle = colour("--part");
      c.fillRect(this.px(run.gap) - 1.5, 0, 3, STRIP - 4);
    }
    return strip;
  }

  /** A row for each lane, with its polls. */
  drawRows(c) {
    const rows = this.lanes.rows.filter((row) => row.task !== undefined);
    const height = Math.min((STRIP - 20) / rows.length, 6);
    rows.forEach((row, nth) => {
      const y = 13 + nth * height;
      const draw = (spans, name, part) => {
        c.fillStyle = colour(name);
        let before = -1;
        spans.from.forEach((from, n) => {
          const [left, right] = [this.px(from), this.px(spans.to[n])];
          if (right < before + 0.5) return;
          before = Math.max(right, left + 1);
          c.fillRect(left, y, before - left, Math.max(height - 1, 1) * part);
        });
      };
      draw(this.lanes.lanes[row.task].waits, "--wait", 1);
      draw(this.lanes.lanes[row.task].ready, "--ready", 1);
      draw(this.lanes.lanes[row.task].polls, "--poll", 1);
    });
  }

  /** How many events there are, pixel by pixel. */
  drawBusy(c) {
    const { shown } = this;
    const columns = new Int32Array(Math.ceil(this.width) + 1);
    for (const i of shown.listed) columns[Math.floor(this.px(i))] += 1;
    const most = columns.reduce((most, count) => Math.max(most, count), 1);
    c.fillStyle = colour("--busy");
    columns.forEach((count, x) => {
      if (count > 0) c.fillRect(x, STRIP - 4 - (count / most) * (STRIP - 20), 1, (count / most) * (STRIP - 20));
    });
  }
}

function diamond(c, x, y, fill) {
  c.fillStyle = fill;
  c.beginPath();
  for (const [dx, dy] of [
    [0, -5],
    [5, 0],
    [0, 5],
    [-5, 0],
  ])
    c.lineTo(x + dx, y + dy);
  c.fill();
}
