//! Known concurrency bugs, to count how many schedules a strategy needs until it finds one: Reweave's strategies beside
//! shuttle's.
//!
//! Each program is an async function of a [`World`](world::World), so that it runs on both with the same
//! scheduling points; its bug shows as a panic or a deadlock in some schedules. They follow, in our own words, what the benchmark
//! programs of these names do in SCTBench (Thomson, Donaldson and Betts, *Concurrency Testing Using Controlled
//! Schedulers*, 2016) and in the papers on PCT (Burckhardt et al., 2010) and SURW (Zhao et al., 2025). A number in a name is the
//! number of tasks that race, but for `wronglock_3`, where it is of those with the wrong lock.
//!
//! ```text
//!   world/reweave.rs ─┐ trait World    reorder.rs ─┐
//!   world/shuttle.rs ─┴──────────────▶ twostage.rs ─┼▶ ALL ──▶ trial.rs ──▶ the `bugs` command (hunt.rs)
//!                                        …          ─┘
//! ```
//!
//! A new program is a function in a file here, and a line in [`ALL`].

mod account;
mod bluetooth;
mod bounded_buffer;
mod deadlock;
mod lazy;
mod reorder;
mod ring_buffer;
mod stack;
mod string_buffer;
mod token_ring;
pub mod trial;
mod two_stage;
mod work_stealing;
pub mod world;
mod wrong_lock;

use std::pin::Pin;

use world::{Reweave, Shuttle};

#[cfg(test)]
mod tests;

/// A program with a bug.
pub struct Program {
    /// What tables call it.
    pub name: &'static str,
    /// It, to be run on Reweave.
    pub on_reweave: fn(Reweave) -> Main,
    /// It, to be run on shuttle.
    pub on_shuttle: fn(Shuttle) -> Main,
}

/// The main future of a program.
pub type Main = Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! programs {
    ($($name:literal: $module:ident::$function:ident($($size:expr),*);)*) => {
        /// All programs, in the order of the table.
        pub const ALL: &[Program] = &[$(Program {
            name: $name,
            on_reweave: |world| Box::pin($module::$function(world, $($size),*)),
            on_shuttle: |world| Box::pin($module::$function(world, $($size),*)),
        }),*];
    };
}

programs! {
    "reorder_3": reorder::reorder(3);
    "reorder_4": reorder::reorder(4);
    "reorder_5": reorder::reorder(5);
    "reorder_10": reorder::reorder(10);
    "reorder_20": reorder::reorder(20);
    "reorder_50": reorder::reorder(50);
    "reorder_100": reorder::reorder(100);
    "twostage": two_stage::two_stage(2);
    "twostage_20": two_stage::two_stage(20);
    "twostage_50": two_stage::two_stage(50);
    "twostage_100": two_stage::two_stage(100);
    "account": account::account();
    "bluetooth_driver": bluetooth::bluetooth();
    "lazy01": lazy::lazy();
    "token_ring": token_ring::token_ring();
    "stack": stack::stack();
    "wronglock": wrong_lock::wrong_lock(7);
    "wronglock_3": wrong_lock::wrong_lock(3);
    "circular_buffer": ring_buffer::circular_buffer();
    "queue": ring_buffer::queue();
    "deadlock01": deadlock::opposite_order();
    "carter01": deadlock::carter();
    "philosophers_3": deadlock::philosophers(3);
    "philosophers_5": deadlock::philosophers(5);
    "philosophers_7": deadlock::philosophers(7);
    "stringbuffer": string_buffer::string_buffer();
    "WorkStealQueue": work_stealing::work_stealing();
    "boundedBuffer": bounded_buffer::bounded_buffer();
}

/// The program of this name.
pub fn named(name: &str) -> Option<&'static Program> {
    ALL.iter().find(|program| program.name == name)
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
