//! `select!`.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{IntoFuture, pending, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures::{StreamExt, stream};
use reweave::draw::{Draw, Kind};
use reweave::{FindingKind, Sim, Strategy, must_await, select};

use super::parts::Log;

#[reweave::test]
async fn the_first_to_be_ready_wins_and_its_handler_is_the_value() {
    let log = Log::default();
    let value = select! {
        a = log.future("a", 2, 1) => format!("a{a}"),
        b = log.future("b", 0, 2) => format!("b{b}"),
    };
    assert_eq!(value, "b2");
}

#[reweave::test]
async fn biased_polls_from_the_top_each_time() {
    let log = Log::default();
    let value = select! {
        biased;
        _ = log.never("a") => 'a',
        _ = log.future("b", 1, ()) => 'b',
        _ = log.never("c") => 'c',
    };
    assert_eq!(value, 'b');
    assert_eq!(log.take(), "a b c a b -a -b -c");
}

#[reweave::test]
async fn biased_takes_the_topmost_that_is_ready() {
    for _ in 0..10 {
        let value = select! {
            biased;
            _ = ready(()) => 1,
            _ = ready(()) => 2,
        };
        assert_eq!(value, 1);
    }
}

#[reweave::test]
async fn every_spelling_of_a_branch_is_understood() {
    let one = select! { a = ready(1) => a };
    let comma = select! { a = ready(1) => a, };
    let block = select! { a = ready(1) => { a } };
    let block_comma = select! { a = ready(1) => { a }, };
    let blocks = select! { biased; a = ready(1) => { a } b = ready(2) => { b } };
    let precondition =
        select! { a = ready(1), if one == 1 => a, b = ready(2), if one == 2 => { b } };
    let or = select! { Ok(a) | Err(a) = ready(Ok::<i32, i32>(1)) => a };
    let future = ready(1);
    let name = select! { a = future => a };
    let none = select! { else => 1 };
    let none_biased = select! { biased; else => 1, };
    let called_biased = select! { biased = ready(1) => biased };
    let commas = select! { a = ready::<Result<i32, i32>>(Ok(1)) => a.map_or_else::<i32, _, _>(|e| e - 1, |a| a.pow(2)), };
    let all = [
        one,
        comma,
        block,
        block_comma,
        blocks,
        precondition,
        or,
        name,
        none,
        none_biased,
        called_biased,
        commas,
    ];
    assert_eq!(all, [1; 12]);
}

fn say<T>(log: &Log, word: &str, value: T) -> T {
    log.add(word);
    value
}

#[reweave::test]
async fn preconditions_come_before_all_futures_and_disabled_ones_are_made_but_not_polled() {
    let log = Log::default();
    let value = select! {
        biased;
        _ = say(&log, "make a", log.future("a", 0, ())), if say(&log, "if a", false) => 'a',
        _ = say(&log, "make b", log.future("b", 0, ())) => 'b',
        _ = say(&log, "make c", log.future("c", 0, ())), if say(&log, "if c", true) => 'c',
    };
    assert_eq!(value, 'b');
    assert_eq!(log.take(), "if a if c make a make b make c b -a -b -c");
}

#[reweave::test]
async fn a_pattern_that_does_not_match_disables_its_branch_for_this_call() {
    let log = Log::default();
    let value = select! {
        biased;
        Some(()) = log.future("a", 0, None) => 'a',
        _ = log.future("b", 2, ()) => 'b',
    };
    assert_eq!(value, 'b');
    assert_eq!(log.take(), "a b b b -a -b");
}

#[reweave::test]
async fn else_is_for_when_no_branch_is_left() {
    let by_precondition = select! { _ = pending::<()>(), if false => 'a', else => 'e' };
    let by_pattern = select! { Some(()) = ready(None) => 'a', else => { 'e' } };
    let by_both = select! {
        _ = pending::<()>(), if false => 'a',
        Ok(()) = ready(Err(())) => 'b',
        None = ready(Some(1)) => 'c',
        else => 'e',
    };
    assert_eq!([by_precondition, by_pattern, by_both], ['e'; 3]);
}

#[reweave::test]
#[should_panic(expected = "every branch of this `select!` is disabled, and it has no `else`")]
async fn without_else_that_is_a_panic() {
    select! { Some(()) = ready(None) => {} }
}

