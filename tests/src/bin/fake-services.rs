//! The stand-ins for the services, as a process: `fake-services evo` prints one line of JSON that says where it is,
//! and serves until it is stopped.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use jiff::SignedDuration;
use serde_json::json;
use tidemark_tests::fake::evo::{FakeEvo, Fault, Lag, StorageAccount};

/// Serves stand-ins for the services that Tidemark syncs with.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    service: Service,
}

#[derive(Debug, Subcommand)]
enum Service {
    /// Seequent Evo: the File API and the storage behind its links.
    Evo(Evo),
}

#[derive(Debug, clap::Args)]
struct Evo {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Threads to serve on.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Environment variable with the token that is good; without it the token is `evo-token`.
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
    /// GETs that don't see a content yet after it was sent.
    #[arg(long, conflicts_with = "processing_ms")]
    processing_gets: Option<u32>,
    /// Milliseconds until a content can be seen.
    #[arg(long)]
    processing_ms: Option<i64>,
    /// Milliseconds by which the listing lags behind.
    #[arg(long)]
    listing_lag_ms: Option<i64>,
    /// What links begin with, when it isn't the address that it listens at.
    #[arg(long)]
    link_base: Option<String>,
    /// Address of azurite; links then lead there.
    #[arg(long)]
    blob_endpoint: Option<String>,
    /// `path` is the whole path in the answer to a GET.
    #[arg(long)]
    full_path_in_get: bool,
    /// A path used again keeps its id.
    #[arg(long)]
    reuse_ids: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Service::Evo(arguments) = Arguments::parse().service;
    let evo = start(arguments)?;
    let place = json!({
        "base_url": evo.base_url(),
        "organisation_id": evo.organisation_id(),
        "workspace_id": evo.workspace_id(),
    });
    writeln!(io::stdout(), "{place}")?;
    loop {
        std::thread::park();
    }
}

fn start(arguments: Evo) -> Result<FakeEvo, Box<dyn Error>> {
    let milliseconds = |ms: Option<i64>| ms.map(|ms| Lag::Time(SignedDuration::from_millis(ms)));
    let processing =
        arguments.processing_gets.map(Lag::Requests).or_else(|| milliseconds(arguments.processing_ms));
    let mut settings = FakeEvo::with()
        .listen(arguments.listen)
        .threads(arguments.threads)
        .latency(Duration::from_millis(arguments.latency_ms))
        .processing(processing.unwrap_or_default())
        .listing_lag(milliseconds(arguments.listing_lag_ms).unwrap_or_default())
        .count_requests_only()
        .controllable();
    if let Some(variable) = arguments.token_env {
        settings = settings.token(std::env::var(&variable).map_err(|error| format!("{variable}: {error}"))?);
    }
    if let Some(path) = arguments.faults {
        let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let faults: Vec<Fault> =
            serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        settings = settings.faults(faults);
    }
    if let Some(directory) = arguments.dir {
        settings = settings.spill_to(directory);
    }
    if let Some(base) = arguments.link_base {
        settings = settings.link_base(base);
    }
    if let Some(address) = arguments.blob_endpoint {
        settings = settings.blobs_at(StorageAccount::azurite(&address));
    }
    if arguments.full_path_in_get {
        settings = settings.full_path_in_get();
    }
    if arguments.reuse_ids {
        settings = settings.reuse_ids();
    }
    Ok(settings.start()?)
}
