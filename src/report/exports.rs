//! Exports: a run in the forms of other tools.
//!
//! | form | for |
//! | --- | --- |
//! | [`chrome`] | Perfetto, and what else reads Chrome's trace-event JSON |
//! | [`shiviz`] | ShiViz, which draws messages between hosts |
//! | [`dot`] | GraphViz: what led to the failure |
//!
//! The JSON lines of a run are a form of Reweave's own, of the [layer `record`](crate::record::json); its schema is `docs/trace.schema.json`.

mod chrome;
mod dot;
mod shiviz;

use crate::explore::outcome::Run;

impl<T> Run<T> {
    /// The run as Chrome's trace-event JSON, which <https://ui.perfetto.dev> opens: a process for each host, a track for each task, a slice
    /// for each poll and each wait, flows from the events that caused others, and a finding as an instant event.
    ///
    /// Polls take no virtual time. So that they can be seen, each event is at least a nanosecond after the one before it; its argument `at`
    /// has its time in the run.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async { reweave::note!("here") });
    /// assert!(run.to_chrome_trace().contains(r#""name":"notes \"here\"","ph":"i""#));
    /// ```
    pub fn to_chrome_trace(&self) -> String {
        chrome::write(self)
    }

    /// The run as a log for [ShiViz](https://bestchai.bitbucket.io/shiviz/), with its default parser: each event of a task on two lines,
    /// the host with its vector clock and what happened. Where there is but one host, each task stands for one.
    ///
    /// Left out is what schedules: polls, wakes, timers, draws.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async { reweave::note!("here") });
    /// assert!(run.to_shiviz().ends_with("main {\"main\":2}\n0s main completes\n"));
    /// ```
    pub fn to_shiviz(&self) -> String {
        shiviz::write(self)
    }

    /// What led to the failure as a graph for [GraphViz](https://graphviz.org) (`dot -Tsvg`): the events that are causes of what the failed
    /// tasks did last, and those from which these follow in turn, a column for each task. Of a long chain the latest 60 events are there.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async {
    ///     reweave::spawn(async { panic!("lost") }).await.unwrap();
    /// });
    /// assert!(run.to_dot().starts_with("digraph causes {"));
    /// ```
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }
}
