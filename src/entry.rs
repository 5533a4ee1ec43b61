//! Layer **entry**: what stands behind the attributes, and the environment variables.

pub mod environment;
pub mod test;
