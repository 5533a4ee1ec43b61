//! The executor's seam of `futures`: libraries that spawn without knowing on what.
//!
//! The traits give no handle and no name, so such a task is called `task`, and nobody can abort it. Dropping the
//! handle of `spawn_with_handle` ends the task, which is that trait's rule.

use futures::task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

use super::handle::{Handle, Reach};
use crate::api::preempt;
use crate::api::task::{JoinHandle, spawn_named_on};
use crate::kernel::tasks::Name;

/// An error where the methods of [`Handle`] panic: when its run is not under way on this thread.
impl Spawn for Handle {
    #[track_caller]
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let _point = preempt::after();
        self.spawn_future(future.into(), "Spawn::spawn_obj")?;
        Ok(())
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.status_local()
    }
}

/// As [`Spawn`], for futures that stay on their thread.
impl LocalSpawn for Handle {
    #[track_caller]
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let _point = preempt::after();
        let task = self.spawn_future(future, "LocalSpawn::spawn_local_obj")?;
        task.set_bound();
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        match self.reach() {
            Reach::Here => Ok(()),
            Reach::OtherRun | Reach::NoRun => Err(SpawnError::shutdown()),
        }
    }
}

impl Handle {
    #[track_caller]
    fn spawn_future(
        &self,
        future: LocalFutureObj<'static, ()>,
        called: &'static str,
    ) -> Result<JoinHandle<()>, SpawnError> {
        self.status_local()?;
        Ok(spawn_named_on(
            self.other_host(),
            future,
            Name::Given("task"),
            called,
        ))
    }
}
