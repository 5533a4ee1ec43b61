//! Panics of the code under test: caught, remembered, and not printed once per explored run.
//!
//! The standard library prints a panic through a process-wide hook before it unwinds. Ours stands in
//! front of whatever hook was there: inside a run it only notes message and place, for the report;
//! anywhere else it passes the panic on.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::context::{self, Context};
use crate::record::finding::FindingKind;

/// What the hook saw of a panic.
#[derive(Clone, Debug)]
pub(crate) struct Caught {
    pub(crate) message: String,
    pub(crate) place: Option<String>,
}

/// Puts the hook in place, once in the life of the process.
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let noted = context::try_with(|cx| {
                let place = info.location();
                let place = place.map(|p| format!("{}:{}:{}", p.file(), p.line(), p.column()));
                let message = message_of(info.payload());
                if let Ok(mut caught) = cx.caught().try_borrow_mut() {
                    *caught = Some(Caught { message, place });
                }
            });
            if noted.is_none() {
                before(info);
            }
        }));
    });
}

/// The words of a panic.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "a panic whose payload is no text".to_owned(),
    }
}

/// What is known of a panic that was just caught: what the hook saw, if it is this one that it saw. A panic
/// resumed by `resume_unwind` passes it by.
pub(crate) fn describe(cx: &Context, payload: &(dyn Any + Send)) -> Caught {
    let message = message_of(payload);
    let seen = cx
        .caught()
        .take()
        .filter(|caught| caught.message == message);
    seen.unwrap_or(Caught {
        message,
        place: None,
    })
}

/// Runs something that comes after a panic, such as the drop of what is left, and may panic in turn. Says
/// whether it came to its end; if not, that is a finding of its own.
pub(crate) fn contain(cx: &Context, slot: Option<u32>, f: impl FnOnce()) -> bool {
    let result = catch_unwind(AssertUnwindSafe(f));
    let finished = result.is_ok();
    if let Err(payload) = result {
        let Caught { message, place } = describe(cx, &*payload);
        cx.world()
            .find_at(FindingKind::Panic, slot, place, |_| (message, vec![]));
        // Dropping a payload can panic, and so on: what keeps on panicking is leaked.
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        std::mem::forget(dropped);
    }
    finished
}

/// Whether these are the words of a future that was polled after it was done: the compiler's for an
/// `async fn`, those of the standard library's and of the `futures` crate's futures, and ours.
pub(crate) fn says_polled_after_completion(message: &str) -> bool {
    [
        "resumed after completion",
        "polled after completion",
        "polled after it returned",
    ]
    .iter()
    .any(|words| message.contains(words))
}
