//! The options of a stream.

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::stream::TcpStream;

/// `InvalidInput` for what cannot be a time to live.
pub(super) fn check_ttl(ttl: u32) -> io::Result<()> {
    match ttl {
        1..=255 => Ok(()),
        _ => Err(ErrorKind::InvalidInput.into()),
    }
}

impl TcpStream {
    /// Whether small writes are sent at once (`TCP_NODELAY`). Here all are.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.connection.ask(|stream| stream.options.nodelay)
    }

    /// Sets `TCP_NODELAY`, which is kept and given back.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.connection
            .ask(|stream| stream.options.nodelay = nodelay)
    }

    /// Whether what comes is acknowledged at once (`TCP_QUICKACK`). Here it always is.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn quickack(&self) -> io::Result<bool> {
        self.connection.ask(|stream| stream.options.quickack)
    }

    /// Sets `TCP_QUICKACK`, which is kept and given back.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        self.connection
            .ask(|stream| stream.options.quickack = quickack)
    }

    /// For how long a close waits for what was written to be taken (`SO_LINGER`).
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.connection.ask(|stream| stream.options.linger)
    }

    /// Sets `SO_LINGER`. With zero, to close the connection is to reset it; a longer time is kept and given back in whole seconds,
    /// and a close waits no longer for it, as it blocks nobody here.
    ///
    /// ```
    /// use reweave::io::{AsyncReadExt, ErrorKind};
    /// use reweave::net::{TcpListener, TcpStream};
    /// use std::time::Duration;
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (mut server, _) = listener.accept().await?;
    /// client.set_linger(Some(Duration::ZERO))?;
    /// drop(client);
    /// let error = server.read(&mut [0]).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn set_linger(&self, dur: Option<Duration>) -> io::Result<()> {
        let linger = dur.map(|dur| Duration::from_secs(dur.as_secs()));
        self.connection.ask(|stream| stream.options.linger = linger)
    }

    /// Sets `SO_LINGER` to zero: to close the connection is to reset it.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    /// The `IP_TTL` of what is sent: 64 unless it was set. It changes nothing here.
    ///
    /// # Errors
    ///
    /// Outside the run in which the stream was made, one that says so.
    pub fn ttl(&self) -> io::Result<u32> {
        self.connection.ask(|stream| stream.options.ttl)
    }

    /// Sets `IP_TTL`, which is kept and given back.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for what is not from 1 to 255. Outside the run in which the stream was made, one that says so.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        check_ttl(ttl)?;
        self.connection.ask(|stream| stream.options.ttl = ttl)
    }
}
