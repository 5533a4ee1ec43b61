// Where an event stands from left to right: by its place in the run, or by virtual time, with idle time folded or to scale.

const AXES = {
  steps: "Steps",
  folded: "Time, idle folded",
  scale: "Time to scale",
};

/** On the folded axis an instant without events in between is as wide as so many events. */
const FOLD = 5;

/** A unit is the width of one event; to scale events have none. */
class Axis {
  constructor(run, name) {
    this.name = name;
    this.run = run;
    this.unit = name === "scale" ? 0 : 1;
    this.x = new Float64Array(run.count);
    /** Where idle time is folded: the event after it. */
    this.folds = [];
    let x = 0;
    for (let i = 0; i < run.count; i++) {
      const gap = i > 0 ? run.at[i] - run.at[i - 1] : 0;
      if (name === "scale") {
        x = run.at[i];
      } else {
        if (i > 0) x += 1;
        if (name === "folded" && gap > 0) {
          this.folds.push(i);
          x += FOLD;
        }
      }
      this.x[i] = x;
    }
    this.start = run.count > 0 ? this.x[0] : 0;
    this.end = run.count > 0 ? Math.max(x + this.unit, this.start + 1) : 1;
  }

  /** The last event at or before this position. */
  eventAt(x) {
    let [low, high] = [0, this.run.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** Ticks between two positions, about so many: [position, words]. */
  ticks(from, to, about) {
    const { run } = this;
    if (run.count === 0) return [];
    if (this.name === "scale") {
      const size = niceSize((to - from) / about);
      const ticks = [];
      for (let at = Math.ceil(Math.max(from, 0) / size) * size; at <= to; at += size) ticks.push([at, timeWords(at)]);
      return ticks;
    }
    const [first, last] = [this.eventAt(from), this.eventAt(to)];
    const ticks = [];
    if (this.name === "folded") {
      let fold = Math.max(lowerBound(this.folds, first) - 1, 0);
      const every = Math.max(1, Math.floor((lowerBound(this.folds, last + 1) - fold) / about));
      if (first === 0) ticks.push([this.x[0], timeWords(run.at[0])]);
      for (; fold < this.folds.length && this.folds[fold] <= last; fold += every) {
        const i = this.folds[fold];
        ticks.push([this.x[i], timeWords(run.at[i])]);
      }
      return ticks;
    }
    const size = Math.max(1, Math.round(niceSize((run.step[last] - run.step[first]) / about)));
    for (let step = Math.ceil(Math.max(run.step[first], 1) / size) * size; step <= run.step[last]; step += size) {
      const i = lowerBound(run.step, step);
      if (i < run.count) ticks.push([this.x[i], `${step}`]);
    }
    return ticks;
  }
}

/** 1, 2 or 5 times a power of ten, and no less. */
function niceSize(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  const size = [1, 2, 5, 10].find((times) => times * power >= least);
  return size * power;
}
