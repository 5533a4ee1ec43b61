//! Datagrams between Unix sockets: none is lost, so that to send may wait.
//!
//! ```text
//!   send ──► the receiver has eleven, and is not the sender's peer in turn:  waits
//!            so much of what was sent is not received:                      waits
//!            else                                                           ──► came ──► receive
//! ```

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::task::Waker;

use super::Network;
use super::bits::Bits;
use super::inbox::Came;
use super::keys::UnixDatagramNo;
use super::memory::{BUFFER, unix_weight};
use super::readiness::Readiness;
use super::udp::CannotSend;
use super::unix::{Bound, LONGEST_DATAGRAM, Letter, MOST_DATAGRAMS, Unix, UnixDatagram};
use super::unix_name::UnixName;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;

impl Network {
    /// A socket with this name, or without one.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if there is something already.
    pub(crate) fn bind_unix_datagram(
        &mut self,
        host: HostNo,
        name: UnixName,
        resource: ResourceNo,
    ) -> Result<UnixDatagramNo, ErrorKind> {
        self.unix.may_bind(host, &name)?;
        let number = self.unix.datagrams.add(UnixDatagram {
            host,
            resource,
            local: name.clone(),
            peer: None,
            came: VecDeque::new(),
            weight: 0,
            write_ends: false,
            read_ends: false,
            readiness: Readiness::new(Bits::WRITE),
        });
        self.unix.bind(host, &name, Bound::Datagram(number));
        Ok(number)
    }

    /// The two are each other's peers.
    pub(crate) fn pair_unix_datagrams(&mut self, one: UnixDatagramNo, other: UnixDatagramNo) {
        for (socket, peer) in [(one, other), (other, one)] {
            if let Some(socket) = self.unix.datagrams.get_mut(socket) {
                socket.peer = Some((peer, UnixName::Unnamed));
            }
        }
    }

    /// From now on a socket sends to who has this name, and hears nobody else.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is nothing, `ConnectionRefused` if nobody is there any more, `PermissionDenied` if he hears only another.
    pub(crate) fn connect_unix_datagram(
        &mut self,
        number: UnixDatagramNo,
        name: UnixName,
    ) -> Result<(), CannotSend> {
        let host = self.unix.datagrams.get(number).map(|socket| socket.host);
        let to = self
            .unix
            .datagram(host.ok_or(ErrorKind::NotConnected)?, &name)?;
        self.unix.hears(to, number)?;
        if let Some(socket) = self.unix.datagrams.get_mut(number) {
            socket.peer = Some((to, name));
        }
        Ok(())
    }

    /// Whether a datagram to there must wait for room.
    pub(crate) fn unix_must_wait(
        &self,
        number: UnixDatagramNo,
        to: Option<&UnixName>,
        bytes: usize,
    ) -> bool {
        let Some(socket) = self.unix.datagrams.get(number) else {
            return false;
        };
        if socket.write_ends || bytes > LONGEST_DATAGRAM {
            return false;
        }
        if socket.weight >= BUFFER {
            return true;
        }
        self.unix
            .receiver(number, to)
            .is_ok_and(|to| self.unix.is_full(number, to))
    }

