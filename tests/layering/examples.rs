//! The two checks on small crates, right and wrong. Their layers are `low`, `mid` and `top`.

use super::checks::{against_circles, against_layers};
use super::tree::Files;

const LAYERS: [&str; 3] = ["low", "mid", "top"];

/// A crate of these files; `lib.rs` declares those that lie beside it, and more where it is given.
fn files(given: &[(&str, &str)]) -> Files {
    let mut files: Files = given
        .iter()
        .map(|(file, text)| (file.to_string(), text.to_string()))
        .collect();
    let beside = files
        .keys()
        .filter(|file| !file.contains('/') && *file != "lib.rs");
    let declared: String = beside
        .map(|file| format!("mod {};\n", file.trim_end_matches(".rs")))
        .collect();
    files
        .entry("lib.rs".to_owned())
        .or_default()
        .insert_str(0, &declared);
    files
}

/// What is wrong with the order of layers.
fn order(given: &[(&str, &str)]) -> Vec<String> {
    against_layers(&files(given), &LAYERS)
}

/// The imports that close circles, without their files' list.
fn circle(given: &[(&str, &str)]) -> Vec<String> {
    against_circles(&files(given), &LAYERS)
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("  ") && !line.starts_with("    "))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// One that uses, rightly, all that the resolver must follow.
const RIGHT: [(&str, &str); 9] = [
    (
        "lib.rs",
        "pub use top::Runtime;
         pub mod __private { pub use crate::top::start; }",
    ),
    (
        "low.rs",
        "pub mod ids; pub mod names;
         pub use ids::*;",
    ),
    (
        "low/ids.rs",
        "pub struct Id; impl Id { pub fn new() -> Id { Id } }",
    ),
    (
        "low/names.rs",
        "/// [`crate::Runtime`] is in text, and no import.
         pub fn name(_: super::Id) -> &'static str { \"crate::top::Runtime\" }
         #[macro_export]
         macro_rules! run { () => { $crate::__private::start() }; }",
    ),
    (
        "mid.rs",
        "#[macro_use]
         mod show;
         mod queue;
         pub use queue::{Queue, queue};",
    ),
    (
        "mid/show.rs",
        "macro_rules! show { ($T:ty) => { impl $T {} }; }",
    ),
    (
        "mid/queue.rs",
        "use crate::low::{self, names as n};
         pub struct Queue(low::Id);
         show!(Queue);
         pub fn queue() -> Queue { n::name(low::Id); Queue(low::Id::new()) }
         #[cfg(test)] mod tests;",
    ),
    (
        "mid/queue/tests.rs",
        "use super::*; #[test] fn empty() { assert!(queue().0); }",
    ),
    (
        "top.rs",
        "use crate::mid::queue; use std::task;
         pub struct Runtime(crate::mid::Queue);
         pub fn start() { queue(); crate::run!(); task::f() }",
    ),
];

#[test]
fn a_crate_in_order_is_passed_in_silence() {
    assert_eq!(order(&RIGHT), [""; 0]);
    assert_eq!(circle(&RIGHT), [""; 0]);
}

