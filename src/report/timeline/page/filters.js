// The filters: which tasks, hosts and kinds of event are shown.

/** No more tasks than these have a box of their own; the others are found by a part of their paths. */
const MOST_BOXES = 200;

class Filters {
  constructor(root, shown) {
    Object.assign(this, { root, shown, run: shown.run });
    this.text = element("input", {
      type: "search",
      id: "filter-tasks",
      placeholder: "part of a path",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.text.addEventListener("input", () => {
      shown.taskText = this.text.value;
      shown.filter();
    });
    this.boxes = [];
    const { run } = this;
    const groups = ALL_GROUPS.filter((group) => run.groups.includes(group));
    const tasks = run.tasks.map((_, task) => [task, run.taskName(task)]);
    const all = element("button", { type: "button", id: "show-all" }, "Show all");
    all.addEventListener("click", () => this.showAll());
    const more =
      tasks.length > MOST_BOXES ? element("p", { class: "none" }, `… and ${tasks.length - MOST_BOXES} more: by a part of the path`) : null;
    root.append(
      this.set(
        "Kinds",
        shown.hiddenGroups,
        groups.map((group) => [group, group]),
      ),
      ...(run.hosts.length > 1
        ? [
            this.set(
              "Hosts",
              shown.hiddenHosts,
              run.hosts.map((host, number) => [number, host]),
            ),
          ]
        : []),
      this.set("Tasks", shown.hiddenTasks, tasks.slice(0, MOST_BOXES), element("label", { class: "by-text" }, "with ", this.text), more),
      element("p", {}, all),
    );
    shown.on(["filter"], () => byId("filter-button").classList.toggle("on", shown.isFiltered()));
  }

  set(title, hidden, items, ...more) {
    const boxes = items.map(([key, name]) => {
      const box = element("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(key);
        else hidden.add(key);
        this.shown.filter();
      });
      this.boxes.push(box);
      return element("label", {}, box, name);
    });
    return element("fieldset", {}, element("legend", {}, title), ...more, element("div", { class: "boxes" }, ...boxes));
  }

  showAll() {
    for (const box of this.boxes) box.checked = true;
    this.text.value = "";
    this.shown.showAll();
  }

  toggle(open = this.root.hidden) {
    this.root.hidden = !open;
    byId("filter-button").setAttribute("aria-expanded", `${open}`);
    if (open) this.root.querySelector("input").focus();
  }
}
