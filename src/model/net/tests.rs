//! The network by itself: several hosts, and no run.

mod close;
mod connect;
mod datagrams;
mod deaths;
mod flow;

use std::io::ErrorKind;
use std::net::SocketAddr;

use super::Network;
use super::connect::Accepted;
use super::keys::{ListenerNo, StreamNo};
use super::options::Options;
use super::stream::Directions;
use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;
use crate::base::span::FAR;

const MAIN: HostNo = HostNo::DEFAULT;
const DB: HostNo = HostNo(1);

/// That of a plain link, in ns.
const LATENCY: u64 = 1_000_000;

/// A network, and the time.
struct World {
    net: Network,
    now: u64,
}

impl World {
    /// With a host `main`, and one `db`.
    fn new() -> World {
        let mut net = Network::default();
        assert!(net.add_host(DB, "db"));
        World { net, now: 0 }
    }

    fn try_listen(
        &mut self,
        host: HostNo,
        address: &str,
        backlog: u32,
        options: Options,
    ) -> Result<ListenerNo, ErrorKind> {
        let address = address.parse().unwrap();
        let bound = self.net.bind(self.now, host, address, &options)?;
        self.net.may_listen(bound.1, &options)?;
        Ok(self.net.listen(host, bound, backlog, options))
    }

    fn listen(&mut self, host: HostNo, address: &str) -> ListenerNo {
        self.try_listen(host, address, 16, Options::default())
            .unwrap()
    }

    fn try_connect(
        &mut self,
        host: HostNo,
        to: &str,
        options: Options,
    ) -> Result<StreamNo, ErrorKind> {
        let to: SocketAddr = to.parse().unwrap();
        let (remote_host, local, remote) = self.net.route(host, None, to)?;
        let used = self
            .net
            .use_port(self.now, host, None, local, remote, &options)?;
        let directions = Directions {
            out: ResourceNo(2),
            back: ResourceNo(3),
        };
        Ok(self.net.connect(
            self.now,
            host,
            remote_host,
            used,
            remote,
            directions,
            options,
        ))
    }

    fn connect(&mut self, host: HostNo, to: &str) -> StreamNo {
        self.try_connect(host, to, Options::default()).unwrap()
    }

    fn accept(&mut self, listener: ListenerNo) -> Result<Accepted, ErrorKind> {
        self.net.accept(listener)
    }

    /// A connection from `main` to a port of `db`: both ends.
    fn pair(&mut self) -> (StreamNo, StreamNo) {
        let listener = self.listen(DB, "0.0.0.0:80");
        let client = self.connect(MAIN, "10.0.0.2:80");
        self.run();
        let server = self.accept(listener).unwrap().stream;
        (client, server)
    }

    /// A connection within `main`: both ends.
    fn loopback(&mut self) -> (StreamNo, StreamNo) {
        let listener = self.listen(MAIN, "127.0.0.1:80");
        let client = self.connect(MAIN, "127.0.0.1:80");
        let server = self.accept(listener).unwrap().stream;
        (client, server)
    }

    /// Lets everything happen that does, and gives the time of the last.
    fn run(&mut self) -> u64 {
        self.run_until(u64::MAX)
    }

    /// Lets everything happen up to a time.
    fn run_until(&mut self, until: u64) -> u64 {
        // Over plain links packets are on their way at once.
        assert!(self.net.next_leaving(self.now).is_none());
        while let Some(at) = self.net.wire.next_deadline().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.net.take_due(self.now);
        }
        self.net.woken.clear();
        self.now
    }

    fn write(&mut self, stream: StreamNo, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let end = self.net.stream(stream).unwrap();
        let found = end.writable(bytes.len());
        match found {
            Ok(count) => {
                if count < bytes.len() {
                    end.found_no_room();
                }
                self.net.write(self.now, stream, [&bytes[..count]]);
            }
            Err(ErrorKind::WouldBlock) => end.found_no_room(),
            Err(_) => {
                end.take_error();
            }
        }
        found
    }

    fn read(&mut self, stream: StreamNo, most: usize) -> Result<Vec<u8>, ErrorKind> {
        let end = self.net.stream(stream).unwrap();
        let found = end.readable(most);
        if found.is_err() {
            end.take_error();
        }
        let count = found?;
        let mut bytes = Vec::new();
        self.net
            .read(self.now, stream, count, count < most, |part| {
                bytes.extend(part)
            });
        assert_eq!(bytes.len(), count);
        Ok(bytes)
    }

    fn close(&mut self, stream: StreamNo) {
        self.net.close(self.now, stream);
    }
}
