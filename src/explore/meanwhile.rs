//! While an exploration is under way: who hears of its runs, and what may end it.

use std::any::Any;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::asked::{Asked, Explore, Interrupt};
use super::progress::{Progress, Teller};

impl<M> Explore<M> {
    /// Called after each run, from whichever thread ran it, with its seed.
    pub fn on_run(mut self, heard: impl Fn(u64) + Sync + 'static) -> Self {
        self.asked.on_run = Some(Box::new(heard));
        self
    }

    /// Called when the exploration takes longer than a second, and then no more than once a second, after a run and from whichever thread
    /// made it; the calibration of the program is before. Nobody is told unless this is set. It changes nothing of what is found.
    ///
    /// ```
    /// let found = reweave::explore(|| async {})
    ///     .on_progress(|progress| eprintln!("{progress}"))
    ///     .run();
    /// assert_eq!(found.runs(), 1000);
    /// ```
    pub fn on_progress(mut self, told: impl Fn(&Progress) + Sync + 'static) -> Self {
        self.asked.on_progress = Some(Box::new(told));
        self
    }

    /// Ends when this says so, although there are seeds left: it is asked before each 64 seeds, by whichever thread takes them, and in a
    /// systematic search after each 64 runs. What
    /// was found so far is told as of those seeds. When it ends is then up to who is asked, and so are the seeds that were made; each
    /// of them is what it always is. Properties are [not judged](crate::Exploration::unmet).
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    ///
    /// static INTERRUPTED: AtomicBool = AtomicBool::new(true);
    ///
    /// let found = reweave::explore(|| async {}).until(|| INTERRUPTED.load(Relaxed)).run();
    /// assert_eq!((found.runs(), found.is_whole()), (0, false));
    /// ```
    pub fn until(mut self, ends: impl Fn() -> bool + Sync + 'static) -> Self {
        self.asked.until = Some(Box::new(ends));
        self
    }

    /// Ends when so much real time has passed, as [`until`](Explore::until) does, in place of which it stands.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn budget(self, real_time: Duration) -> Self {
        assert!(
            !real_time.is_zero(),
            "`budget` must be some real time, such as 10 s, got zero"
        );
        // From when it is asked first, which is when the exploration begins.
        let began = OnceLock::new();
        self.until(move || began.get_or_init(Instant::now).elapsed() >= real_time)
    }

    /// Ends where more runs bring next to nothing new: after 512 seeds, 1024, and so on, if of the last half of them no more than one in
    /// a hundred showed a schedule that none showed before. Seeds say how many runs there are at the most. It does not depend on
    /// the number of threads. A systematic search, which never makes a run twice, goes on.
    ///
    /// ```
    /// let roll = || async { reweave::note!("{}", reweave::choose(1..=6)) };
    /// let found = reweave::explore(roll).seeds(0..100_000).until_flat().run();
    /// assert_eq!((found.runs(), found.is_whole()), (512, true));
    /// ```
    pub fn until_flat(mut self) -> Self {
        self.asked.until_flat = true;
        self
    }

    /// Ends once there was an interrupt: as [`until`](Explore::until), but with the runs that are under way, and shrinking ends, too.
    pub(crate) fn interrupted_by(mut self, interrupt: Interrupt) -> Self {
        self.asked.interrupt = Some(interrupt);
        self
    }
}

impl Asked {
    /// Whether there was an interrupt that ends it.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.is_some_and(|interrupt| (interrupt.came)())
    }

    /// What it holds as long as it runs, so that an interrupt ends it.
    pub(super) fn heed_interrupts(&mut self) -> Option<Box<dyn Any>> {
        let Interrupt { came, heed } = self.interrupt?;
        // Now, and not when it was asked for: what is said of a run may have been said later.
        self.sim = self.sim.clone().shrinks_until(came);
        Some(heed())
    }

    /// This run was made, whose seed or number it is.
    pub(super) fn tell_of(&self, run: u64, teller: &Teller, findings: impl FnOnce() -> usize) {
        if let Some(heard) = &self.on_run {
            heard(run);
        }
        if let Some(told) = &self.on_progress {
            teller.made(told, findings);
        }
    }
}
