//! Types for which `Any` cannot be derived, and fields that cannot be drawn.

#[derive(reweave::Any)]
union Bits {
    whole: u32,
    float: f32,
}

#[derive(reweave::Any)]
enum Never {}

#[derive(reweave::Any)]
struct Port {
    #[any(in = 1024)]
    port: u16,
}

#[derive(reweave::Any)]
#[any(crates = "reweave")]
struct Renamed(u8);

struct Opaque;

#[derive(reweave::Any)]
struct Holder {
    opaque: Opaque,
}

fn main() {}
