//! What memory this process holds, as the kernel tells it. Known on Linux, elsewhere not.

use std::fs;

/// Bytes resident now.
pub fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// Bytes resident when it was most.
pub fn peak() -> Option<u64> {
    status("VmHWM:")
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_touched_is_seen() {
        const MEGABYTES: u64 = 1 << 20;
        let before = resident().unwrap();
        let touched = std::hint::black_box(vec![1_u8; 64 << 20]);
        let grown = resident().unwrap() - before;
        assert!(grown > 60 * MEGABYTES, "{grown}");
        drop(touched);
        // Less exact, as other tests let go of memory in the meantime.
        assert!(peak().unwrap() > before + 32 * MEGABYTES);
    }
}
