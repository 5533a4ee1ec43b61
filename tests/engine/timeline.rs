//! The timeline of a run, as far as it can be looked at without a browser: its data, and that nothing in it is markup. How it behaves is
//! tried in a browser, by the member `browser`.

use reweave::sync::{Mutex, named};
use reweave::task::yield_now;
use reweave::{Report, Run, Sim, host, spawn, watched};
use serde_json::Value;

/// What the page is given.
fn data(html: &str) -> Value {
    let (_, rest) = html
        .split_once(r#"<script type="application/json" id="data">"#)
        .unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

fn numbers(data: &Value, column: &str) -> Vec<i64> {
    let column = data["run"][column].as_array().unwrap();
    column
        .iter()
        .map(|number| number.as_i64().unwrap())
        .collect()
}

fn text(data: &Value, table: &str, number: i64) -> String {
    let texts = data["run"][table].as_array().unwrap();
    texts[usize::try_from(number).unwrap()]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn late() {
    let late = spawn(async { reweave::note!("late") });
    yield_now().await;
    assert!(late.is_finished(), "too late");
}

#[test]
fn the_columns_are_the_trace() {
    let run = Sim::new().seed(3).run(async {
        let counter = watched("counter", 0);
        let lock = named("lock", || Mutex::new(()));
        let other = host("db").spawn(async { yield_now().await });
        let guard = lock.lock().await;
        counter.set(counter.get() + 1);
        drop(guard);
        other.await.unwrap();
    });
    let trace = run.trace();
    let data = data(&Report::new(&run).to_html());
    let [after, task, kind, texts, back] =
        ["after", "task", "kind", "text", "back"].map(|column| numbers(&data, column));
    let mut at = 0;
    for (nth, entry) in trace.entries().iter().enumerate() {
        at += after[nth];
        assert_eq!(at, entry.at as i64);
        assert_eq!(text(&data, "tasks", task[nth]), trace.path(entry.task));
        assert_eq!(text(&data, "texts", texts[nth]), trace.describe(entry));
        let cause = entry.cause().map(|cause| i64::from(cause.get()));
        let shown = (back[nth] > 0).then(|| nth as i64 - back[nth]);
        assert_eq!(shown, cause, "of event {nth}");
    }
    assert_eq!(after.len(), trace.entries().len());
    let kinds: Vec<String> = kind
        .iter()
        .map(|&kind| text(&data, "kinds", kind))
        .collect();
    for wanted in [
        "spawned",
        "takes",
        "gives_back",
        "read",
        "wrote",
        "host_started",
    ] {
        assert!(
            kinds.iter().any(|kind| kind == wanted),
            "{wanted}: {kinds:?}"
        );
    }
    // A value is a text, and a resource a name.
    let wrote = kinds.iter().position(|kind| kind == "wrote").unwrap();
    assert_eq!(text(&data, "texts", numbers(&data, "b")[wrote]), "1");
    assert_eq!(
        text(&data, "resources", numbers(&data, "a")[wrote]),
        "counter"
    );
    let hosts: Vec<&str> = data["run"]["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|host| host.as_str().unwrap())
        .collect();
    assert_eq!(hosts, ["main", "db"]);
    let on_db = numbers(&data, "task_hosts")
        .iter()
        .filter(|&&host| host == 1)
        .count();
    assert_eq!(on_db, 1);
}

#[test]
fn the_report_is_on_top_and_what_it_names_is_marked() {
    let run = Sim::new().seed(3).explain(late);
    let report = Report::new(&run).replay("REWEAVE_SEED=3 cargo test");
    let data = data(&report.colours(true).to_html());
    let report = Report::new(&run).replay("REWEAVE_SEED=3 cargo test");
    assert_eq!(data["report"], Value::from(report.to_string()));
    let told = run.failure().unwrap().to_string();
    assert_eq!(data["verdict"].as_str(), told.lines().next());
    let marks = data["deviations"].as_array().unwrap();
    let said: Vec<&str> = marks
        .iter()
        .map(|mark| mark["said"].as_str().unwrap())
        .collect();
    assert_eq!(said, report.schedule());
    let drew = usize::try_from(marks[0]["event"].as_u64().unwrap()).unwrap();
    assert!(
        run.trace()
            .describe(&run.trace().entries()[drew])
            .starts_with("draws task: ")
    );
    // The last event before the finding.
    let end = usize::try_from(data["end"].as_u64().unwrap()).unwrap();
    assert!(
        run.trace()
            .describe(&run.trace().entries()[end])
            .starts_with("panics: ")
    );
}

#[test]
fn the_nearest_passing_run_stands_beside_a_run_that_was_explained() {
    let run = Sim::new().seed(3).explain(late);
    let data = data(&Report::new(&run).to_html());
    let beside = &data["beside"];
    let passing = run.explanation().unwrap().nearest_passing_trace().unwrap();
    let count = beside["run"]["after"].as_array().unwrap().len();
    assert_eq!(count, passing.entries().len());
    let parted = reweave::trace::Diff::new(run.trace(), passing).first_divergence();
    assert_eq!(
        beside["common"].as_u64(),
        parted.map(|parted| parted as u64)
    );
    // It is the run of the tape that is told.
    let tape = run.explanation().unwrap().nearest_passing().unwrap();
    let again = Sim::new().tape(tape).run(late());
    assert!(!again.failed());
    assert_eq!(again.hash(), passing.hash());

    let alone = Sim::new().seed(3).run(late());
    assert_eq!(
        self::data(&Report::new(&alone).to_html())["beside"],
        Value::Null
    );
}

/// A run with this name for all that can be named.
fn named_so(name: &'static str) -> Run {
    let run = Sim::new().run(async move {
        let value = watched(name, name.to_owned());
        reweave::note!("{name}");
        reweave::println!("{name}");
        let task = reweave::task::Builder::new()
            .name(name)
            .spawn(async move { value.get() });
        task.unwrap().await.unwrap();
        host(name).spawn(async {}).await.unwrap();
        panic!("{name}");
    });
    run.without_output()
}

#[test]
fn whatever_is_named_is_no_markup() {
    let plain = Report::new(&named_so("plain")).to_html();
    for name in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "&lt;\u{2028}\u{2029}",
        "{{data}}{{script}}",
        "\u{feff}\0\"'\\",
    ] {
        let html = Report::new(&named_so(name)).to_html();
        // The page has as many tags as with plain names: what is named added none.
        assert_eq!(
            html.matches('<').count(),
            plain.matches('<').count(),
            "{name:?}"
        );
        assert_eq!(html.matches("<!--").count(), 0, "{name:?}");
        for separator in ['\u{2028}', '\u{2029}'] {
            assert!(!html.contains(separator), "{name:?}");
        }
        let data = data(&html);
        let resources: Vec<&str> = data["run"]["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(resources, [name]);
    }
}

#[test]
fn it_asks_for_nothing() {
    let html = Report::new(&named_so("plain")).to_html();
    let (_, policy) = html
        .split_once(r#"http-equiv="Content-Security-Policy" content=""#)
        .unwrap();
    let (policy, _) = policy.split_once('"').unwrap();
    let policies: Vec<&str> = policy.split("; ").collect();
    assert_eq!(policies[0], "default-src 'none'");
    for allowed in &policies[1..3] {
        let (_, sources) = allowed.split_once(' ').unwrap();
        assert!(
            sources.starts_with("'sha256-") && !sources.contains(' '),
            "{allowed}"
        );
    }
    assert_eq!(policies[3..], ["base-uri 'none'", "form-action 'none'"]);
    for address in ["http://", "https://", "src=", "@import", "url("] {
        let (page, _) = html
            .split_once(r#"<script type="application/json""#)
            .unwrap();
        assert!(!page.contains(address), "{address}");
    }
}

#[test]
fn a_long_run_is_there_in_parts() {
    let run = Sim::new()
        .max_steps(1_000_000)
        .max_steps_at_once(1_000_000)
        .run(async {
            for _ in 0..70_000 {
                reweave::note!("on");
                yield_now().await;
            }
        });
    let data = data(&Report::new(&run).to_html());
    let total = run.trace().entries().len();
    assert!(total > 200_000, "{total}");
    assert_eq!(numbers(&data, "after").len(), 200_000);
    assert_eq!(
        data["run"]["left_out"].as_u64(),
        Some(total as u64 - 200_000)
    );
    assert_eq!(data["run"]["left_out_before"].as_u64(), Some(100_000));
    let last = *numbers(&data, "text").last().unwrap();
    assert_eq!(
        text(&data, "texts", last),
        run.trace().describe(run.trace().entries().last().unwrap())
    );
}
