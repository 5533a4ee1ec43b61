//! What a run leaves behind for people and tools to read: the trace as text and as JSON lines, the difference of two
//! traces, and what stood on the terminal.

use std::collections::BTreeSet;
use std::future::pending;
use std::time::Duration;

use futures::io::{AsyncBufReadExt, AsyncReadExt};
use futures::{FutureExt, StreamExt};
use reweave::io::stdin;
use reweave::task::{Builder, yield_now};
use reweave::time::{Instant, advance, sleep, timeout};
use reweave::trace::Diff;
use reweave::{FindingKind, Run, Sim, Trace, choose, note, spawn};
use serde_json::Value;

const SECOND: Duration = Duration::from_secs(1);

/// A run in which everything happens that can.
fn everything() -> Run<&'static str> {
    let tape = "reweave tape 1; main choose@1 2".parse().unwrap();
    let sim = Sim::new()
        .tape(&tape)
        .stdin(["yes"])
        .warn(FindingKind::Blocking);
    sim.run(async {
        note!("chose {}", choose(0..3));
        let boils = Builder::new().name("egg").spawn(boil()).unwrap();
        let rings = Builder::new().name("phone").spawn(pending::<()>()).unwrap();
        let burns = Builder::new()
            .name("toast")
            .spawn(async { panic!("burnt") })
            .unwrap();
        yield_now().await;
        rings.abort();
        assert!(burns.await.unwrap_err().is_panic());
        let _ = timeout(10 * SECOND, boils).await;
        reweave::thread::sleep(SECOND / 4);
        advance(SECOND / 2).await;
        let mut input = stdin();
        while let Some(line) = input.next_line().await.unwrap() {
            reweave::println!("read {line:?}");
        }
        drop(Builder::new().name("guest").spawn(pending::<()>()));
        "served"
    })
}

async fn boil() {
    reweave::println!("Boiling...");
    sleep(2 * SECOND).await;
    reweave::print!("Boiled.\n\t\"done\"");
}

mod forms {
    use super::*;

