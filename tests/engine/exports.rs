//! Runs in the forms of other tools, held to what those tools say of their forms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{TcpListener, TcpStream};
use reweave::sync::{Mutex, named};
use reweave::task::yield_now;
use reweave::time::sleep;
use reweave::{Run, Sim, host, spawn};
use serde_json::Value;

/// Two hosts, a lock, a wait, a failure.
fn run() -> Run {
    let run = Sim::new().seed(1).run(async {
        let server = host("db").start(|| async {
            let listener = TcpListener::bind("0.0.0.0:80").await?;
            let (mut client, _) = listener.accept().await?;
            let number = client.read_u8().await?;
            client.write_u8(2 * number).await
        });
        sleep(Duration::from_millis(5)).await;
        let lock = Arc::new(named("a \"lock\"\\", || Mutex::new(())));
        let guard = lock.lock().await;
        let of_task = lock.clone();
        let waits = spawn(async move { drop(of_task.lock().await) });
        yield_now().await;
        let mut db = TcpStream::connect("db:80").await.unwrap();
        db.write_u8(21).await.unwrap();
        let answer = db.read_u8().await.unwrap();
        drop(guard);
        waits.await.unwrap();
        drop(server);
        assert_eq!(answer, 43, "a wrong\nanswer");
    });
    assert!(run.failed());
    run.without_output()
}

/// What the document "Trace Event Format" and Perfetto's importer ask of each event.
#[test]
fn chromes_trace_events_are_as_their_format_says() {
    let run = run();
    let json: Value = serde_json::from_str(&run.to_chrome_trace()).unwrap();
    let events = json["traceEvents"].as_array().unwrap();
    let (mut processes, mut threads) = (BTreeSet::new(), BTreeSet::new());
    let mut slices: BTreeMap<(u64, u64), Vec<(f64, f64)>> = BTreeMap::new();
    let mut held: BTreeMap<&str, i64> = BTreeMap::new();
    let mut flows: BTreeMap<u64, Vec<(&str, u64, u64, f64)>> = BTreeMap::new();
    for event in events {
        let text = |field: &str| {
            event[field]
                .as_str()
                .unwrap_or_else(|| panic!("{field}: {event}"))
        };
        let number = |field: &str| {
            event[field]
                .as_u64()
                .unwrap_or_else(|| panic!("{field}: {event}"))
        };
        let time = event["ts"].as_f64().unwrap();
        assert!(!text("name").is_empty(), "{event}");
        let process = number("pid");
        match text("ph") {
            "M" => {
                assert!(event["args"].is_object());
                match text("name") {
                    "process_name" => assert!(processes.insert(process)),
                    "thread_name" => assert!(threads.insert((process, number("tid")))),
                    "thread_sort_index" => {}
                    other => panic!("unknown metadata {other}"),
                }
            }
            "X" => {
                let slice = (time, time + event["dur"].as_f64().unwrap());
                slices
                    .entry((process, number("tid")))
                    .or_default()
                    .push(slice);
            }
            "i" => assert!(["t", "p", "g"].contains(&text("s")), "{event}"),
            "b" => *held.entry(text("id")).or_default() += 1,
            "e" => *held.entry(text("id")).or_default() -= 1,
            phase @ ("s" | "f") => {
                if phase == "f" {
                    assert_eq!(text("bp"), "e");
                }
                flows
                    .entry(number("id"))
                    .or_default()
                    .push((phase, process, number("tid"), time));
            }
            other => panic!("unknown phase {other}"),
        }
    }
    assert_eq!(processes.len(), 2, "a process for each host");
    for event in events {
        let thread = (event["pid"].as_u64().unwrap(), event["tid"].as_u64());
        assert!(
            processes.contains(&thread.0),
            "a name for the process of {event}"
        );
        if let (process, Some(thread)) = thread {
            assert!(
                threads.contains(&(process, thread)),
                "a name for the thread of {event}"
            );
        }
    }
    // Slices of one thread follow each other: none begins in another. Times are told to a nanosecond.
    for slices in slices.values_mut() {
        slices.sort_by(|one, two| one.0.total_cmp(&two.0));
        for pair in slices.windows(2) {
            assert!(pair[0].1 <= pair[1].0 + 0.000_5, "{pair:?}");
        }
    }
    assert!(held.values().all(|open| *open == 0), "{held:?}");
    assert_eq!(held.len(), 2, "two tasks held the lock");
    assert!(flows.len() > 5);
    for flow in flows.values() {
        let [("s", .., begin), ("f", .., end)] = flow[..] else {
            panic!("a flow has two ends: {flow:?}");
        };
        assert!(begin <= end);
        // An end binds to the slice around it, so there must be one.
        for &(_, process, thread, time) in flow {
            let around = &slices[&(process, thread)];
            let is_around =
                |slice: &&(f64, f64)| slice.0 <= time + 0.000_5 && time <= slice.1 + 0.000_5;
            assert!(
                around.iter().any(|slice| is_around(&slice)),
                "{flow:?} of {around:?}"
            );
        }
    }
    let names: Vec<&str> = events
        .iter()
        .filter_map(|event| event["name"].as_str())
        .collect();
    for wanted in ["poll", "waits for a \"lock\"\\", "finding: panic"] {
        assert!(names.contains(&wanted), "{wanted}: {names:?}");
    }
}

