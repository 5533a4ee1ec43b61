//! The end of a run: says what it showed to be wrong, and drops every task that is left.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::Context;
use super::panics;
use super::state::Run;
use crate::diagnose::look::Seen;
use crate::diagnose::{leak, stuck, unawaited_task};
use crate::kernel::phase::{Phase, Stop};
use crate::record::event::Event;
use crate::record::kind::FindingKind;

/// See the top of this file.
pub(super) fn close(cx: &Context, stop: Stop) {
    let mut run = cx.run();
    run.kernel.set_idle();
    let forgotten = forgotten_permits(&mut run, stop);
    examine_stuck(&mut run, stop);
    run.kernel.set_phase(Phase::Closing(stop));
    if stop == Stop::Done {
        report_unawaited(&mut run);
    }
    if run.kernel.tasks.alive() > 0 {
        let left = run.kernel.tasks.living();
        drop(run);
        left.into_iter().for_each(|slot| cut_off(cx, slot));
        run = cx.run();
    }
    run.report_unseen_panics();
    forgotten.into_iter().for_each(|seen| run.report(seen));
    report_kept(&mut run);
    run.verdict.sort();
}

/// Why those that are left wait for ever. While others go on, or could, it is told only if somebody stands in line.
fn examine_stuck(run: &mut Run, stop: Stop) {
    let alive = run.kernel.tasks.alive() > 0;
    let asked = match stop {
        Stop::Stuck => true,
        Stop::Limit => alive,
        Stop::Done => alive && run.is_anybody_in_line(),
    };
    if !asked || !run.suspect(stuck::CAUSES) {
        return;
    }
    let levels = *run.verdict.levels();
    let seen = run.look().map(|look| stuck::examine(look, &levels, stop));
    seen.into_iter().flatten().for_each(|seen| run.report(seen));
}

/// Tasks that are cut off because `main` is done.
fn report_unawaited(run: &mut Run) {
    if run.kernel.tasks.alive() == 0 {
        return;
    }
    let slots: Vec<u32> = unawaited_task::slots(&run.kernel).collect();
    for slot in slots {
        let place = run.kernel.tasks.place(slot);
        run.find(
            FindingKind::UnawaitedTask,
            Some(slot),
            Some(place),
            |look| unawaited_task::seen(look, slot).detail,
        );
    }
}

/// Permits that were forgotten, and are missed.
fn forgotten_permits(run: &mut Run, stop: Stop) -> Vec<Seen> {
    if !run.may_be_short_of_permits() || !run.suspect(&[FindingKind::Leak]) {
        return Vec::new();
    }
    let seen = run.look().map(|look| leak::forgotten(look, stop));
    seen.unwrap_or_default()
}

/// Locks and permits that nobody gave back, although nobody is left who could.
fn report_kept(run: &mut Run) {
    if !run.is_anything_held() || !run.suspect(&[FindingKind::Leak]) {
        return;
    }
    let seen = run.look().map(leak::kept);
    seen.into_iter().flatten().for_each(|seen| run.report(seen));
}

/// Drops a task that was not done.
fn cut_off(cx: &Context, slot: u32) {
    let mut run = cx.run();
    let Some(cell) = run.kernel.tasks.take_cell(slot) else {
        return;
    };
    let task = cell.header().number();
    run.record(Event::CutOff { task });
    run.kernel.set_current(slot, task);
    drop(run);
    // A destructor that panics is the user's; the next task is dropped all the same.
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        cell.cancel(cx.scope());
        drop(cell.finish(cx.scope()));
    }));
    if let Err(payload) = dropped {
        let caught = panics::describe(cx, &*payload);
        cx.run().found_panic(Some(slot), caught, true);
        panics::contain(cx, None, || drop(payload));
        if !cell.header().is_done() {
            cell.cancel(cx.scope());
        }
    }
    let mut run = cx.run();
    run.kernel.set_idle();
    run.kernel.tasks.remove(slot);
    drop(run);
    cell.recycle();
}
