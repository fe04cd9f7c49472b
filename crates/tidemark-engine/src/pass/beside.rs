//! Carrying out what people have decided on some paths while a whole pass is under way.

use std::collections::BTreeSet;

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Action, Operation};

use super::{ROUND_WAIT, ROUNDS, Scope, Tally, look, look_again_at, make_plan, note_problems};
use crate::apply::{Applied, apply};
use crate::base_texts;
use crate::conflict_base::keep_bases;
use crate::conflict_book;
use crate::pair::Pair;
use crate::pass_end::PassEnd;

/// Carries out what was decided on these paths, and nothing else of what differs.
pub(super) async fn settle(pair: &Pair, paths: &[RelPath], tally: &mut Tally) -> Result<(), PassEnd> {
    let _turn = pair.turns.look.lock().await;
    let sight = look(pair, &Scope::Paths(paths.to_vec())).await?;
    let mut about: BTreeSet<RelPath> = paths.iter().cloned().collect();
    for round in 0..ROUNDS {
        tally.plan = make_plan(pair, &sight, false).await?;
        tally.planned = true;
        conflict_book::note(pair, &tally.plan)?;
        keep_bases(pair).await?;
        let copies: Vec<RelPath> = tally.plan.operations.iter().filter_map(copy_of(&about)).collect();
        about.extend(copies);
        tally.plan.operations.retain(|operation| concerns(&about, operation));
        if tally.plan.operations.is_empty() {
            break;
        }
        let Applied { counts, problems, look_again, end } = apply(pair, &tally.plan).await;
        base_texts::remember(pair, &tally.plan.operations).await?;
        tally.counts.add(counts);
        note_problems(tally, &problems);
        if let Some(error) = end {
            return Err(PassEnd::Failed(error));
        }
        if !problems.is_empty() {
            break;
        }
        if !look_again.is_empty() {
            tokio::time::sleep(ROUND_WAIT * 2u32.pow(round)).await;
            look_again_at(pair, &look_again, sight.root).await?;
        }
    }
    Ok(())
}

/// The copy that an operation on these paths makes.
fn copy_of(about: &BTreeSet<RelPath>) -> impl Fn(&Operation) -> Option<RelPath> + '_ {
    |operation| match &operation.action {
        Action::KeepBoth { copy } if concerns(about, operation) => Some(copy.clone()),
        _ => None,
    }
}

/// True when an operation is on one of these paths, below one, or makes a folder above one.
fn concerns(about: &BTreeSet<RelPath>, operation: &Operation) -> bool {
    let from = match &operation.action {
        Action::MoveLocal { from } | Action::MoveRemote { from } => Some(from),
        _ => None,
    };
    let makes_folder = matches!(operation.action, Action::CreateLocalFolder | Action::CreateRemoteFolder);
    let is_at = |path: &RelPath| about.iter().any(|one| path == one || path.strip(one).is_some());
    is_at(&operation.path)
        || from.is_some_and(is_at)
        || (makes_folder && about.iter().any(|one| one.strip(&operation.path).is_some()))
}