/// The log is what its default parser matches, and its clocks are vector clocks.
#[test]
fn shivizs_log_has_vector_clocks() {
    let log = run().to_shiviz();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len() % 2, 0);
    let mut clocks: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut learnt = 0;
    for event in lines.chunks(2) {
        let (host, json) = event[0].split_once(' ').unwrap();
        let clock: BTreeMap<String, u64> = serde_json::from_str(json).unwrap();
        assert!(!event[1].is_empty() && !host.is_empty());
        let before = clocks.get(host).cloned().unwrap_or_default();
        // Each event of a host counts it once, and nothing that was known is forgotten.
        assert_eq!(
            clock[host],
            before.get(host).copied().unwrap_or_default() + 1,
            "{event:?}"
        );
        for (other, count) in &before {
            assert!(clock[other] >= *count, "{event:?}");
        }
        // What is known of another host has happened there.
        for (other, count) in clock.iter().filter(|(other, _)| *other != host) {
            assert!(clocks[other][other] >= *count, "{event:?}");
            learnt += usize::from(before.get(other) != Some(count));
        }
        clocks.insert(host.to_owned(), clock);
    }
    assert_eq!(
        clocks.keys().map(String::as_str).collect::<Vec<_>>(),
        ["db", "main"]
    );
    assert!(learnt >= 3, "messages teach clocks: {learnt}");
    assert!(log.contains("receives 1 byte"), "{log}");

    // With one host, tasks stand for hosts.
    let alone = Sim::new()
        .run(async { spawn(async {}).await.unwrap() })
        .to_shiviz();
    insta::assert_snapshot!(alone, @r#"
    main {"main":1}
    0s main spawns main/task
    main {"main":2}
    0s main waits for the end of main/task
    main/task {"main":1,"main/task":1}
    0s main/task completes
    main {"main":3,"main/task":1}
    0s main completes
    "#);
}

/// The graph is in GraphViz's language: statements of nodes and edges, each node declared, in quotes what is quoted.
#[test]
fn the_causes_of_a_failure_are_a_graph() {
    let dot = run().to_dot();
    assert!(
        dot.starts_with("digraph causes {\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    let (mut nodes, mut edges) = (BTreeSet::new(), Vec::new());
    let mut depth = 0;
    for line in dot.lines() {
        let line = line.trim();
        depth += i64::from(line.ends_with('{')) - i64::from(line == "}");
        assert!(
            line.ends_with('{') || line.ends_with(';') || line == "}",
            "{line}"
        );
        // Quotes that are not escaped come in pairs.
        let plain = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(plain.matches('"').count() % 2, 0, "{line}");
        if let Some((from, rest)) = line.split_once(" -> ") {
            let to = rest.split([' ', ';']).next().unwrap();
            edges.push((from.to_owned(), to.to_owned()));
        } else if let Some((node, _)) = line.split_once(" [label=") {
            nodes.insert(node.to_owned());
        }
    }
    assert_eq!(depth, 0);
    for (from, to) in &edges {
        assert!(nodes.contains(from) && nodes.contains(to), "{from} -> {to}");
    }
    assert!(edges.iter().any(|(_, to)| to == "failure"));
    assert!(
        dot.contains("main  panics") || dot.contains("panics: "),
        "{dot}"
    );
    // Back from the failure to another host: what it answered.
    assert!(
        dot.contains("label=\"db:main\"") && dot.contains("sends 1 byte"),
        "{dot}"
    );
}
