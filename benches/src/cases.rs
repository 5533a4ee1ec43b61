//! Which workloads are measured at which sizes: the rows of the table.
//!
//! The sizes are chosen so that the whole table takes a few minutes. Instructions are counted under callgrind, some
//! fifty times slower than life, at two small sizes of which the difference is taken; they hardly vary. Wall time does,
//! so it is taken at sizes that run for about a tenth of a second.

use crate::Size;
use crate::workloads::{Workload, idle, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13};

/// A workload with so many tasks.
#[derive(Debug)]
pub struct Case {
    /// The workload's name, and a suffix where it has several cases: `w1`, `w1-10` …
    pub name: &'static str,
    /// What is done, for a heading.
    pub title: &'static str,
    /// The workload.
    pub workload: &'static Workload,
    /// With how many tasks.
    pub tasks: usize,
    /// How it is measured.
    pub plan: Plan,
    /// Whether a quick table has it too.
    pub quick: bool,
}

/// How a case is measured.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// By what a unit costs: instructions and time.
    Cost {
        /// The rounds of the two runs under callgrind.
        counted: [usize; 2],
        /// The rounds of a run whose wall time is taken.
        timed: usize,
        /// Whether the peak memory of such a run belongs to the result.
        peak: bool,
    },
    /// By the memory resident with `tasks / 2` tasks and with `tasks`.
    Memory,
}

impl Plan {
    const fn cost(counted: [usize; 2], timed: usize) -> Self {
        Self::Cost {
            counted,
            timed,
            peak: false,
        }
    }

    const fn cost_and_peak(counted: [usize; 2], timed: usize) -> Self {
        Self::Cost {
            counted,
            timed,
            peak: true,
        }
    }
}

impl Case {
    /// The size with that many rounds.
    pub fn size(&self, rounds: usize) -> Size {
        Size::new(self.tasks, rounds)
    }

    /// Whether that word of `--only` means this case: its name or its workload's.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.workload.name == word
    }
}

/// All cases. Those of one workload stand together, by number of tasks.
pub const ALL: &[Case] = &[
    Case {
        name: "w1-10",
        title: "10 tasks yield",
        workload: &w1::WORKLOAD,
        tasks: 10,
        plan: Plan::cost([100, 1_100], 50_000),
        quick: false,
    },
    Case {
        name: "w1-100",
        title: "100 tasks yield",
        workload: &w1::WORKLOAD,
        tasks: 100,
        plan: Plan::cost([50, 150], 5_000),
        quick: false,
    },
    Case {
        name: "w1-1k",
        title: "1,000 tasks yield",
        workload: &w1::WORKLOAD,
        tasks: 1_000,
        plan: Plan::cost([5, 15], 1_000),
        quick: true,
    },
    Case {
        name: "w1-100k",
        title: "100,000 tasks yield (W1L)",
        workload: &w1::WORKLOAD,
        tasks: 100_000,
        plan: Plan::cost([1, 3], 10),
        quick: false,
    },
    Case {
        name: "w2",
        title: "channel round trips",
        workload: &w2::WORKLOAD,
        tasks: 2,
        plan: Plan::cost([1_000, 11_000], 200_000),
        quick: true,
    },
    Case {
        name: "w3-1k",
        title: "1,000 tasks sleep",
        workload: &w3::WORKLOAD,
        tasks: 1_000,
        plan: Plan::cost_and_peak([10, 20], 200),
        quick: true,
    },
    Case {
        name: "w3-100k",
        title: "100,000 tasks sleep",
        workload: &w3::WORKLOAD,
        tasks: 100_000,
        plan: Plan::cost_and_peak([1, 3], 10),
        quick: false,
    },
    Case {
        name: "w3-1m",
        title: "1,000,000 tasks sleep",
        workload: &w3::WORKLOAD,
        tasks: 1_000_000,
        plan: Plan::cost_and_peak([1, 2], 1),
        quick: false,
    },
    Case {
        name: "w4",
        title: "spawn and join, batches of 1,000",
        workload: &w4::WORKLOAD,
        tasks: 1_000,
        plan: Plan::cost([1, 4], 300),
        quick: true,
    },
    Case {
        name: "w5",
        title: "a whole small test with 3 tasks",
        workload: &w5::WORKLOAD,
        tasks: 3,
        plan: Plan::cost([200, 1_200], 30_000),
        quick: true,
    },
    Case {
        name: "w6",
        title: "TCP round trips",
        workload: &w6::WORKLOAD,
        tasks: 1,
        plan: Plan::cost([100, 1_100], 20_000),
        quick: true,
    },
    Case {
        name: "w6-100",
        title: "TCP round trips of 100 hosts",
        workload: &w6::WORKLOAD,
        tasks: 100,
        plan: Plan::cost([5, 25], 200),
        quick: false,
    },
    Case {
        name: "w7",
        title: "idle tasks",
        workload: &w7::WORKLOAD,
        tasks: 1_000_000,
        plan: Plan::Memory,
        quick: true,
    },
    Case {
        name: "w8",
        title: "uncontended locks",
        workload: &w8::WORKLOAD,
        tasks: 1,
        plan: Plan::cost([1_000, 11_000], 200_000),
        quick: true,
    },
    Case {
        name: "w9",
        title: "100 open connections, used every 10 s",
        workload: &w9::WORKLOAD,
        tasks: 100,
        plan: Plan::cost([5, 25], 200),
        quick: true,
    },
    Case {
        name: "w10",
        title: "100 hosts with nothing to do",
        workload: &w10::WORKLOAD,
        tasks: 100,
        plan: Plan::cost([60, 660], 6_000),
        quick: true,
    },
    Case {
        name: "w11",
        title: "a long stream",
        workload: &w11::WORKLOAD,
        tasks: 1,
        plan: Plan::cost_and_peak([16, 116], 4_000),
        quick: true,
    },
    Case {
        name: "w12-10",
        title: "10 hosts gossip",
        workload: &w12::WORKLOAD,
        tasks: 10,
        plan: Plan::cost([20, 60], 3_000),
        quick: true,
    },
    Case {
        name: "w12-500",
        title: "500 hosts gossip",
        workload: &w12::WORKLOAD,
        tasks: 500,
        plan: Plan::cost([2, 4], 60),
        quick: true,
    },
    Case {
        name: "w13",
        title: "requests to an axum router",
        workload: &w13::WORKLOAD,
        tasks: 1,
        plan: Plan::cost([50, 250], 4_000),
        quick: true,
    },
    Case {
        name: "idle",
        title: "a small test that joins its 3 tasks, and one that leaves them waiting",
        workload: &idle::WORKLOAD,
        tasks: 3,
        plan: Plan::cost([200, 1_200], 10_000),
        quick: true,
    },
];
