//! Connections between Unix sockets. All that happens on one end is known at the other at once.
//!
//! ```text
//!   closed, everything read    the other end reads what it was sent, and then the end; its writes fail at once
//!   closed with bytes unread   the same, but that a reset stands before the end
//! ```

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::Path;
use std::task::Waker;

use super::Network;
use super::bits::Bits;
use super::keys::{UnixListenerNo, UnixStreamNo};
use super::memory::parts;
use super::readiness::Readiness;
use super::stream::Directions;
use super::transfer::take_front;
use super::udp::CannotSend;
use super::unix::{Bound, UnixListener};
use super::unix_name::UnixName;
use super::unix_stream::UnixStream;
use crate::base::ids::HostNo;

impl Network {
    /// Listens under a name.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if there is something already.
    pub(crate) fn listen_unix(
        &mut self,
        host: HostNo,
        name: UnixName,
        backlog: u32,
    ) -> Result<UnixListenerNo, ErrorKind> {
        self.unix.may_bind(host, &name)?;
        let number = self.unix.listeners.add(UnixListener {
            host,
            local: name.clone(),
            backlog,
            made: VecDeque::new(),
            readiness: Readiness::default(),
        });
        self.unix.bind(host, &name, Bound::Listener(number));
        Ok(number)
    }

    /// Whether somebody listens there who has room; his name.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing, `ConnectionRefused` if nobody listens, `WouldBlock` if there is no room for one more.
    pub(crate) fn may_connect_unix(
        &self,
        host: HostNo,
        name: &UnixName,
    ) -> Result<UnixListenerNo, CannotSend> {
        let number = self.unix.listener(host, name)?;
        let full = |listener: &UnixListener| listener.made.len() > listener.backlog as usize;
        match self.unix.listeners.get(number).is_some_and(full) {
            true => Err(ErrorKind::WouldBlock.into()),
            false => Ok(number),
        }
    }

    /// Connects to a listener that has room.
    pub(crate) fn connect_unix(
        &mut self,
        host: HostNo,
        listener: UnixListenerNo,
        local: UnixName,
        directions: Directions,
    ) -> Option<UnixStreamNo> {
        let remote = self.unix.listeners.get(listener)?.local.clone();
        let (client, server) = self.unix_ends(host, (local, remote), directions);
        let listener = self.unix.listeners.get_mut(listener)?;
        listener.made.push_back(server);
        listener
            .readiness
            .happened(listener.level(), &mut self.woken);
        Some(client)
    }

    /// Both ends of a connection that nobody asked for.
    pub(crate) fn unix_pair(
        &mut self,
        host: HostNo,
        directions: Directions,
    ) -> (UnixStreamNo, UnixStreamNo) {
        self.unix_ends(host, (UnixName::Unnamed, UnixName::Unnamed), directions)
    }

    fn unix_ends(
        &mut self,
        host: HostNo,
        (local, remote): (UnixName, UnixName),
        directions: Directions,
    ) -> (UnixStreamNo, UnixStreamNo) {
        let names = (remote.clone(), local.clone());
        let one = UnixStream::new(host, (local, remote), directions);
        let other = UnixStream::new(host, names, directions.swapped());
        let (one, other) = (self.unix.streams.add(one), self.unix.streams.add(other));
        for (end, peer) in [(one, other), (other, one)] {
            if let Some(stream) = self.unix.streams.get_mut(end) {
                stream.peer = Some(peer);
            }
        }
        (one, other)
    }

    /// A connected socket has this name, under which nobody can connect to it.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if there is something already.
    pub(crate) fn bind_unix_stream(
        &mut self,
        host: HostNo,
        name: &UnixName,
    ) -> Result<(), ErrorKind> {
        self.unix.may_bind(host, name)?;
        self.unix.bind(host, name, Bound::Stream);
        Ok(())
    }

    /// Takes the oldest connection that nobody has accepted; `WouldBlock` if there is none.
    pub(crate) fn accept_unix(
        &mut self,
        number: UnixListenerNo,
    ) -> Result<(UnixStreamNo, UnixName, Directions), ErrorKind> {
        let listener = self.unix.listeners.get_mut(number);
        let listener = listener.ok_or(ErrorKind::NotConnected)?;
        let made = listener.made.pop_front().ok_or(ErrorKind::WouldBlock)?;
        let stream = self.unix.streams.get_mut(made);
        let stream = stream.ok_or(ErrorKind::NotConnected)?;
        stream.readiness = Readiness::new(stream.level());
        stream.readiness.assume(Bits::READ | Bits::WRITE);
        Ok((made, stream.remote.clone(), stream.directions))
    }

