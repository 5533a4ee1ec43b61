//! The network against the real one.
//!
//! What sockets do is written once, in `suite/`, as small programs that assert it. Each runs twice: on the real tokio over the
//! loopback device of this machine, if that runs Linux, and on Reweave, there in the plain schedule and in sixteen others. A program that holds on the
//! one and not on the other shows where the model is wrong.
//!
//! The files of the suite are included in a module for each runtime, which calls it `rt`.

mod correct;
mod datagrams;
mod dns;
mod failed;
mod findings;
mod handles;
mod hosts;
mod links;
mod sockets;
mod unix;

/// How many schedules are tried beside the plain one; `NET_SEEDS` asks for more.
fn seeds() -> u64 {
    let asked = std::env::var("NET_SEEDS").ok();
    asked.map_or(16, |asked| asked.parse().expect("NET_SEEDS is a number"))
}

/// Each of these behaviours as a test.
macro_rules! behaviours {
    ($($name:ident),+ $(,)?) => {
        pub(super) mod behaviours {
            $(
                #[test]
                fn $name() {
                    super::super::run(super::$name);
                }
            )+

            /// How many there are.
            pub(in super::super) const COUNT: usize = [$(stringify!($name)),+].len();
        }
    };
}

/// The suite, on this runtime.
macro_rules! suite {
    ($rt:ident) => {
        mod listen {
            use $rt as rt;
            include!("common.rs");
            include!("suite/listen.rs");
        }
        mod transfer {
            use $rt as rt;
            include!("common.rs");
            include!("suite/transfer.rs");
        }
        mod close {
            use $rt as rt;
            include!("common.rs");
            include!("suite/close.rs");
        }
        mod halves {
            use $rt as rt;
            include!("common.rs");
            include!("suite/halves.rs");
        }
        mod readiness {
            use $rt as rt;
            include!("common.rs");
            include!("suite/readiness.rs");
        }
        mod udp {
            use $rt as rt;
            include!("common.rs");
            include!("suite/udp.rs");
        }
        mod unix {
            use $rt as rt;
            include!("common.rs");
            include!("suite/unix.rs");
        }
        mod utilities {
            use $rt as rt;
            include!("common.rs");
            include!("suite/utilities.rs");
        }
        mod names {
            use $rt as rt;
            include!("common.rs");
            include!("suite/names.rs");
        }

        #[test]
        fn there_are_twenty_behaviours_of_each_kind() {
            let counts = [
                listen::behaviours::COUNT,
                transfer::behaviours::COUNT,
                close::behaviours::COUNT,
                halves::behaviours::COUNT,
                readiness::behaviours::COUNT,
                udp::behaviours::COUNT,
                unix::behaviours::COUNT,
                utilities::behaviours::COUNT,
                names::behaviours::COUNT,
            ];
            assert!(counts.iter().all(|&count| count >= 20), "{counts:?}");
            assert!(counts.iter().sum::<usize>() >= 250, "{counts:?}");
        }
    };
}

// Other systems differ from the one that is simulated.
#[cfg(target_os = "linux")]
#[allow(
    deprecated,
    reason = "`set_linger` blocks the thread when the stream is dropped, which the suite does not"
)]
mod with_tokio {
    use std::time::Duration;

    /// More than all buffers of a real connection hold.
    const MUCH: usize = 12 << 20;

    /// Runs a behaviour on the real sockets of this machine.
    fn run<F: Future<Output = ()>>(behaviour: fn() -> F) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let in_time = async { tokio::time::timeout(Duration::from_secs(30), behaviour()).await };
        runtime.block_on(in_time).expect("it takes too long");
    }

    /// Removes the path of a socket.
    fn remove_path(path: &std::path::Path) -> std::io::Result<()> {
        std::fs::remove_file(path)
    }

    suite!(tokio);
}

mod with_reweave {
    use reweave::{FindingKind, Sim};

    /// More than all buffers of a simulated one hold.
    const MUCH: usize = 1 << 20;

    /// Runs a behaviour on the simulated ones, in several schedules.
    fn run<F: Future<Output = ()> + 'static>(behaviour: fn() -> F) {
        let sim = || Sim::new().allow(FindingKind::UnawaitedTask);
        sim().run(behaviour()).unwrap();
        for seed in 0..super::seeds() {
            sim().seed(seed).run(behaviour()).unwrap();
        }
    }

    /// Removes the path of a socket.
    fn remove_path(path: &std::path::Path) -> std::io::Result<()> {
        reweave::net::unix::remove_path(path)
    }

    suite!(reweave);
}