#[test]
fn an_import_from_a_later_layer() {
    let wrong = order(&[
        ("low.rs", "\nuse crate::top::Runtime;"),
        (
            "mid.rs",
            "fn f() -> super::top::Runtime { crate::top::Runtime }",
        ),
        ("top.rs", "pub struct Runtime; use crate::low as _;"),
    ]);
    let expected = [
        "low.rs:2: `Runtime` of top.rs: layer `top` comes after `low`",
        "mid.rs:1: `Runtime` of top.rs: layer `top` comes after `mid`",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn a_reexport_from_a_later_layer_is_out_of_order_as_well() {
    let wrong = order(&[
        ("low.rs", "pub use crate::top::*;"),
        ("top.rs", "pub struct Runtime;"),
    ]);
    assert_eq!(
        wrong,
        ["low.rs:1: `crate::top` of top.rs: layer `top` comes after `low`"]
    );
}

#[test]
fn an_import_by_the_face_of_the_crate() {
    let wrong = order(&[
        ("lib.rs", "pub use top::Runtime; pub struct Here;"),
        ("low.rs", "use crate::{Here, Runtime};"),
        ("top.rs", "pub struct Runtime;"),
    ]);
    let expected = [
        "low.rs:1: `Here` is defined in lib.rs, which is on no layer",
        "low.rs:1: `Runtime` of top.rs: layer `top` comes after `low`",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn an_import_through_reexports_by_glob_and_name() {
    let wrong = order(&[
        ("low.rs", "use crate::top::Job as Work;"),
        ("top.rs", "pub mod a; mod b; pub use a::*;"),
        ("top/a.rs", "pub use super::b::{Task as Job};"),
        ("top/b.rs", "pub struct Task;"),
    ]);
    assert_eq!(
        wrong,
        ["low.rs:1: `Task` of top/b.rs: layer `top` comes after `low`"]
    );
}

#[test]
fn an_import_inside_macros() {
    let wrong = order(&[
        (
            "low.rs",
            "macro_rules! run {
                ($x:expr) => { $crate::top::Runtime::new($x, $x.start, $crate::__private::start()) };
            }
            fn f() {
                assert!(x == [crate::top::start()]);
                mac! {
                    use $crate::top::{Job, inner as i};
                    i::run!();
                }
            }",
        ),
        (
            "top.rs",
            "pub struct Runtime; pub fn start() {} pub struct Job;
             pub mod inner { macro_rules! run { () => {} } pub(crate) use run; }",
        ),
    ]);
    let expected = [
        "low.rs:7: `Job` of top.rs: layer `top` comes after `low`",
        "low.rs:2: `Runtime` of top.rs: layer `top` comes after `low`",
        "low.rs:8: `run` of top.rs: layer `top` comes after `low`",
        "low.rs:5: `start` of top.rs: layer `top` comes after `low`",
        "low.rs:7: `crate::top::inner` of top.rs: layer `top` comes after `low`",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn an_import_from_an_inline_module() {
    let wrong = order(&[
        (
            "low.rs",
            "mod tests { mod deep { use super::super::super::top::inner::Job; } }",
        ),
        ("top.rs", "pub mod inner { pub struct Job; pub mod file; }"),
        (
            "top/inner/file.rs",
            "fn f(_: super::Job) { crate::low::f() }",
        ),
    ]);
    let expected = [
        "top/inner/file.rs:1: `crate::low::f` leads to nothing that this test can see",
        "low.rs:1: `Job` of top.rs: layer `top` comes after `low`",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn files_that_are_on_no_layer_or_declared_by_nobody() {
    let wrong = order(&[("low.rs", ""), ("low/lost.rs", ""), ("side.rs", "")]);
    let expected = [
        "low/lost.rs: no `mod` line leads here",
        "side.rs: `side` is not in the list of layers",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn two_files_that_import_each_other() {
    let found = circle(&[
        ("low.rs", "pub mod a; pub mod b;"),
        ("low/a.rs", "pub struct A(super::b::B);"),
        (
            "low/b.rs",
            "pub struct B;\nimpl B { fn a(&self) { crate::low::a::A::f(); } }",
        ),
    ]);
    assert_eq!(
        found,
        ["low/a.rs:1: `B` of low/b.rs", "low/b.rs:2: `A` of low/a.rs"]
    );
}

#[test]
fn a_circle_of_three_through_a_reexport() {
    let found = circle(&[
        ("low.rs", "mod a; mod b; mod c; pub use c::C; mod apart;"),
        (
            "low/a.rs",
            "use super::b; fn f() { b::f() } pub type A = ();",
        ),
        ("low/b.rs", "use super::*; pub fn f() -> C {}"),
        ("low/c.rs", "pub struct C; fn f(x: impl Fn(super::a::A)) {}"),
        ("low/apart.rs", "use super::a::A;"),
    ]);
    let expected = [
        "low/a.rs:1: `f` of low/b.rs",
        "low/b.rs:1: `C` of low/c.rs",
        "low/c.rs:1: `A` of low/a.rs",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_circle_of_a_module_and_its_child() {
    let found = circle(&[
        (
            "low.rs",
            "mod sleep; pub use sleep::sleep; pub struct Timer; fn f() { sleep() }",
        ),
        ("low/sleep.rs", "pub fn sleep() -> super::Timer {}"),
    ]);
    let expected = [
        "low.rs:1: `sleep` of low/sleep.rs",
        "low/sleep.rs:1: `Timer` of low.rs",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_circle_closed_by_macros_that_are_in_scope_unimported() {
    let found = circle(&[
        ("low.rs", "#[macro_use] mod show; mod a;"),
        (
            "low/show.rs",
            "macro_rules! show { () => { $crate::low::a::A }; }",
        ),
        (
            "low/a.rs",
            "pin_project! { pub struct A { show: u8 } }\nfn f(show: u8) { show!() }",
        ),
    ]);
    let expected = [
        "low/a.rs:2: `show` of low/show.rs",
        "low/show.rs:1: `A` of low/a.rs",
    ];
    assert_eq!(found, expected);
}

#[test]
fn only_circles_of_the_layers_asked_for_are_told() {
    let files = files(&[
        ("low.rs", "pub mod a; pub mod b;"),
        ("low/a.rs", "pub struct A(super::b::B);"),
        ("low/b.rs", "pub struct B(super::a::A);"),
    ]);
    assert_eq!(against_circles(&files, &["low"]).len(), 1);
    assert_eq!(against_circles(&files, &["mid", "top"]).len(), 0);
}

#[test]
fn a_circle_closed_by_a_glob_of_what_a_macro_defines() {
    let found = circle(&[
        ("low.rs", "mod a; mod b;"),
        (
            "low/a.rs",
            "pin_project! { pub struct A { b: super::b::B } }",
        ),
        ("low/b.rs", "use super::a::*; pub struct B(A);"),
    ]);
    assert_eq!(
        found,
        ["low/a.rs:1: `B` of low/b.rs", "low/b.rs:1: `A` of low/a.rs"]
    );
}

/// Each would close a circle, as `low/a.rs` imports from `low.rs`.
#[test]
fn reexports_and_other_names_spelled_like_an_import_close_no_circle() {
    let a = "pub fn value(_: super::Low) {} macro_rules! show { () => {} } pub(super) use show;";
    for code in [
        "",
        "mac!(x.value, x.value());",
        "mac!(S { value: 1 });",
        "macro_rules! m { ($value:expr) => { $value }; }",
        "mac!(<T as Trait>::value);",
        "mac!(#[value] 'value);",
        "fn f(show: u8) { show + 1 }",
        "fn f(show: u8) { mac!(show != 1) }",
    ] {
        let low = format!("mod a; pub use a::{{show, value}}; pub struct Low; {code}");
        assert_eq!(
            circle(&[("low.rs", &low), ("low/a.rs", a)]),
            [""; 0],
            "{code}"
        );
    }
    for code in [
        "mac!(0..value);",
        "mac!(value(1));",
        "fn f() { show!() }",
        "mac!(show!());",
    ] {
        let low = format!("mod a; pub use a::{{show, value}}; pub struct Low; {code}");
        assert_eq!(
            circle(&[("low.rs", &low), ("low/a.rs", a)]).len(),
            2,
            "{code}"
        );
    }
}

#[test]
fn a_path_through_a_module_is_not_one_through_the_function_of_its_name() {
    let found = circle(&[
        ("low.rs", "mod sleep; pub use sleep::sleep; mod timer;"),
        (
            "low/sleep.rs",
            "pub use super::timer::Timer; pub fn sleep() -> Timer {}",
        ),
        (
            "low/timer.rs",
            "pub struct Timer; fn f() -> super::sleep::Timer {}",
        ),
    ]);
    assert_eq!(found, [""; 0]);
}
