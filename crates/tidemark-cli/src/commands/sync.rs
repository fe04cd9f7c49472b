//! `tidemark sync`: passes until settled, then the end.

use tidemark_engine::command::Sync;
use tidemark_engine::report::SyncReport;
use tidemark_engine::{ErrorCode, Result};

use crate::app::App;
use crate::exit::Exit;
use crate::{interrupt, shown, summary};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which pairs; all that aren't paused when none is named
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
    /// Delete what a guard holds back
    #[arg(long)]
    confirm_deletes: bool,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let report = interrupt::run(|cancel| {
        let command = Sync { pairs: args.pairs, confirm_deletes: args.confirm_deletes };
        app.call(command, progress.events(), cancel)
    });
    progress.end();
    Ok(show(app, &report?))
}

/// Shows what a sync did; also for commands that end in one.
pub(crate) fn show(app: &App, report: &SyncReport) -> Exit {
    show_with(app, report, report, String::new)
}

/// The same with another JSON and more words at its end.
pub(crate) fn show_with(
    app: &App,
    report: &SyncReport,
    json: &impl serde::Serialize,
    more: impl FnOnce() -> String,
) -> Exit {
    for pair in &report.pairs {
        let reason = pair.error.as_ref().map(|error| error.message.as_str());
        let outcome = shown::code(&pair.outcome);
        tracing::info!(
            pair = pair.pair,
            outcome,
            up = pair.bytes_up,
            down = pair.bytes_down,
            ms = pair.elapsed_ms,
            reason,
            "synced"
        );
    }
    let errors = || report.pairs.iter().filter_map(|pair| pair.error.as_ref());
    for error in errors().filter(|error| error.code != ErrorCode::Cancelled) {
        app.output.error_text(error);
    }
    if errors().any(|error| error.code == ErrorCode::Cancelled) {
        app.output.error_text(&interrupt::stopped());
    }
    app.output.done(json, || {
        if report.pairs.is_empty() {
            return "There is no pair to sync. Add one with `tidemark pair add NAME LOCAL ACCOUNT[:REMOTE]`, or resume one that is paused.".to_owned();
        }
        let pairs: String = report.pairs.iter().map(|pair| summary::of_pair(&app.output, pair)).collect();
        pairs + &more()
    });
    Exit::of_sync(report)
}
