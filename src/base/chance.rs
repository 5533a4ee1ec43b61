//! A probability, as a draw needs it: an integer, so that no draw depends on floating point.

/// See the top of this file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Chance {
    /// There is nothing to be drawn.
    #[default]
    Never,
    /// In 2³² parts.
    Ones(u32),
    /// There is nothing to be drawn.
    Always,
}

impl Chance {
    /// That of a probability from 0 to 1.
    pub(crate) fn of(p: f64) -> Chance {
        match u32::try_from((p * 4_294_967_296.0) as u64) {
            Ok(0) => Chance::Never,
            Ok(ones) => Chance::Ones(ones),
            Err(_) => Chance::Always,
        }
    }

    /// That of at least one of so many, each of which has this one.
    pub(crate) fn of_any(self, count: usize) -> Chance {
        let Chance::Ones(ones) = self else {
            return self;
        };
        let whole = 1_u64 << 32;
        let none = |so_far: u64, _| (so_far * (whole - u64::from(ones))) >> 32;
        let none = (1..count).fold(whole - u64::from(ones), none);
        Chance::Ones(u32::try_from(whole - none).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_not_drawn() {
        assert_eq!(Chance::of(0.0), Chance::Never);
        assert_eq!(Chance::of(0.5), Chance::Ones(1 << 31));
        assert_eq!(Chance::of(0.999_999_999_9), Chance::Ones(u32::MAX));
        assert_eq!(Chance::of(1.0), Chance::Always);
    }

    #[test]
    fn one_of_several_is_likelier_than_each() {
        let half = Chance::of(0.5);
        assert_eq!(half.of_any(1), half);
        assert_eq!(half.of_any(2), Chance::of(0.75));
        assert_eq!(Chance::Always.of_any(3), Chance::Always);
        assert_eq!(Chance::Never.of_any(3), Chance::Never);
    }
}
