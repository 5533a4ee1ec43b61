//! Hints: what to do where a finding shows that the test was set up wrong. They are text for people, and nothing is decided by them.

use crate::record::detail::Detail;
use crate::record::finding::Finding;

/// The hint for these findings, if there is one.
pub(super) fn hint(findings: &[Finding]) -> Option<&'static str> {
    findings.iter().any(wants_a_runtime).then_some(
        "part of this run called the real tokio, which finds no runtime of its own in a simulation; it must call Reweave there: \
         `#[cfg(test)] extern crate reweave as tokio;` in lib.rs for code of this crate (the README says how for `tests/`), and a \
         function or trait of its own around what another crate does",
    )
}

/// Whether the panic is that of tokio where it finds no runtime. It says so in words, and in no other way.
fn wants_a_runtime(finding: &Finding) -> bool {
    let message = match finding.detail() {
        Detail::Panic(panic) => &panic.message,
        Detail::UnobservedPanic(panic) => &panic.message,
        Detail::Deadlock(_)
        | Detail::Livelock(_)
        | Detail::Limit(_)
        | Detail::StuckTask(_)
        | Detail::UnawaitedTask(_)
        | Detail::NeverAwaited(_)
        | Detail::PolledAfterCompletion(_)
        | Detail::ForeignInstant(_)
        | Detail::Property(_)
        | Detail::Blocking(_)
        | Detail::LostWaker(_)
        | Detail::Futurelock(_)
        | Detail::Nondeterminism(_)
        | Detail::LongHold(_)
        | Detail::Leak(_)
        | Detail::AbandonedReceiver(_)
        | Detail::DroppedMessages(_)
        | Detail::Starvation(_)
        | Detail::NoProgress(_) => return false,
    };
    message.contains("there is no reactor running")
}
