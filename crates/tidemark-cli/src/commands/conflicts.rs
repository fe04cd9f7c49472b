//! `tidemark conflicts`: files that both sides changed, and decisions on them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use tidemark_core::plan::operation::Keep;
use tidemark_engine::resolve::{Decision, Which};
use tidemark_engine::{EngineError, Result};

use crate::app::App;
use crate::commands::explain::sides;
use crate::commands::sync;
use crate::exit::Exit;
use crate::output::Style;
use crate::table::Table;
use crate::{interrupt, shown, summary};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the conflicts that wait
    List {
        /// Which pair; all when none is named
        pair: Option<String>,
    },
    /// Show both sides of a conflict
    Show {
        /// Which conflict
        id: i64,
    },
    /// Decide conflicts and sync them
    Resolve(Resolve),
}

#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// Which conflicts
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<i64>,
    /// All that wait
    #[arg(long)]
    all: bool,
    /// Whose state wins; a deletion is a state too
    #[arg(long, value_name = "SIDE", required_unless_present = "merged", conflicts_with = "merged")]
    keep: Option<KeepArg>,
    /// A file with the merged content
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    merged: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeepArg {
    /// This computer's; the other one stays in the service's history, or goes to `kept list` where it has none
    Local,
    /// The service's; this computer's goes to `kept list`
    Remote,
    /// Both, under two names
    Both,
}

pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    match command {
        Command::List { pair } => list(app, pair.as_deref()),
        Command::Show { id } => show(app, id),
        Command::Resolve(args) => resolve(app, args),
    }
}

fn list(app: &App, pair: Option<&str>) -> Result<Exit> {
    let conflicts = app.tidemark.conflicts(pair)?;
    app.output.result(&json!({ "conflicts": conflicts }), || {
        if conflicts.is_empty() {
            return "No conflict waits.".to_owned();
        }
        let mut table = Table::new(&["ID", "PAIR", "PATH", "WHAT HAPPENED", "FOUND"]).right(&[0]);
        for conflict in &conflicts {
            table.row([
                conflict.id.to_string(),
                conflict.pair.clone(),
                shown::name(&conflict.path),
                summary::kind(conflict.kind).to_owned(),
                shown::time(conflict.found_ns),
            ]);
        }
        format!(
            "{}Every version is safe. Decide with `tidemark conflicts resolve ID --keep local|remote|both`.",
            table.text()
        )
    });
    Ok(Exit::InSync)
}

fn show(app: &App, id: i64) -> Result<Exit> {
    let conflict = app.tidemark.conflict(id)?;
    app.output.result(&json!({ "conflict": conflict }), || {
        let path = app.output.style(&shown::name(&conflict.path), Style::Bold);
        let mut text = format!(
            "Conflict {id} of {}: \"{path}\" {}. Found {}.\n",
            conflict.pair,
            summary::kind(conflict.kind),
            shown::time(conflict.found_ns)
        );
        text.push_str(&sides(&[
            ("this computer", conflict.local.as_ref()),
            ("the service", conflict.remote.as_ref()),
            ("both came from", conflict.base.as_ref()),
        ]));
        if let Some(id) = &conflict.base_kept {
            text.push_str(&format!(
                "  What both came from is kept: `tidemark restore {} {} --version {id} --to FILE`.\n",
                shown::shell_word(&conflict.pair),
                shown::shell_word(&conflict.path)
            ));
        }
        text.push_str(&format!("  {}\n", shown::sentence(&conflict.hint)));
        text
    });
    Ok(Exit::InSync)
}

fn resolve(app: &App, args: Resolve) -> Result<Exit> {
    let decision = match (args.keep, args.merged) {
        (Some(keep), _) => Decision::Keep(keep.into()),
        (None, Some(file)) if args.ids.len() == 1 => Decision::Merged(file),
        _ => {
            return Err(EngineError::usage(
                "--merged gives the content of one conflict; name exactly one ID",
            ));
        }
    };
    let which = if args.all { Which::All } else { Which::Ids(args.ids) };
    let progress = app.progress();
    let report = interrupt::run(|cancel| {
        let events = progress.events();
        async move { app.tidemark.resolve(which, decision, events, cancel).await }
    });
    progress.end();
    Ok(sync::show(app, &report?))
}

impl From<KeepArg> for Keep {
    fn from(arg: KeepArg) -> Self {
        match arg {
            KeepArg::Local => Self::Local,
            KeepArg::Remote => Self::Remote,
            KeepArg::Both => Self::Both,
        }
    }
}
