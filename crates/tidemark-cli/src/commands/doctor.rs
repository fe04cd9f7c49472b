//! `tidemark doctor`: checks everything that syncing needs.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tidemark_engine::Result;
use tidemark_engine::doctor::{Check, CheckState, DoctorReport};

use crate::app::App;
use crate::bundle;
use crate::exit::Exit;
use crate::interrupt;
use crate::output::Style;
use crate::shown;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write what a report of a fault needs into this file: checks, settings, logs, versions; no secrets, no contents
    #[arg(long, value_name = "FILE.zip")]
    bundle: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    report: &'a DoctorReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<Bundle<'a>>,
}

#[derive(Serialize)]
struct Bundle<'a> {
    file: &'a Path,
    holds: Vec<String>,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let report = interrupt::run(|_| async { Ok(app.tidemark.doctor().await) })?;
    let bundle = match &args.bundle {
        Some(file) => Some(Bundle { file, holds: bundle::write(&app.tidemark, &report, file)? }),
        None => None,
    };
    let answer = Answer { report: &report, bundle };
    app.output.result(&answer, || {
        let mut text: String = report.checks.iter().map(|check| line(app, check)).collect();
        text.push_str(if report.ok { "Everything that syncing needs is good.\n" } else { "Something needs you; see above.\n" });
        if let Some(bundle) = &answer.bundle {
            text.push_str(&format!("Wrote \"{}\" with {}. It holds no secrets and no contents of files; it does hold names of files.\n", bundle.file.display(), bundle.holds.join(", ")));
        }
        text
    });
    Ok(if report.ok { Exit::InSync } else { Exit::Failed })
}

fn line(app: &App, check: &Check) -> String {
    let state = match check.state {
        CheckState::Good => app.output.style("good  ", Style::Good),
        CheckState::Notice => app.output.style("notice", Style::Notice),
        CheckState::Bad => app.output.style("bad   ", Style::Bad),
    };
    let message = shown::sentence(&shown::name(&check.message));
    let hint =
        check.hint.as_deref().map(|hint| format!("        {}\n", shown::sentence(hint))).unwrap_or_default();
    format!("{state}  {}: {message}\n{hint}", check.part)
}
