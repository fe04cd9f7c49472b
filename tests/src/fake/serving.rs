//! What `fake-services` can tell every fake.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, io};

use super::fault::Fault;
use super::frame::Fake;
use super::setup::Setup;

/// Arguments of every service's subcommand.
#[derive(Debug, clap::Args)]
pub struct Serving {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Threads to serve on.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Environment variable with the token that is good; without it the service's usual one, such as `evo-token`.
    #[arg(long)]
    token_env: Option<String>,
    /// Faults, as a JSON array.
    #[arg(long)]
    faults: Option<PathBuf>,
    /// Milliseconds by which each answer is later; they don't hold up other answers.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Keeps large contents in files of this directory instead of in memory.
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl<F: Fake> Setup<F> {
    /// Set up by arguments, and to be driven by requests. Fails when the token's variable or the file of faults can't be
    /// read.
    pub fn served(self, serving: Serving) -> io::Result<Self> {
        let mut setup = self
            .listen(serving.listen)
            .threads(serving.threads)
            .latency(Duration::from_millis(serving.latency_ms))
            .count_requests_only()
            .controllable();
        if let Some(variable) = serving.token_env {
            let token =
                env::var(&variable).map_err(|error| io::Error::other(format!("{variable}: {error}")))?;
            setup = setup.token(token);
        }
        if let Some(path) = serving.faults {
            let why =
                |error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
            let text = fs::read(&path).map_err(|error| why(&error))?;
            let faults: Vec<Fault<F::Endpoint, F::Effect>> =
                serde_json::from_slice(&text).map_err(|error| why(&error))?;
            setup = setup.faults(faults);
        }
        if let Some(directory) = serving.dir {
            setup = setup.spill_to(directory);
        }
        Ok(setup)
    }
}
