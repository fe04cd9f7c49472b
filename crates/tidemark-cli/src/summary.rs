//! What a sync did and what waits, in sentences.

use tidemark_core::plan::operation::{ConflictKind, Hold};
use tidemark_engine::ErrorCode;
use tidemark_engine::report::{ConflictLine, Outcome, PairReport, Problem};

use crate::output::{Output, Style};
use crate::shown;

/// Lines of a list before the rest is only counted.
const SHOWN: usize = 20;

/// The summary of one pair: a line, and a list of what waits with what to type next.
pub(crate) fn of_pair(output: &Output, report: &PairReport) -> String {
    let done = what_was_done(report);
    let (stands, style) = match report.outcome {
        Outcome::InSync => ("up to date".to_owned(), Style::Good),
        Outcome::Conflicts | Outcome::Problems => {
            (format!("up to date except for {}", waiting(report)), Style::Notice)
        }
        Outcome::Held => ("held, nothing was deleted".to_owned(), Style::Notice),
        Outcome::Failed if was_stopped(report) => ("stopped".to_owned(), Style::Notice),
        Outcome::Failed if done.is_empty() => ("nothing could be done".to_owned(), Style::Bad),
        Outcome::Failed => ("could not be finished".to_owned(), Style::Bad),
    };
    let mut text = format!("{}: {}.{done}\n", report.pair, output.style(&stands, style));
    if let Some(hold) = &report.held {
        text.push_str(&of_hold(hold));
    }
    text.push_str(&of_problems(&report.problems));
    text.push_str(&of_conflicts(&report.conflicts));
    text
}

/// A list of conflicts and how to decide them; empty without any.
pub(crate) fn of_conflicts(conflicts: &[ConflictLine]) -> String {
    let lines = conflicts.iter().map(|conflict| {
        format!("conflict {}: \"{}\" {}", conflict.id, shown::name(&conflict.path), kind(conflict.kind))
    });
    let Some(first) = conflicts.first() else { return String::new() };
    let id = first.id;
    format!(
        "{}  Every version is safe. Look with `tidemark conflicts show {id}`; decide with `tidemark conflicts resolve {id} --keep local|remote|both`.\n",
        list(lines, conflicts.len())
    )
}

/// A list of problems; empty without any.
pub(crate) fn of_problems(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| {
        let message = shown::sentence(&shown::name(&problem.message));
        match problem.message.contains(&format!("\"{}\"", problem.path)) {
            true => message,
            false => format!("\"{}\": {message}", shown::name(&problem.path)),
        }
    });
    list(lines, problems.len())
}

/// What is held and how to go on.
pub(crate) fn of_hold(hold: &Hold) -> String {
    format!("  {}\n", shown::sentence(&shown::name(&hold.message)))
}

/// A kind of conflict in words that follow the name of a file.
pub(crate) fn kind(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::BothChanged => "was changed on both sides",
        ConflictKind::BothCreated => "was made on both sides, with different contents",
        ConflictKind::EditDelete => "was changed here and deleted on the service",
        ConflictKind::DeleteEdit => "was deleted here and changed on the service",
        ConflictKind::FileFolder => "is a file on one side and a folder on the other",
        ConflictKind::MoveMove => "was moved to different places on both sides",
        ConflictKind::Unreadable => "was written at the service, where it can't be read back",
        ConflictKind::Overtaken => {
            "was changed on the service while it was written; both versions are in its history"
        }
    }
}

fn was_stopped(report: &PairReport) -> bool {
    report.error.as_ref().is_some_and(|error| error.code == ErrorCode::Cancelled)
}

fn waiting(report: &PairReport) -> String {
    let problems =
        (!report.problems.is_empty()).then(|| shown::count(report.problems.len() as u64, "problem"));
    let conflicts =
        (!report.conflicts.is_empty()).then(|| shown::count(report.conflicts.len() as u64, "conflict"));
    problems.into_iter().chain(conflicts).collect::<Vec<_>>().join(" and ")
}

fn what_was_done(report: &PairReport) -> String {
    let counts = [
        (report.uploaded, "uploaded"),
        (report.downloaded, "downloaded"),
        (report.moved_local, "moved here"),
        (report.moved_remote, "moved there"),
        (report.deleted_local, "deleted here"),
        (report.deleted_remote, "deleted there"),
    ];
    let done: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let time = shown::duration(report.elapsed_ms);
    let bytes = report.bytes_up + report.bytes_down;
    let looked_at_all = !matches!(report.outcome, Outcome::Held | Outcome::Failed);
    match (done.is_empty(), bytes) {
        (true, _) if looked_at_all => {
            format!(" {} unchanged, looked at in {time}.", shown::count(report.unchanged, "file"))
        }
        (true, _) => String::new(),
        (false, 0) => format!(" {} in {time}.", done.join(", ")),
        (false, bytes) => format!(" {} ({}) in {time}.", done.join(", "), shown::size(bytes)),
    }
}

fn list(lines: impl Iterator<Item = String>, number: usize) -> String {
    let mut text: String = lines.take(SHOWN).map(|line| format!("  {line}\n")).collect();
    if number > SHOWN {
        text.push_str(&format!(
            "  … and {} more; `tidemark status --json` lists all of them.\n",
            number - SHOWN
        ));
    }
    text
}
