// The nearest passing run beside this one: its lanes below, on the same axis, and the next events of both from where they part.

/** So many events of each are told as text. */
const TOLD = 8;

class Beside {
  constructor(shown, data) {
    Object.assign(this, { shown, data });
    this.run = new Run(data.run);
    this.common = data.common;
  }

  /** Shows the passing run, or hides it. */
  toggle() {
    const section = byId("beside");
    section.hidden = !section.hidden;
    byId("beside-button").setAttribute("aria-pressed", `${!section.hidden}`);
    document.body.classList.toggle("with-beside", !section.hidden);
    if (section.hidden) return;
    if (!this.lanes) this.build();
    this.shown.select(Math.min(this.common, this.shown.run.count - 1));
  }

  build() {
    const parted = this.common < Math.max(this.run.count, this.shown.run.count);
    byId("beside-title").replaceChildren(
      element("b", {}, "Nearest passing run: "),
      this.data.said,
      parted ? `. The two are the same for ${counted(this.common, "event")}, and part at the dashed line.` : ". No event differs.",
    );
    const root = byId("beside-lanes");
    const marks = { deviations: [], lost: [], causes: [], overwritten: [], faults: [], end: -1 };
    this.lanes = new Lanes(root, this.shown, this.run, marks, { other: true, common: this.common });
    byId("beside").append(
      element(
        "div",
        { class: "parting" },
        this.side("This run fails", this.shown.run, true),
        this.side("There it passes", this.run, false),
      ),
    );
    this.lanes.draw();
  }

  side(title, run, links) {
    const lines = [];
    for (let i = this.common; i < run.count && lines.length < TOLD; i++) {
      const words = [element("b", {}, run.taskName(run.task[i])), ` ${run.words(i)}`];
      lines.push(element("li", {}, ...(links ? [eventLink(run, i, ...words)] : words)));
    }
    if (lines.length === 0) lines.push(element("li", {}, "(ends)"));
    return element("div", {}, element("h3", {}, `${title}, from where they part`), element("ol", {}, ...lines));
  }
}
