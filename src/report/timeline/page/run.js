// A run as the page knows it: the columns of the data, decoded, with names for what their numbers mean.

/** Which group of the filter a kind of event belongs to. A kind that is not listed is about a resource: a lock or a channel. */
const GROUPS = {
  polls: ["polled", "parked", "yielded"],
  tasks: ["spawned", "completed", "panicked", "cancelled", "cut_off", "abort_asked"],
  waits: ["waits", "waits_for_task", "waits_for_any_task", "waits_for_timer"],
  wakes: ["woke", "grants", "notifies", "notifies_all"],
  timers: ["timer_set", "timer_fired", "timer_cancelled", "blocked", "took", "advanced"],
  draws: ["drew"],
  values: ["read", "wrote"],
  network: ["bytes_sent", "bytes_arrived", "bytes_received", "failed", "listens", "connects", "cannot_connect", "accepts", "resets"],
  notes: ["note", "log", "prints", "reads", "input_ended"],
  faults: [
    "host_started",
    "host_crashed",
    "host_lost_power",
    "host_restarted",
    "host_paused",
    "host_resumed",
    "host_exited",
    "unhandled_signal",
    "clock_jumped_ahead",
    "clock_jumped_back",
    "clock_gains",
    "clock_loses",
    "link_cut",
    "link_healed",
    "link_held",
    "link_released",
    "link_clogged",
    "link_changed",
    "packet_lost",
    "packet_cut",
    "packet_doubled",
    "packet_late",
    "packet_split",
    "fault_began",
    "fault_ended",
    "calm",
    "buggified",
  ],
  findings: ["finding"],
};

/** What is no fault although it is told of hosts: it happens in every run with hosts. */
const ORDINARY = new Set(["host_started", "host_resumed", "host_restarted", "link_healed", "link_released", "fault_ended", "calm"]);

const GROUP_OF = new Map();
for (const [group, kinds] of Object.entries(GROUPS)) {
  for (const kind of kinds) GROUP_OF.set(kind, group);
}
const ALL_GROUPS = [...Object.keys(GROUPS), "locks and channels"];

/** The kinds with which a poll ends. */
const ENDS_POLL = new Set(["parked", "yielded", "completed", "panicked", "cancelled"]);

/** The runtime is the first task of the table. */
const RUNTIME = 0;

class Run {
  constructor(data) {
    const count = data.after.length;
    this.count = count;
    this.hosts = data.hosts;
    this.tasks = data.tasks;
    this.taskHosts = data.task_hosts;
    this.resources = data.resources;
    this.resourceKinds = data.resource_kinds;
    this.texts = data.texts;
    this.kinds = data.kinds;
    this.groups = data.kinds.map((kind) => GROUP_OF.get(kind) ?? "locks and channels");
    this.leftOut = data.left_out;
    this.gap = data.left_out > 0 ? data.left_out_before : count;
    this.at = new Float64Array(count);
    this.task = Int32Array.from(data.task);
    this.kind = Int32Array.from(data.kind);
    this.text = Int32Array.from(data.text);
    this.place = Int32Array.from(data.place);
    this.a = Float64Array.from(data.a);
    this.b = Float64Array.from(data.b);
    this.cause = new Int32Array(count);
    // How many polls had begun, with this event.
    this.step = new Int32Array(count);
    // The beginning of the poll in which a task did it; -1 if it is that beginning, or no task did it.
    this.pollOf = new Int32Array(count).fill(-1);
    const polled = data.kinds.indexOf("polled");
    const last = new Int32Array(data.tasks.length).fill(-1);
    let [at, step] = [0, 0];
    for (let i = 0; i < count; i++) {
      at += data.after[i];
      if (this.kind[i] === polled) {
        step += 1;
        last[this.task[i]] = i;
      } else {
        this.pollOf[i] = last[this.task[i]];
      }
      this.at[i] = at;
      this.step[i] = step;
      this.cause[i] = data.back[i] > 0 ? i - data.back[i] : -1;
    }
  }

  /** The number of the event in this place: the two differ behind what was left out. */
  number(i) {
    return i < this.gap ? i : i + this.leftOut;
  }

  /** The place of the event with this number, or -1. */
  placeOf(number) {
    const i = number < this.gap ? number : number - this.leftOut;
    const shown = Number.isInteger(number) && i >= 0 && i < this.count && this.number(i) === number;
    return shown ? i : -1;
  }

  kindOf(i) {
    return this.kinds[this.kind[i]];
  }

  groupOf(i) {
    return this.groups[this.kind[i]];
  }

  words(i) {
    return this.texts[this.text[i]];
  }

  source(i) {
    return this.place[i] < 0 ? "" : this.texts[this.place[i]];
  }

  /** The task's path; the runtime's is spelled out. */
  taskName(task) {
    return task === RUNTIME ? "runtime" : this.tasks[task];
  }

  hostName(host) {
    return this.hosts[host] ?? "?";
  }

  /** Whether an event is a misfortune: a fault, a crash, a packet that is lost. */
  isFault(i) {
    return this.groupOf(i) === "faults" && !ORDINARY.has(this.kindOf(i));
  }

  /** The events that have this one as their cause. */
  effects(i) {
    this.effectsOf ??= this.findEffects();
    const { first, next } = this.effectsOf;
    const effects = [];
    for (let j = first[i]; j >= 0; j = next[j]) effects.push(j);
    return effects;
  }

  findEffects() {
    const first = new Int32Array(this.count).fill(-1);
    const next = new Int32Array(this.count).fill(-1);
    for (let i = this.count - 1; i >= 0; i--) {
      const cause = this.cause[i];
      if (cause >= 0) {
        next[i] = first[cause];
        first[cause] = i;
      }
    }
    return { first, next };
  }
}

/** Virtual time in words: 1.5s, 20ms, 3µs. */
function timeWords(nanos) {
  if (nanos < 0) return "never";
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ]) {
    if (nanos >= size) return `${Number((nanos / size).toFixed(6))}${unit}`;
  }
  return nanos === 0 ? "0s" : `${nanos}ns`;
}

function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
