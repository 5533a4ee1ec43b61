//! How much memory Linux counts for what sockets keep (`truesize`), and how much of it a socket may fill.

/// How many bytes of memory Linux counts for a datagram beside its own.
const OVERHEAD: usize = 256;

/// The least that is counted for the bytes of a datagram, headers included.
const LEAST: usize = 576;

/// The headers and the end of the buffer in which a datagram lies.
const AROUND: usize = 28 + 320;

/// The end of the buffer, where there are no headers.
const UNIX_AROUND: usize = 320;

/// From so many bytes on memory is had by pages, below that by powers of two.
const BY_PAGES: usize = 16_384;
const PAGE: usize = 4_096;

/// How much memory is counted for a datagram of so many bytes (`truesize`).
pub(super) fn weight(bytes: usize) -> usize {
    match bytes + AROUND {
        0..LEAST => OVERHEAD + LEAST,
        bytes => OVERHEAD + allocated(bytes),
    }
}

/// How much memory is counted at the most for what a socket has sent and nobody received, and for what came to it (`net.core.wmem_default`,
/// `rmem_default`). No more can be asked for (`wmem_max`, `rmem_max`).
pub(super) const BUFFER: usize = 212_992;

/// The longest part of a write that is kept in one piece.
const LONGEST_PART: usize = BUFFER / 2 - 64;

/// How much memory a datagram or a part of a stream between Unix sockets is counted for.
pub(super) fn unix_weight(bytes: usize) -> usize {
    OVERHEAD + allocated(bytes + UNIX_AROUND)
}

/// How much memory is had for so many bytes.
fn allocated(bytes: usize) -> usize {
    match bytes {
        0..BY_PAGES => bytes.next_power_of_two(),
        BY_PAGES.. => bytes.next_multiple_of(PAGE),
    }
}

/// The parts of a write of so many bytes for which there is room, each with what is counted for it.
pub(super) fn parts(mut weight: usize, mut wanted: usize) -> impl Iterator<Item = (usize, usize)> {
    std::iter::from_fn(move || {
        let count = wanted.min(LONGEST_PART);
        if count == 0 || weight >= BUFFER {
            return None;
        }
        let counted = unix_weight(count);
        (wanted, weight) = (wanted - count, weight + counted);
        Some((count, counted))
    })
}
