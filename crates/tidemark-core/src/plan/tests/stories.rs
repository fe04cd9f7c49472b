//! Stories: what people do, and what the plan says.

use super::laws::policy;
use super::model::{Seals, Traits, World, path};
use crate::node::Kind::{File, Folder};
use crate::plan::operation::{Action, BlockedCode, ConflictKind, HoldReason, Keep, Plan, Reason};
use crate::plan::plan;
use crate::plan::policy::{Direction, Guards, OnConflict, Policy};

pub(super) const HERE: bool = true;
pub(super) const THERE: bool = false;

pub(super) const ABLE: Traits = Traits {
    moves_files: true,
    moves_folders: true,
    stable_ids: true,
    remote_hashes: true,
    local_hashes: true,
    folds: false,
    seals: Seals::Nothing,
};
const UNABLE: Traits = Traits { moves_files: false, moves_folders: false, stable_ids: false, ..ABLE };

/// A world in which both sides agree on these; a path with a slash at its end is a folder, others hold contents from 10.
pub(super) fn agreed(traits: Traits, paths: &[&str]) -> World {
    let mut world = World::new(traits);
    for (content, text) in (10..).zip(paths) {
        let kind = if text.ends_with('/') { Folder } else { File };
        world.agreed(&path(text.trim_end_matches('/')), kind, content);
    }
    world
}

fn ask(world: &World) -> Policy {
    policy(world.traits, OnConflict::Ask)
}

pub(super) fn planned(world: &World, policy: &Policy) -> Plan {
    plan(world.dirty(), policy)
}

pub(super) fn steps(plan: &Plan) -> Vec<String> {
    plan.operations
        .iter()
        .map(|step| match &step.action {
            Action::MoveLocal { from } | Action::MoveRemote { from } => {
                format!("{}: {from} -> {}", step.action.verb(), step.path)
            }
            Action::KeepBoth { copy } => format!("keep both: {}, {copy}", step.path),
            action => format!("{}: {}", action.verb(), step.path),
        })
        .collect()
}

pub(super) fn conflicts(plan: &Plan) -> Vec<(&str, ConflictKind)> {
    plan.conflicts.iter().map(|conflict| (conflict.path.as_str(), conflict.kind)).collect()
}

pub(super) fn blocked(plan: &Plan) -> Vec<(&str, BlockedCode)> {
    plan.blocked.iter().map(|blocked| (blocked.path.as_str(), blocked.code)).collect()
}

#[test]
fn one_change_travels_to_the_other_side() {
    let mut world = agreed(ABLE, &["edited", "deleted", "theirs", "gone", "both"]);
    world.edit(HERE, &path("edited"), 50, false);
    world.remove(HERE, &path("deleted"));
    world.edit(THERE, &path("theirs"), 51, false);
    world.remove(THERE, &path("gone"));
    world.put(HERE, &path("mine"), File, 52);
    world.put(THERE, &path("new"), File, 53);
    world.remove(HERE, &path("both"));
    world.remove(THERE, &path("both"));
    assert_eq!(
        steps(&planned(&world, &ask(&world))),
        [
            "forget: both",
            "upload: edited",
            "upload: mine",
            "download: new",
            "download: theirs",
            "delete there: deleted",
            "delete here: gone",
        ]
    );
}

#[test]
fn equal_content_is_agreed_on_and_unknown_content_is_not() {
    let mut world = agreed(ABLE, &["a"]);
    world.edit(HERE, &path("a"), 50, false);
    world.edit(THERE, &path("a"), 50, false);
    assert_eq!(steps(&planned(&world, &ask(&world))), ["agree: a"]);
    world.traits.remote_hashes = false;
    assert_eq!(conflicts(&planned(&world, &ask(&world))), [("a", ConflictKind::BothChanged)]);
}

#[test]
fn a_touched_file_is_only_recorded() {
    let mut world = agreed(ABLE, &["a"]);
    world.local.get_mut(&path("a")).unwrap().version = 99;
    assert_eq!(steps(&planned(&world, &ask(&world))), ["agree: a"]);
}

#[test]
fn two_edits_follow_the_rule() {
    let mut world = agreed(ABLE, &["a.txt"]);
    world.edit(HERE, &path("a.txt"), 50, false);
    world.edit(THERE, &path("a.txt"), 51, false);
    for (rule, step) in [
        (OnConflict::KeepBoth, "keep both: a.txt, a (conflict, desk 2026-01-01 000000).txt"),
        (OnConflict::Newest, "upload: a.txt"),
        (OnConflict::Local, "upload: a.txt"),
        (OnConflict::Remote, "download: a.txt"),
    ] {
        let newest_here = rule == OnConflict::Newest;
        if newest_here {
            world.local.get_mut(&path("a.txt")).unwrap().version = 1000;
        }
        let plan = planned(&world, &policy(ABLE, rule));
        assert_eq!(steps(&plan), [step], "{rule:?}");
        assert!(matches!(plan.operations[0].reason, Reason::Decided { by_rule: true, .. }));
    }
    let mut asked = ask(&world);
    assert_eq!(conflicts(&planned(&world, &asked)), [("a.txt", ConflictKind::BothChanged)]);
    asked.decisions.insert(path("a.txt"), Keep::Remote);
    let plan = planned(&world, &asked);
    assert_eq!(steps(&plan), ["download: a.txt"]);
    assert_eq!(plan.operations[0].reason, Reason::Decided { keep: Keep::Remote, by_rule: false });
}

