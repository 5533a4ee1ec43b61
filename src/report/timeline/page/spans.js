// What is drawn in a lane: from which event to which a task was polled, ready, waiting, and what it held.

/** Spans from one event to another, in the order of their beginnings. */
class Spans {
  constructor() {
    this.from = [];
    this.to = [];
    this.what = [];
  }

  add(from, to, what) {
    this.from.push(from);
    this.to.push(to);
    this.what.push(what);
  }

  /** The first span that may reach to this event; spans that follow each other have their ends in order, too. */
  firstTo(i) {
    return lowerBound(this.to, i);
  }
}

/** The place of the first number that is not less than this one. */
function lowerBound(numbers, least) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Lane {
  constructor(task) {
    this.task = task;
    this.polls = new Spans();
    this.waits = new Spans();
    this.ready = new Spans();
    /** Rows of bands: in each, those that do not overlap. */
    this.held = [];
    /** All events of the task, and of those the misfortunes. */
    this.events = [];
    this.marks = [];
  }
}

/** No more bands than these lie under each other; more are in the list of the state. */
const MOST_BANDS = 3;

const HELD = new Set(["mutex", "rwlock", "semaphore"]);

/** The lanes of a run, one for each task. */
function lanesOf(run) {
  const lanes = run.tasks.map((_, task) => new Lane(task));
  const since = new Int32Array(run.tasks.length).fill(-1);
  const doing = new Array(run.tasks.length).fill(null);
  const open = new Map();
  const close = (task, i) => {
    if (doing[task]) lanes[task][doing[task]].add(since[task], i, waitOf[task]);
    doing[task] = null;
  };
  const begin = (task, what, i) => {
    close(task, i);
    doing[task] = what;
    since[task] = i;
  };
  const waitOf = new Int32Array(run.tasks.length).fill(-1);
  for (let i = 0; i < run.count; i++) {
    if (i === run.gap) {
      for (let task = 0; task < lanes.length; task++) close(task, i - 1);
      closeAll(open, i - 1);
    }
    const [task, a, kind] = [run.task[i], run.a[i], run.kindOf(i)];
    lanes[task].events.push(i);
    if (kind === "finding" || kind === "panicked" || run.isFault(i)) lanes[task].marks.push(i);
    if (kind === "spawned" || kind === "woke") {
      if (doing[a] !== "polls") begin(a, "ready", i);
    } else if (kind === "polled") {
      waitOf[task] = -1;
      begin(task, "polls", i);
    } else if (kind === "parked") {
      begin(task, "waits", i);
    } else if (kind === "yielded") {
      begin(task, "ready", i);
    } else if (ENDS_POLL.has(kind)) {
      close(task, i);
    } else if (kind === "cut_off") {
      close(a, i);
    } else if (kind.startsWith("waits")) {
      if (waitOf[task] < 0) waitOf[task] = i;
    } else if (kind === "takes" && HELD.has(run.resourceKinds[a])) {
      hold(lanes[task], open, a, i);
    } else if (kind === "gives_back") {
      release(open, a, task, i);
    }
  }
  for (let task = 0; task < lanes.length; task++) close(task, run.count - 1);
  closeAll(open, run.count - 1);
  return lanes;
}

function hold(lane, open, resource, i) {
  let row = lane.held.findIndex((row) => !row.taken);
  if (row < 0 && lane.held.length < MOST_BANDS) {
    row = lane.held.length;
    lane.held.push({ spans: new Spans(), taken: false });
  }
  if (row < 0) return;
  lane.held[row].taken = true;
  listOf(open, resource).push({ lane, row: lane.held[row], from: i });
}

function release(open, resource, task, i) {
  const bands = listOf(open, resource);
  const own = bands.findIndex((band) => band.lane.task === task);
  const [band] = bands.splice(Math.max(own, 0), 1);
  if (band) endBand(band, resource, i);
}

function endBand(band, resource, i) {
  band.row.spans.add(band.from, i, resource);
  band.row.taken = false;
}

function closeAll(open, i) {
  for (const [resource, bands] of open) {
    for (const band of bands) endBand(band, resource, i);
  }
  open.clear();
}
