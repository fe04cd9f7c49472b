//! `tidemark history`: versions of a file, the service's and those kept here.

use serde_json::json;
use tidemark_engine::Result;

use crate::app::App;
use crate::exit::Exit;
use crate::table::Table;
use crate::{interrupt, shown};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The pair
    pair: String,
    /// The file, relative to the pair's folder
    path: String,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let versions =
        interrupt::run(|cancel| app.tidemark.history(&args.pair, &args.path, progress.events(), cancel));
    progress.end();
    let versions = versions?;
    app.output.result(&json!({ "versions": versions }), || {
        if versions.is_empty() {
            return format!("No older version of \"{}\" is known.", shown::name(&args.path));
        }
        let mut table = Table::new(&["VERSION", "WHERE", "SIZE", "TIME", "NOTE"]).right(&[2]);
        for version in &versions {
            let current = version.current.then_some("current");
            let note: Vec<&str> = current.into_iter().chain(version.note.as_deref()).collect();
            table.row([
                shown::name(&version.id),
                version.source.clone(),
                shown::size_or_unknown(version.size),
                shown::time_or_unknown(version.time_ns),
                shown::name(&note.join(", ")),
            ]);
        }
        let (pair, path) = (shown::shell_word(&args.pair), shown::shell_word(&args.path));
        format!("{}Bring one back with `tidemark restore {pair} {path} --version ID`.", table.text())
    });
    Ok(Exit::InSync)
}
