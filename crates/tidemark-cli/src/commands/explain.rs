//! `tidemark explain`: what is known of a path, and what follows.

use tidemark_engine::Result;
use tidemark_engine::report::SideView;

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::shown;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The pair
    pair: String,
    /// The path, relative to the pair's folder
    path: String,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let known = app.tidemark.explain(&args.pair, &args.path)?;
    app.output.result(&known, || {
        let mut text =
            format!("{}: {}\n", known.pair, app.output.style(&shown::name(&known.path), Style::Bold));
        text.push_str(&sides(&[
            ("this computer", known.local.as_ref()),
            ("the service", known.remote.as_ref()),
            ("last agreed", known.synced.as_ref()),
        ]));
        if let Some(pattern) = &known.ignored_by {
            text.push_str(&format!("  It is left out by the pattern \"{}\".\n", shown::name(pattern)));
        }
        for sentence in &known.follows {
            text.push_str(&format!("  {}\n", shown::sentence(sentence)));
        }
        text
    });
    Ok(Exit::InSync)
}

/// One line for each side of a path.
pub(crate) fn sides(sides: &[(&str, Option<&SideView>)]) -> String {
    sides.iter().map(|(whose, side)| format!("  {whose:<13}  {}\n", one_side(*side))).collect()
}

fn one_side(side: Option<&SideView>) -> String {
    let Some(side) = side else { return "nothing".to_owned() };
    let mut parts = vec![side.kind.clone()];
    parts.extend(side.size.filter(|_| side.kind == "file").map(shown::size));
    parts.extend(
        side.modified_ns.filter(|time| *time != 0).map(|time| format!("changed {}", shown::time(time))),
    );
    parts.extend(
        side.hash.as_ref().map(|hash| format!("content {}", hash.chars().take(12).collect::<String>())),
    );
    parts.extend(side.revision.as_ref().map(|revision| format!("revision {}", shown::name(revision))));
    parts.join(", ")
}
