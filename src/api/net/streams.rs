//! The ends of connections of both kinds: what the operations on them ask of the network.

use std::io::ErrorKind;
use std::task::Waker;

use super::number::Number;
use crate::base::resource::ResourceKind;
use crate::model::net::Network;
use crate::model::net::keys::{StreamNo, UnixStreamNo};
use crate::model::net::stream::Stream;
use crate::model::net::unix_stream::UnixStream;

/// The number of one end of a connection.
pub(super) trait Streams: Number {
    /// What a direction of it is as a resource.
    const KIND: ResourceKind;

    /// What a read into so much room gives; `WouldBlock` if it must wait.
    fn readable(stream: &Self::Socket, room: usize) -> Result<usize, ErrorKind>;

    /// How much of so many bytes a write takes; `WouldBlock` if it must wait.
    fn writable(stream: &Self::Socket, wanted: usize) -> Result<usize, ErrorKind>;

    /// A write found too little room, and is to hear when there is more.
    fn found_no_room(stream: &mut Self::Socket);

    /// A read gave the error.
    fn read_told(stream: &mut Self::Socket);

    /// A write gave the error.
    fn write_told(stream: &mut Self::Socket);

    /// Whether it is open, and nobody has said that nothing more will be written.
    fn may_write(stream: &Self::Socket) -> bool;

    /// Takes the first bytes that came; `short` if that is less than was asked for.
    fn read(
        self,
        network: &mut Network,
        now: u64,
        count: usize,
        short: bool,
        take: impl FnMut(&[u8]),
    );

    /// Looks at the first bytes that came.
    fn peek(self, network: &mut Network, count: usize, take: impl FnMut(&[u8]));

    /// Writes what there is room for.
    fn write<'p>(self, network: &mut Network, now: u64, parts: impl IntoIterator<Item = &'p [u8]>);

    /// Nothing more will be written.
    fn shut_down(self, network: &mut Network, now: u64);

    /// Whether to close it is to reset it, and whether something could still be written; `None` if it is gone.
    fn closes(self, network: &mut Network) -> Option<(bool, bool)>;

    /// Whoever holds it closes it. The wakers are for the caller to drop.
    fn close(self, network: &mut Network, now: u64) -> Vec<Waker>;
}

impl Streams for StreamNo {
    const KIND: ResourceKind = ResourceKind::Tcp;

    fn readable(stream: &Stream, room: usize) -> Result<usize, ErrorKind> {
        stream.readable(room)
    }

    fn writable(stream: &Stream, wanted: usize) -> Result<usize, ErrorKind> {
        stream.writable(wanted)
    }

    fn found_no_room(stream: &mut Stream) {
        stream.found_no_room();
    }

    fn read_told(stream: &mut Stream) {
        stream.take_error();
    }

    fn write_told(stream: &mut Stream) {
        stream.take_error();
    }

    fn may_write(stream: &Stream) -> bool {
        stream.may_write()
    }

    #[inline]
    fn read(
        self,
        network: &mut Network,
        now: u64,
        count: usize,
        short: bool,
        take: impl FnMut(&[u8]),
    ) {
        network.read(now, self, count, short, take);
    }

    fn peek(self, network: &mut Network, count: usize, take: impl FnMut(&[u8])) {
        network.peek(self, count, take);
    }

    #[inline]
    fn write<'p>(self, network: &mut Network, now: u64, parts: impl IntoIterator<Item = &'p [u8]>) {
        network.write(now, self, parts);
    }

    fn shut_down(self, network: &mut Network, now: u64) {
        // If there is no connection any more, tokio does not tell.
        let _ = network.shut_down(now, self);
    }

    fn closes(self, network: &mut Network) -> Option<(bool, bool)> {
        let hard = network.is_closed_hard(self);
        Some((hard, network.stream(self)?.may_write()))
    }

    fn close(self, network: &mut Network, now: u64) -> Vec<Waker> {
        network.close(now, self)
    }
}

impl Streams for UnixStreamNo {
    const KIND: ResourceKind = ResourceKind::Unix;

    fn readable(stream: &UnixStream, room: usize) -> Result<usize, ErrorKind> {
        stream.readable(room)
    }

    fn writable(stream: &UnixStream, wanted: usize) -> Result<usize, ErrorKind> {
        stream.writable(wanted)
    }

    fn found_no_room(stream: &mut UnixStream) {
        stream.found_no_room();
    }

    fn read_told(stream: &mut UnixStream) {
        stream.take_error();
    }

    /// A write gives an error of its own: that of the connection is left for a read.
    fn write_told(_: &mut UnixStream) {}

    fn may_write(stream: &UnixStream) -> bool {
        stream.may_write()
    }

    fn read(
        self,
        network: &mut Network,
        _: u64,
        count: usize,
        short: bool,
        take: impl FnMut(&[u8]),
    ) {
        network.read_unix(self, count, short, take);
    }

    fn peek(self, network: &mut Network, count: usize, take: impl FnMut(&[u8])) {
        network.peek_unix(self, count, take);
    }

    fn write<'p>(self, network: &mut Network, _: u64, parts: impl IntoIterator<Item = &'p [u8]>) {
        network.write_unix(self, parts);
    }

    fn shut_down(self, network: &mut Network, _: u64) {
        network.shut_down_unix(self);
    }

    fn closes(self, network: &mut Network) -> Option<(bool, bool)> {
        let stream = network.unix_stream(self)?;
        Some((stream.is_closed_hard(), stream.may_write()))
    }

    fn close(self, network: &mut Network, _: u64) -> Vec<Waker> {
        network.close_unix_stream(self)
    }
}
