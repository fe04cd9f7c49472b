//! `tidemark watch`: keeps syncing until interrupted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tidemark_engine::report::{Event, PairReport, SyncReport};
use tidemark_engine::{ErrorCode, Result};

use crate::app::App;
use crate::exit::Exit;
use crate::{interrupt, summary};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which pairs; all that aren't paused when none is named
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let last: Arc<Mutex<BTreeMap<String, PairReport>>> = Arc::default();
    let ended = interrupt::run(|cancel| {
        let (pairs, progress, last) = (&args.pairs, Arc::clone(&progress), Arc::clone(&last));
        let events: Arc<dyn Fn(Event) + Send + Sync> = Arc::new(move |event| {
            if let Event::Settled(report) = &event {
                settled(&progress, &last, report);
            }
            progress.event(event);
        });
        async move { app.tidemark.watch(pairs, events, cancel).await }
    });
    progress.end();
    match ended {
        Err(error) if error.code != ErrorCode::Cancelled => return Err(error),
        _ => {}
    }
    let last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let report = SyncReport { pairs: last.values().cloned().collect() };
    app.output.done(&report, || {
        "Stopped watching; what is done is done, the rest goes on with the next sync.".to_owned()
    });
    Ok(Exit::InSync)
}

fn settled(
    progress: &crate::progress::Progress,
    last: &Mutex<BTreeMap<String, PairReport>>,
    report: &PairReport,
) {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let before = last.insert(report.pair.clone(), report.clone());
    let is_news = before.is_none_or(|before| before.outcome != report.outcome) || did_something(report);
    if is_news {
        progress.aside(|output| {
            if let Some(error) = &report.error {
                output.error_text(error);
            }
            output.tell(&summary::of_pair(output, report));
        });
    }
}

fn did_something(report: &PairReport) -> bool {
    let counts = [
        report.uploaded,
        report.downloaded,
        report.moved_local,
        report.moved_remote,
        report.deleted_local,
        report.deleted_remote,
    ];
    counts.iter().any(|count| *count > 0)
}
