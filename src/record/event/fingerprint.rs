//! The fingerprint of an event: what of it goes into the hash of the run.
//!
//! Places, causes and texts about events do not, so that a hash survives a reformatting.

use super::code::Code;
use super::host::HostVerb;
use super::link::{LinkVerb, PacketFate};
use super::{Event, Flow};
use crate::base::hash::Hash;
use crate::base::ids::TaskNo;

impl Event {
    /// Folds the event's fingerprint into the hash of the run. Texts are folded in by who has them.
    #[inline(always)]
    pub(crate) fn fold(self, hash: &mut Hash, by: TaskNo) {
        // One word for most events: code in the low byte, the running task above it, a second number in the upper half.
        let mut one = |code: Code, other: u32| {
            hash.fold(code as u64 | u64::from(by.0) << 8 | u64::from(other) << 40);
        };
        match self {
            Event::Parked => one(Code::Parked, 0),
            Event::Yielded => one(Code::Yielded, 0),
            Event::Completed => one(Code::Completed, 0),
            Event::Woke { task } => one(Code::Woke, task.0),
            Event::Spawned { task, .. } => one(Code::Spawned, task.0),
            Event::Cancelled => one(Code::Cancelled, 0),
            Event::CutOff { task } => one(Code::CutOff, task.0),
            Event::AbortAsked { task } => one(Code::AbortAsked, task.0),
            Event::TimerSet { deadline, .. } => {
                one(Code::TimerSet, 0);
                hash.fold(deadline.get());
            }
            Event::TimerFired { timer } => one(Code::TimerFired, timer),
            Event::TimerCancelled { timer } => one(Code::TimerCancelled, timer),
            Event::Panicked { .. } => one(Code::Panicked, 0),
            Event::Output(_) => one(Code::Output, 0),
            Event::Input(_) => one(Code::Input, 0),
            Event::InputEnded => one(Code::InputEnded, 0),
            Event::Note(_) => one(Code::Note, 0),
            Event::Log(_) => one(Code::Log, 0),
            Event::Blocked { nanos } => {
                one(Code::Blocked, 0);
                hash.fold(nanos.get());
            }
            Event::Took { nanos } => {
                one(Code::Took, 0);
                hash.fold(nanos.get());
            }
            Event::Advanced { nanos } => {
                one(Code::Advanced, 0);
                hash.fold(nanos.get());
            }
            Event::Resource { verb, resource } => one(verb.code(), resource.0),
            Event::Host { verb, host } => one(verb.code(), u32::from(host.0)),
            Event::UnhandledSignal { signal, host } => {
                one(Code::UnhandledSignal, u32::from(host.0));
                hash.fold(u64::from(signal.get()));
            }
            Event::Clock { verb, host, amount } => {
                one(Code::ClockSet, u32::from(host.0));
                hash.fold(verb as u64);
                hash.fold(amount.get());
            }
            Event::Link { verb, from, to } => {
                one(verb.code(), u32::from(from.0) << 16 | u32::from(to.0));
            }
            Event::Links(verb) => one(verb.code(), u32::MAX),
            Event::Packet {
                fate,
                from,
                to,
                bytes,
            } => {
                one(fate.code(), u32::from(from.0) << 16 | u32::from(to.0));
                hash.fold(u64::from(bytes));
            }
            Event::FaultBegan { fault, host, lasts } => {
                one(Code::FaultBegan, u32::from(host.0));
                hash.fold(fault as u64);
                hash.fold(lasts.get());
            }
            Event::FaultEnded { fault, host } => {
                one(Code::FaultEnded, u32::from(host.0));
                hash.fold(fault as u64);
            }
            Event::Calm => one(Code::Calm, 0),
            Event::Buggified { .. } => one(Code::Buggified, 0),
            Event::Read { resource, .. } => one(Code::Read, resource.0),
            Event::Wrote { resource, .. } => one(Code::Wrote, resource.0),
            Event::Missed { resource, values } => {
                one(Code::Missed, resource.0);
                hash.fold(u64::from(values));
            }
            Event::Bytes {
                flow,
                resource,
                bytes,
                ..
            } => {
                let code = match flow {
                    Flow::Sent => Code::BytesSent,
                    Flow::Arrived => Code::BytesArrived,
                    Flow::Received => Code::BytesReceived,
                };
                one(code, resource.0);
                hash.fold(u64::from(bytes));
            }
            // Every poll ends in an event that is hashed; the others are causes, and words about events that are hashed
            // themselves.
            Event::Polled
            | Event::Drew { .. }
            | Event::DrewTask { .. }
            | Event::Waits { .. }
            | Event::WaitsForTask { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. }
            | Event::Failed { .. }
            | Event::Found { .. } => {}
        }
    }
}

impl HostVerb {
    const fn code(self) -> Code {
        match self {
            HostVerb::Starts => Code::HostStarts,
            HostVerb::Crashes => Code::HostCrashes,
            HostVerb::LosesPower => Code::HostLosesPower,
            HostVerb::Restarts => Code::HostRestarts,
            HostVerb::Pauses => Code::HostPauses,
            HostVerb::Resumes => Code::HostResumes,
            HostVerb::Exits => Code::HostExits,
        }
    }
}

impl LinkVerb {
    const fn code(self) -> Code {
        match self {
            LinkVerb::Cuts => Code::LinkCut,
            LinkVerb::Heals => Code::LinkHealed,
            LinkVerb::Holds => Code::LinkHeld,
            LinkVerb::Releases => Code::LinkReleased,
            LinkVerb::Clogs => Code::LinkClogged,
            LinkVerb::Changes => Code::LinkChanged,
        }
    }
}

impl PacketFate {
    const fn code(self) -> Code {
        match self {
            PacketFate::Lost => Code::PacketLost,
            PacketFate::Cut => Code::PacketCut,
            PacketFate::Doubled => Code::PacketDoubled,
            PacketFate::Late => Code::PacketLate,
            PacketFate::Split => Code::PacketSplit,
        }
    }
}
