// The state of a run after any of its events, worked out from the events before it.
//
// Going through 100,000 events takes tens of milliseconds, so a copy of the state is kept every so often, and a look at any event goes
// on from the copy before it.

const [UNSEEN, READY, RUNNING, PARKED, OVER] = [0, 1, 2, 3, 4];

/** What ends a wait for the resource that it is about. */
const RESOLVES = new Set(["takes", "receives", "bytes_received", "reserves", "accepts", "sends"]);

class State {
  constructor(run) {
    this.run = run;
    /** The next event that has not happened yet. */
    this.next = 0;
    this.status = new Uint8Array(run.tasks.length);
    /** The event with which a task came into its status. */
    this.since = new Int32Array(run.tasks.length).fill(-1);
    this.ready = [];
    /** What a task waits for: what it began to wait for in its last poll, or still waits for from one before. */
    this.waits = new Map();
    /** What it waited for before its last poll began. */
    this.before = new Map();
    /** Who took each lock or permit, oldest first: [task, event]. */
    this.holds = new Map();
    /** Granted to one who waits, who has not taken it yet. */
    this.granted = new Map();
    this.timers = new Map();
    /** Sent, and not received: the events that sent them, oldest first. */
    this.messages = new Map();
    /** Of each direction of a connection: bytes sent, arrived, received. */
    this.bytes = new Map();
    this.values = new Map();
    this.hosts = new Map();
    this.links = new Map();
    this.faults = new Map();
    this.output = -1;
  }

  copy() {
    const copy = new State(this.run);
    copy.next = this.next;
    copy.status.set(this.status);
    copy.since.set(this.since);
    copy.ready = [...this.ready];
    copy.output = this.output;
    for (const name of ["waits", "before", "holds", "granted", "messages"]) {
      for (const [key, list] of this[name]) copy[name].set(key, [...list]);
    }
    for (const [key, counts] of this.bytes) copy.bytes.set(key, { ...counts });
    for (const name of ["timers", "values", "hosts", "links", "faults"]) copy[name] = new Map(this[name]);
    return copy;
  }

  become(task, status, i) {
    if (this.status[task] === READY) this.ready.splice(this.ready.indexOf(task), 1);
    this.status[task] = status;
    this.since[task] = i;
    if (status === READY) this.ready.push(task);
    if (status === RUNNING && this.waits.has(task)) this.before.set(task, this.waits.get(task));
    if (status === PARKED && !this.waits.has(task)) this.waitOn(task);
    if (status === RUNNING || status === OVER) this.waits.delete(task);
    if (status === PARKED || status === OVER) this.before.delete(task);
  }

  /** A wait is told when it begins: a task that was polled for another reason, and parks again, still waits for what did not come. */
  waitOn(task) {
    const { run } = this;
    const left = (this.before.get(task) ?? []).filter((wait) => {
      if (run.kindOf(wait) === "waits_for_task") return this.status[run.a[wait]] !== OVER;
      if (run.kindOf(wait) === "waits_for_timer") return run.a[wait] < 0 || run.a[wait] > run.at[this.next - 1];
      return true;
    });
    if (left.length > 0) this.waits.set(task, left);
  }

  /** The task has this resource now, or what came out of it, and waits for it no more. */
  has(task, resource) {
    const left = this.before.get(task)?.filter((wait) => this.run.kindOf(wait) !== "waits" || this.run.a[wait] !== resource);
    if (left) this.before.set(task, left);
  }

