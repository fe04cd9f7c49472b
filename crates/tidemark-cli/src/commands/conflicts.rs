//! `tidemark conflicts`: files that both sides changed, and decisions on them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use tidemark_core::plan::operation::Keep;
use tidemark_engine::command::{self, ResolveByFile, Undo};
use tidemark_engine::resolution::Resolved;
use tidemark_engine::{EngineError, Result};

use crate::app::App;
use crate::commands::explain::sides;
use crate::commands::sync;
use crate::exit::Exit;
use crate::output::Style;
use crate::table::Table;
use crate::{interrupt, shown, summary};

/// Decisions that are listed at most.
const SHOWN: usize = 1000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the conflicts that wait
    List {
        /// Which pair; all when none is named
        pair: Option<String>,
        /// List what was decided, and what of it can be undone
        #[arg(long)]
        resolved: bool,
    },
    /// Show both sides of a conflict
    Show {
        /// Which conflict
        id: i64,
    },
    /// Decide conflicts and sync them
    Resolve(Resolve),
    /// Undo decisions: both sides get back what they held, and the conflicts wait again
    Undo {
        /// Which decisions, by their numbers in `conflicts list --resolved`
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
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
        Command::List { pair, resolved: false } => list(app, pair.as_deref()),
        Command::List { pair, resolved: true } => resolutions(app, pair.as_deref()),
        Command::Show { id } => show(app, id),
        Command::Resolve(args) => resolve(app, args),
        Command::Undo { ids } => undo(app, &ids),
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
    let progress = app.progress();
    let report = interrupt::run(|cancel| async {
        let events = progress.events();
        match (args.keep, args.merged) {
            (Some(keep), _) => {
                let ids = (!args.all).then_some(args.ids);
                app.call(command::Resolve { ids, keep: keep.into() }, events, cancel).await
            }
            (None, Some(file)) if args.ids.len() == 1 => {
                let file = std::path::absolute(&file).unwrap_or(file);
                app.call(ResolveByFile { id: args.ids[0], file }, events, cancel).await
            }
            _ => Err(EngineError::usage("--merged gives the content of one conflict; name exactly one ID")),
        }
    });
    progress.end();
    Ok(show_resolved(app, &report?))
}

fn undo(app: &App, ids: &[i64]) -> Result<Exit> {
    let progress = app.progress();
    let command = Undo { ids: ids.to_vec() };
    let undone = interrupt::run(|cancel| app.call(command, progress.events(), cancel));
    progress.end();
    Ok(show_resolved(app, &undone?))
}

/// Shows what decisions, or undoing them, came to.
fn show_resolved(app: &App, resolved: &Resolved) -> Exit {
    let report = json!({ "pairs": resolved.report.pairs, "resolutions": resolved.resolutions });
    sync::show_with(app, &resolved.report, &report, || {
        let ids = |undone: bool| -> Vec<String> {
            let chosen = resolved.resolutions.iter().filter(|one| one.undone_ns.is_some() == undone);
            chosen.filter(|one| undone || one.undoable).map(|one| one.id.to_string()).collect()
        };
        let (undone, undoable) = (ids(true), ids(false));
        match (undone.is_empty(), undoable.is_empty()) {
            (false, _) => format!(
                "{} undone: both sides hold again what they held before, and wait for a decision.\n",
                shown::count(undone.len() as u64, "decision")
            ),
            (true, false) => format!("Undo with `tidemark conflicts undo {}`.\n", undoable.join(" ")),
            (true, true) => String::new(),
        }
    })
}

fn resolutions(app: &App, pair: Option<&str>) -> Result<Exit> {
    let mut resolutions = app.tidemark.resolutions(SHOWN)?;
    resolutions.retain(|one| pair.is_none_or(|pair| one.pair == pair));
    app.output.result(&json!({ "resolutions": resolutions }), || {
        if resolutions.is_empty() {
            return "Nothing was decided.".to_owned();
        }
        let mut table = Table::new(&["ID", "PAIR", "PATH", "KEPT", "DECIDED", "UNDO"]).right(&[0]);
        for one in &resolutions {
            table.row([
                one.id.to_string(),
                one.pair.clone(),
                shown::name(&one.path),
                shown::code(&one.decision),
                shown::time(one.time_ns),
                match (&one.undone_ns, &one.why_not) {
                    (Some(time), _) => format!("undone at {}", shown::time(*time)),
                    (None, Some(why)) => format!("no: {why}"),
                    (None, None) => "yes".to_owned(),
                },
            ]);
        }
        format!("{}Undo with `tidemark conflicts undo ID`.", table.text())
    });
    Ok(Exit::InSync)
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