#[test]
fn an_edit_in_a_deleted_folder_brings_the_folder_back() {
    let mut world = agreed(ABLE, &["f/", "f/edited", "f/same", "g/", "g/same"]);
    world.remove(HERE, &path("f"));
    world.edit(THERE, &path("f/edited"), 50, false);
    world.remove(THERE, &path("g"));
    world.put(HERE, &path("g/new"), File, 51);
    assert_eq!(
        steps(&planned(&world, &policy(ABLE, OnConflict::KeepBoth))),
        [
            "create folder here: f",
            "create folder there: g",
            "download: f/edited",
            "upload: g/new",
            "delete there: f/same",
            "delete here: g/same",
        ]
    );
    let plan = planned(&world, &ask(&world));
    assert_eq!(conflicts(&plan), [("f/edited", ConflictKind::DeleteEdit)]);
    assert!(!steps(&plan).contains(&"delete there: f".to_owned()));
}

#[test]
fn a_file_in_the_place_of_a_folder_waits_only_when_something_would_be_lost() {
    let mut world = agreed(ABLE, &["f/", "f/a", "f/g/", "f/g/b"]);
    world.remove(HERE, &path("f"));
    world.put(HERE, &path("f"), File, 50);
    assert_eq!(
        steps(&planned(&world, &ask(&world))),
        ["delete there: f/g/b", "delete there: f/g", "delete there: f/a", "delete there: f", "upload: f"]
    );
    world.edit(THERE, &path("f/a"), 51, false);
    for rule in [OnConflict::Ask, OnConflict::Local, OnConflict::Remote, OnConflict::KeepBoth] {
        let plan = planned(&world, &policy(ABLE, rule));
        assert_eq!((conflicts(&plan), steps(&plan)), (vec![("f", ConflictKind::FileFolder)], vec![]));
    }
    let mut decided = ask(&world);
    decided.decisions.insert(path("f"), Keep::Remote);
    assert_eq!(
        steps(&planned(&world, &decided)),
        [
            "delete here: f",
            "create folder here: f",
            "create folder here: f/g",
            "download: f/a",
            "download: f/g/b"
        ]
    );
    decided.decisions.insert(path("f"), Keep::Both);
    assert_eq!(steps(&planned(&world, &decided)), ["keep both: f, f (conflict, desk 2026-01-01 000000)"]);
}

#[test]
fn a_moved_folder_is_one_step_and_its_changes_follow() {
    let mut world = agreed(ABLE, &["f/", "f/same", "f/edited", "f/gone", "f/g/", "f/g/deep"]);
    world.relocate(HERE, &path("f"), &path("moved"));
    world.edit(HERE, &path("moved/edited"), 50, true);
    world.remove(HERE, &path("moved/gone"));
    world.put(HERE, &path("moved/new"), File, 51);
    world.edit(THERE, &path("f/g/deep"), 52, false);
    let plan = planned(&world, &ask(&world));
    assert_eq!(
        steps(&plan),
        [
            "move there: f -> moved",
            "upload: moved/edited",
            "download: moved/g/deep",
            "upload: moved/new",
            "delete there: moved/gone",
        ]
    );
    assert_eq!((plan.operations[0].kind, plan.operations[0].files), (Folder, 4));
}

#[test]
fn a_moved_file_keeps_its_history_and_an_edit_over_there_follows_it() {
    let mut world = agreed(ABLE, &["a", "b", "f/"]);
    world.relocate(HERE, &path("a"), &path("f/a"));
    world.relocate(THERE, &path("b"), &path("f/b"));
    world.edit(HERE, &path("b"), 50, false);
    assert_eq!(
        steps(&planned(&world, &ask(&world))),
        ["move there: a -> f/a", "move here: b -> f/b", "upload: f/b"]
    );
}

