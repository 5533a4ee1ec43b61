//! `docs/trace.schema.json` describes what `Run::to_json_lines` writes: every line follows it, and everything in it is
//! written.

mod checker;
mod programs;

use std::collections::BTreeSet;

use reweave::draw::{Kind, ResourceKind, Want};
use reweave::faults::FaultKind;
use reweave::trace::{HostVerb, NetworkCall, Verb};
use reweave::{FindingKind, Sim};
use serde_json::{Value, json};

use checker::check;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../docs/trace.schema.json")).unwrap()
}

fn lines(json: &str) -> Vec<Value> {
    let lines = json.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// All values that a field may have in the schema's parts at this pointer.
fn values(schema: &Value, pointer: &str, field: &str) -> BTreeSet<String> {
    let parts = schema.pointer(pointer).unwrap().as_array().unwrap();
    let mut values = BTreeSet::new();
    for part in parts {
        let field = &part["properties"][field];
        let one = field.get("const").into_iter();
        let all = field.get("enum").and_then(Value::as_array);
        let texts = one.chain(all.into_iter().flatten()).map(|v| v.as_str());
        values.extend(texts.map(|text| text.unwrap().to_owned()));
    }
    values
}

#[test]
fn every_line_follows_it_and_all_that_it_has_is_written() {
    let schema = schema();
    let (mut events, mut findings) = (BTreeSet::new(), BTreeSet::new());
    for run in programs::runs() {
        for line in lines(&run) {
            if let Err(why) = check(&schema, &line) {
                panic!("{line}\n{why}");
            }
            // An event has a finding's number, a finding its kind.
            let text = |field: &str| line[field].as_str().map(str::to_owned);
            events.extend(text("event"));
            findings.extend(text("finding"));
        }
    }
    let mut all = values(&schema, "/$defs/event/oneOf", "event");
    // Written with the feature `tracing` only.
    assert!(all.remove("log"));
    assert_eq!(events, all);
    assert_eq!(findings, values(&schema, "/$defs/finding/oneOf", "finding"));
}

#[test]
fn it_has_the_kinds_that_there_are() {
    let schema = schema();
    let names = |names: Vec<&str>| BTreeSet::from_iter(names.into_iter().map(str::to_owned));
    let findings: BTreeSet<String> = names(FindingKind::ALL.iter().map(|k| k.name()).collect());
    assert_eq!(findings, values(&schema, "/$defs/finding/oneOf", "finding"));
    let listed = schema["$defs"]["finding_kind"]["enum"].as_array().unwrap();
    let listed = listed.iter().map(|kind| kind.as_str().unwrap());
    assert_eq!(findings, names(listed.collect()));

    let faults = schema["$defs"]["fault_kind"]["enum"].as_array().unwrap();
    let faults = faults.iter().map(|kind| kind.as_str().unwrap());
    let kinds = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names(faults.collect()), names(kinds));

    let drawn = values(&schema, "/$defs/event/oneOf", "kind");
    assert_eq!(drawn, names(Kind::ALL.iter().map(|k| k.name()).collect()));
    let listed = |part: &str| {
        let list = schema["$defs"][part]["enum"].as_array().unwrap();
        names(list.iter().map(|name| name.as_str().unwrap()).collect())
    };
    let kinds = ResourceKind::ALL
        .iter()
        .map(|kind| kind.name().replace(' ', "_"));
    assert_eq!(listed("resource_kind"), kinds.collect());
    assert_eq!(
        listed("want"),
        names(Want::ALL.iter().map(|want| want.name()).collect())
    );
    let verbs = names(Verb::ALL.iter().map(|verb| verb.name()).collect());
    assert!(verbs.is_subset(&values(&schema, "/$defs/event/oneOf", "event")));
    let verbs = names(HostVerb::ALL.iter().map(|verb| verb.name()).collect());
    assert!(verbs.is_subset(&values(&schema, "/$defs/event/oneOf", "event")));
    let calls = names(NetworkCall::ALL.iter().map(|call| call.name()).collect());
    assert_eq!(calls, values(&schema, "/$defs/event/oneOf", "call"));

    assert_eq!(
        schema["$defs"]["first"]["properties"]["version"]["const"],
        reweave::trace::JSON_VERSION
    );
}

#[test]
fn what_is_not_written_does_not_follow_it() {
    let schema = schema();
    let run = Sim::new().run(async { reweave::note!("here") });
    let mut lines = lines(&run.to_json_lines());
    let note = lines.iter().position(|line| line["event"] == "note");
    let note = lines.swap_remove(note.unwrap());
    assert_eq!(check(&schema, &note), Ok(()));
    let without = |field: &str| {
        let mut line = note.clone();
        line.as_object_mut().unwrap().remove(field);
        line
    };
    let with = |field: &str, value: Value| {
        let mut line = note.clone();
        line[field] = value;
        line
    };
    let wrong = [
        without("text"),
        without("at"),
        without("event"),
        with("text", json!(1)),
        with("at", json!(-1)),
        with("event", json!("noted")),
        with("place", json!("src/lib.rs:1:1")),
        with("hash", json!("0123456789abcdef")),
        json!({"hash": "0123"}),
        json!({"reweave": "trace", "version": 0}),
        json!([]),
    ];
    for line in wrong {
        assert!(check(&schema, &line).is_err(), "{line}");
    }
}
