//! Connections by URI.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Uri;
use reweave::net::TcpStream;
use tower_service::Service;

use crate::ReweaveIo;

/// Connects to the authority of a URI over the simulated network: a connector for the client of hyper-util, and for whatever else
/// takes a `Service<Uri>`.
///
/// ```
/// use http_body_util::Empty;
/// use hyper_util::client::legacy::Client;
/// use reweave_hyper::{ReweaveConnector, ReweaveExecutor, ReweaveTimer};
///
/// let client: Client<_, Empty<bytes::Bytes>> = Client::builder(ReweaveExecutor::new())
///     .timer(ReweaveTimer::new())
///     .pool_timer(ReweaveTimer::new())
///     .build(ReweaveConnector::new());
/// # drop(client);
/// ```
///
/// The host is looked up as [`TcpStream::connect`] does it, so `http://db:8080` is the host that was made by `host("db")`. Without a
/// port, that is 80. There is no TLS.
///
/// One client for each server keeps runs repeatable: see [the crate](crate#what-a-run-must-not-depend-on).
///
/// # Cancel safety
///
/// Dropping the future gives up the connection that was being made.
///
/// # Errors
///
/// `InvalidInput` if the URI has no host, or its scheme is not `http`; those of [`TcpStream::connect`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ReweaveConnector {}

impl ReweaveConnector {
    /// The connector: there is nothing to choose.
    pub fn new() -> ReweaveConnector {
        ReweaveConnector {}
    }
}

/// A connection that is being made.
type Connecting = Pin<Box<dyn Future<Output = io::Result<ReweaveIo<TcpStream>>> + Send>>;

impl Service<Uri> for ReweaveConnector {
    type Response = ReweaveIo<TcpStream>;
    type Error = io::Error;
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        Box::pin(async move {
            let (host, port) = authority(&uri)?;
            let stream = TcpStream::connect((host, port)).await?;
            Ok(ReweaveIo::new(stream))
        })
    }
}

/// Host and port, the host without the brackets around an address.
fn authority(uri: &Uri) -> io::Result<(&str, u16)> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("`{uri}` {what}"));
    if uri.scheme_str().is_some_and(|scheme| scheme != "http") {
        return Err(wrong(
            "is not of the scheme `http`, and there is no TLS here",
        ));
    }
    let host = uri.host().ok_or_else(|| wrong("has no host"))?;
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    Ok((inner.unwrap_or(host), uri.port_u16().unwrap_or(80)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &'static str) -> Result<(String, u16), String> {
        let uri = Uri::from_static(uri);
        match authority(&uri) {
            Ok((host, port)) => Ok((host.into(), port)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_uri_names_host_and_port() {
        assert_eq!(of("http://db"), Ok(("db".into(), 80)));
        assert_eq!(of("http://db:5432/x"), Ok(("db".into(), 5432)));
        assert_eq!(of("http://[fd00::2]:1/"), Ok(("fd00::2".into(), 1)));
        assert_eq!(of("db:5432"), Ok(("db".into(), 5432)));
    }

    #[test]
    fn what_leads_nowhere_is_refused_by_name() {
        assert_eq!(of("/orders"), Err("`/orders` has no host".into()));
        let secure = "`https://db/` is not of the scheme `http`, and there is no TLS here";
        assert_eq!(of("https://db"), Err(secure.into()));
    }
}
