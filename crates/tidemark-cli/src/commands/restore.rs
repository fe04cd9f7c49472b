//! `tidemark restore`: brings back a version of a file.

use std::path::PathBuf;

use serde_json::json;
use tidemark_engine::Result;
use tidemark_engine::command::RestoreVersion;
use tidemark_engine::report::Restored;

use crate::app::App;
use crate::exit::Exit;
use crate::{interrupt, shown};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The pair
    pair: String,
    /// The file, relative to the pair's folder
    path: String,
    /// Which version, as `tidemark history` prints it
    #[arg(long, value_name = "ID")]
    version: String,
    /// Where to put it; in its own place when left out
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let Args { pair, path, version, to } = args;
    let to = to.map(|to| std::path::absolute(&to).unwrap_or(to));
    let command = RestoreVersion { pair, path, version, to };
    let restored = interrupt::run(|cancel| app.call(command, progress.events(), cancel));
    progress.end();
    show(app, &restored?);
    Ok(Exit::InSync)
}

/// Says where something was brought back to.
pub(crate) fn show(app: &App, restored: &Restored) {
    app.output.done(&json!({ "restored": restored }), || {
        format!("Restored {} to \"{}\".", shown::size(restored.size), shown::name(&restored.to))
    });
}
