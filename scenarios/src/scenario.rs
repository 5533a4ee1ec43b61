//! What a scenario is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reweave::{Explore, FindingKind, Run, Sim, explore};

/// The future of a scenario. Whatever the program returns comes out as its `Debug` form.
pub type Program = Pin<Box<dyn Future<Output = String>>>;

/// A program to run and, if it has a bug, what is found and how it should have been written.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// The name it is called by: that of its file, with a number if the file holds one program in several sizes.
    pub name: &'static str,
    /// Where it belongs.
    pub gallery: Gallery,
    /// What it shows, on one line.
    pub summary: &'static str,
    /// The finding in which its bug shows; `None` if it has no bug.
    pub bug: Option<FindingKind>,
    /// Makes the program as one finds it.
    pub original: fn() -> Program,
    /// Makes the program without the bug; `None` if there is no bug.
    pub fixed: Option<fn() -> Program>,
    /// Gives the run what the program needs beyond the defaults: lines of input, levels of findings.
    pub configure: fn(Sim) -> Sim,
}

/// Which of the two programs of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// As one finds it, with its bug if it has one.
    Original,
    /// Without the bug.
    Fixed,
}

/// The galleries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gallery {
    /// Programs with which articles teach coroutines.
    Articles,
    /// The classic bugs of async code.
    Classics,
    /// Bugs that were met in the wild.
    Field,
}

impl fmt::Display for Gallery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Gallery::Articles => "articles",
            Gallery::Classics => "classics",
            Gallery::Field => "field",
        })
    }
}

impl Scenario {
    /// The run it asks for. A finding that the scenario is about is denied, so that a hunt stops at it
    /// although its kind may only be a warning by default.
    pub fn sim(&self) -> Sim {
        let sim = (self.configure)(Sim::new());
        match self.bug {
            Some(kind) => sim.deny(kind),
            None => sim,
        }
    }

    /// The maker of one of its programs; `None` for the fixed twin of a scenario without a bug.
    pub fn maker(&self, twin: Twin) -> Option<fn() -> Program> {
        match twin {
            Twin::Original => Some(self.original),
            Twin::Fixed => self.fixed,
        }
    }

    /// The twins it has, the original first.
    pub fn twins(&self) -> impl Iterator<Item = Twin> + use<> {
        let fixed = self.fixed.map(|_| Twin::Fixed);
        std::iter::once(Twin::Original).chain(fixed)
    }

    /// The finding to expect of this twin.
    pub fn expected(&self, twin: Twin) -> Option<FindingKind> {
        self.bug.filter(|_| twin == Twin::Original)
    }

    /// Runs one of its programs.
    ///
    /// # Panics
    ///
    /// If it has no such twin.
    #[track_caller]
    pub fn run(&self, twin: Twin, sim: Sim) -> Run<String> {
        sim.run(self.existing(twin)())
    }

    /// Runs one of its programs, and if it fails shrinks and explains it.
    ///
    /// # Panics
    ///
    /// If it has no such twin.
    #[track_caller]
    pub fn explain(&self, twin: Twin, sim: Sim) -> Run {
        sim.explain(self.existing(twin))
    }

    /// Explores one of its programs, set up by [`Scenario::sim`].
    ///
    /// # Panics
    ///
    /// If it has no such twin.
    #[track_caller]
    pub fn explore(&self, twin: Twin) -> Explore<fn() -> Program> {
        explore(self.existing(twin)).sim(self.sim())
    }

    #[track_caller]
    fn existing(&self, twin: Twin) -> fn() -> Program {
        let name = self.name;
        self.maker(twin)
            .unwrap_or_else(|| panic!("`{name}` has no fixed twin: it has no bug"))
    }
}

/// Makes a program of an `async fn`'s future.
pub fn program<F>(future: F) -> Program
where
    F: Future + 'static,
    F::Output: fmt::Debug,
{
    Box::pin(async move { format!("{:?}", future.await) })
}
