//! The lock itself: how many may read, and the value.

use crate::api::sync::cell::SharedCell;
use crate::api::sync::pool::PermitPool;
use crate::api::sync::resource::Tag;
use crate::base::resource::ResourceKind;

/// As many readers as a lock has unless told otherwise, and the most it can have.
const MAX_READERS: u32 = u32::MAX >> 3;

/// A value for many that read it, or for one that changes it, in the order in which tasks asked.
///
/// ```
/// use reweave::sync::RwLock;
///
/// # reweave::Sim::new().run(async {
/// let prices = RwLock::new(vec![3, 4]);
/// {
///     let (one, other) = (prices.read().await, prices.read().await);
///     assert_eq!(one[0] + other[1], 7);
/// }
/// prices.write().await.push(5);
/// assert_eq!(prices.into_inner(), [3, 4, 5]);
/// # }).unwrap();
/// ```
pub struct RwLock<T: ?Sized> {
    pub(super) readers: u32,
    pub(super) pool: PermitPool,
    pub(super) value: SharedCell<T>,
}

impl<T> RwLock<T> {
    /// An unlocked lock.
    #[track_caller]
    pub fn new(value: T) -> RwLock<T> {
        RwLock::with_tag(Tag::made_here(ResourceKind::RwLock), value, MAX_READERS).numbered()
    }

    /// [`RwLock::new`] for a `static`.
    pub const fn const_new(value: T) -> RwLock<T> {
        RwLock::with_tag(Tag::new(ResourceKind::RwLock), value, MAX_READERS)
    }

    /// A lock for at most so many readers at a time.
    ///
    /// # Panics
    ///
    /// If there are none, or more than `u32::MAX >> 3`.
    #[track_caller]
    pub fn with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        RwLock::with_tag(Tag::made_here(ResourceKind::RwLock), value, max_readers).numbered()
    }

    /// [`RwLock::with_max_readers`] for a `static`.
    ///
    /// # Panics
    ///
    /// If there are none, or more than `u32::MAX >> 3`.
    #[track_caller]
    pub const fn const_with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        RwLock::with_tag(Tag::new(ResourceKind::RwLock), value, max_readers)
    }

    /// It is made by the running code, and by no constant.
    fn numbered(self) -> RwLock<T> {
        RwLock {
            pool: self.pool.numbered(),
            ..self
        }
    }

    #[track_caller]
    const fn with_tag(tag: Tag, value: T, readers: u32) -> RwLock<T> {
        assert!(
            readers > 0,
            "a RwLock must let in at least one reader, got `max_readers` 0"
        );
        assert!(
            readers <= MAX_READERS,
            "a RwLock can have at most u32::MAX >> 3 readers"
        );
        RwLock {
            readers,
            pool: PermitPool::new(tag, readers as usize),
            value: SharedCell::new(value),
        }
    }

    /// The value. Nobody else has the lock, so nothing is locked.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

lock!(RwLock, try_read);
