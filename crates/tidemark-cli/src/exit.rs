//! The code that the process ends with.

use std::process::ExitCode;

use tidemark_engine::report::{Outcome, PairStatus, PlanReport, SyncReport};
use tidemark_engine::{EngineError, ErrorCode};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// In sync, nothing waits; or what was asked for is done.
    InSync,
    /// Nothing could be done.
    Failed,
    /// Wrong usage.
    Usage,
    /// Conflicts wait.
    Conflicts,
    /// Deletions, or a missing root, wait.
    Held,
    /// Files with a problem.
    Problems,
}

impl Exit {
    pub(crate) fn of_error(error: &EngineError) -> Self {
        match error.code {
            ErrorCode::Usage => Self::Usage,
            _ => Self::Failed,
        }
    }

    pub(crate) fn of_sync(report: &SyncReport) -> Self {
        Self::first(report.pairs.iter().map(|pair| match pair.outcome {
            Outcome::InSync => Self::InSync,
            Outcome::Conflicts => Self::Conflicts,
            Outcome::Problems => Self::Problems,
            Outcome::Held => Self::Held,
            Outcome::Failed => Self::Failed,
        }))
    }

    pub(crate) fn of_plans(plans: &[PlanReport]) -> Self {
        Self::first(plans.iter().map(|plan| {
            let waits =
                Self::of_waiting(plan.held.is_some(), !plan.problems.is_empty(), !plan.conflicts.is_empty());
            if plan.error.is_some() { Self::Failed } else { waits }
        }))
    }

    pub(crate) fn of_status(pairs: &[PairStatus]) -> Self {
        Self::first(pairs.iter().map(|pair| {
            Self::of_waiting(pair.held.is_some(), !pair.problems.is_empty(), !pair.conflicts.is_empty())
        }))
    }

    fn of_waiting(held: bool, problems: bool, conflicts: bool) -> Self {
        match (held, problems, conflicts) {
            (true, _, _) => Self::Held,
            (_, true, _) => Self::Problems,
            (_, _, true) => Self::Conflicts,
            _ => Self::InSync,
        }
    }

    /// The one that counts where several hold.
    fn first(all: impl Iterator<Item = Self>) -> Self {
        let all: Vec<Self> = all.collect();
        let order = [Self::Failed, Self::Held, Self::Problems, Self::Conflicts];
        order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Self::InSync)
    }

    fn code(self) -> u8 {
        match self {
            Self::InSync => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Conflicts => 3,
            Self::Held => 4,
            Self::Problems => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_counts() {
        let all = [Exit::InSync, Exit::Conflicts, Exit::Problems, Exit::Held, Exit::Failed];
        let codes = (1..=all.len()).map(|many| Exit::first(all[..many].iter().copied()).code());
        assert_eq!(codes.collect::<Vec<_>>(), [0, 3, 5, 4, 1]);
    }
}
