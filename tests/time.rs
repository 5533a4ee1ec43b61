//! Virtual time, with tokio's names and tokio's meaning, but exact to the nanosecond.

use std::future::{pending, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use reweave::task::yield_now;
use reweave::time::{
    self, Instant, Interval, MissedTickBehavior, SystemTime, UNIX_EPOCH, advance, interval,
    interval_at, pause, resume, sleep, sleep_until, timeout, timeout_at,
};
use reweave::{Sim, spawn};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const SECOND: Duration = Duration::from_secs(1);

/// Virtual milliseconds since the start of the run.
fn now_ms() -> u64 {
    u64::try_from(ms_of(Instant::now())).unwrap()
}

fn ms_of(instant: Instant) -> u128 {
    instant.duration_since(start()).as_millis()
}

/// The start of the run.
fn start() -> Instant {
    Instant::now() - Duration::MAX
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

mod sleeping {
    use super::*;

    #[test]
    fn takes_exactly_as_long_and_no_longer() {
        let run = Sim::new().run(async {
            for length in [1, 999, 1_000_001, 3_600_000_000_000] {
                let before = Instant::now();
                sleep(Duration::from_nanos(length)).await;
                assert_eq!(before.elapsed(), Duration::from_nanos(length));
            }
        });
        assert_eq!(run.elapsed(), Duration::from_nanos(3_600_001_001_001));
        run.unwrap();
    }

    #[reweave::test]
    async fn counts_from_when_it_was_made_and_not_from_its_first_poll() {
        let sleeping = sleep(SECOND);
        sleep(SECOND / 2).await;
        sleeping.await;
        assert_eq!(now_ms(), 1000);
    }

    #[reweave::test]
    async fn of_nothing_or_until_the_past_is_ready_at_once() {
        sleep(SECOND).await;
        assert_eq!(sleep(Duration::ZERO).now_or_never(), Some(()));
        assert_eq!(sleep_until(Instant::now()).now_or_never(), Some(()));
        assert_eq!(sleep_until(start()).now_or_never(), Some(()));
        assert_eq!(now_ms(), 1000);
    }

    #[reweave::test]
    async fn knows_its_deadline_and_whether_it_is_over() {
        let mut sleeping = pin!(sleep(SECOND));
        let deadline = Instant::now() + SECOND;
        assert_eq!(
            (sleeping.deadline(), sleeping.is_elapsed()),
            (deadline, false)
        );
        sleeping.as_mut().await;
        assert_eq!(
            (sleeping.deadline(), sleeping.is_elapsed()),
            (deadline, true)
        );
        assert_eq!(sleeping.now_or_never(), Some(()), "it stays ready");
    }

    #[reweave::test]
    async fn can_be_reset_to_later_to_earlier_and_after_it_was_over() {
        let mut sleeping = pin!(sleep(SECOND));
        assert!(sleeping.as_mut().now_or_never().is_none());
        sleeping.as_mut().reset(start() + 3 * SECOND);
        sleeping.as_mut().await;
        assert_eq!(now_ms(), 3000);
        sleeping.as_mut().reset(start() + 60 * SECOND);
        assert!(!sleeping.is_elapsed() && sleeping.as_mut().now_or_never().is_none());
        sleeping.as_mut().reset(start() + 4 * SECOND);
        sleeping.as_mut().await;
        assert_eq!(now_ms(), 4000);
        sleeping.as_mut().reset(start());
        sleeping.await;
        assert_eq!(now_ms(), 4000);
    }

    #[reweave::test]
    async fn wakes_whoever_polled_it_last() {
        let sleeping = Arc::new(Mutex::new(Box::pin(sleep(SECOND))));
        assert!((&mut *sleeping.lock().unwrap()).now_or_never().is_none());
        let theirs = sleeping.clone();
        let other = spawn(std::future::poll_fn(move |cx| {
            theirs.lock().unwrap().poll_unpin(cx)
        }));
        other.await.unwrap();
        assert_eq!(now_ms(), 1000);
    }

    #[test]
    fn thousands_of_random_sleeps_end_in_the_order_of_their_deadlines() {
        let run = Sim::new().seed(11).run(async {
            let log: Arc<Mutex<Vec<u64>>> = Arc::default();
            let mut sleepers = Vec::new();
            for _ in 0..5000 {
                let (log, length) = (log.clone(), rand::Rng::next_u64(&mut reweave::rng()) >> 20);
                sleepers.push(spawn(async move {
                    sleep(Duration::from_nanos(length)).await;
                    assert_eq!(start().elapsed(), Duration::from_nanos(length));
                    log.lock().unwrap().push(length);
                }));
            }
            for sleeper in sleepers {
                sleeper.await.unwrap();
            }
            let log = log.lock().unwrap();
            (log.len(), log.is_sorted())
        });
        assert_eq!(run.unwrap(), (5000, true));
    }
}

mod ties {
    use super::*;

    async fn three(log: Log) {
        let sleeper = |name: &'static str| {
            let log = log.clone();
            spawn(async move {
                sleep(SECOND).await;
                log.add(name);
                yield_now().await;
                log.add(format!("{name}'"));
            })
        };
        let all = [sleeper("a"), sleeper("b"), sleeper("c")];
        for one in all {
            one.await.unwrap();
        }
    }

    #[test]
    fn fire_one_at_a_time_in_the_order_in_which_they_were_set() {
        let log = Log::default();
        Sim::new().run(three(log.clone())).unwrap();
        assert_eq!(log.take(), "a a' b b' c c'");
    }

    #[test]
    fn every_interleaving_is_drawn_in_some_run() {
        let log = Log::default();
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..2000 {
            Sim::new().seed(seed).run(three(log.clone())).unwrap();
            seen.insert(log.take());
        }
        assert_eq!(
            seen.len(),
            90,
            "three tasks of two steps can be woven in 6! / (2! 2! 2!) ways"
        );
    }
}

mod timing_out {
    use super::*;

    #[reweave::test]
    async fn gives_the_output_in_time_and_an_error_after() {
        assert_eq!(timeout(SECOND, async { 1 }).await, Ok(1));
        assert_eq!(
            timeout(SECOND, async { sleep(SECOND / 2).await }).await,
            Ok(())
        );
        assert_eq!(now_ms(), 500);
        let error = timeout(SECOND, pending::<()>()).await.unwrap_err();
        assert_eq!(
            (now_ms(), error.to_string()),
            (1500, "deadline has elapsed".to_owned())
        );
        assert_eq!(
            std::io::Error::from(error).kind(),
            std::io::ErrorKind::TimedOut
        );
        let deadline = start() + 2 * SECOND;
        assert!(timeout_at(deadline, pending::<()>()).await.is_err());
        assert_eq!(now_ms(), 2000);
    }

    #[reweave::test]
    async fn of_nothing_polls_the_future_once() {
        assert_eq!(timeout(Duration::ZERO, ready(1)).await, Ok(1));
        assert_eq!(timeout_at(start(), ready(2)).await, Ok(2));
        assert!(timeout(Duration::ZERO, pending::<()>()).await.is_err());
    }

    #[test]
    fn at_the_same_instant_as_the_future_ends_in_favour_of_the_future() {
        let run = Sim::new().run(async { timeout(SECOND, sleep(SECOND)).await });
        assert_eq!(run.unwrap(), Ok(()));
    }

    #[reweave::test]
    async fn comes_also_to_a_future_that_is_never_pending_for_long() {
        let busy = async {
            loop {
                reweave::task::consume_budget().await;
            }
        };
        let ticker = spawn(sleep(SECOND));
        assert!(timeout_at(Instant::now(), busy).await.is_err());
        ticker.await.unwrap();
    }

    #[reweave::test]
    async fn gives_its_future_back() {
        let mut waiting = timeout(SECOND, ready(7));
        assert_eq!(waiting.get_mut().now_or_never(), Some(7));
        let waiting = timeout(SECOND, ready(8));
        let _: &std::future::Ready<i32> = waiting.get_ref();
        assert_eq!(waiting.into_inner().await, 8);
    }

    #[test]
    fn a_future_that_is_ready_sets_no_timer() {
        let run = Sim::new().run(async { timeout(SECOND, ready(())).await });
        assert!(
            !run.trace().to_string().contains("timer"),
            "{}",
            run.trace()
        );
    }
}

mod ticking {
    use super::*;

    /// When six ticks come, and for when they were due, if something takes from 100 to 450 ms.
    async fn late(behavior: MissedTickBehavior) -> Vec<(u64, u128)> {
        let mut ticks = interval(ms(100));
        ticks.set_missed_tick_behavior(behavior);
        assert_eq!(ticks.missed_tick_behavior(), behavior);
        let mut seen = Vec::new();
        for nth in 0..7 {
            let due = ticks.tick().await;
            seen.push((now_ms(), ms_of(due)));
            if nth == 1 {
                sleep(ms(350)).await;
            }
        }
        seen
    }

    #[test]
    fn bursts_delays_or_skips() {
        let seen = |behavior| Sim::new().run(late(behavior)).unwrap();
        assert_eq!(MissedTickBehavior::default(), MissedTickBehavior::Burst);
        let before = [(0, 0), (100, 100), (450, 200)];
        let after = |behavior| {
            let seen = seen(behavior);
            assert_eq!(seen[..3], before, "{behavior:?}");
            seen[3..].to_vec()
        };
        let burst = [(450, 300), (450, 400), (500, 500), (600, 600)];
        assert_eq!(after(MissedTickBehavior::Burst), burst);
        let delay = [(550, 550), (650, 650), (750, 750), (850, 850)];
        assert_eq!(after(MissedTickBehavior::Delay), delay);
        let skip = [(500, 500), (600, 600), (700, 700), (800, 800)];
        assert_eq!(after(MissedTickBehavior::Skip), skip);
    }

    #[reweave::test(strategy = "plain")]
    async fn a_tick_a_little_late_counts_as_in_time() {
        let mut ticks = interval(ms(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        sleep(ms(15)).await;
        assert_eq!(ms_of(ticks.tick().await), 10);
        assert_eq!(ms_of(ticks.tick().await), 20);
        sleep(ms(10) + Duration::from_micros(5001)).await;
        assert_eq!(ms_of(ticks.tick().await), 30);
        assert_eq!(start().elapsed(), Duration::from_micros(35_001));
        ticks.tick().await;
        assert_eq!(start().elapsed(), Duration::from_micros(45_001));
    }

    #[reweave::test]
    async fn begins_at_once_or_when_told() {
        let mut ticks = interval_at(start() + SECOND, 2 * SECOND);
        assert_eq!(ticks.period(), 2 * SECOND);
        ticks.tick().await;
        assert_eq!(now_ms(), 1000);
        ticks.tick().await;
        assert_eq!(now_ms(), 3000);
    }

    #[reweave::test]
    async fn can_be_reset_in_four_ways() {
        async fn next(ticks: &mut Interval) -> u64 {
            ticks.tick().await;
            now_ms()
        }
        let mut ticks = interval(SECOND);
        assert_eq!(next(&mut ticks).await, 0);
        sleep(ms(500)).await;
        ticks.reset();
        assert_eq!(next(&mut ticks).await, 1500);
        ticks.reset_immediately();
        assert_eq!(next(&mut ticks).await, 1500);
        assert_eq!(next(&mut ticks).await, 2500);
        ticks.reset_after(ms(10));
        assert_eq!(next(&mut ticks).await, 2510);
        ticks.reset_at(start() + 9 * SECOND);
        assert_eq!(next(&mut ticks).await, 9000);
        assert_eq!(next(&mut ticks).await, 10_000);
    }

    #[reweave::test]
    async fn is_a_stream_and_a_tick_given_up_is_not_lost() {
        let mut ticks = interval(SECOND);
        assert_eq!(ticks.next().await.map(ms_of), Some(0));
        assert!(timeout(SECOND / 2, ticks.tick()).await.is_err());
        assert_eq!(ticks.next().await.map(ms_of), Some(1000));
        assert_eq!(now_ms(), 1000);
    }

    #[test]
    fn a_period_of_zero_is_refused_at_the_users_line() {
        let run = Sim::new().run(async { drop(interval(Duration::ZERO)) });
        let failure = run.failure().expect("refused");
        assert!(
            failure.message().contains("`period` must be non-zero"),
            "{failure}"
        );
        assert!(failure.place().unwrap().starts_with(file!()), "{failure}");
    }
}

mod clocks {
    use super::*;

    #[test]
    fn advance_fires_what_is_due_and_lets_it_run_before_it_returns() {
        let log = Log::default();
        let logged = log.clone();
        let run = Sim::new().run(async move {
            for (name, at) in [("a", 100), ("b", 200), ("c", 300)] {
                let log = logged.clone();
                drop(spawn(async move {
                    sleep(ms(at)).await;
                    log.add(format!("{name}@{}", now_ms()));
                }));
            }
            yield_now().await;
            advance(ms(250)).await;
            logged.add(format!("advanced@{}", now_ms()));
            sleep(ms(250)).await;
        });
        run.unwrap();
        assert_eq!(log.take(), "a@250 b@250 advanced@250 c@300");
    }

    #[test]
    fn advance_needs_the_clock_paused_and_names_the_users_line() {
        let run = Sim::new().run(async {
            pause();
            advance(SECOND).await;
            resume();
            sleep(SECOND).await;
            assert_eq!(now_ms(), 2000, "time stays virtual");
            advance(SECOND).await;
        });
        let failure = run.failure().expect("refused");
        assert!(
            failure.message().contains("call `time::pause` first"),
            "{failure}"
        );
        assert!(failure.message().contains(file!()), "{failure}");
        let run = Sim::new().run(async {
            resume();
            pause();
            advance(SECOND).await;
        });
        assert_eq!(run.elapsed(), SECOND);
        run.unwrap();
    }

    #[reweave::test]
    async fn instants_are_counted_in_saturating_nanoseconds() {
        let first = Instant::now();
        sleep(SECOND).await;
        let second = Instant::now();
        assert_eq!(second - first, SECOND);
        assert_eq!(second.duration_since(first), SECOND);
        assert_eq!(first.duration_since(second), Duration::ZERO);
        assert_eq!(first.checked_duration_since(second), None);
        assert_eq!(first.saturating_duration_since(second), Duration::ZERO);
        assert_eq!(first + SECOND, second);
        assert_eq!(second - SECOND, first);
        assert_eq!(first.checked_sub(SECOND), None);
        assert_eq!(first.checked_add(SECOND), Some(second));
        assert_eq!(first.checked_add(Duration::MAX), None);
        let mut third = first;
        third += 2 * SECOND;
        third -= SECOND;
        assert_eq!(third, second);
        assert!(first < second);
    }

    #[test]
    fn the_calendar_starts_in_2000_or_where_told_and_moves_with_virtual_time() {
        let read = || async {
            sleep(SECOND).await;
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
        };
        assert_eq!(
            Sim::new().run(read()).unwrap(),
            Duration::from_secs(946_684_801)
        );
        let epoch = std::time::UNIX_EPOCH + 10 * SECOND;
        assert_eq!(Sim::new().epoch(epoch).run(read()).unwrap(), 11 * SECOND);
    }

    #[reweave::test]
    async fn calendar_times_add_subtract_and_compare() {
        let now = SystemTime::now();
        sleep(SECOND).await;
        assert_eq!(now.elapsed(), Ok(SECOND));
        let later = now + 60 * SECOND;
        assert_eq!(later.elapsed().unwrap_err().duration(), 59 * SECOND);
        assert_eq!(later - 60 * SECOND, now);
        assert_eq!(
            now.duration_since(later).unwrap_err().duration(),
            60 * SECOND
        );
        assert_eq!(SystemTime::UNIX_EPOCH.checked_sub(SECOND), None);
        let std: std::time::SystemTime = now.into();
        assert_eq!(
            std.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(),
            946_684_800
        );
    }
}

mod extremes {
    use super::*;

    #[test]
    fn the_longest_duration_never_panics_anywhere() {
        let run = Sim::new().max_virtual_time(Duration::MAX).run(async {
            const MAX: Duration = Duration::MAX;
            assert!(sleep(MAX).now_or_never().is_none());
            assert!(sleep_until(Instant::now() + MAX).now_or_never().is_none());
            assert!(timeout(SECOND, sleep(MAX)).await.is_err());
            assert_eq!(timeout(MAX, sleep(SECOND)).await, Ok(()));
            assert_eq!(timeout_at(Instant::now() + MAX, ready(())).await, Ok(()));
            let mut ticks = interval(MAX);
            ticks.tick().await;
            assert!(timeout(SECOND, ticks.tick()).await.is_err());
            for behavior in [
                MissedTickBehavior::Burst,
                MissedTickBehavior::Delay,
                MissedTickBehavior::Skip,
            ] {
                let mut ticks = interval_at(Instant::now() + MAX - SECOND, MAX);
                ticks.set_missed_tick_behavior(behavior);
                assert!(ticks.tick().now_or_never().is_none());
                ticks.reset_after(MAX);
                ticks.reset();
                ticks.reset_at(Instant::now() + MAX);
                assert!(ticks.tick().now_or_never().is_none());
            }
            let mut sleeping = Box::pin(sleep(MAX));
            sleeping.as_mut().reset(Instant::now() + MAX);
            assert!((&mut sleeping).now_or_never().is_none());
            assert_eq!(Instant::now() - MAX + 3 * SECOND, Instant::now());
            let end = SystemTime::now() + MAX;
            assert_eq!(end + MAX, end);
            let _: std::time::SystemTime = end.into();
            assert_eq!(end - MAX, SystemTime::UNIX_EPOCH);
            assert!(SystemTime::now().checked_add(MAX).is_none());
            reweave::task::spawn_blocking(|| reweave::thread::sleep(MAX)).now_or_never();
            reweave::task::block_in_place(|| reweave::thread::sleep(MAX));
        });
        assert_eq!(run.elapsed(), 3 * SECOND, "{run}");
        assert!(!run.failed(), "{run}");
    }

    #[test]
    fn the_clock_can_be_moved_to_its_end_and_no_further() {
        let run = Sim::new().max_virtual_time(Duration::MAX).run(async {
            let waiting = spawn(sleep(SECOND));
            yield_now().await;
            advance(Duration::MAX).await;
            waiting.await.unwrap();
            advance(Duration::MAX).await;
            let _ = (Instant::now() + SECOND, SystemTime::now() + SECOND);
            let mut ticks = interval(SECOND);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
            ticks.tick().await;
        });
        assert_eq!(run.elapsed(), Duration::from_nanos(u64::MAX));
        assert!(!run.failed(), "{run}");
        let run = Sim::new().run(async { reweave::thread::sleep(Duration::MAX) });
        assert!(run.failed());
    }

    #[test]
    fn outside_a_simulation_the_clock_says_what_is_missing() {
        for call in [now as fn(), make_sleep, make_timeout, system, time::pause] {
            let words = std::panic::catch_unwind(call).unwrap_err();
            let words = words.downcast_ref::<String>().unwrap();
            assert!(words.contains("needs a simulation around it"), "{words}");
        }
    }

    fn now() {
        Instant::now();
    }

    fn make_sleep() {
        drop(sleep(SECOND));
    }

    fn make_timeout() {
        drop(timeout(SECOND, ready(())));
    }

    fn system() {
        SystemTime::now();
    }
}

mod memory {
    use super::*;

    /// Bytes of memory that this process holds.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("VmRSS");
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kilobytes * 1024
    }

    /// By how many bytes the process grows over a million turns, after some to warm up.
    fn growth<F: Future + 'static>(turn: fn() -> F) -> u64 {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        // An exploration, because a run that is looked at keeps its whole trace.
        let found = reweave::explore(move || {
            let log = log.clone();
            async move {
                for turns in [100_000, 1_000_000] {
                    for _ in 0..turns {
                        turn().await;
                    }
                    log.lock().unwrap().push(resident());
                }
            }
        })
        .sim(Sim::new().max_steps(u64::MAX).max_steps_at_once(u64::MAX))
        .seeds(0..1)
        .verify_every(0)
        .run();
        assert!(!found.failed(), "{found}");
        let seen = seen.lock().unwrap();
        seen[1].saturating_sub(seen[0])
    }

    /// A million timers left behind would take several times as much.
    const FLAT: u64 = 16 << 20;

    #[test]
    fn a_million_timeouts_that_were_not_needed_leave_nothing() {
        assert!(growth(|| async { timeout(30 * SECOND, ready(())).await.unwrap() }) < FLAT);
    }

    #[test]
    fn a_million_timers_that_were_set_and_cancelled_leave_nothing() {
        let grown = growth(|| async { timeout(30 * SECOND, yield_now()).await.unwrap() });
        assert!(grown < FLAT, "{grown} bytes");
    }
}
