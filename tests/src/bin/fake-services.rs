//! The stand-ins for the services, as a process: `fake-services evo` prints one line of JSON that says where it is,
//! and serves until it is stopped.

use std::error::Error;
use std::io::{self, Write};

use clap::{Parser, Subcommand};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tidemark_tests::fake::Serving;
use tidemark_tests::fake::calyptia::FakeCalyptia;
use tidemark_tests::fake::coredata::{FakeCoreData, RootKind};
use tidemark_tests::fake::et_engine::FakeEtEngine;
use tidemark_tests::fake::evo::{FakeEvo, Lag, StorageAccount};
use tidemark_tests::fake::identity::{DESKTOP, FakeIdentity};
use tidemark_tests::fake::kognitos::FakeKognitos;

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
    /// Kognitos: files of an organization, and the storage behind its links.
    Kognitos(Kognitos),
    /// Calyptia: files of a core instance.
    Calyptia(Calyptia),
    /// ExploreTech ET Engine: a filesystem.
    EtEngine(EtEngine),
    /// CoreData: files of API v2, blobs of v3, and the storage behind their links.
    Coredata(CoreData),
}

#[derive(Debug, clap::Args)]
struct Calyptia {
    #[command(flatten)]
    serving: Serving,
    /// The most files on a page.
    #[arg(long)]
    page: Option<usize>,
    /// Names are of letters, digits, `-` and `_`.
    #[arg(long)]
    plain_names: bool,
    /// Files of 0 bytes are refused.
    #[arg(long)]
    no_empty_files: bool,
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
    /// Takes no fixed token, but those of an identity server that it starts beside it.
    #[arg(long)]
    signing_in: bool,
}

#[derive(Debug, clap::Args)]
struct Kognitos {
    #[command(flatten)]
    serving: Serving,
    /// The storage behind the links sends contents whole, whatever part is asked for.
    #[arg(long)]
    links_send_no_parts: bool,
    /// A file of 0 bytes is refused.
    #[arg(long)]
    refuses_empty: bool,
}

#[derive(Debug, clap::Args)]
struct EtEngine {
    #[command(flatten)]
    serving: Serving,
    /// Takes files of 0 bytes.
    #[arg(long)]
    takes_empty_files: bool,
}

#[derive(Debug, clap::Args)]
struct CoreData {
    #[command(flatten)]
    serving: Serving,
    /// The root: project, plain-project (files name the project itself as their parent), folder or filespace.
    #[arg(long, default_value = "project")]
    root: String,
    /// The status that says that a snapshot isn't the newest.
    #[arg(long, default_value_t = 409)]
    mismatch: u16,
    /// Folders can't be made; this status says so.
    #[arg(long)]
    makes_no_folders: Option<u16>,
    /// Folders can't be deleted; this status says so.
    #[arg(long)]
    deletes_no_folders: Option<u16>,
    /// Objects a page at most.
    #[arg(long, default_value_t = 1000)]
    most_per_page: usize,
    /// What was deleted can still be asked for, in the trash.
    #[arg(long)]
    shows_trash: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().service {
        Service::Evo(arguments) => {
            let identity = arguments.signing_in.then(|| FakeIdentity::with().start()).transpose()?;
            let evo = start_evo(arguments, identity.as_ref())?;
            let mut place = json!({
                "base_url": evo.base_url(),
                "organisation_id": evo.organisation_id(),
                "workspace_id": evo.workspace_id(),
            });
            if let Some(identity) = &identity {
                identity.offers(&evo.organisation_id().to_string(), "The organisation", evo.base_url());
                place["issuer"] = identity.base_url().into();
                place["discovery"] = identity.base_url().into();
                place["client_id"] = DESKTOP.into();
            }
            serve(&place)
        }
        Service::Kognitos(arguments) => {
            let mut settings = FakeKognitos::with().served(arguments.serving)?;
            if arguments.links_send_no_parts {
                settings = settings.links_send_no_parts();
            }
            if arguments.refuses_empty {
                settings = settings.refuses_empty();
            }
            let kognitos = settings.start()?;
            serve(&json!({
                "base_url": kognitos.base_url(),
                "organization_id": kognitos.organization_id(),
            }))
        }
        Service::Calyptia(arguments) => {
            let calyptia = start_calyptia(arguments)?;
            serve(&json!({
                "base_url": calyptia.base_url(),
                "core_instance_id": calyptia.core_instance_id(),
            }))
        }
        Service::Coredata(arguments) => {
            let coredata = start_coredata(arguments)?;
            serve(&json!({
                "base_url": coredata.base_url(),
                "user": coredata.user(),
                "root_id": coredata.root_id(),
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

fn start_coredata(arguments: CoreData) -> Result<FakeCoreData, Box<dyn Error>> {
    let root = match arguments.root.as_str() {
        "project" => RootKind::Project,
        "plain-project" => RootKind::PlainProject,
        "folder" => RootKind::Folder,
        "filespace" => RootKind::Filespace,
        other => return Err(format!("there is no root of the kind {other:?}").into()),
    };
    let mut settings = FakeCoreData::with()
        .served(arguments.serving)?
        .root(root)
        .mismatch(arguments.mismatch)
        .most_per_page(arguments.most_per_page);
    if let Some(status) = arguments.makes_no_folders {
        settings = settings.makes_no_folders(status);
    }
    if let Some(status) = arguments.deletes_no_folders {
        settings = settings.deletes_no_folders(status);
    }
    if arguments.shows_trash {
        settings = settings.shows_trash();
    }
    Ok(settings.start()?)
}

fn start_evo(arguments: Evo, identity: Option<&FakeIdentity>) -> Result<FakeEvo, Box<dyn Error>> {
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
    if let Some(identity) = identity {
        settings = settings.trusts(identity.passes());
    }
    Ok(settings.start()?)
}

fn start_calyptia(arguments: Calyptia) -> Result<FakeCalyptia, Box<dyn Error>> {
    let mut settings = FakeCalyptia::with().served(arguments.serving)?;
    if let Some(files) = arguments.page {
        settings = settings.page(files);
    }
    if arguments.plain_names {
        settings = settings.plain_names();
    }
    if arguments.no_empty_files {
        settings = settings.no_empty_files();
    }
    Ok(settings.start()?)
}
