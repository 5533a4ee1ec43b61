// The mouse on the lanes: it selects, moves, zooms, and says what it is over.

class Pointer {
  constructor(lanes) {
    this.lanes = lanes;
    this.listen();
  }

  /** The event at a point of the window, in the lane there if it has one near. */
  eventAt(clientX, clientY) {
    const { lanes } = this;
    const box = lanes.canvas.getBoundingClientRect();
    const x = clientX - box.left;
    const nearest = lanes.axis.eventAt(this.positionOf(clientX));
    const y = clientY - box.top + lanes.scroller.scrollTop - AXIS_HEIGHT;
    const row = lanes.rows.find((row) => row.task !== undefined && y >= row.y && y < row.y + row.height);
    if (!row) return nearest;
    const { events } = lanes.lanes[row.task];
    const nth = lowerBound(events, nearest);
    const near = [events[nth - 1], events[nth]].filter((i) => i !== undefined);
    near.sort((one, two) => Math.abs(lanes.center(one) - x) - Math.abs(lanes.center(two) - x));
    return near.length > 0 ? near[0] : nearest;
  }

  /** Where on the axis a point of the window is. */
  positionOf(clientX) {
    const { canvas, shown, width } = this.lanes;
    return shown.from + ((clientX - canvas.getBoundingClientRect().left) / width) * (shown.to - shown.from);
  }

  listen() {
    const { canvas, shown, other } = this.lanes;
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (event.ctrlKey || event.altKey) {
          event.preventDefault();
          shown.zoom(Math.exp(event.deltaY * 0.002), this.positionOf(event.clientX));
        } else if (event.shiftKey || event.deltaX !== 0) {
          event.preventDefault();
          const by = ((event.deltaX || event.deltaY) / this.lanes.width) * (shown.to - shown.from);
          shown.look(shown.from + by, shown.to + by);
        }
      },
      { passive: false },
    );
    let drag = null;
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, from: shown.from, to: shown.to, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) return this.hover(event);
      const by = ((drag.x - event.clientX) / this.lanes.width) * (drag.to - drag.from);
      drag.moved ||= Math.abs(drag.x - event.clientX) > 3;
      if (drag.moved) shown.look(drag.from + by, drag.to + by);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (drag && !drag.moved && !other) shown.select(this.eventAt(event.clientX, event.clientY), { reveal: false });
      drag = null;
    });
    canvas.addEventListener("pointerleave", () => hideHover());
    canvas.addEventListener("dblclick", (event) => shown.zoom(0.4, this.positionOf(event.clientX)));
  }

  hover(event) {
    const { run, other } = this.lanes;
    if (run.count === 0) return;
    const i = this.eventAt(event.clientX, event.clientY);
    showHover(event, `${other ? "" : `#e${run.number(i)}  `}${timeWords(run.at[i])}  ${run.taskName(run.task[i])} ${run.words(i)}`);
  }
}
