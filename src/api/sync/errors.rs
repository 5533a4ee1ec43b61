//! What the errors of channels have in common: they say what went wrong in a few words, and do not show a value
//! that they give back, which need not be `Debug`.

/// Implements `Display`, which says these words, and `Error`. The words may name what a case binds.
///
/// ```text
/// says!(RecvError, _ => "channel closed");
/// says!(RecvError, RecvError::Closed => "channel closed", RecvError::Lagged(lost) => "channel lagged by {lost}");
/// says!(SendError<T: fmt::Debug>, _ => "channel closed");
///                    └ what `Error` asks for besides
/// ```
macro_rules! says {
    ($Error:ident $(<$T:ident $(: $bound:path)?>)?, $($case:pat => $words:literal),+ $(,)?) => {
        impl $(<$T>)? std::fmt::Display for $Error $(<$T>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $($case => write!(f, $words)),+
                }
            }
        }

        impl $(<$T $(: $bound)?>)? std::error::Error for $Error $(<$T>)? {}
    };
}

/// Implements `Debug` for an error that gives a value back, and shows only that there is one.
macro_rules! shows_no_value {
    ($Error:ident) => {
        impl<T> std::fmt::Debug for $Error<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($Error)).finish_non_exhaustive()
            }
        }
    };
}
