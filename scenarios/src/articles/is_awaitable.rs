//! What can be awaited, as the type system says it.
//!
//! ```text
//!   hello      a function   not awaitable
//!   hello()    a future     awaitable
//! ```
//!
//! Python asks at run time, with `isawaitable`. In Rust the question is whether a type implements
//! `IntoFuture`, and the compiler has the answer. `Ask` makes it a value: a method of its own for
//! types that are awaitable, and one of a trait for all others. Where both apply the inherent
//! method wins; where the bound fails only the trait's is left.

use std::future::IntoFuture;
use std::marker::PhantomData;

use reweave::println;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "is_awaitable",
    gallery: Gallery::Articles,
    summary: "a function cannot be awaited, the future it returns can",
    bug: None,
    original: || program(table()),
    fixed: None,
    configure: |sim| sim,
};

async fn hello() -> &'static str {
    "hello"
}

/// Asks whether a type can be awaited.
struct Ask<T>(PhantomData<T>);

/// Asks for the type of a value, which need not have a name: that of an `async fn` has none.
fn ask<T>(_: &T) -> Ask<T> {
    Ask(PhantomData)
}

impl<T: IntoFuture> Ask<T> {
    fn is_awaitable(&self) -> bool {
        true
    }
}

/// The answer for every type that has no better one.
trait Otherwise {
    fn is_awaitable(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Ask<T> {}

/// Compiles only for what can be awaited.
fn must_be_awaitable<T: IntoFuture>(value: T) -> T {
    value
}

async fn table() -> [bool; 2] {
    let future = must_be_awaitable(hello());
    let answers = [ask(&hello).is_awaitable(), ask(&future).is_awaitable()];
    println!("isawaitable(hello) is {}", answers[0]);
    println!("isawaitable(hello()) is {}", answers[1]);
    println!("{}", future.await);
    answers
}
