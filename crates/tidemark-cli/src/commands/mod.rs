//! One file for each command: what can be typed, what is asked of the engine, how the answer reads.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod completions;
pub(crate) mod conflicts;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod history;
pub(crate) mod kept;
pub(crate) mod login;
pub(crate) mod pair;
pub(crate) mod plan;
pub(crate) mod providers;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod watch;

use tidemark_engine::Result;

use crate::app::App;
use crate::args::Command;
use crate::exit::Exit;

/// Runs a command.
pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    if !matches!(command, Command::Demo(_)) {
        app.start_log();
    }
    match command {
        Command::Providers => providers::run(app),
        Command::Account(command) => account::run(app, command),
        Command::Pair(command) => pair::run(app, command),
        Command::Plan(args) => plan::run(app, args),
        Command::Sync(args) => sync::run(app, args),
        Command::Watch(args) => watch::run(app, args),
        Command::Serve(args) => serve::run(app, args),
        Command::Status(args) => status::run(app, args),
        Command::Explain(args) => explain::run(app, args),
        Command::Conflicts(command) => conflicts::run(app, command),
        Command::History(args) => history::run(app, args),
        Command::Restore(args) => restore::run(app, args),
        Command::Kept(command) => kept::run(app, command),
        Command::Activity(args) => activity::run(app, args),
        Command::Doctor(args) => doctor::run(app, args),
        Command::Demo(args) => demo::run(app, args),
        Command::Completions(args) => completions::run(app, args),
    }
}
