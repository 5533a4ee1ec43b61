//! `watched`: a value whose reads and writes are on the trace.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread;

use reweave::trace::Event;
use reweave::{Run, Sim, Watched, note, sync, watched};
use static_assertions::{assert_impl_all as yes, assert_not_impl_any as no};

yes!(Watched<Cell<u32>>: Send, Sync, Unpin, Clone, fmt::Debug, UnwindSafe, RefUnwindSafe);
no!(Watched<Rc<u32>>: Send, Sync);

/// The accesses and notes of a run, as its trace says them.
fn told<T>(run: &Run<T>) -> Vec<String> {
    let entries = run.trace().entries().iter();
    let told = entries.filter(|entry| {
        matches!(
            entry.event,
            Event::Read { .. } | Event::Wrote { .. } | Event::Note(_)
        )
    });
    told.map(|entry| run.trace().describe(entry)).collect()
}

/// The message with which this panics.
fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else {
        panic!("it does not panic");
    };
    payload.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn each_access_is_told_with_its_value() {
    let run = Sim::new().run(async {
        let total = watched("total", 0);
        total.set(total.get() + 1);
        assert_eq!(total.with(|total| total + 1), 2);
        let before = total.update(|total| {
            note!("within");
            std::mem::replace(total, 7)
        });
        assert_eq!((before, total.get()), (1, 7));
    });
    assert_eq!(
        told(&run),
        [
            "reads total = 0",
            "writes total = 1",
            "reads total = 1",
            "reads total = 1",
            "notes \"within\"",
            "writes total = 7",
            "reads total = 7",
        ]
    );
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn a_name_is_any_text_and_the_second_of_it_has_a_number() {
    let run = Sim::new().run(async {
        watched("a", 1).get();
        watched(String::from("a"), 2).get();
        let b = String::from("b");
        watched(&b, 3).get();
        assert_eq!(b, "b");
        sync::named("c", || watched("d", 4)).get();
    });
    let told = told(&run);
    assert_eq!(
        told,
        ["reads a = 1", "reads a#2 = 2", "reads b = 3", "reads d = 4"]
    );
}

#[test]
fn a_clone_is_the_same_value_and_to_show_it_is_no_access() {
    let run = Sim::new().run(async {
        let total = watched("total", 1);
        let same = total.clone();
        assert_eq!(format!("{same:?}"), "Watched { name: \"total\", value: 1 }");
        let shown = total.with(|_| format!("{same:?}"));
        assert_eq!(shown, "Watched { name: \"total\", value: <in use> }");
        same.set(2);
        assert_eq!(total.get(), 2);
    });
    let told = told(&run);
    assert_eq!(
        told,
        ["reads total = 1", "writes total = 2", "reads total = 2"]
    );
}

#[test]
fn long_values_are_cut_and_no_control_character_reaches_the_screen() {
    struct Raw(&'static str);
    impl fmt::Debug for Raw {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    let run = Sim::new().run(async {
        watched("raw", Raw("\x1b[2J\n\u{202e}größe \"quoted\"")).with(|_| ());
        watched("text", "it's\t\\").get();
        watched("long", vec![7; 1_000]).with(|_| ());
    });
    assert_eq!(
        told(&run),
        [
            r#"reads raw = \u{1b}[2J\n\u{202e}größe "quoted""#.to_owned(),
            r#"reads text = "it's\t\\""#.to_owned(),
            format!("reads long = [7{}… (3000 bytes)", ", 7".repeat(26)),
        ]
    );
}

mod in_use {
    use super::*;

    #[test]
    fn to_ask_again_from_within_panics_and_names_the_value() {
        let run = Sim::new().run(async {
            let total = watched("total", 0);
            let said = [
                panic_of(|| total.with(|_| total.get())),
                panic_of(|| total.with(|_| total.set(1))),
                panic_of(|| total.update(|_| total.with(|_| ()))),
                panic_of(|| total.update(|_| total.update(|_| ()))),
            ];
            for (said, called) in said.iter().zip(["get", "set", "with", "update"]) {
                let begin = format!("`{called}` of the watched value \"total\" while");
                assert!(said.starts_with(&begin), "{said}");
            }
            total.get()
        });
        assert_eq!(run.output(), Some(&0));
    }

    #[test]
    fn another_value_may_be_asked_and_so_may_the_same_one_before_and_after() {
        let run = Sim::new().run(async {
            let (a, b) = (watched("a", 1), watched("b", 2));
            a.update(|a| *a += b.get());
            b.with(|b| a.set(a.get() + b));
            a.get()
        });
        assert_eq!(run.output(), Some(&5));
    }

    #[test]
    fn code_of_the_users_may_use_the_run() {
        /// Uses the run wherever its code is run.
        struct Busy(u32);
        impl fmt::Debug for Busy {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                note!("shows {}", self.0);
                write!(f, "{}", self.0)
            }
        }
        impl Clone for Busy {
            fn clone(&self) -> Busy {
                drop(reweave::spawn(async {}));
                Busy(self.0)
            }
        }
        impl Drop for Busy {
            fn drop(&mut self) {
                note!("drops {}", self.0);
            }
        }
        let run = Sim::new().run(async {
            let busy = watched("busy", Busy(1));
            drop(busy.get());
            busy.set(Busy(2));
        });
        assert!(run.failure().is_none(), "{run}");
        assert_eq!(
            told(&run)[..6],
            [
                "notes \"shows 1\"",
                "reads busy = 1",
                "notes \"drops 1\"",
                "notes \"shows 2\"",
                "writes busy = 2",
                "notes \"drops 1\"",
            ]
        );
    }

    #[test]
    fn a_destructor_may_use_the_value_that_takes_the_place_of_its_own() {
        #[derive(Debug)]
        struct Looks(Arc<OnceLock<Watched<Option<Looks>>>>);
        impl Drop for Looks {
            fn drop(&mut self) {
                let empty = self.0.get().unwrap().with(Option::is_none);
                note!("empty: {empty}");
            }
        }
        let run = Sim::new().run(async {
            let slot = Arc::new(OnceLock::new());
            let looks = Looks(slot.clone());
            slot.set(watched("slot", None)).unwrap();
            // It shows itself, which shows the slot; that ends there.
            slot.get().unwrap().set(Some(looks));
            slot.get().unwrap().set(None);
        });
        assert!(
            told(&run).contains(&"notes \"empty: true\"".to_owned()),
            "{run}"
        );
    }

    #[test]
    fn what_a_closure_wrote_before_it_panicked_is_told_and_stays() {
        let run = Sim::new().run(async {
            let total = watched("total", 0);
            let said = panic_of(|| {
                total.update(|total| {
                    *total = 1;
                    panic!("{}", "half way");
                })
            });
            assert_eq!(said, "half way");
            panic_of(|| total.with(|total| panic!("at {total}")));
            total.get()
        });
        assert_eq!(run.output(), Some(&1));
        assert_eq!(
            told(&run),
            [
                "reads total = 0",
                "writes total = 1",
                "reads total = 1",
                "reads total = 1"
            ]
        );
    }

    #[test]
    fn a_debug_that_panics_leaves_the_value_and_lets_others_have_it() {
        #[derive(Clone)]
        struct Shy(&'static AtomicBool);
        impl fmt::Debug for Shy {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                assert!(self.0.load(Ordering::Relaxed), "{}", "not shown");
                f.write_str("Shy")
            }
        }
        static SHOWN: AtomicBool = AtomicBool::new(false);
        SHOWN.store(false, Ordering::Relaxed);
        let run = Sim::new().run(async {
            let shy = watched("shy", Shy(&SHOWN));
            assert_eq!(panic_of(|| shy.get()), "not shown");
            assert_eq!(panic_of(|| shy.with(|_| ())), "not shown");
            assert_eq!(panic_of(|| shy.set(Shy(&SHOWN))), "not shown");
            SHOWN.store(true, Ordering::Relaxed);
            shy.get();
        });
        assert_eq!(told(&run), ["reads shy = Shy"]);
    }
}

mod elsewhere {
    use super::*;

    #[test]
    fn outside_a_run_it_is_a_plain_value_that_nobody_formats() {
        #[derive(Clone, Copy, PartialEq)]
        struct Unshown(u32);
        impl fmt::Debug for Unshown {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                unreachable!("there is nobody to show it to")
            }
        }
        let value = watched("value", Unshown(1));
        value.set(Unshown(2));
        value.update(|value| value.0 += 1);
        assert!(value.get() == Unshown(3) && value.with(|value| value.0 == 3));
        assert!(panic_of(|| value.with(|_| value.get())).contains("\"value\""));
    }

    #[test]
    fn threads_take_turns() {
        let total = watched("total", 0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        total.update(|total| {
                            let read = *total;
                            thread::yield_now();
                            *total = read + 1;
                        });
                    }
                });
            }
        });
        assert_eq!(total.get(), 150);
    }

    #[test]
    fn another_thread_is_heard_by_no_run() {
        let run = Sim::new().run(async {
            let total = watched("total", 0);
            thread::scope(|scope| scope.spawn(|| total.set(1)).join().unwrap());
            total.get()
        });
        assert_eq!(told(&run), ["reads total = 1"]);
    }

    #[test]
    fn one_in_a_static_has_its_name_in_each_run_and_keeps_its_value() {
        static TOTAL: LazyLock<Watched<u32>> = LazyLock::new(|| watched("total", 0));
        let count = || {
            Sim::new().run(async {
                TOTAL.update(|total| *total += 1);
            })
        };
        assert_eq!(told(&count()), ["reads total = 0", "writes total = 1"]);
        TOTAL.set(5);
        assert_eq!(told(&count()), ["reads total = 5", "writes total = 6"]);
        // A run cannot see that there was another.
        let with = |value| {
            TOTAL.set(value);
            count().hash()
        };
        assert_eq!((with(1), with(1) == with(2)), (with(1), false));
    }

    #[test]
    fn one_that_outlives_its_run_is_told_in_the_next() {
        let kept = Sim::new().run(async { watched("kept", 1) });
        let kept = kept.into_output().unwrap();
        let run = Sim::new().run(async move {
            watched("other", 2).get();
            kept.get()
        });
        assert_eq!(told(&run), ["reads other = 2", "reads kept = 1"]);
    }
}