    /// Sends a datagram: to whom is said, or else to its peer. Gives its number, and who hears it.
    ///
    /// # Errors
    ///
    /// If it cannot be sent. A peer that is gone is told of once.
    pub(crate) fn send_unix(
        &mut self,
        number: UnixDatagramNo,
        to: Option<&UnixName>,
        bytes: &[u8],
    ) -> Result<(u32, Option<ResourceNo>), CannotSend> {
        let found = self.unix.receiver(number, to);
        let socket = self.unix.datagrams.get_mut(number);
        let socket = socket.ok_or(ErrorKind::NotConnected)?;
        if bytes.len() > LONGEST_DATAGRAM {
            return Err(CannotSend::TooLong);
        }
        let to = match (found, to) {
            (Ok(found), _) => found,
            (Err(error), Some(_)) => return Err(error),
            (Err(error), None) => {
                socket.peer = None;
                return Err(error);
            }
        };
        if socket.write_ends {
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.unix.hears(to, number)?;
        let weight = unix_weight(bytes.len());
        let from = match self.unix.datagrams.get_mut(number) {
            Some(socket) => {
                socket.weight += weight;
                socket.local.clone()
            }
            None => UnixName::Unnamed,
        };
        let sent = self.datagrams;
        self.datagrams = self.datagrams.wrapping_add(1);
        let receiver = self.unix.datagrams.get_mut(to);
        let receiver = receiver.ok_or(ErrorKind::ConnectionRefused)?;
        receiver.came.push_back(Letter {
            came: Came {
                from,
                number: sent,
                bytes: bytes.to_vec(),
            },
            sender: number,
        });
        let resource = receiver.resource;
        receiver.readiness.happened(Bits::READ, &mut self.woken);
        Ok((sent, Some(resource)))
    }

    /// Receives what came first. Who waits for room may find it now.
    pub(crate) fn receive_unix(&mut self, number: UnixDatagramNo) -> Option<Came<UnixName>> {
        let socket = self.unix.datagrams.get_mut(number)?;
        let was_full = socket.came.len() > MOST_DATAGRAMS;
        let letter = socket.came.pop_front()?;
        self.letter_is_gone(&letter);
        if was_full {
            self.room_at(number);
        }
        Some(letter.came)
    }

    fn letter_is_gone(&mut self, letter: &Letter) {
        if let Some(sender) = self.unix.datagrams.get_mut(letter.sender) {
            let weight = unix_weight(letter.came.bytes.len());
            sender.weight = sender.weight.saturating_sub(weight);
            if sender.weight * 4 <= BUFFER {
                sender.readiness.happened(Bits::WRITE, &mut self.woken);
            }
        }
    }

    /// There is room at a socket: those who are connected to it hear of it.
    fn room_at(&mut self, number: UnixDatagramNo) {
        let connected = |socket: &UnixDatagram| {
            let peer = socket.peer.as_ref();
            peer.is_some_and(|(peer, _)| *peer == number)
        };
        for other in self.unix.datagrams.keys(connected) {
            if let Some(other) = self.unix.datagrams.get_mut(other) {
                other.readiness.happened(Bits::WRITE, &mut self.woken);
            }
        }
    }

    /// Nothing more will be sent, or received.
    pub(crate) fn shut_down_unix_datagram(
        &mut self,
        number: UnixDatagramNo,
        read: bool,
        write: bool,
    ) {
        if let Some(socket) = self.unix.datagrams.get_mut(number) {
            socket.read_ends |= read;
            socket.write_ends |= write;
            socket.readiness.happened(Bits::WRITE, &mut self.woken);
        }
    }

    /// A socket is closed, and what it had not received is lost. The wakers are for the caller to drop.
    pub(crate) fn close_unix_datagram(&mut self, number: UnixDatagramNo) -> Vec<Waker> {
        let Some(mut socket) = self.unix.datagrams.remove(number) else {
            return Vec::new();
        };
        self.unix.unbind(socket.host, &socket.local);
        let wakers = socket.readiness.take_all();
        for letter in socket.came {
            self.letter_is_gone(&letter);
        }
        self.room_at(number);
        wakers
    }
}

impl Unix {
    /// To whom a socket would send.
    fn receiver(
        &self,
        number: UnixDatagramNo,
        to: Option<&UnixName>,
    ) -> Result<UnixDatagramNo, CannotSend> {
        let socket = self.datagrams.get(number);
        let socket = socket.ok_or(ErrorKind::NotConnected)?;
        match (to, &socket.peer) {
            (Some(name), _) => self.datagram(socket.host, name),
            (None, Some((peer, _))) if self.datagrams.get(*peer).is_some() => Ok(*peer),
            (None, Some(_)) => Err(ErrorKind::ConnectionRefused.into()),
            (None, None) => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// Whether a socket receives what this one sends.
    fn hears(&self, to: UnixDatagramNo, from: UnixDatagramNo) -> Result<(), CannotSend> {
        let receiver = self.datagrams.get(to);
        let receiver = receiver.ok_or(ErrorKind::ConnectionRefused)?;
        let peer = receiver.peer.as_ref().map(|(peer, _)| *peer);
        match peer.is_none_or(|peer| peer == from) {
            true if receiver.read_ends => Err(ErrorKind::BrokenPipe.into()),
            true => Ok(()),
            false => Err(ErrorKind::PermissionDenied.into()),
        }
    }

    /// Whether there is no room for what this one sends, unless it is its peer.
    fn is_full(&self, from: UnixDatagramNo, to: UnixDatagramNo) -> bool {
        self.datagrams.get(to).is_some_and(|receiver| {
            let peer = receiver.peer.as_ref().map(|(peer, _)| *peer);
            to != from && peer != Some(from) && receiver.came.len() > MOST_DATAGRAMS
        })
    }
}
