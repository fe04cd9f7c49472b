//! `tidemark serve`: keeps syncing until interrupted, with the web UI.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tidemark_engine::report::Event;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::daemon::Daemon;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::web::{self, Doors};
use crate::{browser, interrupt};

const ADDRESS: &str = "127.0.0.1:8743";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = ADDRESS)]
    listen: SocketAddr,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let ended = interrupt::run(|cancel| serve(app, &args, progress.clone(), cancel));
    progress.end();
    match ended {
        Err(error) if error.code != ErrorCode::Cancelled => Err(error),
        _ => Ok(Exit::InSync),
    }
}

async fn serve(app: &App, args: &Args, progress: Arc<Progress>, cancel: CancellationToken) -> Result<()> {
    if let Some(daemon) = Daemon::find(app.tidemark.home()).await {
        show(app, args, &daemon.login_link().await?, "Tidemark runs already");
        return Ok(());
    }
    let told = progress.clone();
    let events = Arc::new(move |_: &str, event: Event| told.event(event));
    let running = app.tidemark.run("serve", &[], events, cancel.clone()).await?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| busy(args.listen, &error))?;
    let address = listener.local_addr().map_err(|error| busy(args.listen, &error))?;
    let doors = Doors::of(app.tidemark.home())?;
    let announced = Daemon::announce(app.tidemark.home(), address, doors.token())?;
    if !address.ip().is_loopback() {
        app.output.warning(
            "Other computers can reach this address, and what travels is not encrypted. A tunnel is safer: \
             listen on 127.0.0.1 and use `ssh -L`.",
        );
    }
    show(app, args, &doors.link(address)?, "Tidemark runs");
    let served = web::serve(running.clone(), listener, doors, cancel.clone()).await;
    drop(announced);
    cancel.cancel();
    running.ended().await;
    served
}

fn show(app: &App, args: &Args, link: &str, what: &str) {
    let opened = args.open && browser::open(link);
    app.output.result(&json!({ "serving": { "link": link, "opened": opened } }), || match opened {
        true => format!("{what}. Its page opens in your browser; if it doesn't, open {link}"),
        false => format!("{what}. Open its page once with {link}"),
    });
}

fn busy(address: SocketAddr, error: &std::io::Error) -> EngineError {
    EngineError::new(ErrorCode::Failed, format!("Listening on {address} failed: {error}")).hint(
        "choose another address with --listen ADDR:PORT, such as --listen 127.0.0.1:0 for any free port",
    )
}
