//! The binary `tidemark`: reads what a person typed, asks the engine, prints the answer, and ends with the code that says how it went.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make real files"))]

mod app;
mod args;
mod browser;
mod bundle;
mod carried;
mod commands;
mod daemon;
mod exit;
mod interrupt;
mod logs;
mod output;
mod paragraph;
mod progress;
mod secret_input;
mod shown;
mod summary;
mod table;
mod web;

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches};
use tidemark_engine::EngineError;

use crate::app::App;
use crate::args::Cli;
use crate::exit::Exit;
use crate::output::Output;

fn main() -> ExitCode {
    say_panics_in_one_sentence();
    let typed: Vec<OsString> = std::env::args_os().collect();
    match parse(&typed) {
        Ok(cli) => panic::catch_unwind(AssertUnwindSafe(|| run(cli))).unwrap_or(Exit::Failed).into(),
        Err(error) => refuse(&typed, &error).into(),
    }
}

fn run(cli: Cli) -> Exit {
    let output = Output::new(&cli.global);
    let answer = App::open(&cli.global, output.clone()).and_then(|app| commands::run(&app, cli.command));
    answer.unwrap_or_else(|error| {
        output.error(&error);
        Exit::of_error(&error)
    })
}

fn parse(typed: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = Cli::command().color(color_choice(typed));
    let matches = command.try_get_matches_from_mut(typed)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn refuse(typed: &[OsString], error: &clap::Error) -> Exit {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !asked_for && typed.iter().any(|arg| arg == "--json") {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        output::print_error_document(&EngineError::usage(first).hint("`tidemark --help` lists the commands"));
    }
    let _ = error.print();
    if asked_for { Exit::InSync } else { Exit::Usage }
}

/// `--color` as typed: it rules the messages about wrong usage too, which come before the options are read.
fn color_choice(typed: &[OsString]) -> ColorChoice {
    let typed: Vec<&str> = typed.iter().filter_map(|arg| arg.to_str()).collect();
    let pair = typed.windows(2).find(|pair| pair[0] == "--color").map(|pair| pair[1]);
    match pair.or_else(|| typed.iter().find_map(|arg| arg.strip_prefix("--color="))) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

fn say_panics_in_one_sentence() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        output::to_stderr(&format!(
            "error: Tidemark met a fault of its own{place} and stopped that work; no file was lost, and the next `tidemark sync` goes on from here. \
             `tidemark doctor --bundle FILE.zip` collects what a report of it needs.\n"
        ));
    }));
}
