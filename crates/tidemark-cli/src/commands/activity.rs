//! `tidemark activity`: what was done lately, and why.

use serde_json::json;
use tidemark_engine::Result;

use crate::app::App;
use crate::exit::Exit;
use crate::shown;
use crate::table::Table;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which pair; all when none is named
    pair: Option<String>,
    /// How many lines at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let lines = app.tidemark.activity(args.pair.as_deref(), args.limit)?;
    app.output.result(&json!({ "activity": lines }), || {
        if lines.is_empty() {
            return "Nothing was done yet.".to_owned();
        }
        let mut table = Table::new(&["TIME", "PAIR", "WHAT", "PATH", "SIZE", "WHY"]).right(&[4]);
        for line in &lines {
            let action = if line.ok { line.action.clone() } else { format!("{} (failed)", line.action) };
            let size = if line.bytes == 0 { String::new() } else { shown::size(line.bytes) };
            table.row([
                shown::time(line.time_ns),
                line.pair.clone(),
                action,
                shown::name(&line.path),
                size,
                shown::name(&line.reason),
            ]);
        }
        table.text()
    });
    Ok(Exit::InSync)
}
