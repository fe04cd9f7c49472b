//! `tidemark status`: how the pairs stand.

use serde_json::json;
use tidemark_engine::Result;
use tidemark_engine::report::{OrphanLine, PairStatus};

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::{shown, summary};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which pairs; all when none is named
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let pairs = app.tidemark.status(&args.pairs)?;
    app.output.result(&json!({ "pairs": pairs }), || {
        if pairs.is_empty() {
            return "There is no pair yet. Add one with `tidemark pair add NAME LOCAL ACCOUNT[:REMOTE]`."
                .to_owned();
        }
        pairs.iter().map(|pair| text(app, pair)).collect::<Vec<_>>().join("\n")
    });
    Ok(Exit::of_status(&pairs))
}

fn text(app: &App, pair: &PairStatus) -> String {
    let mut text = format!(
        "{}: {}\n  \"{}\" and {}\n  {} in step, {}, last sync {}, {}\n",
        app.output.style(&pair.pair, Style::Bold),
        shown::sentence(&shown::name(&pair.sentence)),
        shown::name(&pair.local),
        shown::name(&pair.remote),
        shown::count(pair.synced_files, "file"),
        if pair.differing == 0 { "nothing differs".to_owned() } else { format!("{} differ", pair.differing) },
        pair.last_sync_ns.map_or_else(|| "never".to_owned(), shown::time),
        pair.noticing,
    );
    if let Some(comparison) = &pair.comparison {
        text.push_str(&format!("  {comparison}\n"));
    }
    if let Some(id) = &pair.manifest {
        text.push_str(&format!("  its manifest is kept at the service too, as {}\n", shown::name(id)));
    }
    for orphan in &pair.possible_orphans {
        text.push_str(&of_orphan(orphan));
    }
    if let Some(hold) = pair.held.as_ref().filter(|hold| !pair.sentence.contains(&hold.message)) {
        text.push_str(&summary::of_hold(hold));
    }
    text.push_str(&summary::of_problems(&pair.problems));
    text.push_str(&summary::of_conflicts(&pair.conflicts));
    text
}

fn of_orphan(orphan: &OrphanLine) -> String {
    let (path, size) = (shown::name(&orphan.path), shown::size(orphan.size));
    let time = shown::time(orphan.time_ns);
    match &orphan.id {
        Some(id) => format!(
            "  {path} ({size}) is at the service as {} too, where no path leads to it: an import put another file in its place at {time}; `tidemark kept list` has its content\n",
            shown::name(id)
        ),
        None => format!(
            "  the answer to an upload of {path} ({size}) at {time} got lost: the service may have a file of it that nobody can find\n"
        ),
    }
}
