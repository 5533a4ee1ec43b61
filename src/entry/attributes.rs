//! The attributes, and what they are documented to do.
//!
//! They are generated in the crate `reweave-macros`. The docs are here, because their examples need this crate: with them over
//! there, this crate would be built a second time to test them.

/// Runs an `async fn` as a test: simulated, in virtual time, once for each seed.
///
/// ```
/// use std::time::Duration;
///
/// // The plain schedule, then random ones.
/// #[reweave::test]
/// async fn a_task_returns_its_output() {
///     let task = reweave::spawn(async { 42 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
///
/// // A thousand runs, with seeds 0 to 999. It fails: some of them send the message late.
/// #[reweave::test(seeds = 1000)]
/// async fn a_message_is_there_at_once() {
///     let (sender, mut receiver) = reweave::sync::mpsc::channel(1);
///     reweave::spawn(async move { sender.send(1).await });
///     reweave::task::yield_now().await;
///     assert_eq!(receiver.try_recv(), Ok(1));
/// }
///
/// #[reweave::test(seed = 7, max_virtual_time = "30s", allow(leak))]
/// async fn a_sleep_takes_its_time() -> Result<(), std::num::ParseIntError> {
///     reweave::time::sleep(Duration::from_secs("20".parse()?)).await;
///     Ok(())
/// }
/// ```
///
/// The function takes no parameters and may return anything that a test may return, such as a `Result`. Its other attributes (`#[should_panic]`,
/// `#[ignore]`, `#[cfg(…)]`, documentation) keep their meaning.
///
/// # Arguments
///
/// | argument | meaning |
/// | --- | --- |
/// | `seed = 7` | the one seed to run |
/// | `seeds = 1000` | that many runs, from seed 0 |
/// | `seeds = 100..200`, `seeds = 100..=199` | a run for each seed of the range, which may stand in a string |
/// | `strategy = "random"` | how draws are answered; the name is checked when the test runs |
/// | `faults = "hosts"` | which faults runs may meet, in the grammar of `reweave::faults`; checked when the test runs |
/// | `threads`, `threads = false` | whether other tasks may run between two statements of one, as with `Sim::threads` |
/// | `max_steps = 10_000` | the limit of polls in one run |
/// | `max_steps_at_once = 10_000` | the limit of polls and operations while virtual time stands still and no task begins or ends (twice as many in any case) |
/// | `max_virtual_time = "30s"` | the limit of virtual time in one run; `ns`, `us`, `ms`, `s`, `m` or `h` |
/// | `max_tasks = 100` | the limit of tasks alive at once in one run |
/// | `expects("a retry")` | properties that some run must come to and find true: see `reweave::sometimes!` |
/// | `costs = "5ms"` | the virtual time that a poll or an operation may take, as with `Sim::costs` |
/// | `jobs = 4` | how many threads run seeds; 0 for one a core |
/// | `deny(…)`, `warn(…)`, `allow(…)` | what the findings named in the parentheses do: fail the test, be reported, nothing |
/// | `crate = "path"` | where to find `reweave`, if it goes by another name here |
///
/// Of tokio's arguments, `flavor = "current_thread"` (or `"local"`), where it is written out, takes the code at its word
/// that it only ever runs on one thread: an operation that could complete at once is then no place at which other tasks may
/// go first, as with `Sim::points(false)`. Without it, a
/// test is explored in every order that several threads could produce at its awaits, although tokio's default for tests is one
/// thread: the code under test runs on several in production. `worker_threads`, `start_paused`, `unhandled_panic` and `name` are
/// accepted and have no effect: every run is on one thread and in virtual time. Beside a `flavor` for which tokio refuses one of them,
/// that is a mistake here, too.
///
/// # Regressions
///
/// A run that was found to fail is kept, as shrunk, in a file of its own, `reweave-regressions/CRATE-TEST-HASH.txt` beside `Cargo.toml`:
///
/// ```text
/// reweave regression 1
/// test bank::transfers::the_total_is_kept
/// finding panic
/// at src/transfers.rs
/// at the total is #
/// strategy surw
/// seed 7
/// reweave tape 1
/// main/a point@2 main/b
/// end
/// ```
///
/// The test makes the runs that are kept of it before any other, in the order of their names. One that fails is told with its file. One
/// that passes is said to be *fixed*, or to be *stale* if its tape could not be followed, and how much of that could be; the test goes
/// on, and it is for you to delete the file. A program that was edited makes other draws: where the run of the tape does not show the finding,
/// those near it are tried, and the one that shows it is told. A file that was cut short, or is a later release's, fails the test.
///
/// It is on by default, as in proptest: a schedule that fails is rare, and who has found one wants to know when it is back. Put the
/// files under version control; no two branches write into the same one. `REWEAVE_REGRESSIONS=0` turns it off, for a
/// command or in the `[env]` of cargo's configuration.
///
/// Nothing is kept, and nothing that is kept is run, of a test that is to fail (`#[should_panic]`), where the environment chooses one run
/// (`REWEAVE_SEED`, `REWEAVE_TAPE`, the plain strategy), and under Miri. Nothing is kept of a test with the argument `seed`, of a failure that
/// the plain run of the test shows, too, or that is not the same in a fresh process. Where no file can be written, one line says so. The files of a test that was renamed or
/// deleted are not looked at: rename them, and what their second line says, or delete them.
///
/// # Parts of the seeds
///
/// Seeds can be run apart, by several machines say: with `REWEAVE_PARTS=folder` and `REWEAVE_SEEDS=0..5000` the test writes what these came to into a file there, as it does for
/// `5000..10000` elsewhere. What must hold in some run is then not judged of one of them. `REWEAVE_SEEDS=merged:10000`, with the same folder, makes no run, and judges it of all files of the test (`merged` of those that there are): it
/// fails if such a property held in none, if seeds are missing between two parts or are in two, or if a run of theirs failed. A file is replaced when the same seeds are
/// run again. A search has no seeds, nor has the plain strategy: they are judged where they run.
///
/// # Errors
///
/// Each mistake in the arguments or in the function's signature is its own compile error, at the
/// token that is wrong.
pub use reweave_macros::test;

