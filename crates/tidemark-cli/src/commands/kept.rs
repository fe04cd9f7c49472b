//! `tidemark kept`: what sync replaced or deleted here, and still keeps.

use clap::Subcommand;
use serde_json::json;
use tidemark_engine::Result;
use tidemark_engine::command::{KeptPurge, KeptRestore};

use crate::app::App;
use crate::commands::restore;
use crate::exit::Exit;
use crate::shown;
use crate::table::Table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List what is kept, newest first
    List,
    /// Bring one back to where it was
    Restore {
        /// Which one, as `tidemark kept list` prints it
        id: String,
    },
    /// Delete everything that is kept, for good
    Purge,
}

pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    match command {
        Command::List => list(app)?,
        Command::Restore { id } => restore::show(app, &app.ask(KeptRestore { id })?),
        Command::Purge => purge(app)?,
    }
    Ok(Exit::InSync)
}

fn list(app: &App) -> Result<()> {
    let kept = app.tidemark.kept()?;
    app.output.result(&json!({ "kept": kept }), || {
        if kept.is_empty() {
            return "Nothing is kept: sync has replaced or deleted nothing here.".to_owned();
        }
        let mut table = Table::new(&["ID", "PAIR", "PATH", "SIZE", "WHY", "SINCE", "UNTIL"]).right(&[3]);
        for line in &kept {
            table.row([
                line.id.clone(),
                line.pair.clone(),
                shown::name(&line.path),
                shown::size(line.size),
                line.why.clone(),
                shown::time(line.kept_ns),
                shown::time(line.until_ns),
            ]);
        }
        format!("{}Bring one back with `tidemark kept restore ID`.", table.text())
    });
    Ok(())
}

fn purge(app: &App) -> Result<()> {
    let purged = app.ask(KeptPurge { all: true })?;
    app.output.done(&json!({ "purged": purged }), || {
        format!(
            "Deleted {} for good ({}).",
            shown::count(purged.items, "kept content"),
            shown::size(purged.bytes)
        )
    });
    Ok(())
}