#[reweave::test]
async fn streams_are_drained() {
    let mut left = stream::iter([1, 2, 3]);
    let mut right = stream::iter([4, 5, 6]);
    let mut values = Vec::new();
    loop {
        select! {
            Some(value) = left.next() => values.push(value),
            Some(value) = right.next() => values.push(value),
            else => break,
        }
    }
    values.sort_unstable();
    assert_eq!(values, [1, 2, 3, 4, 5, 6]);
}

#[reweave::test]
async fn a_future_by_reference_lives_on() {
    let log = Log::default();
    let mut slow = log.future("slow", 3, 7);
    let mut ticks = 0;
    let value = loop {
        select! {
            biased;
            value = &mut slow => break value,
            () = ready(()) => ticks += 1,
        }
    };
    assert_eq!((value, ticks), (7, 3));
}

#[reweave::test]
async fn handlers_stand_in_the_function_around() {
    async fn handlers() -> Result<i32, &'static str> {
        let mut rounds = 0;
        'rounds: loop {
            rounds += 1;
            select! {
                _ = ready(()), if rounds == 1 => continue,
                _ = ready(()), if rounds == 2 => continue 'rounds,
                _ = ready(()), if rounds == 3 => { ready(()).await; }
                found = ready(Ok::<i32, &'static str>(4)), if rounds == 4 => rounds = found?,
                _ = ready(()), if rounds == 5 => Err("at five")?,
                else => return Ok(rounds),
            }
        }
    }
    assert_eq!(handlers().await, Err("at five"));
}

#[reweave::test]
async fn question_marks_in_futures_and_preconditions_stand_in_the_function_around() {
    async fn future(made: Result<i32, ()>) -> Result<i32, ()> {
        Ok(select! { value = ready(made?) => value })
    }
    async fn precondition(held: Result<bool, ()>) -> Result<i32, ()> {
        Ok(select! { value = ready(1), if held? => value, else => 2 })
    }
    assert_eq!(
        (future(Ok(1)).await, future(Err(())).await),
        (Ok(1), Err(()))
    );
    assert_eq!(
        (precondition(Ok(true)).await, precondition(Err(())).await),
        (Ok(1), Err(()))
    );
    assert_eq!(precondition(Ok(false)).await, Ok(2));
}

#[reweave::test]
async fn handlers_may_use_what_the_futures_borrowed() {
    async fn borrow(value: &mut String) {
        value.push('f');
    }
    let mut value = String::new();
    select! {
        biased;
        _ = borrow(&mut value) => value.push('h'),
        else => value.push('e'),
    }
    assert_eq!(value, "fh");
    let mut other = String::new();
    select! {
        biased;
        Some(()) = async { borrow(&mut other).await; None } => drop(other),
        _ = async { value.push('b') } => {
            assert_eq!((value.as_str(), other.as_str()), ("fhb", "f"));
            drop(value);
            drop(other);
        }
        else => drop(other),
    }
}

#[reweave::test]
async fn all_futures_are_dropped_before_the_handler_runs() {
    let log = Log::default();
    select! {
        biased;
        _ = log.never("a") => {}
        _ = log.future("b", 0, ()) => log.add("handler"),
    }
    assert_eq!(log.take(), "a b -a -b handler");
}

#[reweave::test]
async fn an_output_that_nobody_binds_lives_through_the_handler() {
    let log = Log::default();
    select! {
        _ = ready(log.never("output")) => log.add("handler"),
    }
    assert_eq!(log.take(), "handler -output");
}

