//! What happens to hosts as a whole.

use super::Network;
use super::keys::{ListenerNo, StreamNo};
use crate::base::ids::HostNo;
use crate::model::hosts::Death;

impl Network {
    /// Adds a host, whose number must be the next one. Says whether its name was free.
    pub(crate) fn add_host(&mut self, host: HostNo, name: &str) -> bool {
        self.hosts.add(host, name)
    }

    /// A host died.
    pub(crate) fn host_died(&mut self, now: u64, host: HostNo, how: Death) {
        let listeners = self.listeners.keys(|listener| listener.host == host);
        let streams = self
            .streams
            .keys(|stream| stream.host == host && !stream.is_orphan());
        for socket in self.udp.of(host) {
            let wakers = self.close_udp(socket);
            self.woken.extend(wakers);
        }
        self.close_unix(host);
        match how {
            Death::Process => {
                for listener in listeners {
                    let wakers = self.close_listener(now, listener);
                    self.woken.extend(wakers);
                }
                for stream in streams {
                    let wakers = self.close(now, stream);
                    self.woken.extend(wakers);
                }
                self.ports.forget_bound(host);
            }
            Death::PowerLoss => {
                self.hosts.get_mut(host).up = false;
                for number in listeners {
                    self.forget_listener(number);
                }
                for number in self.streams.keys(|stream| stream.host == host) {
                    self.forget_stream(number);
                }
                self.ports.forget_host(host);
                for number in self.streams.keys(|stream| stream.remote_host == host) {
                    self.is_not_told(now, number);
                }
                self.wire.links.touch();
            }
        }
    }

    /// A host that lost power has it again; what it knew it does not.
    pub(crate) fn host_restarted(&mut self, host: HostNo) {
        self.hosts.get_mut(host).up = true;
        self.wire.links.touch();
    }

    fn forget_listener(&mut self, number: ListenerNo) {
        if let Some(mut listener) = self.listeners.remove(number) {
            self.listens_no_more(listener.host, listener.local.port(), number);
            listener.readiness.wake_all(&mut self.woken);
        }
    }

    fn forget_stream(&mut self, number: StreamNo) {
        if let Some(mut stream) = self.remove(number, false) {
            stream.readiness.wake_all(&mut self.woken);
        }
    }
}
