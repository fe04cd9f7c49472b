//! `tidemark plan`: what sync would do, and why.

use serde_json::json;
use tidemark_engine::Result;
use tidemark_engine::command::Plan;
use tidemark_engine::report::PlanReport;

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::table::Table;
use crate::{interrupt, shown, summary};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which pairs; all that aren't paused when none is named
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let progress = app.progress();
    let plans = interrupt::run(|cancel| app.call(Plan { pairs: args.pairs }, progress.events(), cancel));
    progress.end();
    let plans = plans?;
    for error in plans.iter().filter_map(|plan| plan.error.as_ref()) {
        app.output.error_text(error);
    }
    app.output.result(&json!({ "pairs": plans }), || {
        plans
            .iter()
            .filter(|plan| plan.error.is_none())
            .map(|plan| text(app, plan))
            .collect::<Vec<_>>()
            .join("\n")
    });
    Ok(Exit::of_plans(&plans))
}

fn text(app: &App, plan: &PlanReport) -> String {
    let name = app.output.style(&plan.pair, Style::Bold);
    let waits = plan.held.is_some() || !plan.conflicts.is_empty() || !plan.problems.is_empty();
    if plan.operations.is_empty() && !waits {
        return format!("{name}: nothing to do.\n");
    }
    let bytes: u64 = plan.operations.iter().map(|operation| operation.bytes).sum();
    let steps = shown::count(plan.operations.len() as u64, "step");
    let mut text = format!("{name}: {steps}, {} to transfer. Nothing was changed.\n", shown::size(bytes));
    if !plan.operations.is_empty() {
        let mut table = Table::new(&["STEP", "PATH", "SIZE", "WHY"]).right(&[2]);
        for operation in &plan.operations {
            let path = match &operation.other {
                Some(other) => format!("{} (from {})", shown::name(&operation.path), shown::name(other)),
                None => shown::name(&operation.path),
            };
            let size = if operation.bytes == 0 { String::new() } else { shown::size(operation.bytes) };
            table.row([operation.action.clone(), path, size, operation.reason.clone()]);
        }
        text.push_str(&table.text());
    }
    if let Some(hold) = &plan.held {
        text.push_str(&summary::of_hold(hold));
    }
    for conflict in &plan.conflicts {
        text.push_str(&format!(
            "  conflict: \"{}\" {}\n",
            shown::name(&conflict.path),
            summary::kind(conflict.kind)
        ));
    }
    text.push_str(&summary::of_problems(&plan.problems));
    text
}
