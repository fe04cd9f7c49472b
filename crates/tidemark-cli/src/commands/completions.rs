//! `tidemark completions`: completions for a shell.

use clap::CommandFactory;
use clap_complete::Shell;
use tidemark_engine::Result;

use crate::app::App;
use crate::args::Cli;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(_: &App, args: Args) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tidemark", &mut script);
    output::to_stdout(&String::from_utf8_lossy(&script));
    Ok(Exit::InSync)
}