#[reweave::test]
async fn every_kind_of_pattern_binds() {
    struct Pair {
        left: String,
        right: u8,
    }
    const SEVEN: u8 = 7;
    let pair = || {
        ready(Pair {
            left: "l".into(),
            right: 7,
        })
    };
    let text = || ready(Some(String::from("text")));

    select! { mut x = text() => assert_eq!(x.take().as_deref(), Some("text")) }
    select! { ref mut x = text() => assert_eq!(x.take().as_deref(), Some("text")) }
    select! { Some(ref x) = text() => assert_eq!(x, "text") , else => panic!() }
    select! { Some(mut x) = text() => { x.push('!'); assert_eq!(x, "text!") } else => panic!() }
    select! { Pair { left, right: SEVEN } = pair() => assert_eq!(left, "l"), else => panic!() }
    select! { Pair { right: 8, .. } = pair() => panic!(), else => {} }
    select! { Pair { mut left, ref mut right } = pair() => { left.push('!'); *right += 1; assert_eq!((left.as_str(), *right), ("l!", 8)) } }
    select! { whole @ Some(_) = text() => assert_eq!(whole.unwrap(), "text"), else => panic!() }
    select! { &x = ready(&7) => assert_eq!(x, 7) }
    select! { Some(&x) = ready(Some(&7)) => assert_eq!(x, 7), else => panic!() }
    select! { Some(&SEVEN) = ready(Some(&7u8)) => {}, else => panic!() }
    let mut seven = 7;
    select! { (&mut ref mut x, 1..=9) = ready((&mut seven, 7)) => *x += 1, else => panic!() }
    assert_eq!(seven, 8);
    select! { [first, .., last] = ready([1, 2, 3]) => assert_eq!((first, last), (1, 3)) }
    select! { (1, x) | (x, 1) = ready((7, 1)) => assert_eq!(x, 7), else => panic!() }
    select! { None = text() => panic!(), else => {} }
    select! { "a" = ready("b") => panic!(), else => {} }
    select! { boxed = ready(Box::new(7)) => assert_eq!(*boxed, 7) }
}

#[reweave::test]
async fn a_temporary_that_is_borrowed_lives_long_enough() {
    select! {
        () = &mut Box::pin(async {}) => {}
    }
    async fn len(text: &str) -> usize {
        ready(()).await;
        text.len()
    }
    let owned = String::from("four");
    select! {
        n = len(&owned) => assert_eq!(n, 4),
        n = &mut std::pin::pin!(len(owned.as_str())) => assert_eq!(n, 4),
    }
}

#[reweave::test]
async fn anything_that_becomes_a_future_will_do() {
    struct Request(i32);
    impl IntoFuture for Request {
        type Output = i32;
        type IntoFuture = std::future::Ready<i32>;
        fn into_future(self) -> Self::IntoFuture {
            ready(self.0)
        }
    }
    assert_eq!(select! { n = Request(7) => n }, 7);
}

#[reweave::test]
async fn names_within_do_not_meet_names_around() {
    let (disabled, start, outcome, output, context, branch, step) = (1, 2, 3, 4, 5, 6, 7);
    let (pending, future_0, discard, matches, enabled) = (false, ready(8), 9, true, true);
    let sum = select! {
        n = future_0, if enabled && matches && !pending => n + disabled + start + outcome + output,
        n = ready(context) => n + branch + step + discard,
    };
    assert!(sum == 18 || sum == 27);
}

#[reweave::test]
async fn one_may_stand_in_another() {
    let value = select! {
        outer = async {
            select! { inner = ready(1) => inner + 1 }
        } => select! { again = ready(outer + 1) => again + 1, else => 0 },
    };
    assert_eq!(value, 4);
}

#[reweave::test]
async fn a_macro_may_pass_its_pieces_on() {
    macro_rules! forward {
        ($pattern:pat, $future:expr, $precondition:expr, $handler:expr, $block:block) => {
            select! {
                biased;
                $pattern = $future, if $precondition => $handler,
                $pattern = $future => $block
                else => panic!(),
            }
        };
    }
    assert_eq!(
        forward!(Some(7) | Some(8), ready(Some(8)), 1 + 1 == 2, 2 * 3 + 1, {
            0
        }),
        7
    );
    assert_eq!(
        forward!(Some(7) | Some(8), ready(Some(8)), 1 + 1 == 3, 2 * 3 + 1, {
            0
        }),
        0
    );
}

#[reweave::test]
#[deny(warnings)]
#[allow(unused_macros)]
async fn outputs_that_cannot_be_cause_no_warning() {
    async fn diverges() -> ! {
        pending().await
    }
    let value = select! {
        biased;
        _ = diverges() => unreachable!(),
        _ = pending::<Infallible>() => 1,
        _ = ready(()) => 2,
    };
    assert_eq!(value, 2);
}

#[reweave::test]
async fn it_is_as_send_as_its_futures() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    let future = send(async {
        select! {
            a = ready(String::new()) => { ready(()).await; a }
            b = async { ready(()).await; String::new() } => b,
        }
    });
    assert_eq!(future.await, "");
}

