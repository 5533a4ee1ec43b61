//! What is said of a socket by `setsockopt`.

use std::time::Duration;

use super::memory::BUFFER;

/// See the top of this file. An accepted socket has those of its listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) nodelay: bool,
    pub(crate) quickack: bool,
    pub(crate) keepalive: bool,
    pub(crate) linger: Option<Duration>,
    pub(crate) ttl: u32,
    /// The type of service, and of IPv6 the traffic class.
    pub(crate) tos: u32,
    pub(crate) reuse_addr: bool,
    pub(crate) reuse_port: bool,
    pub(crate) send_buffer: Buffer,
    pub(crate) receive_buffer: Buffer,
}

/// A buffer's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Buffer {
    /// As the option is read: what was set, doubled, as Linux does it for its own book-keeping.
    pub(crate) told: u32,
    /// How many bytes of the user's it holds.
    pub(crate) room: usize,
}

impl Buffer {
    /// One of this size, as far as that is allowed; `least` is the smallest.
    fn of(size: u32, least: u32) -> Buffer {
        let told = (size.min(BUFFER as u32) * 2).max(least);
        Buffer {
            told,
            room: told as usize / 2,
        }
    }

    /// A send buffer of this size.
    pub(crate) fn to_send(size: u32) -> Buffer {
        Buffer::of(size, 4_608)
    }

    /// A receive buffer of this size.
    pub(crate) fn to_receive(size: u32) -> Buffer {
        Buffer::of(size, 2_304)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            nodelay: false,
            quickack: true,
            keepalive: false,
            linger: None,
            ttl: 64,
            tos: 0,
            reuse_addr: false,
            reuse_port: false,
            // Linux begins with these (`tcp_wmem`, `tcp_rmem`), and lets them grow with the traffic; here there is room from the
            // start, and always as much.
            send_buffer: Buffer {
                told: 16_384,
                room: 128 * 1024,
            },
            receive_buffer: Buffer {
                told: 131_072,
                room: 128 * 1024,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_doubled_and_kept_within_bounds() {
        assert_eq!(
            Buffer::to_send(10_000),
            Buffer {
                told: 20_000,
                room: 10_000
            }
        );
        assert_eq!(Buffer::to_send(1).told, 4_608);
        assert_eq!(Buffer::to_receive(0).told, 2_304);
        assert_eq!(Buffer::to_receive(u32::MAX).told, 425_984);
    }
}
