//! Hashes of paths of tasks, which stand for them where only that is asked whether two are the same: making one needs no text.

use super::hash::Hash;
use super::ids::push_name;

/// The hash of a path, such as `main/worker#2`: of its segments, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathHash(Hash);

/// The hash of a name as it stands in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameHash(u64);

impl NameHash {
    /// That of the name that a task was given.
    pub(crate) fn of(name: &str) -> NameHash {
        let mut written = String::with_capacity(name.len());
        push_name(&mut written, name);
        NameHash::of_written(&written)
    }

    fn of_written(name: &str) -> NameHash {
        let mut hash = Hash::new();
        hash.fold_str(name);
        NameHash(hash.get())
    }
}

impl PathHash {
    /// That of the empty path.
    pub(crate) const EMPTY: PathHash = PathHash(Hash::new());

    /// That of a path that was written out.
    pub(crate) fn of(path: &str) -> PathHash {
        let segments = path.split('/').map(|segment| {
            let numbered = segment.rsplit_once('#');
            let numbered = numbered.and_then(|(name, ordinal)| Some((name, ordinal.parse().ok()?)));
            numbered.unwrap_or((segment, 1))
        });
        segments.fold(PathHash::EMPTY, |path, (name, ordinal)| {
            path.then(NameHash::of_written(name), ordinal)
        })
    }

    /// That of the path with one segment more: the n-th of this name.
    #[inline(always)]
    pub(crate) fn then(self, name: NameHash, ordinal: u32) -> PathHash {
        let mut hash = self.0;
        hash.fold(name.0);
        hash.fold(u64::from(ordinal));
        PathHash(hash)
    }

    /// It, as a number.
    #[inline(always)]
    pub(crate) fn get(self) -> u64 {
        self.0.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::push_segment;

    #[test]
    fn a_path_that_is_written_out_has_the_hash_of_its_segments() {
        let (mut path, mut hash) = (String::new(), PathHash::EMPTY);
        for (name, ordinal) in [("main", 1), ("größe/#2", 3), ("worker", u32::MAX), ("", 1)] {
            push_segment(&mut path, name, ordinal);
            hash = hash.then(NameHash::of(name), ordinal);
            assert_eq!(hash, PathHash::of(&path), "{path}");
        }
        assert_ne!(PathHash::of("main/a"), PathHash::of("main/a#2"));
        assert_ne!(PathHash::of("main/a"), PathHash::of("main/b"));
        assert_ne!(PathHash::of("db:main"), PathHash::of("main"));
    }
}