    /// Takes the first `count` bytes that came, which are there.
    pub(crate) fn read_unix(
        &mut self,
        number: UnixStreamNo,
        mut count: usize,
        short: bool,
        mut take: impl FnMut(&[u8]),
    ) {
        let Some(stream) = self.unix.streams.get_mut(number) else {
            return;
        };
        if short {
            stream.readiness.clear_now(Bits::READS);
        }
        take_front(&stream.came, count, &mut take);
        stream.came.drain(..count);
        let mut freed = 0;
        while count > 0
            && let Some((left, weight)) = stream.parts.front_mut()
        {
            let taken = count.min(*left);
            (count, *left) = (count - taken, *left - taken);
            if *left == 0 {
                freed += *weight;
                stream.parts.pop_front();
            }
        }
        let peer = stream.peer;
        let Some(peer) = peer.and_then(|peer| self.unix.streams.get_mut(peer)) else {
            return;
        };
        peer.weight = peer.weight.saturating_sub(freed);
        if peer.no_space && peer.is_roomy() {
            peer.no_space = false;
            peer.readiness.happened(peer.level(), &mut self.woken);
        }
    }

    /// Looks at the first `count` bytes that came, which are there.
    pub(crate) fn peek_unix(&self, number: UnixStreamNo, count: usize, take: impl FnMut(&[u8])) {
        if let Some(stream) = self.unix.streams.get(number) {
            take_front(&stream.came, count, take);
        }
    }

    /// Writes these parts, for which there is room.
    pub(crate) fn write_unix<'p>(
        &mut self,
        number: UnixStreamNo,
        written: impl IntoIterator<Item = &'p [u8]>,
    ) {
        let Some(stream) = self.unix.streams.get_mut(number) else {
            return;
        };
        let bytes: Vec<u8> = written.into_iter().flatten().copied().collect();
        let parts: Vec<_> = parts(stream.weight, bytes.len()).collect();
        stream.weight += parts.iter().map(|(_, weight)| weight).sum::<usize>();
        let peer = stream.peer;
        if let Some(peer) = peer.and_then(|peer| self.unix.streams.get_mut(peer)) {
            peer.came.extend(bytes);
            peer.parts.extend(parts);
            peer.readiness.happened(peer.level(), &mut self.woken);
        }
    }

    /// Nothing more will be written.
    pub(crate) fn shut_down_unix(&mut self, number: UnixStreamNo) {
        let Some(stream) = self.unix.streams.get_mut(number) else {
            return;
        };
        stream.write_ends = true;
        stream.readiness.happened(stream.level(), &mut self.woken);
        let peer = stream.peer;
        if let Some(peer) = peer.and_then(|peer| self.unix.streams.get_mut(peer)) {
            peer.ended = true;
            peer.readiness.happened(peer.level(), &mut self.woken);
        }
    }

    /// Whoever holds it closes it. The wakers are for the caller to drop.
    pub(crate) fn close_unix_stream(&mut self, number: UnixStreamNo) -> Vec<Waker> {
        let reset = self.unix.streams.get(number);
        let reset = reset.is_some_and(UnixStream::is_closed_hard);
        self.end_unix_stream(number, reset)
    }

    fn end_unix_stream(&mut self, number: UnixStreamNo, reset: bool) -> Vec<Waker> {
        let Some(mut stream) = self.unix.streams.remove(number) else {
            return Vec::new();
        };
        self.unix.unbind(stream.host, &stream.local);
        let peer = stream.peer;
        if let Some(peer) = peer.and_then(|peer| self.unix.streams.get_mut(peer)) {
            (peer.ended, peer.gone, peer.peer, peer.weight) = (true, true, None, 0);
            if reset {
                peer.error = Some(ErrorKind::ConnectionReset);
            }
            peer.readiness.happened(peer.level(), &mut self.woken);
        }
        stream.readiness.take_all()
    }

    /// A listener is closed: those whom nobody accepted are reset. The wakers are for the caller to drop.
    pub(crate) fn close_unix_listener(&mut self, number: UnixListenerNo) -> Vec<Waker> {
        let Some(mut listener) = self.unix.listeners.remove(number) else {
            return Vec::new();
        };
        self.unix.unbind(listener.host, &listener.local);
        let mut wakers = listener.readiness.take_all();
        for stream in listener.made {
            wakers.extend(self.end_unix_stream(stream, true));
        }
        wakers
    }

    /// Removes what a path of the host stands for. Says whether there was anything.
    pub(crate) fn remove_path(&mut self, host: HostNo, path: &Path) -> bool {
        self.unix.remove_path(host, path)
    }

    /// A host died, and its sockets with it.
    pub(super) fn close_unix(&mut self, host: HostNo) {
        for number in self.unix.listeners.keys(|it| it.host == host) {
            let wakers = self.close_unix_listener(number);
            self.woken.extend(wakers);
        }
        for number in self.unix.streams.keys(|it| it.host == host) {
            let wakers = self.close_unix_stream(number);
            self.woken.extend(wakers);
        }
        for number in self.unix.datagrams.keys(|it| it.host == host) {
            let wakers = self.close_unix_datagram(number);
            self.woken.extend(wakers);
        }
    }
}
