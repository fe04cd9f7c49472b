//! What must be true at the end: nothing lost, both sides equal where nothing waits, and nothing left to do.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::ConflictKind;
use tidemark_core::plan::policy::OnConflict;
use tidemark_engine::report::PairReport;
use tidemark_providers::capabilities::Folders;

use super::World;
use super::content::shown;
use super::tree::Bytes;

impl World {
    /// Every content that was on a side, and that nobody replaced or deleted there, is on a side, kept here, or in the
    /// service's history. What nobody replaced or deleted anywhere is still on a side, unless a rule of the pair or a
    /// person lets one side win.
    pub fn nothing_is_lost(&self) -> Result<(), String> {
        let stage = self.scene.stage();
        let mut live: BTreeSet<Bytes> = stage.tree.files().into_values().collect();
        live.extend(stage.service.live());
        let mut reachable = live.clone();
        let kept = stage.tree.kept.values().filter_map(|(_, key)| stage.tree.file(*key));
        reachable.extend(kept.map(|file| file.content.clone()));
        if stage.service.able.versions {
            reachable.extend(stage.service.history());
        }
        if let Some((content, place)) =
            stage.ledger.entrusted().find(|(content, _)| !reachable.contains(*content))
        {
            return Err(format!("lost: {}, first seen {place}", shown(content)));
        }
        live.extend(self.overtaken(&stage.service));
        let decided = !matches!(self.config.on_conflict, OnConflict::Ask | OnConflict::KeepBoth)
            || stage.ledger.somebody_decided;
        let forgetful = stage.ledger.forgot_overtaken;
        let spared = if decided || forgetful { &reachable } else { &live };
        match stage.ledger.last_words().find(|(content, _)| !spared.contains(*content)) {
            Some((content, place)) => {
                Err(format!("gone from both sides: {}, first seen {place}", shown(content)))
            }
            None => Ok(()),
        }
    }

    /// Panics when something is lost.
    pub fn assert_nothing_lost(&self) {
        self.nothing_is_lost().unwrap_or_else(|why| panic!("{why}\n{}", self.trace()));
    }

    /// What waiting conflicts of overtaken writes lead to.
    fn overtaken(&self, service: &super::items::Service) -> Vec<Bytes> {
        let rows = self.pair.as_ref().and_then(|pair| pair.state.conflicts().ok()).unwrap_or_default();
        let ids: BTreeSet<String> = rows.into_iter().filter_map(|row| row.theirs_version).collect();
        let versions = service.items.iter().flat_map(|item| &item.versions);
        versions.filter(|version| ids.contains(&version.id)).map(|version| version.content.clone()).collect()
    }

    /// Both sides hold the same, but for what the report says to wait. What both sides moved waits at one path and is
    /// at another one, too.
    pub fn sides_are_equal(&self, report: &PairReport) -> Result<(), String> {
        if let Some(error) = &report.error {
            return Err(format!("the sync failed: {}", error.message));
        }
        if report.held.is_some() {
            return Ok(());
        }
        let conflicts = report.conflicts.iter().map(|conflict| &conflict.path);
        let any = |kind| report.conflicts.iter().any(|conflict| conflict.kind == kind);
        let both_moved = any(ConflictKind::MoveMove);
        let folders_wait = both_moved || any(ConflictKind::FileFolder);
        let problems = report.problems.iter().map(|problem| &problem.path);
        let waiting: Vec<RelPath> =
            conflicts.chain(problems).filter_map(|path| RelPath::new(path).ok()).collect();
        let known_there = self.lists_nothing().then(|| self.known_there());
        let stage = self.scene.stage();
        let here = stage.tree.files();
        let there = known_there.unwrap_or_else(|| stage.service.files());
        let waits = |path: &&RelPath| waiting.iter().any(|other| other == *path || path.is_below(other));
        // What was moved on a side waits where it arrived, and is still in its old place on the other side.
        let waiting_contents = |side: &BTreeMap<RelPath, Bytes>| -> BTreeSet<Bytes> {
            side.iter().filter(|(path, _)| waits(path)).map(|(_, content)| content.clone()).collect()
        };
        let (waiting_here, waiting_there) = (waiting_contents(&here), waiting_contents(&there));
        let moved = |path: &RelPath| match (here.get(path), there.get(path)) {
            (Some(content), None) => both_moved || waiting_there.contains(content),
            (None, Some(content)) => both_moved || waiting_here.contains(content),
            _ => false,
        };
        let paths: BTreeSet<&RelPath> = here.keys().chain(there.keys()).collect();
        let mut wrong = paths.into_iter().filter(|path| here.get(*path) != there.get(*path));
        if let Some(path) = wrong.find(|path| !waits(path) && !moved(path)) {
            let one = |side: &BTreeMap<RelPath, Bytes>| side.get(path).map_or("nothing".into(), |c| shown(c));
            return Err(format!("not in step: {path} is {} here and {} there", one(&here), one(&there)));
        }
        if stage.service.able.folders == Folders::Real && !folders_wait {
            let (here, there) = (stage.tree.folders(), stage.service.folders());
            let leads = |path: &&RelPath| !waiting.iter().any(|other| other.is_below(path));
            if let Some(path) = here.symmetric_difference(&there).filter(|path| !waits(path)).find(leads) {
                return Err(format!("not in step: the folder {path} is on one side only"));
            }
        }
        Ok(())
    }

    /// Panics when the sides differ though nothing waits; syncs once more, which must do nothing.
    pub fn assert_in_step(&mut self) {
        self.in_step().unwrap_or_else(|why| panic!("{why}\n{}", self.trace()));
    }

    /// Both sides hold the same, and another sync does nothing.
    pub fn in_step(&mut self) -> Result<(), String> {
        let report = self.sync();
        if !self.did_nothing(&report) {
            return Err(format!("another sync still had to do something: {}", summary(&report)));
        }
        self.sides_are_equal(&report)
    }

    /// The last sync, which this is the report of, changed nothing and moved nothing.
    pub(super) fn did_nothing(&self, report: &PairReport) -> bool {
        let files = report.uploaded
            + report.downloaded
            + report.moved_local
            + report.moved_remote
            + report.deleted_local
            + report.deleted_remote;
        files == 0 && report.bytes_up == 0 && report.bytes_down == 0 && self.scene.stage().course.changes == 0
    }
}

/// A report in one line.
pub(super) fn summary(report: &PairReport) -> String {
    let mut text = format!(
        "{:?}: {} up, {} down, {} moved here, {} moved there, {} deleted here, {} deleted there",
        report.outcome,
        report.uploaded,
        report.downloaded,
        report.moved_local,
        report.moved_remote,
        report.deleted_local,
        report.deleted_remote
    );
    for conflict in &report.conflicts {
        text.push_str(&format!("; conflict {:?} at {}", conflict.kind, conflict.path));
    }
    for problem in &report.problems {
        text.push_str(&format!("; {:?} at {}: {}", problem.code, problem.path, problem.message));
    }
    if let Some(hold) = &report.held {
        text.push_str(&format!("; held: {}", hold.message));
    }
    if let Some(error) = &report.error {
        text.push_str(&format!("; error: {}", error.message));
    }
    text
}
