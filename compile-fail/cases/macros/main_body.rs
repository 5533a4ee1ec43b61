//! Mistakes in the body are reported where they are, and the return type is the one that was written.

#[reweave::main]
async fn main() -> Result<(), String> {
    if std::env::args().count() > 1 {
        return Ok(1);
    }
    "7".parse::<u8>()?;
    Err("seven")
}