    #[test]
    fn text_has_time_task_and_event() {
        let run = everything();
        assert_eq!(run.output(), Some(&"served"));
        insta::assert_snapshot!(run.trace(), @r#"
           0s  ·           spawns main
           0s  main        polls
           0s  main        draws choose: 2
           0s  main        notes "chose 2"
           0s  main        spawns main/egg
           0s  main        spawns main/phone
           0s  main        spawns main/toast
           0s  main        yields
           0s  main/egg    polls
           0s  main/egg    prints "Boiling..."
           0s  main/egg    sets timer 1 for 2s
           0s  main/egg    waits for a timer at 2s
           0s  main/egg    parks
           0s  main/phone  polls
           0s  main/phone  parks
           0s  main/toast  polls
           0s  main/toast  panics: "burnt"
           0s  main        polls
           0s  main        aborts main/phone
           0s  main        wakes main/phone
           0s  main        waits for the end of main/egg
           0s  main        sets timer 2 for 10s
           0s  main        waits for a timer at 10s
           0s  main        parks
           0s  main/phone  polls
           0s  main/phone  is cancelled
           2s  ·           timer 1 fires
           2s  ·           wakes main/egg
           2s  main/egg    polls
           2s  main/egg    prints "Boiled.\n\t\"done\""
           2s  main/egg    completes
           2s  main/egg    wakes main
           2s  main        polls
           2s  main        cancels timer 2
           2s  main        blocks everything for 0.25s
           2s  main        finding: blocking
        2.25s  main        advances the clock by 0.5s
        2.75s  main        yields
        2.75s  main        polls
        2.75s  main        reads "yes"
        2.75s  main        prints "read \"yes\""
        2.75s  main        reads the end of input
        2.75s  main        spawns main/guest
        2.75s  main        completes
        2.75s  main/guest  polls
        2.75s  main/guest  parks
        2.75s  ·           cuts off main/guest
        2.75s  ·           finding: unawaited_task
        "#);
    }

    #[test]
    fn json_lines_are_one_flat_object_an_event() {
        let run = everything();
        let lines = run.to_json_lines();
        let (events, hash) = lines.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(hash, format!("{{\"hash\":\"{:016x}\"}}", run.hash()));
        insta::assert_snapshot!(events, @r#"
        {"reweave":"trace","version":1}
        {"number":0,"at":0,"event":"spawned","other":"main","place":"tests/engine/trace.rs:26:9"}
        {"number":1,"at":0,"task":"main","event":"polled","cause":0}
        {"number":2,"at":0,"task":"main","event":"drew","kind":"choose","choice":2,"of":3,"place":"tests/engine/trace.rs:27:27"}
        {"number":3,"at":0,"task":"main","event":"note","text":"chose 2"}
        {"number":4,"at":0,"task":"main","event":"spawned","other":"main/egg","place":"tests/engine/trace.rs:28:48","cause":3}
        {"number":5,"at":0,"task":"main","event":"spawned","other":"main/phone","place":"tests/engine/trace.rs:29:50","cause":4}
        {"number":6,"at":0,"task":"main","event":"spawned","other":"main/toast","place":"tests/engine/trace.rs:32:14","cause":5}
        {"number":7,"at":0,"task":"main","event":"yielded"}
        {"number":8,"at":0,"task":"main/egg","event":"polled","cause":4}
        {"number":9,"at":0,"task":"main/egg","event":"prints","text":"Boiling..."}
        {"number":10,"at":0,"task":"main/egg","event":"timer_set","deadline":2000000000,"timer":1}
        {"number":11,"at":0,"task":"main/egg","event":"waits_for_timer","deadline":2000000000}
        {"number":12,"at":0,"task":"main/egg","event":"parked"}
        {"number":13,"at":0,"task":"main/phone","event":"polled","cause":5}
        {"number":14,"at":0,"task":"main/phone","event":"parked"}
        {"number":15,"at":0,"task":"main/toast","event":"polled","cause":6}
        {"number":16,"at":0,"task":"main/toast","event":"panicked","text":"burnt","place":"tests/engine/trace.rs:32:28"}
        {"number":17,"at":0,"task":"main","event":"polled","cause":7}
        {"number":18,"at":0,"task":"main","event":"abort_asked","other":"main/phone","cause":17}
        {"number":19,"at":0,"task":"main","event":"woke","other":"main/phone","cause":18}
        {"number":20,"at":0,"task":"main","event":"waits_for_task","other":"main/egg"}
        {"number":21,"at":0,"task":"main","event":"timer_set","deadline":10000000000,"timer":2}
        {"number":22,"at":0,"task":"main","event":"waits_for_timer","deadline":10000000000}
        {"number":23,"at":0,"task":"main","event":"parked"}
        {"number":24,"at":0,"task":"main/phone","event":"polled","cause":19}
        {"number":25,"at":0,"task":"main/phone","event":"cancelled"}
        {"number":26,"at":2000000000,"event":"timer_fired","timer":1,"cause":10}
        {"number":27,"at":2000000000,"event":"woke","other":"main/egg","cause":26}
        {"number":28,"at":2000000000,"task":"main/egg","event":"polled","cause":27}
        {"number":29,"at":2000000000,"task":"main/egg","event":"prints","text":"Boiled.\n\u0009\"done\""}
        {"number":30,"at":2000000000,"task":"main/egg","event":"completed"}
        {"number":31,"at":2000000000,"task":"main/egg","event":"woke","other":"main","cause":30}
        {"number":32,"at":2000000000,"task":"main","event":"polled","cause":31}
        {"number":33,"at":2000000000,"task":"main","event":"timer_cancelled","timer":2,"cause":21}
        {"number":34,"at":2000000000,"task":"main","event":"blocked","nanos":250000000}
        {"number":35,"at":2000000000,"task":"main","event":"finding","kind":"blocking","finding":0}
        {"number":36,"at":2250000000,"task":"main","event":"advanced","nanos":500000000}
        {"number":37,"at":2750000000,"task":"main","event":"yielded"}
        {"number":38,"at":2750000000,"task":"main","event":"polled","cause":37}
        {"number":39,"at":2750000000,"task":"main","event":"reads","text":"yes"}
        {"number":40,"at":2750000000,"task":"main","event":"prints","text":"read \"yes\""}
        {"number":41,"at":2750000000,"task":"main","event":"input_ended"}
        {"number":42,"at":2750000000,"task":"main","event":"spawned","other":"main/guest","place":"tests/engine/trace.rs:44:43","cause":41}
        {"number":43,"at":2750000000,"task":"main","event":"completed"}
        {"number":44,"at":2750000000,"task":"main/guest","event":"polled","cause":42}
        {"number":45,"at":2750000000,"task":"main/guest","event":"parked"}
        {"number":46,"at":2750000000,"event":"cut_off","other":"main/guest"}
        {"number":47,"at":2750000000,"event":"finding","kind":"unawaited_task","finding":1}
        {"finding":"blocking","level":"warn","at":2000000000,"task":"main","place":"tests/engine/trace.rs:38:9","detail":{"nanos":250000000,"ready":0}}
        {"finding":"unawaited_task","level":"warn","at":2750000000,"task":"main/guest","place":"tests/engine/trace.rs:44:43","detail":{"doing":"waiting","waits":[],"lost":true}}
        "#);
    }

    #[test]
    fn json_lines_parse_back_to_what_happened() {
        let run = everything();
        let lines = run.to_json_lines();
        let mut objects: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let last = objects.pop().unwrap();
        assert_eq!(last["hash"], format!("{:016x}", run.hash()));
        let first = objects.remove(0);
        assert_eq!(
            (&first["reweave"], &first["version"]),
            (&"trace".into(), &1.into())
        );
        let findings = objects.split_off(run.trace().entries().len());
        assert_eq!(findings.len(), run.findings().len());
        for (object, finding) in findings.iter().zip(run.findings()) {
            assert_eq!(object["finding"], finding.kind().name());
            assert_eq!(object["level"], finding.level().name());
            assert_eq!(object["at"], finding.at().as_nanos() as u64);
            assert_eq!(object["task"].as_str(), finding.task());
            let place = finding.place().map(ToString::to_string);
            assert_eq!(object["place"].as_str(), place.as_deref());
            assert!(object["detail"].is_object());
        }
        for (object, entry) in objects.iter().zip(run.trace().entries()) {
            assert_eq!(object["at"], entry.at);
            let task = object.get("task").and_then(Value::as_str).unwrap_or("·");
            assert_eq!(task, run.trace().path(entry.task));
            assert!(
                object
                    .as_object()
                    .unwrap()
                    .values()
                    .all(|field| field.is_string() || field.is_u64())
            );
        }
        let printed = objects.iter().filter(|object| object["event"] == "prints");
        let printed: String = printed
            .map(|object| object["text"].as_str().unwrap())
            .collect();
        assert!(printed.contains("Boiled.\n\t\"done\""), "{printed:?}");
    }

    #[test]
    fn the_run_shows_every_kind_of_event_but_those_of_resources_and_logs() {
        let lines = everything().to_json_lines();
        let objects = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let events: BTreeSet<String> = objects
            .filter_map(|object| Some(object.get("event")?.as_str()?.to_owned()))
            .collect();
        let all = "abort_asked advanced blocked cancelled completed cut_off drew finding input_ended note panicked parked \
                   polled prints reads spawned timer_cancelled timer_fired timer_set waits_for_task waits_for_timer woke yielded";
        assert_eq!(
            events
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            all
        );
    }

    #[test]
    fn source_places_come_only_when_asked_for() {
        let run = everything();
        let (plain, placed) = (run.trace().to_string(), run.trace().with_places());
        assert!(!plain.contains(file!()), "{plain}");
        let source: Vec<&str> = include_str!("trace.rs").lines().collect();
        let mut shown = Vec::new();
        for line in placed.lines() {
            let Some((event, place)) = line.split_once(&format!("  at {}:", file!())) else {
                continue;
            };
            let number: usize = place.split(':').next().unwrap().parse().unwrap();
            let what = event
                .split_whitespace()
                .skip(2)
                .collect::<Vec<_>>()
                .join(" ");
            shown.push(format!("{what}: {}", source[number - 1].trim()));
        }
        insta::assert_snapshot!(shown.join("\n"), @r#"
        spawns main: sim.run(async {
        draws choose: 2: note!("chose {}", choose(0..3));
        spawns main/egg: let boils = Builder::new().name("egg").spawn(boil()).unwrap();
        spawns main/phone: let rings = Builder::new().name("phone").spawn(pending::<()>()).unwrap();
        spawns main/toast: .spawn(async { panic!("burnt") })
        panics: "burnt": .spawn(async { panic!("burnt") })
        spawns main/guest: drop(Builder::new().name("guest").spawn(pending::<()>()));
        "#);
        assert_eq!(plain.lines().count(), placed.lines().count());
    }

    #[test]
    fn all_characters_survive_json() {
        const TEXT: &str = "\"\\ / \u{0}\u{1f}\r\n\t\u{7f} größe 🥚 \u{2028}";
        let run = Sim::new().run(async { note!("{TEXT}") });
        let lines = run.to_json_lines();
        let noted = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let noted: Vec<_> = noted.filter(|object| object["event"] == "note").collect();
        assert_eq!(noted[0]["text"], TEXT);
    }

    #[test]
    fn a_trace_is_the_same_in_every_process_and_thread() {
        let here = everything().trace().to_string();
        let there = std::thread::spawn(|| everything().trace().to_string())
            .join()
            .unwrap();
        assert_eq!(here, there);
        assert!(!here.contains("0x"), "no addresses");
    }

    #[test]
    fn what_is_printed_noted_or_read_is_part_of_the_hash() {
        let hash = |text: &'static str| Sim::new().run(async move { note!("{text}") }).hash();
        assert_ne!(hash("a"), hash("b"));
        let hash = |text: &'static str| {
            Sim::new()
                .run(async move { reweave::println!("{text}") })
                .hash()
        };
        assert_ne!(hash("a"), hash("b"));
        let hash = |line| {
            Sim::new()
                .stdin([line])
                .run(async { stdin().next_line().await })
                .hash()
        };
        assert_ne!(hash("a"), hash("b"));
        let blocked = |nanos| {
            let sim = Sim::new().allow(FindingKind::Blocking);
            sim.run(async move { reweave::thread::sleep(Duration::from_nanos(nanos)) })
                .hash()
        };
        assert_ne!(blocked(1), blocked(2));
    }
}

mod differences {
    use super::*;

    fn told(notes: &'static [&'static str]) -> Trace {
        let run = Sim::new().run(async move {
            for text in notes {
                note!("{text}");
                sleep(SECOND).await;
            }
        });
        run.trace().clone()
    }

    #[test]
    fn of_a_trace_with_itself_is_none() {
        let diff = Diff::new(&told(&["a", "b"]), &told(&["a", "b"]));
        assert!(diff.is_empty());
        assert_eq!(diff.first_divergence(), None);
        insta::assert_snapshot!(diff, @"the traces are the same: 17 events");
    }

    #[test]
    fn name_the_first_event_and_show_both_sides_aligned() {
        let (left, right) = (told(&["a", "b", "c"]), told(&["a", "x", "c"]));
        let diff = Diff::new(&left, &right);
        let first = diff.first_divergence().expect("they differ");
        let noted = |trace: &Trace| trace.describe(&trace.entries()[first]);
        assert_eq!(
            (noted(&left), noted(&right)),
            ("notes \"b\"".to_owned(), "notes \"x\"".to_owned())
        );
        insta::assert_snapshot!(diff, @r#"
        the runs part at event 10:
          left   1s main notes "b"
          right  1s main notes "x"

          1s · timer 1 fires              │ 1s · timer 1 fires
          1s · wakes main                 │ 1s · wakes main
          1s main polls                   │ 1s main polls
          1s main notes "b"               <
                                          > 1s main notes "x"
          1s main sets timer 2 for 2s     │ 1s main sets timer 2 for 2s
          1s main waits for a timer at 2s │ 1s main waits for a timer at 2s
          1s main parks                   │ 1s main parks
        "#);
    }

    #[test]
    fn where_one_ends_earlier_say_so() {
        let diff = Diff::new(&told(&["a"]), &told(&["a", "b"]));
        insta::assert_snapshot!(diff, @r#"
        the runs part at event 10:
          left   1s main completes
          right  1s main notes "b"

          1s · timer 1 fires              │ 1s · timer 1 fires
          1s · wakes main                 │ 1s · wakes main
          1s main polls                   │ 1s main polls
          1s main completes               <
                                          > 1s main notes "b"
                                          > 1s main sets timer 2 for 2s
                                          > 1s main waits for a timer at 2s
                                          > 1s main parks
                                          > 2s · timer 2 fires
                                          > 2s · wakes main
                                          > 2s main polls
                                          > 2s main completes
        "#);
    }

    #[test]
    fn in_blanks_alone_are_differences() {
        let (left, right) = (told(&["a b"]), told(&["a  b"]));
        assert_ne!(left.hash(), right.hash());
        assert!(!Diff::new(&left, &right).is_empty());
    }

    #[test]
    fn of_two_schedules_begin_where_another_task_is_drawn() {
        let two = || async {
            let (a, b) = (spawn(async { note!("a") }), spawn(async { note!("b") }));
            a.await.unwrap();
            b.await.unwrap();
        };
        let plain = Sim::new().run(two());
        let tape = "reweave tape 1; main/task task@1 main/task#2"
            .parse()
            .unwrap();
        let other = Sim::new().tape(&tape).run(two());
        let diff = Diff::new(plain.trace(), other.trace());
        let first = diff.first_divergence().expect("another task ran first");
        assert_eq!(
            other.trace().describe(&other.trace().entries()[first]),
            "draws task: main/task#2"
        );
    }
}

mod terminal {
    use super::*;

    #[test]
    fn input_stands_on_the_terminal_and_not_in_the_output() {
        let run = Sim::new().stdin(["Ada", ""]).run(async {
            let mut input = stdin();
            reweave::print!("Who? ");
            let name = input.next_line().await.unwrap().unwrap();
            reweave::println!("Hello, {name}.");
            assert_eq!(input.next_line().await.unwrap(), Some(String::new()));
            assert_eq!(input.next_line().await.unwrap(), None);
            assert_eq!(
                input.next_line().await.unwrap(),
                None,
                "the end stays the end"
            );
            reweave::println!();
            note!("not on the terminal");
        });
        assert_eq!(run.stdout(), "Who? Hello, Ada.\n\n");
        assert_eq!(run.terminal(), "Who? Ada\nHello, Ada.\n\n\n");
        run.unwrap();
    }

    #[test]
    fn lines_come_at_their_own_time_and_never_before_their_predecessors() {
        let sim = Sim::new()
            .stdin(["first"])
            .stdin_at(3 * SECOND, "late")
            .stdin_at(SECOND, "held up");
        let run = sim.run(async {
            let start = Instant::now();
            let mut read = Vec::new();
            let mut lines = stdin().lines();
            while let Some(line) = lines.next().await {
                read.push(format!("{} {}", start.elapsed().as_secs(), line.unwrap()));
            }
            read
        });
        assert_eq!(run.unwrap(), ["0 first", "3 late", "3 held up"]);
    }

    #[test]
    fn a_read_given_up_loses_no_line() {
        let run = Sim::new().stdin_at(3 * SECOND, "late").run(async {
            let mut input = stdin();
            for _ in 0..2 {
                assert!(timeout(SECOND, input.next_line()).await.is_err());
            }
            input.next_line().await.unwrap()
        });
        assert_eq!(run.elapsed(), 3 * SECOND);
        assert_eq!(run.unwrap().as_deref(), Some("late"));
    }

    #[test]
    fn the_traits_of_futures_read_it_in_pieces_and_whole() {
        let run = Sim::new().stdin(["größe", "two words"]).run(async {
            let mut input = stdin();
            let mut piece = [0; 4];
            input.read_exact(&mut piece).await.unwrap();
            let mut rest = String::new();
            assert_eq!(input.read_line(&mut rest).await.unwrap(), 4);
            let mut until = Vec::new();
            input.read_until(b' ', &mut until).await.unwrap();
            let mut all = String::new();
            input.read_to_string(&mut all).await.unwrap();
            (piece, rest, until, all)
        });
        let (piece, rest, until, all) = run.unwrap();
        assert_eq!([&piece[..], rest.as_bytes()].concat(), "größe\n".as_bytes());
        assert_eq!((&until[..], &all[..]), (&b"two "[..], "words\n"));
    }

    #[test]
    fn two_handles_read_one_script() {
        let run = Sim::new().stdin(["1", "2"]).run(async {
            let (mut one, mut other) = (stdin(), stdin());
            (
                one.next_line().await.unwrap(),
                other.next_line().await.unwrap(),
                one.next_line().await.unwrap(),
            )
        });
        assert_eq!(run.unwrap(), (Some("1".into()), Some("2".into()), None));
    }

    #[test]
    fn without_a_script_it_is_at_its_end() {
        let run = Sim::new().run(async { stdin().next_line().now_or_never().unwrap().unwrap() });
        assert_eq!((run.terminal(), run.output()), ("", Some(&None)));
    }
}
