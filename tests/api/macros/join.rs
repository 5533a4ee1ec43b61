//! `join!` and `try_join!`.

use std::convert::Infallible;
use std::future::{IntoFuture, pending, ready};

use reweave::{Sim, join, must_await, try_join};

use super::parts::Log;

#[reweave::test]
async fn outputs_come_in_the_order_of_the_futures() {
    let log = Log::default();
    let outputs = join!(
        log.future("a", 2, 'a'),
        log.future("b", 0, 2),
        log.future("c", 1, "c")
    );
    assert_eq!(outputs, ('a', 2, "c"));
    let outputs = try_join!(
        log.future("a", 2, Ok::<_, ()>('a')),
        log.future("b", 0, Ok(2)),
        log.future("c", 1, Ok("c")),
    );
    assert_eq!(outputs, Ok(('a', 2, "c")));
}

#[reweave::test]
async fn none_and_one_are_numbers_too() {
    let log = Log::default();
    assert_eq!(join!(), ());
    assert_eq!(join!(biased;), ());
    assert_eq!(join!(ready(1)), (1,));
    assert_eq!(join!(biased; ready(1),), (1,));
    let none: Result<(), ()> = try_join!();
    let none_biased: Result<(), ()> = try_join!(biased;);
    assert_eq!((none, none_biased), (Ok(()), Ok(())));
    assert_eq!(try_join!(log.future("a", 1, Ok::<i32, ()>(1))), Ok((1,)));
}

#[reweave::test]
async fn the_beginning_moves_on_by_one_each_poll() {
    let log = Log::default();
    join!(
        log.future("a", 3, ()),
        log.future("b", 3, ()),
        log.future("c", 3, ())
    );
    assert_eq!(log.take(), "a b c b c a c a b a -a b -b c -c");
    let _ = try_join!(
        log.future("a", 2, Ok::<(), ()>(())),
        log.future("b", 2, Ok(()))
    );
    assert_eq!(log.take(), "a b b a a -a b -b");
}

#[reweave::test]
async fn biased_begins_at_the_top_each_poll() {
    let log = Log::default();
    join!(biased; log.future("a", 1, ()), log.future("b", 2, ()), log.future("c", 1, ()));
    assert_eq!(log.take(), "a b c a -a b c -c b -b");
    let _ = try_join!(biased; log.future("a", 1, Ok::<(), ()>(())), log.future("b", 2, Ok(())));
    assert_eq!(log.take(), "a b a -a b b -b");
}

#[reweave::test]
async fn the_first_error_ends_try_join_at_once() {
    let log = Log::default();
    let result = try_join!(
        biased;
        log.future("a", 9, Ok::<(), &str>(())),
        log.future("b", 1, Err::<(), _>("b")),
        log.future("c", 1, Err::<(), _>("c")),
    );
    assert_eq!(result, Err("b"));
    assert_eq!(log.take(), "a b c a b -b -a -c");
}

#[reweave::test]
async fn question_marks_work_on_and_in_them() {
    async fn sum(a: Result<i32, String>) -> Result<i32, String> {
        let (a, b) = try_join!(async { Ok::<_, String>(a? + 1) }, ready(Ok(2)))?;
        Ok(a + b)
    }
    assert_eq!(sum(Ok(1)).await, Ok(4));
    assert_eq!(sum(Err("no".into())).await, Err("no".into()));
}

#[reweave::test]
async fn anything_that_becomes_a_future_will_do() {
    struct Request(i32);
    impl IntoFuture for Request {
        type Output = Result<i32, ()>;
        type IntoFuture = std::future::Ready<Result<i32, ()>>;
        fn into_future(self) -> Self::IntoFuture {
            ready(Ok(self.0))
        }
    }
    assert_eq!(join!(Request(1), Request(2)), (Ok(1), Ok(2)));
    assert_eq!(try_join!(Request(1), Request(2)), Ok((1, 2)));
}

#[reweave::test]
async fn names_within_do_not_meet_names_around() {
    let (start, turn, step, output, pending) = (1, 2, 3, 4, 5);
    let outputs = join!(ready(start + turn), async { step + output + pending });
    assert_eq!(outputs, (3, 12));
}

#[reweave::test]
async fn what_the_futures_borrowed_is_free_after() {
    let mut text = String::new();
    join!(async { text.push('a') });
    let _ = try_join!(async {
        text.push('b');
        Ok::<(), ()>(())
    });
    assert_eq!(text, "ab");
}

async fn diverges() -> ! {
    pending().await
}

#[reweave::test]
#[deny(warnings)]
async fn outputs_that_cannot_be_cause_no_warning() {
    let log = Log::default();
    let (a,): (Result<(), Infallible>,) = join!(log.future("a", 1, Ok(())));
    assert_eq!(a, Ok(()));
    let never: Result<(Infallible, ()), &str> = try_join!(pending(), ready(Err("over")));
    assert_eq!(never, Err("over"));
    let unsure: bool = reweave::select! {
        biased;
        _ = async { join!(diverges(), ready(())) } => true,
        _ = ready(()) => false,
    };
    assert!(!unsure);
    let sure: Result<((), ()), Infallible> = try_join!(ready(Ok(())), ready(Ok(())));
    assert_eq!(sure, Ok(((), ())));
}

#[reweave::test]
async fn they_are_as_send_as_their_futures() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    let both = send(async { join!(ready(1), async { ready(()).await }) });
    let tried = send(async { try_join!(ready(Ok::<_, ()>(1)), async { ready(Ok(())).await }) });
    assert_eq!((both.await, tried.await), ((1, ()), Ok((1, ()))));
}

#[reweave::test]
async fn there_may_be_more_than_sixty_four() {
    macro_rules! hundred {
        ($join:ident, $($ten:literal)*) => { hundred!(@ $join, $($ten 0 $ten 1 $ten 2 $ten 3 $ten 4 $ten 5 $ten 6 $ten 7 $ten 8 $ten 9)*) };
        (@ $join:ident, $($ten:literal $one:literal)*) => { $join!($(ready(Ok::<i32, ()>($ten * 10 + $one))),*) };
    }
    let outputs = hundred!(join, 0 1 2 3 4 5 6 7 8 9);
    assert_eq!((outputs.0, outputs.64, outputs.99), (Ok(0), Ok(64), Ok(99)));
    let outputs = hundred!(try_join, 0 1 2 3 4 5 6 7 8 9).unwrap();
    assert_eq!((outputs.0, outputs.64, outputs.99), (0, 64, 99));
}

#[test]
fn what_an_error_cuts_off_are_not_forgotten_futures() {
    let run = Sim::new().run(async {
        let _ = try_join!(
            biased;
            ready(Err::<(), ()>(())),
            must_await(pending::<Result<(), ()>>()),
        );
    });
    assert_eq!(run.findings().len(), 0, "{:?}", run.findings());
}
