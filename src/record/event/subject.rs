//! What an event is about beside the task that did it: another task, or a resource.

use super::Event;
use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;

/// See the top of this file.
pub(crate) enum Subject {
    Task(TaskNo),
    Resource(ResourceNo),
    /// Neither another task nor a resource.
    Other,
}

impl Subject {
    pub(crate) fn of(event: Event) -> Subject {
        match event {
            Event::Spawned { task, .. }
            | Event::CutOff { task }
            | Event::Woke { task }
            | Event::AbortAsked { task }
            | Event::WaitsForTask { task, .. }
            | Event::DrewTask { task, .. } => Subject::Task(task),
            Event::Waits { resource, .. }
            | Event::Resource { resource, .. }
            | Event::Missed { resource, .. }
            | Event::Read { resource, .. }
            | Event::Wrote { resource, .. }
            | Event::Bytes { resource, .. } => Subject::Resource(resource),
            Event::Polled
            | Event::Parked
            | Event::Yielded
            | Event::Completed
            | Event::Panicked { .. }
            | Event::Cancelled
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. }
            | Event::TimerSet { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. }
            | Event::Drew { .. }
            | Event::Blocked { .. }
            | Event::Took { .. }
            | Event::Advanced { .. }
            | Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Failed { .. }
            | Event::Log(_)
            | Event::Host { .. }
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. }
            | Event::Link { .. }
            | Event::Links(_)
            | Event::Packet { .. }
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Buggified { .. }
            | Event::Found { .. } => Subject::Other,
        }
    }
}
