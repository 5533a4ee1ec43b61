//! A client library that blocks, called from tasks.
//!
//! Two tasks put a question each to a completion service. The client's method is an ordinary function
//! that returns when the answer is there; nothing in its name says that it blocks. So the second
//! question is asked only after the first was answered, and two tasks gain nothing over one.
//!
//! The bug is the blocking client. Fixed, its calls are made on threads of their own.

use reweave::task::{spawn, spawn_blocking};
use reweave::time::Duration;
use reweave::{FindingKind, join, println, thread};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "completion_blocking",
    gallery: Gallery::Articles,
    summary: "a blocking client makes two tasks ask one after the other",
    bug: Some(FindingKind::Blocking),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

/// How long the service thinks about any question.
const THINKS: Duration = Duration::from_secs(1);

/// The client, with the service behind it.
struct Client;

impl Client {
    /// Asks, and returns with the answer.
    #[track_caller]
    fn complete(&self, prompt: &str) -> &'static str {
        thread::sleep(THINKS);
        match prompt {
            "Pick a random color" => "Cerulean.",
            "Pick a random number" => "Sure! Here's a random number: 67",
            _ => "I do not know.",
        }
    }
}

async fn get_completion(prompt: &'static str) -> &'static str {
    println!("start completion");
    let content = Client.complete(prompt);
    println!("{content}");
    content
}

async fn broken() {
    let color = spawn(get_completion("Pick a random color"));
    let number = spawn(get_completion("Pick a random number"));
    let (color, number) = join!(color, number);
    color.and(number).expect("neither task panics");
}

async fn get_completion_off_the_loop(prompt: &'static str) -> &'static str {
    println!("start completion");
    let content = spawn_blocking(move || Client.complete(prompt));
    let content = content.await.expect("the client does not panic");
    println!("{content}");
    content
}

async fn fixed() {
    let color = spawn(get_completion_off_the_loop("Pick a random color"));
    let number = spawn(get_completion_off_the_loop("Pick a random number"));
    let (color, number) = join!(color, number);
    color.and(number).expect("neither task panics");
}
