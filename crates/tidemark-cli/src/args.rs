//! What can be typed.

use std::path::PathBuf;

use clap::{ArgAction, Args, ColorChoice, Parser, Subcommand};

use crate::commands::{
    account, activity, completions, conflicts, demo, doctor, explain, history, kept, pair, plan, restore,
    serve, status, sync, watch,
};

/// Keeps local folders and file services in step, in both directions, and never loses a version.
#[derive(Debug, Parser)]
#[command(name = "tidemark", version, about, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  in sync, nothing waits for you
  1  failed: nothing could be done
  2  wrong usage
  3  in sync except for conflicts that wait for a decision
  4  held: deletions or a missing folder ask for confirmation; nothing was deleted
  5  in sync except for files with a problem";

const GLOBAL: &str = "Options of every command";

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder for settings, state and logs [env: TIDEMARK_HOME] [default: the platform's]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print one JSON document on stdout and nothing else there
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,
    /// Say more on stderr (twice: even more)
    #[arg(short, long, global = true, help_heading = GLOBAL, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Leave out progress and summaries
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Use colours
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What each provider can do
    Providers,
    /// Accounts at services
    #[command(subcommand)]
    Account(account::Command),
    /// Pairs of a local folder and a folder at a service
    #[command(subcommand)]
    Pair(pair::Command),
    /// What sync would do, and why; changes nothing
    Plan(plan::Args),
    /// Bring both sides in step, then exit
    Sync(sync::Args),
    /// Keep both sides in step until interrupted
    Watch(watch::Args),
    /// The same, with pages in the browser to see and to decide
    Serve(serve::Args),
    /// How the pairs stand
    Status(status::Args),
    /// What is known of a path, and what follows
    Explain(explain::Args),
    /// Files that both sides changed
    #[command(subcommand)]
    Conflicts(conflicts::Command),
    /// Versions of a file: the service's and those kept here
    History(history::Args),
    /// Bring back a version of a file
    Restore(restore::Args),
    /// What sync replaced or deleted here, and still keeps
    #[command(subcommand)]
    Kept(kept::Command),
    /// What was done lately, and why
    Activity(activity::Args),
    /// Check everything that syncing needs
    Doctor(doctor::Args),
    /// Two folders, synced before your eyes
    Demo(demo::Args),
    /// Completions for a shell
    Completions(completions::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definitions_fit_together() {
        super::Cli::command().debug_assert();
    }
}
