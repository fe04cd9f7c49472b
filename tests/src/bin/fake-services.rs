//! The stand-ins for the services, as a process: `fake-services evo` prints one line of JSON that says where it is,
//! and serves until it is stopped.

use std::error::Error;
use std::io::{self, Write};

use clap::{Parser, Subcommand};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tidemark_tests::fake::Serving;
use tidemark_tests::fake::et_engine::FakeEtEngine;
use tidemark_tests::fake::evo::{FakeEvo, Lag, StorageAccount};

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
    /// ExploreTech ET Engine: a filesystem.
    EtEngine(EtEngine),
}

#[derive(Debug, clap::Args)]
struct Evo {
    #[command(flatten)]
    serving: Serving,
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

#[derive(Debug, clap::Args)]
struct EtEngine {
    #[command(flatten)]
    serving: Serving,
    /// Takes files of 0 bytes.
    #[arg(long)]
    takes_empty_files: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().service {
        Service::Evo(arguments) => {
            let evo = start_evo(arguments)?;
            serve(&json!({
                "base_url": evo.base_url(),
                "organisation_id": evo.organisation_id(),
                "workspace_id": evo.workspace_id(),
            }))
        }
        Service::EtEngine(arguments) => {
            let mut settings = FakeEtEngine::with().served(arguments.serving)?;
            if arguments.takes_empty_files {
                settings = settings.takes_empty_files();
            }
            let engine = settings.start()?;
            serve(&json!({ "base_url": engine.base_url(), "filesystem_id": engine.filesystem_id() }))
        }
    }
}

/// Says where a service is, and lets it run.
fn serve(place: &Value) -> ! {
    let _ = writeln!(io::stdout(), "{place}");
    loop {
        std::thread::park();
    }
}

fn start_evo(arguments: Evo) -> Result<FakeEvo, Box<dyn Error>> {
    let milliseconds = |ms: Option<i64>| ms.map(|ms| Lag::Time(SignedDuration::from_millis(ms)));
    let processing =
        arguments.processing_gets.map(Lag::Requests).or_else(|| milliseconds(arguments.processing_ms));
    let mut settings = FakeEvo::with()
        .served(arguments.serving)?
        .processing(processing.unwrap_or_default())
        .listing_lag(milliseconds(arguments.listing_lag_ms).unwrap_or_default());
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
