//! What is known of a test while it is compiled, as the attribute hands it over.

/// Facts of the crate, the target and the build that a test is part of. Only the attribute makes one.
///
/// What is not here cannot be known from inside: `--target` and `--config`, `--cfg` in `RUSTFLAGS`, and features that another
/// member of a workspace turned on in a dependency of both.
#[derive(Clone, Copy, Debug)]
pub struct Built {
    /// `CARGO_PKG_NAME`. `None`, as the other two, where it is not cargo that builds.
    pub package: Option<&'static str>,
    /// `CARGO_CRATE_NAME`: the target's name, with `_` for each `-`.
    pub crate_name: Option<&'static str>,
    /// `CARGO_BIN_NAME`, which binaries and examples have.
    pub binary: Option<&'static str>,
    /// Whether `CARGO_TARGET_TMPDIR` is set: in integration tests and benches.
    pub is_integration_test: bool,
    /// `CARGO_MANIFEST_DIR`: the package's folder. `None` also where it is no test, whose binary is to be the same wherever it is built.
    pub folder: Option<&'static str>,
    /// The file of the crate's root, if the macro was expanded in the compiler.
    pub root: Option<&'static str>,
    /// The features of the package that are on.
    pub features: &'static [&'static str],
    /// Whether the package has features that are on unless somebody says otherwise.
    pub has_default_feature: bool,
    /// Whether it is optimised, as far as `debug_assertions` tell.
    pub release: bool,
    /// Whether the crate is compiled for the test harness.
    pub harness: bool,
    /// Whether the test is to fail.
    pub should_panic: bool,
    /// Whether it is left out unless asked for.
    pub ignored: bool,
}