  /** Takes in the next event. */
  step() {
    const i = this.next++;
    const { run } = this;
    if (i === run.gap) this.forget();
    const [task, a, b] = [run.task[i], run.a[i], run.b[i]];
    if (RESOLVES.has(run.kindOf(i))) this.has(task, a);
    switch (run.kindOf(i)) {
      case "spawned":
      case "woke":
        if (this.status[a] !== OVER) this.become(a, READY, i);
        break;
      case "polled":
        this.become(task, RUNNING, i);
        break;
      case "parked":
        this.become(task, PARKED, i);
        break;
      case "yielded":
        this.become(task, READY, i);
        break;
      case "completed":
      case "panicked":
      case "cancelled":
        this.become(task, OVER, i);
        break;
      case "cut_off":
        this.become(a, OVER, i);
        break;
      case "waits":
      case "waits_for_task":
      case "waits_for_any_task":
      case "waits_for_timer":
        listOf(this.waits, task).push(i);
        break;
      case "timer_set":
        this.timers.set(a, i);
        break;
      case "timer_fired":
      case "timer_cancelled":
        this.timers.delete(a);
        break;
      case "takes":
        listOf(this.holds, a).push([task, i]);
        this.granted.get(a)?.shift();
        break;
      case "grants":
        listOf(this.granted, a).push(i);
        break;
      case "gives_back":
        this.giveBack(a, task);
        break;
      case "sends":
        this.send(a, i);
        break;
      case "receives":
        this.receive(a, run.cause[i]);
        break;
      case "drops_receiver":
        this.messages.delete(a);
        break;
      case "bytes_sent":
        this.countBytes(a, "sent", b);
        break;
      case "bytes_arrived":
        this.countBytes(a, "arrived", b);
        break;
      case "bytes_received":
        this.countBytes(a, "received", b);
        break;
      case "resets":
        this.bytes.delete(a);
        break;
      case "read":
      case "wrote":
        this.values.set(a, i);
        break;
      case "prints":
        this.output = i;
        break;
      case "host_crashed":
      case "host_lost_power":
      case "host_paused":
      case "host_exited":
        this.hosts.set(a, i);
        break;
      case "host_started":
      case "host_restarted":
      case "host_resumed":
        this.hosts.delete(a);
        break;
      case "link_cut":
      case "link_held":
      case "link_clogged":
      case "link_changed":
        this.links.set(`${a} ${b}`, i);
        break;
      case "link_healed":
      case "link_released":
        this.links.delete(`${a} ${b}`);
        break;
      case "fault_began":
        this.faults.set(`${a} ${b}`, i);
        break;
      case "fault_ended":
        this.faults.delete(`${a} ${b}`);
        break;
    }
  }

  /** Behind events that were left out nothing is known of what they did. */
  forget() {
    const { next } = this;
    Object.assign(this, new State(this.run), { next });
  }

  giveBack(resource, task) {
    const holds = listOf(this.holds, resource);
    const own = holds.findIndex(([holder]) => holder === task);
    // Who takes a permit may hand it on to another.
    holds.splice(Math.max(own, 0), 1);
    if (holds.length === 0) this.holds.delete(resource);
  }

  send(resource, i) {
    const messages = listOf(this.messages, resource);
    // A watch has one value, the last.
    if (this.run.resourceKinds[resource] === "watch") messages.length = 0;
    messages.push(i);
  }

  receive(resource, cause) {
    const messages = this.messages.get(resource);
    const kind = this.run.resourceKinds[resource];
    // What is published is seen by several, and stays.
    if (!messages || kind === "watch" || kind === "broadcast" || kind === "set_once" || kind === "once_cell") return;
    // Several may come out at once: the cause is the last of them, or the first.
    const at = messages.indexOf(cause);
    messages.splice(Math.max(at, 0), 1);
    if (messages.length === 0) this.messages.delete(resource);
  }

  countBytes(resource, what, bytes) {
    if (!this.bytes.has(resource)) this.bytes.set(resource, { sent: 0, arrived: 0, received: 0 });
    this.bytes.get(resource)[what] += bytes;
  }
}

function listOf(map, key) {
  if (!map.has(key)) map.set(key, []);
  return map.get(key);
}

/** Gives the state after any event. */
class States {
  constructor(run) {
    this.run = run;
    this.every = Math.max(1000, Math.ceil(run.count / 100));
    this.kept = [new State(run)];
  }

  after(i) {
    const nth = Math.min(Math.floor((i + 1) / this.every), this.kept.length - 1);
    const state = this.kept[nth].copy();
    while (state.next <= i) {
      state.step();
      if (state.next === this.kept.length * this.every) this.kept.push(state.copy());
    }
    return state;
  }
}