#[reweave::test]
async fn sixty_four_branches_are_polled_once_around() {
    let polled = Cell::new(0u64);
    macro_rules! many {
        ($($n:literal)*) => {
            select! {
                biased;
                $(() = async { polled.set(polled.get() | 1 << $n); pending().await } => unreachable!(),)*
                n = ready(63) => n,
            }
        };
    }
    let last = many!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62);
    assert_eq!((last, polled.get()), (63, u64::MAX >> 1));
}

/// Answers the draws of `select!`, all with `answer`, and notes how many candidates each had.
struct Selects {
    answer: usize,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Strategy for Selects {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if draw.kind() != Kind::Select {
            return 0;
        }
        self.asked.lock().unwrap().push(draw.candidates());
        self.answer
    }
}

/// The story that `main` leaves in its log, and the draws that `select!` made.
fn drawing<F>(answer: usize, main: impl FnOnce(Log) -> F) -> (String, Vec<usize>)
where
    F: Future<Output = ()> + 'static,
{
    let log = Log::default();
    let asked = Arc::default();
    let strategy = Selects {
        answer,
        asked: Arc::clone(&asked),
    };
    Sim::new().run_with(strategy, main(log.clone())).unwrap();
    let asked = asked.lock().unwrap().clone();
    (log.take(), asked)
}

#[test]
fn the_branch_to_begin_at_is_drawn_at_each_poll_and_the_rest_follow_around() {
    let three = |log: Log| async move {
        select! {
            _ = log.future("a", 2, ()) => {}
            _ = log.future("b", 2, ()) => {}
            _ = log.future("c", 2, ()) => {}
        }
    };
    assert_eq!(
        drawing(0, three),
        ("a b c a b c a -a -b -c".into(), vec![3; 3])
    );
    assert_eq!(
        drawing(1, three),
        ("b c a b c a b -a -b -c".into(), vec![3; 3])
    );
    assert_eq!(
        drawing(2, three),
        ("c a b c a b c -a -b -c".into(), vec![3; 3])
    );
}

#[test]
fn nothing_is_drawn_where_there_is_nothing_to_choose() {
    let no_choice = |log: Log| async move {
        select! { biased; _ = log.future("a", 0, ()) => {}, _ = log.never("b") => {} }
        select! { _ = log.future("c", 0, ()) => {} }
        select! { _ = log.never("d"), if false => {}, _ = log.future("e", 1, ()) => {} }
    };
    let story = "a -a -b c -c e e -d -e";
    assert_eq!(drawing(1, no_choice), (story.into(), vec![]));

    // Once `a` is out of the race, only `b` is left.
    let no_choice_later = |log: Log| async move {
        select! {
            Some(()) = log.future("a", 0, None) => {}
            _ = log.future("b", 2, ()) => {}
        }
    };
    assert_eq!(
        drawing(0, no_choice_later),
        ("a b b b -a -b".into(), vec![2])
    );
}

#[reweave::test]
async fn it_gives_way_when_the_budget_of_the_task_is_spent() {
    let log = Log::default();
    let mut selecting = pin!(async {
        select! { _ = log.future("a", 0, ()) => {} }
    });
    while reweave::task::coop::has_budget_remaining() {
        reweave::task::consume_budget().await;
    }
    poll_fn(|context| {
        assert!(selecting.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    assert_eq!(log.take(), "");
    selecting.await;
    assert_eq!(log.take(), "a -a");
}

#[test]
fn branches_that_were_not_taken_are_not_forgotten_futures() {
    let run = Sim::new().run(async {
        select! {
            biased;
            _ = ready(()) => {}
            _ = must_await(pending::<()>()) => {}
        }
    });
    assert_eq!(run.findings().len(), 0, "{:?}", run.findings());
    let run = Sim::new().run(async {
        select! {
            biased;
            // A future that the handler forgets is another matter.
            _ = ready(()) => drop(must_await(pending::<()>())),
            _ = must_await(pending::<()>()) => {}
        }
    });
    assert_eq!(run.findings().len(), 1, "{:?}", run.findings());
    assert_eq!(run.findings()[0].kind(), FindingKind::NeverAwaited);
}

#[reweave::test]
async fn a_future_that_never_returns_may_leave_its_type_open() {
    let never = poll_fn(|_| panic!("it is disabled"));
    let value = select! {
        _ = never, if false => unreachable!(),
        value = ready(7) => value,
    };
    assert_eq!(value, 7);
}
