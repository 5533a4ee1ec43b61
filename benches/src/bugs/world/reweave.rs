//! The programs on Reweave, by primitives of its own.

use std::future::Future;
use std::sync::Arc;

use ::reweave::sync::{Mutex, OwnedMutexGuard, RwLock};

use super::{Cell, Crew, World};

/// A run of Reweave.
#[derive(Clone)]
pub struct Reweave {
    crew: Crew,
    /// What gives a spawn its point: read by all who spawn, so that no two spawns conflict.
    spawns: Arc<RwLock<()>>,
}

impl Reweave {
    /// The world of one run, to be made anew for each.
    pub fn new() -> Reweave {
        Reweave {
            crew: Crew::default(),
            spawns: Arc::new(RwLock::new(())),
        }
    }
}

impl Default for Reweave {
    fn default() -> Reweave {
        Reweave::new()
    }
}

impl World for Reweave {
    type Cell = Arc<RwLock<i64>>;
    type Mutex = Arc<Mutex<()>>;

    async fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(self.spawns.read().await);
        drop(::reweave::spawn(self.crew.member(task)));
    }

    async fn joined(&self) {
        self.crew.joined().await;
    }
}

/// Nobody holds the lock at a point, so nobody ever waits for it.
impl Cell for Arc<RwLock<i64>> {
    fn new(value: i64) -> Self {
        Arc::new(RwLock::new(value))
    }

    async fn get(&self) -> i64 {
        *self.read().await
    }

    async fn set(&self, value: i64) {
        *self.write().await = value;
    }
}

impl super::Mutex for Arc<Mutex<()>> {
    type Guard = OwnedMutexGuard<()>;

    fn new() -> Self {
        Arc::new(Mutex::new(()))
    }

    async fn lock(&self) -> Self::Guard {
        self.clone().lock_owned().await
    }
}