#[test]
fn a_service_that_cannot_move_gets_the_content_again_before_the_old_place_goes() {
    let mut world = agreed(UNABLE, &["f/", "f/a"]);
    world.relocate(HERE, &path("f"), &path("g"));
    let mut policy = ask(&world);
    policy.guards = Guards { synced_files: 2, max_deletes: 0, max_delete_percent: 0, ..Guards::default() };
    let plan = planned(&world, &policy);
    assert_eq!(
        steps(&plan),
        ["create folder there: g", "upload: g/a", "delete there: f/a", "delete there: f"]
    );
    let resent = Reason::Resent { to: path("g/a"), from: path("f/a") };
    assert!(plan.operations[1].reason == resent && plan.operations[2].reason == resent);
    assert_eq!(plan.hold, None);
}

#[test]
fn chains_run_from_their_end_and_circles_through_a_temporary_name() {
    let mut world = agreed(ABLE, &["a", "b"]);
    world.relocate(HERE, &path("b"), &path("c"));
    world.relocate(HERE, &path("a"), &path("b"));
    assert_eq!(steps(&planned(&world, &ask(&world))), ["move there: b -> c", "move there: a -> b"]);
    world.relocate(HERE, &path("c"), &path("a"));
    let plan = planned(&world, &ask(&world));
    assert_eq!(
        steps(&plan),
        ["move there: a -> .tidemark-move-1", "move there: b -> a", "move there: .tidemark-move-1 -> b",]
    );
    assert_eq!(plan.operations[0].reason, Reason::CycleBreak);
}

#[test]
fn a_file_saved_with_a_backup_beside_it_is_an_edit() {
    let mut world = agreed(ABLE, &["a"]);
    world.relocate(HERE, &path("a"), &path("a~"));
    world.put(HERE, &path("a"), File, 50);
    assert_eq!(steps(&planned(&world, &ask(&world))), ["upload: a", "upload: a~"]);
}

#[test]
fn an_inode_that_was_used_again_is_no_move() {
    let mut world = agreed(ABLE, &["a", "f/", "f/x"]);
    let (file, folder) = (world.local[&path("a")].identity, world.local[&path("f")].identity);
    world.remove(HERE, &path("a"));
    world.remove(HERE, &path("f"));
    world.put(HERE, &path("b"), File, 50);
    world.put(HERE, &path("g"), Folder, 0);
    world.local.get_mut(&path("b")).unwrap().identity = file;
    world.local.get_mut(&path("g")).unwrap().identity = folder;
    assert_eq!(
        steps(&planned(&world, &ask(&world))),
        ["create folder there: g", "upload: b", "delete there: a", "delete there: f/x", "delete there: f"]
    );
}

#[test]
fn moved_to_two_places_asks_or_takes_the_services_place() {
    let mut world = agreed(ABLE, &["a"]);
    world.relocate(HERE, &path("a"), &path("b"));
    world.relocate(THERE, &path("a"), &path("c"));
    let plan = planned(&world, &ask(&world));
    assert_eq!((conflicts(&plan), steps(&plan)), (vec![("b", ConflictKind::MoveMove)], vec![]));
    assert!(plan.conflicts[0].sides.local.is_some() && plan.conflicts[0].sides.remote.is_some());
    assert_eq!(
        steps(&planned(&world, &policy(ABLE, OnConflict::Newest))),
        ["move here: b -> c", "forget: a", "agree: c"]
    );
    let mut decided = ask(&world);
    decided.decisions.insert(path("b"), Keep::Local);
    assert_eq!(steps(&planned(&world, &decided)), ["move there: c -> b", "forget: a", "agree: b"]);
}

#[test]
fn moved_here_and_deleted_there_is_an_edit() {
    let mut world = agreed(ABLE, &["a"]);
    world.relocate(HERE, &path("a"), &path("b"));
    world.remove(THERE, &path("a"));
    let plan = planned(&world, &ask(&world));
    assert_eq!((conflicts(&plan), steps(&plan)), (vec![("b", ConflictKind::EditDelete)], vec![]));
    let kept = planned(&world, &policy(ABLE, OnConflict::KeepBoth));
    assert_eq!(steps(&kept), ["forget: a", "upload: b"]);
}

#[test]
fn one_way_pairs_leave_the_other_sides_changes_alone() {
    let mut world = agreed(ABLE, &["a", "b", "c", "d"]);
    world.edit(HERE, &path("a"), 50, false);
    world.edit(THERE, &path("b"), 51, false);
    world.remove(HERE, &path("c"));
    world.remove(THERE, &path("d"));
    let mut policy = ask(&world);
    policy.direction = Direction::Upload;
    assert_eq!(steps(&planned(&world, &policy)), ["upload: a", "delete there: c"]);
    policy.direction = Direction::Download;
    assert_eq!(steps(&planned(&world, &policy)), ["download: b", "delete here: d"]);
    world.edit(THERE, &path("a"), 52, false);
    policy.on_conflict = OnConflict::Local;
    assert_eq!(conflicts(&planned(&world, &policy)), [("a", ConflictKind::BothChanged)]);
}

