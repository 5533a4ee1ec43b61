//! `#[reweave::must_await]`: a function under it behaves as the `async fn` it was.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::ready;

use reweave::{FindingKind, Sim, must_await};

use super::parts::{Log, Logged};

struct Ledger {
    entries: Vec<String>,
}

impl Ledger {
    #[must_await]
    async fn commit(&mut self, entry: &str) -> Option<&String> {
        ready(()).await;
        self.entries.push(entry.into());
        self.entries.last()
    }

    #[must_await]
    async fn count(&self) -> usize {
        self.entries.len()
    }

    #[must_await]
    async fn close(mut self) -> Vec<String> {
        self.entries.push("closed".into());
        self.entries
    }

    #[must_await]
    async fn unused(self: Box<Self>) {}

    #[must_await]
    async fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }
}

#[reweave::test]
async fn methods_of_every_receiver_work() {
    let mut ledger = Ledger::new().await;
    assert_eq!(ledger.commit("a").await.map(String::as_str), Some("a"));
    assert_eq!(ledger.count().await, 1);
    let boxed = Box::new(Ledger::new().await);
    boxed.unused().await;
    assert_eq!(ledger.close().await, ["a", "closed"]);
}

trait Store {
    async fn put(&mut self, key: u8) -> Result<(), String>;

    #[must_await]
    async fn put_twice(&mut self, key: u8) -> Result<(), String> {
        self.put(key).await?;
        self.put(key).await
    }
}

impl Store for Vec<u8> {
    #[must_await]
    async fn put(&mut self, key: u8) -> Result<(), String> {
        self.push(key);
        Ok(())
    }
}

#[reweave::test]
async fn methods_of_traits_work() {
    let mut store = Vec::new();
    store.put_twice(7).await.unwrap();
    assert_eq!(store, [7, 7]);
}

#[must_await]
async fn longest<'a, T, const N: usize>(
    parts: [&'a str; N],
    default: &'a str,
    _unused: T,
) -> &'a str
where
    T: Debug,
{
    parts
        .into_iter()
        .max_by_key(|part| part.len())
        .unwrap_or(default)
}

#[must_await]
async fn both(left: &str, right: &String) -> String {
    format!("{left}{right}")
}

#[must_await]
pub async fn display(value: impl Display + 'static) -> impl Display {
    ready(()).await;
    value
}

#[reweave::test]
async fn generics_lifetimes_and_impl_work() {
    assert_eq!(longest(["a", "bb"], "", ()).await, "bb");
    assert_eq!(longest([], "default", 1).await, "default");
    let (left, right) = (String::from("l"), String::from("r"));
    assert_eq!(both(&left, &right).await, "lr");
    assert_eq!(display(7).await.to_string(), "7");
}

#[must_await]
async fn patterns(
    (a, b): (u8, u8),
    [first, ..]: [u8; 3],
    mut sum: u8,
    _: u8,
    (_, ref c @ 0..): (String, u8),
) -> u8 {
    sum += a + b + first + *c;
    sum
}

#[reweave::test]
async fn patterns_work_as_parameters() {
    assert_eq!(
        patterns((1, 2), [3, 9, 9], 4, 9, (String::new(), 5)).await,
        15
    );
}

#[must_await]
async fn dyn_error(fail: u8) -> Result<u8, Box<dyn Error>> {
    if fail == 1 {
        return Err(Box::new(std::fmt::Error));
    }
    if fail == 2 {
        return Err("two".into());
    }
    let number: u8 = "300".parse()?;
    Ok(number)
}

#[must_await]
async fn boxed_dyn(early: bool) -> Box<dyn Display> {
    if early {
        return Box::new(1);
    }
    Box::new("one")
}

#[reweave::test]
async fn returns_and_question_marks_are_converted_as_in_an_async_fn() {
    let mut said = Vec::new();
    for fail in 0..3 {
        said.push(dyn_error(fail).await.unwrap_err().to_string());
    }
    assert_eq!(
        said,
        [
            "number too large to fit in target type",
            "an error occurred when formatting an argument",
            "two"
        ]
    );
    assert_eq!(boxed_dyn(true).await.to_string(), "1");
    assert_eq!(boxed_dyn(false).await.to_string(), "one");
}

#[must_await]
async fn holds(log: Log, _first: Logged<()>, _: Logged<()>, _last: Logged<()>) {
    log.add("body");
}

async fn holds_plain(log: Log, _first: Logged<()>, _: Logged<()>, _last: Logged<()>) {
    log.add("body");
}

/// The events of a story whose order is nobody's promise.
fn unordered(story: &str) -> BTreeSet<String> {
    story.split(' ').map(String::from).collect()
}

#[reweave::test]
async fn parameters_are_dropped_when_those_of_an_async_fn_are() {
    let log = Log::default();
    let all = || (log.clone(), log.never("1"), log.never("2"), log.never("3"));

    let (a, b, c, d) = all();
    let future = holds_plain(a, b, c, d);
    log.add("made");
    future.await;
    let plain = log.take();

    let (a, b, c, d) = all();
    let future = holds(a, b, c, d);
    log.add("made");
    future.await;
    assert_eq!(log.take(), plain);
    assert_eq!(plain, "made body -3 -2 -1");

    let (a, b, c, d) = all();
    drop(holds_plain(a, b, c, d));
    let plain = unordered(&log.take());
    let (a, b, c, d) = all();
    drop(holds(a, b, c, d));
    assert_eq!(unordered(&log.take()), plain);
}

struct Guarded(#[expect(dead_code)] Logged<()>, String);

impl Guarded {
    #[must_await]
    async fn part(self) -> usize {
        ready(()).await;
        self.1.len()
    }

    #[must_await]
    async fn nothing(self, _other: Logged<()>) {}
}

#[reweave::test]
async fn a_whole_self_moves_in() {
    let log = Log::default();
    let future = Guarded(log.never("self"), "four".into()).nothing(log.never("other"));
    log.add("made");
    future.await;
    assert_eq!(log.take(), "made -other -self");
    let future = Guarded(log.never("self"), "four".into()).part();
    log.add("made");
    assert_eq!(future.await, 4);
    assert_eq!(log.take(), "made -self");
}

#[must_await]
#[deny(warnings)]
#[allow(dead_code)]
pub(crate) async fn documented(#[allow(unused)] a: u8, #[cfg(any())] b: Missing) {}

#[reweave::test]
async fn other_attributes_stay() {
    documented(1).await;
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[reweave::test]
async fn it_is_as_send_as_before() {
    assert_eq!(is_send(both("l", &String::from("r"))).await, "lr");
}

#[test]
fn a_forgotten_future_is_a_finding_that_names_the_line_of_the_call() {
    let run = Sim::new().run(async {
        let (line, ()) = (line!(), drop(Ledger::new()));
        line
    });
    let [finding] = run.findings() else {
        panic!("one finding, not {:?}", run.findings());
    };
    assert_eq!(finding.kind(), FindingKind::NeverAwaited);
    let line = run.output().unwrap();
    let place = finding.place().unwrap();
    assert!(
        place.file().ends_with("must_await.rs") && place.line() == *line,
        "{place}"
    );
}
