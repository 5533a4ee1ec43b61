//! The end of a run: says what it showed to be wrong, and drops every task that is left.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::Context;
use super::hosts;
use super::panics;
use super::state::Run;
use crate::diagnose::left::{self, Left};
use crate::diagnose::look::Seen;
use crate::diagnose::senders::Standing;
use crate::diagnose::{leak, stuck, unawaited_task};
use crate::kernel::kernel::Kernel;
use crate::kernel::phase::{Phase, Stop};
use crate::record::event::Event;
use crate::record::kind::FindingKind;

/// See the top of this file. `main_keeps` says that the output of `main` may hold what it took.
pub(super) fn close(cx: &Context, stop: Stop, main_keeps: bool) {
    let mut run = cx.run();
    if run.is_host_ending() {
        drop(run);
        hosts::take_effect(cx);
        run = cx.run();
    }
    run.kernel.set_idle();
    run.tell_over();
    let forgotten = forgotten_permits(&mut run, stop);
    let explained = examine_stuck(&mut run, stop);
    let standing = standing(&mut run, stop);
    run.kernel.set_phase(Phase::Closing(stop));
    let left = left_behind(&mut run, stop);
    if main_keeps {
        run.main_keeps();
    }
    if run.kernel.tasks.alive() > 0 {
        let order = order(&run.kernel, stop);
        drop(run);
        order.into_iter().for_each(|slot| cut_off(cx, slot));
        run = cx.run();
    }
    run.end_cut_off();
    if let Some(starters) = run.take_starters() {
        drop(run);
        panics::contain(cx, None, || drop(starters));
        run = cx.run();
    }
    if let Some(left) = left {
        report_left(&mut run, &left, explained);
    }
    run.name_keepers(standing);
    run.report_unseen_panics();
    run.report_deferred();
    forgotten.into_iter().for_each(|seen| run.report(seen));
    report_kept(&mut run);
    let new_numbers = run.verdict.sort();
    run.renumber_findings(&new_numbers);
}

/// Why those that are left wait for ever, if that is clear while all of them stand. Says whether something was told.
fn examine_stuck(run: &mut Run, stop: Stop) -> bool {
    let alive = run.kernel.tasks.alive() > 0;
    let asked = match stop {
        Stop::Stuck => true,
        Stop::Limit => alive,
        // What of it is not seen here is judged when they are dropped.
        Stop::Done => alive && run.is_recorded() && run.is_anybody_in_line(),
    };
    if !asked || !run.suspect(stuck::CAUSES) {
        return false;
    }
    let levels = *run.verdict.levels();
    let seen = run.look().map(|look| stuck::examine(look, &levels, stop));
    let seen = seen.unwrap_or_default();
    let told = !seen.is_empty();
    seen.into_iter().for_each(|seen| run.report(seen));
    told
}

/// The tasks as they stand when nothing moves any more, and it is not clear why: some may wait for each other's messages, which
/// is known once they are dropped.
fn standing(run: &mut Run, stop: Stop) -> Option<Standing> {
    if stop != Stop::Stuck {
        return None;
    }
    let look = run.look()?;
    Some(Standing::new(look, &look.graph(false)))
}

/// The tasks that `main` left behind, as they stand: to be judged once they are dropped. In a run that is not recorded, a mark
/// of who they are.
fn left_behind(run: &mut Run, stop: Stop) -> Option<Left> {
    let looked_for = !left::KINDS.iter().all(|&kind| run.verdict.is_allowed(kind));
    // After a panic of `main` the rest follows from that.
    if stop != Stop::Done || run.has_main_panicked() || !looked_for || run.kernel.tasks.alive() == 0
    {
        return None;
    }
    let slots: Vec<u32> = unawaited_task::slots(&run.kernel).collect();
    if let Some(look) = run.look() {
        return Some(Left::new(look, &slots));
    }
    let parked: BTreeSet<u32> = suspects(&run.kernel, &slots).collect();
    let in_line = run.in_line();
    let suspicion = run.verdict.suspicion_mut();
    suspicion.left_in_line(in_line);
    for slot in slots {
        let tasks = &run.kernel.tasks;
        let server = run.kernel.hosts.is_server(tasks.row(slot).host);
        suspicion.left(tasks.place(slot), parked.contains(&slot), server);
    }
    None
}

/// Of these tasks those that may be stuck: they are parked, and have no timer.
fn suspects<'k>(kernel: &'k Kernel, slots: &'k [u32]) -> impl Iterator<Item = u32> + 'k {
    let timers = kernel.slots_with_timers();
    let may_be = move |slot: &u32| kernel.tasks.is_parked(*slot) && !timers.contains(slot);
    slots.iter().copied().filter(may_be)
}

/// The order in which the tasks that are left are dropped. When `main` has ended: first those whose end was asked for, then those
/// that may be stuck, each while all after it stand. It follows from facts of the kernel, so that it is the same in a run that
/// is not recorded.
fn order(kernel: &Kernel, stop: Stop) -> Vec<u32> {
    let living = kernel.tasks.living();
    if stop != Stop::Done {
        return living;
    }
    let unasked: BTreeSet<u32> = unawaited_task::slots(kernel).collect();
    let suspects: BTreeSet<u32> = suspects(kernel, &living).collect();
    let class = |slot: &u32| match (unasked.contains(slot), suspects.contains(slot)) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let mut order = living;
    order.sort_by_key(class);
    order
}

/// What became of the tasks that `main` left behind. If it is `explained` why some are stuck, they are told as the others are.
fn report_left(run: &mut Run, left: &Left, explained: bool) {
    let judged = run.look().map(|look| match explained {
        true => left.unawaited(look),
        false => left.judge(look),
    });
    for judged in judged.into_iter().flatten() {
        let at = run.now();
        run.report_as(judged.detail, judged.task, at, judged.place);
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
    let start = std::ptr::from_ref(&*cell).addr();
    run.begin_cut_off(task, start..start + size_of_val(&*cell));
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