#[test]
fn what_the_service_cannot_take_is_blocked_with_all_below() {
    let mut world = agreed(ABLE, &["old", "kept/", "kept/x"]);
    world.put(HERE, &path("a?"), Folder, 0);
    world.put(HERE, &path("a?/inside"), File, 50);
    world.put(HERE, &path("empty"), File, 0);
    world.put(HERE, &path("large"), File, 53);
    world.relocate(HERE, &path("old"), &path("old?"));
    let mut policy = ask(&world);
    policy.remote.names.forbidden = &['?'];
    policy.remote.empty_files = false;
    policy.remote.max_size = Some(2);
    let plan = planned(&world, &policy);
    assert_eq!(
        blocked(&plan),
        [
            ("a?", BlockedCode::NameUnsupported),
            ("empty", BlockedCode::EmptyUnsupported),
            ("large", BlockedCode::TooLarge),
            ("old?", BlockedCode::NameUnsupported),
        ]
    );
    assert_eq!(steps(&plan), [""; 0]);
    policy.remote.writable = false;
    assert!(planned(&world, &policy).blocked.iter().all(|blocked| blocked.code == BlockedCode::ReadOnly));
}

#[test]
fn a_blocked_new_file_keeps_its_folder() {
    let mut world = agreed(ABLE, &["f/", "f/x"]);
    world.remove(THERE, &path("f"));
    world.put(HERE, &path("f/a?"), File, 50);
    let mut policy = ask(&world);
    policy.remote.names.forbidden = &['?'];
    let plan = planned(&world, &policy);
    assert_eq!(blocked(&plan), [("f/a?", BlockedCode::NameUnsupported)]);
    assert_eq!(steps(&plan), ["delete here: f/x"]);
}

#[test]
fn names_that_the_service_takes_for_one() {
    let mut world = agreed(Traits { folds: true, ..ABLE }, &["a"]);
    world.put(HERE, &path("A"), File, 50);
    world.put(HERE, &path("b"), File, 51);
    world.put(HERE, &path("B"), File, 52);
    let plan = planned(&world, &ask(&world));
    assert_eq!(blocked(&plan), [("A", BlockedCode::CaseClash), ("b", BlockedCode::CaseClash)]);
    assert_eq!(steps(&plan), ["upload: B"]);

    let mut world = agreed(Traits { folds: true, ..ABLE }, &["a"]);
    world.relocate(HERE, &path("a"), &path("A"));
    assert_eq!(steps(&planned(&world, &ask(&world))), ["move there: a -> A"]);
    world.traits.moves_files = false;
    assert_eq!(steps(&planned(&world, &ask(&world))), ["delete there: a", "upload: A"]);
}

#[test]
fn many_deletions_wait_and_everything_else_goes_on() {
    let names: Vec<String> = (0..60).map(|n| format!("f/{n}")).collect();
    let mut paths: Vec<&str> = vec!["f/"];
    paths.extend(names.iter().map(String::as_str));
    let mut world = agreed(ABLE, &paths);
    for name in &names[..40] {
        world.remove(HERE, &path(name));
    }
    world.put(HERE, &path("new"), File, 500);
    let mut policy = ask(&world);
    policy.guards = Guards { synced_files: 60, ..Guards::default() };
    let plan = planned(&world, &policy);
    assert_eq!(steps(&plan), ["upload: new"]);
    let hold = plan.hold.unwrap();
    assert_eq!((hold.reason, hold.deletes, hold.of), (HoldReason::MassDelete, 40, 60));
    assert!(hold.message.contains("40 of 60") && hold.message.contains("--confirm-deletes"));

    policy.guards.synced_files = 80;
    assert_eq!(planned(&world, &policy).hold, None, "half of them is not more than half");
    policy.guards.standing = plan.standing;
    assert_eq!(planned(&world, &policy).hold.unwrap().reason, HoldReason::MassDelete, "a hold stands");
    policy.guards.standing = Default::default();
    policy.guards.root_replaced = true;
    assert_eq!(planned(&world, &policy).hold.unwrap().reason, HoldReason::RootReplaced);
    policy.guards.confirmed = true;
    assert_eq!(planned(&world, &policy).operations.len(), 41);
}

#[test]
fn a_side_that_lost_everything_holds_the_deletions_of_folders_too() {
    let mut world = agreed(ABLE, &["f/", "f/a", "b"]);
    world.remove(THERE, &path("f"));
    world.remove(THERE, &path("b"));
    let mut policy = ask(&world);
    policy.guards = Guards { synced_files: 2, ..Guards::default() };
    let plan = planned(&world, &policy);
    assert_eq!((steps(&plan), plan.hold.unwrap().reason), (vec![], HoldReason::SideEmptied));
}