/// Runs an `async fn` in a simulation: the way to write an example or a small program on `reweave`.
///
/// ```
/// use reweave::time::{Duration, Instant, sleep};
///
/// #[reweave::main(seed = 7)]
/// async fn main() {
///     let start = Instant::now();
///     sleep(Duration::from_secs(3600)).await;
///     assert_eq!(start.elapsed(), Duration::from_secs(3600));
/// }
/// ```
///
/// The function runs once: with the plain schedule, unless `seed` or the environment choose another.
/// It may take parameters and return anything that borrows nothing; the caller gets what it returns:
///
/// ```
/// #[reweave::main]
/// async fn sum(numbers: Vec<u32>) -> u32 {
///     let sum = reweave::spawn(async move { numbers.iter().sum() });
///     sum.await.unwrap()
/// }
///
/// assert_eq!(sum(vec![1, 2, 3]), 6);
/// ```
///
/// With `seeds` it runs once for each; then it takes no parameters, and returns what a test may return.
///
/// The arguments are those of [`macro@test`].
///
/// # Panics
///
/// When the run shows a finding of level deny, after printing the report. With `seeds` the process is
/// ended instead.
pub use reweave_macros::main;

/// Marks an `async fn` whose future must not be dropped without having been polled.
///
/// ```
/// struct Ledger(Vec<u32>);
///
/// impl Ledger {
///     #[reweave::must_await]
///     async fn commit(&mut self, amount: u32) {
///         self.0.push(amount);
///     }
/// }
///
/// let run = reweave::Sim::new().run(async {
///     let mut ledger = Ledger(Vec::new());
///     let _ = ledger.commit(100); // the `.await` is missing
/// });
/// assert_eq!(run.findings()[0].kind(), reweave::FindingKind::NeverAwaited);
/// ```
///
/// The function becomes a plain one that returns the same future, wrapped so that it knows the line
/// that called the function. A run in which such a future is dropped without having been polled has
/// the finding `never_awaited`, which names that line. Free functions, methods, generics and all
/// kinds of parameters work as they do without the attribute.
///
/// The one argument is `crate = "path"`, as for [`macro@test`].
pub use reweave_macros::must_await;

/// Makes a type drawable: [`any`](crate::any) then gives values of it, each field drawn by itself. Of an enum the first variant is the
/// plainest, to which shrinking tends, and each is as likely as the others in a random run.
///
/// ```
/// use reweave::{Any, any};
///
/// #[derive(Any, Debug, PartialEq)]
/// enum Op {
///     Get { key: u8 },
///     Put { key: u8, value: Vec<u16> },
///     Clear,
/// }
///
/// # reweave::Sim::new().run(async {
/// let ops: Vec<Op> = any();
/// let first: Op = any();
/// # assert_eq!((ops, first), (vec![], Op::Get { key: 0 }));
/// # }).unwrap();
/// ```
///
/// Type parameters are bounded by `Any`. An enum may contain itself, if its first variant does not; twelve enums deep the first is
/// taken. A dependency with another name is said by `#[any(crate = "path")]` on the type.
pub use reweave_macros::Any;
