//! The ends of a channel, counted: who may still send, and who may still receive.

/// How many ends of each kind a channel has. Lies behind the channel's lock.
pub(super) struct Ends {
    senders: usize,
    weak_senders: usize,
    receivers: usize,
}

impl Ends {
    /// One sender, and so many receivers.
    pub(super) const fn new(receivers: usize) -> Ends {
        Ends {
            senders: 1,
            weak_senders: 0,
            receivers,
        }
    }

    #[inline(always)]
    pub(super) fn senders(&self) -> usize {
        self.senders
    }

    pub(super) fn weak_senders(&self) -> usize {
        self.weak_senders
    }

    #[inline(always)]
    pub(super) fn receivers(&self) -> usize {
        self.receivers
    }

    pub(super) fn add_sender(&mut self) {
        self.senders += 1;
    }

    pub(super) fn add_weak_sender(&mut self) {
        self.weak_senders += 1;
    }

    pub(super) fn add_receiver(&mut self) {
        self.receivers += 1;
    }

    /// A weak sender adds a sender, unless all are gone. Says whether it did.
    pub(super) fn upgrade(&mut self) -> bool {
        let any = self.senders > 0;
        self.senders += usize::from(any);
        any
    }

    /// A sender is gone. Says whether it was the last.
    pub(super) fn remove_sender(&mut self) -> bool {
        self.senders -= 1;
        self.senders == 0
    }

    pub(super) fn remove_weak_sender(&mut self) {
        self.weak_senders -= 1;
    }

    /// A receiver is gone. Says whether it was the last.
    pub(super) fn remove_receiver(&mut self) -> bool {
        self.receivers -= 1;
        self.receivers == 0
    }
}
