//! What every command works with.

use std::path::PathBuf;
use std::sync::Arc;

use tidemark_engine::command::{AccountChanged, Call, Command};
use tidemark_engine::control::Tidemark;
use tidemark_engine::pair::Events;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tokio_util::sync::CancellationToken;

use crate::args::Global;
use crate::daemon::Daemon;
use crate::interrupt;
use crate::logs;
use crate::output::Output;
use crate::progress::Progress;

/// The engine, and where answers go.
pub(crate) struct App {
    pub(crate) tidemark: Tidemark,
    pub(crate) output: Output,
    verbose: u8,
}

impl App {
    pub(crate) fn open(global: &Global, output: Output) -> Result<Self> {
        let from_environment =
            || std::env::var_os("TIDEMARK_HOME").filter(|dir| !dir.is_empty()).map(Into::into);
        let tidemark = Tidemark::open(global.home.clone().or_else(from_environment))?;
        Ok(Self { tidemark, output, verbose: global.verbose })
    }

    /// The same with another home directory.
    pub(crate) fn at(&self, home: PathBuf) -> Result<Self> {
        let output = self.output.with_home(&home);
        Ok(Self { tidemark: Tidemark::open(Some(home))?, output, verbose: self.verbose })
    }

    /// Does a command: in this process, or in the one that keeps the pairs of this home in step.
    pub(crate) async fn call<C: Command>(
        &self,
        command: C,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<C::Reply> {
        let Some(daemon) = Daemon::find(self.tidemark.home()).await else {
            return command.run(&self.tidemark, Call { events, cancel }).await;
        };
        tokio::select! {
            answer = daemon.call(&command) => answer,
            () = cancel.cancelled() => Err(EngineError::new(ErrorCode::Cancelled, "stopped waiting")),
        }
    }

    /// Does a command that takes no time, waiting for it.
    pub(crate) fn ask<C: Command>(&self, command: C) -> Result<C::Reply> {
        interrupt::run(|cancel| self.call(command, Arc::new(|_| {}), cancel))
    }

    /// Tells the process that keeps the pairs in step, where there is one, that an account was changed here.
    pub(crate) fn tell_of_account(&self, name: &str) -> Result<()> {
        interrupt::run(|_| async {
            match Daemon::find(self.tidemark.home()).await {
                Some(daemon) => daemon.call(&AccountChanged { name: name.to_owned() }).await,
                None => Ok(()),
            }
        })
    }

    /// Starts the log of this home directory.
    pub(crate) fn start_log(&self) {
        logs::start(self.tidemark.home().log_dir(), self.verbose);
    }

    /// Progress of a command that takes its time.
    pub(crate) fn progress(&self) -> Arc<Progress> {
        Arc::new(Progress::new(self.output.clone(), self.verbose))
    }
}
