//! What every command works with.

use std::path::PathBuf;
use std::sync::Arc;

use tidemark_engine::Result;
use tidemark_engine::control::Tidemark;

use crate::args::Global;
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

    /// Starts the log of this home directory.
    pub(crate) fn start_log(&self) {
        logs::start(self.tidemark.home().log_dir(), self.verbose);
    }

    /// Progress of a command that takes its time.
    pub(crate) fn progress(&self) -> Arc<Progress> {
        Arc::new(Progress::new(self.output.clone(), self.verbose))
    }
}
