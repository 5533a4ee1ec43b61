//! How waits of one task are kept.

use super::*;

#[test]
fn most_tasks_have_one_wait_and_take_no_more_memory() {
    let mut row = Row::default();
    let awaits = Awaits::Task(TaskNo(2));
    let number = NonZeroU32::MIN;
    row.add_passing(awaits, number);
    row.add(OpenWait {
        number,
        polled: LastPoll {
            task: TaskNo::MAIN,
            slot: 0,
            step: 1,
        },
        awaits,
        place: None,
        own: true,
        since: 0,
        seen: 0,
        granted: None,
        wanted: 0,
        fresh: false,
        lasting: false,
    });
    assert_eq!((row.waits.capacity(), row.passing.capacity()), (1, 1));
}

#[test]
fn what_is_waited_for_in_one_step_only_is_found_again_in_whatever_order_it_came() {
    let mut row = Row::default();
    let number = |n| NonZeroU32::new(n).unwrap();
    for n in [3, 1, 2, 5, 4] {
        row.add_passing(Awaits::Task(TaskNo(n)), number(n));
    }
    row.add_passing(Awaits::Task(TaskNo(2)), number(9));
    let found = |n| {
        let at = row.passing(Awaits::Task(TaskNo(n))).ok()?;
        Some(row.passing[at].1.get())
    };
    let all: Vec<_> = (0..7).map(found).collect();
    assert_eq!(
        all,
        [None, Some(1), Some(9), Some(3), Some(4), Some(5), None]
    );
}
