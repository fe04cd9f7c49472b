//! How a fake is set up and started.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use super::Clock;
use super::content::Spill;
use super::fault::{Fault, Faults};
use super::frame::{Fake, Front};
use super::record::Record;
use super::running::Running;
use super::server::Server;

/// A fake that isn't started yet. Everything has a default.
#[derive(Debug)]
pub struct Setup<F: Fake> {
    /// What only this service has.
    pub(crate) rules: F::Rules,
    listen: SocketAddr,
    threads: usize,
    token: String,
    seed: u64,
    clock: Clock,
    latency: Duration,
    spill: Option<PathBuf>,
    faults: Vec<Fault<F::Endpoint, F::Effect>>,
    keep_requests: bool,
    controllable: bool,
}

impl<F: Fake> Default for Setup<F> {
    fn default() -> Self {
        Setup {
            rules: F::Rules::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            token: F::TOKEN.to_owned(),
            seed: 1,
            clock: Clock::running(),
            latency: Duration::ZERO,
            spill: None,
            faults: Vec::new(),
            keep_requests: true,
            controllable: false,
        }
    }
}

impl<F: Fake> Setup<F> {
    /// Starts it.
    pub fn start(self) -> io::Result<Running<F>> {
        let mut fake = None;
        let (listen, threads) = (self.listen, self.threads);
        let server = Server::start(listen, threads, |address| {
            fake.insert(Arc::new(F::open(self.front(address)))).clone()
        })?;
        match fake {
            Some(fake) => Ok(Running { fake, _server: server }),
            None => Err(io::Error::other("the server didn't ask for its service")),
        }
    }

    fn front(self, address: SocketAddr) -> Front<F> {
        Front {
            rules: self.rules,
            base_url: format!("http://{address}"),
            seed: self.seed,
            clock: self.clock,
            latency: self.latency,
            controllable: self.controllable,
            spill: Spill::to(self.spill),
            record: Arc::new(Record::new(self.keep_requests)),
            faults: Mutex::new(Faults::new(self.faults)),
            pages: Mutex::default(),
            token: Mutex::new(Some(self.token.clone())),
            first_token: self.token,
            requests: AtomicU64::new(0),
        }
    }

    /// Listens there instead of at a free port.
    pub fn listen(self, listen: SocketAddr) -> Self {
        Setup { listen, ..self }
    }

    /// Serves on so many threads instead of one.
    pub fn threads(self, threads: usize) -> Self {
        Setup { threads, ..self }
    }

    /// The token that is good.
    pub fn token(self, token: impl Into<String>) -> Self {
        Setup { token: token.into(), ..self }
    }

    /// Ids follow from the seed: the same requests, the same ids.
    pub fn seed(self, seed: u64) -> Self {
        Setup { seed, ..self }
    }

    /// Stops the service's clock at a time.
    pub fn clock_at(self, at: Timestamp) -> Self {
        Setup { clock: Clock::stopped_at(at), ..self }
    }

    /// Every answer comes that much later.
    pub fn latency(self, latency: Duration) -> Self {
        Setup { latency, ..self }
    }

    /// Keeps large contents in files of this directory.
    pub fn spill_to(self, directory: impl Into<PathBuf>) -> Self {
        Setup { spill: Some(directory.into()), ..self }
    }

    /// What goes wrong, from the start.
    pub fn faults(self, faults: Vec<Fault<F::Endpoint, F::Effect>>) -> Self {
        Setup { faults, ..self }
    }

    /// Counts requests, but doesn't keep them: for large runs.
    pub fn count_requests_only(self) -> Self {
        Setup { keep_requests: false, ..self }
    }

    /// Can be driven by requests below `/_fake/`.
    pub fn controllable(self) -> Self {
        Setup { controllable: true, ..self }
    }
}
