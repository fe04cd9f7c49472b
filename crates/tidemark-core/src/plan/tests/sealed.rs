//! Stories of a service that takes some contents and never gives them back.

use super::laws::policy;
use super::model::{Seals, Traits, World, path};
use super::stories::{ABLE, HERE, THERE, agreed, blocked, conflicts, planned, steps};
use crate::node::Kind::{File, Folder};
use crate::plan::operation::{BlockedCode, ConflictKind, Keep, Plan, Reason};
use crate::plan::policy::{Direction, OnConflict, Policy};

const SEALING: Traits = Traits { seals: Seals::Everything, remote_hashes: false, ..ABLE };
const RULES: [OnConflict; 5] =
    [OnConflict::Ask, OnConflict::KeepBoth, OnConflict::Newest, OnConflict::Local, OnConflict::Remote];

/// A world in which `a` was agreed and then written by somebody else at the service.
fn written_there() -> World {
    let mut world = agreed(SEALING, &["a"]);
    world.edit(THERE, &path("a"), 50, false);
    world
}

fn rule(on_conflict: OnConflict) -> Policy {
    policy(SEALING, on_conflict)
}

fn decided(keep: Keep) -> Policy {
    let mut policy = rule(OnConflict::Ask);
    policy.decisions.insert(path("a"), keep);
    policy
}

fn carried_out(world: &mut World, policy: &Policy) -> Plan {
    let plan = planned(world, policy);
    plan.operations.iter().for_each(|step| world.apply(step).unwrap());
    plan
}

/// What a world comes to under each rule: steps, and whether a conflict of that kind waits.
fn waits_but_for_local(world: &World, kind: ConflictKind, by_local: &str) {
    for on_conflict in RULES {
        let plan = planned(world, &rule(on_conflict));
        let (done, waiting) = if on_conflict == OnConflict::Local {
            (vec![by_local], vec![])
        } else {
            (vec![], vec![("a", kind)])
        };
        assert_eq!(
            (steps(&plan), conflicts(&plan)),
            (done.into_iter().map(str::to_owned).collect(), waiting)
        );
        assert!(plan.blocked.is_empty(), "{on_conflict:?}");
    }
}

#[test]
fn what_was_sent_and_cannot_be_read_back_is_in_step() {
    let mut world = agreed(SEALING, &["a"]);
    world.edit(HERE, &path("a"), 50, false);
    assert_eq!(steps(&carried_out(&mut world, &rule(OnConflict::Ask))), ["upload: a"]);
    assert_eq!(world.dirty(), []);
}

#[test]
fn a_change_that_cannot_be_read_waits_whatever_the_rule() {
    waits_but_for_local(&written_there(), ConflictKind::Unreadable, "upload: a");
}

#[test]
fn a_change_on_both_sides_waits_too_however_new_this_one_is() {
    let mut world = written_there();
    world.edit(HERE, &path("a"), 51, false);
    world.local.get_mut(&path("a")).unwrap().version = 1000;
    waits_but_for_local(&world, ConflictKind::Unreadable, "upload: a");
}

#[test]
fn two_new_files_wait_since_nobody_can_compare_them() {
    let mut world = World::new(SEALING);
    world.put(HERE, &path("a"), File, 50);
    world.put(THERE, &path("a"), File, 50);
    waits_but_for_local(&world, ConflictKind::Unreadable, "upload: a");
}

#[test]
fn a_file_deleted_here_and_changed_there_is_never_fetched() {
    let mut world = written_there();
    world.remove(HERE, &path("a"));
    waits_but_for_local(&world, ConflictKind::DeleteEdit, "delete there: a");
    assert_eq!(steps(&planned(&world, &decided(Keep::Local))), ["delete there: a"]);
    for keep in [Keep::Remote, Keep::Both] {
        let mut world = world.clone();
        let plan = carried_out(&mut world, &decided(keep));
        assert_eq!(
            (steps(&plan), &plan.operations[0].reason),
            (vec!["forget: a".into()], &Reason::LeftApart)
        );
        let plan = planned(&world, &rule(OnConflict::Ask));
        assert_eq!((blocked(&plan), steps(&plan)), (vec![("a", BlockedCode::WriteOnly)], vec![]));
    }
}

#[test]
fn this_computers_version_goes_over_it_when_a_person_says_so() {
    let mut world = written_there();
    assert_eq!(steps(&carried_out(&mut world, &decided(Keep::Local))), ["upload: a"]);
    assert_eq!(world.dirty(), []);
}

#[test]
fn both_sides_stay_as_they_are_until_the_next_change() {
    for (keep, edited) in [(Keep::Remote, false), (Keep::Both, false), (Keep::Remote, true)] {
        let mut world = written_there();
        if edited {
            world.edit(HERE, &path("a"), 51, false);
        }
        let (here, there) = (world.local.clone(), world.remote.clone());
        let plan = carried_out(&mut world, &decided(keep));
        assert_eq!((steps(&plan), &plan.operations[0].reason), (vec!["agree: a".into()], &Reason::LeftApart));
        assert_eq!((&world.local, &world.remote, world.dirty()), (&here, &there, vec![]));

        let mut touched = world.clone();
        touched.local.get_mut(&path("a")).unwrap().version = 999;
        assert_eq!(steps(&carried_out(&mut touched, &rule(OnConflict::Ask))), ["agree: a"]);
        assert_eq!(touched.node(&path("a")).remote.unwrap().hash, None, "nobody knows what is there");

        let mut changed = world.clone();
        changed.edit(HERE, &path("a"), 52, false);
        assert_eq!(steps(&planned(&changed, &rule(OnConflict::Ask))), ["upload: a"]);

        world.edit(THERE, &path("a"), 53, false);
        let again = planned(&world, &rule(OnConflict::KeepBoth));
        assert_eq!(conflicts(&again), [("a", ConflictKind::Unreadable)]);
    }
}

#[test]
fn one_that_was_never_here_is_a_problem_of_its_own() {
    let mut world = World::new(SEALING);
    world.put(THERE, &path("a"), File, 50);
    for on_conflict in RULES {
        let plan = planned(&world, &rule(on_conflict));
        assert_eq!((blocked(&plan), steps(&plan)), (vec![("a", BlockedCode::WriteOnly)], vec![]));
    }
}

#[test]
fn one_that_takes_the_place_of_a_folder_leaves_the_folder_alone() {
    let mut world = agreed(SEALING, &["a/", "a/b"]);
    world.remove(THERE, &path("a"));
    world.put(THERE, &path("a"), File, 50);
    for policy in [rule(OnConflict::Remote), decided(Keep::Remote)] {
        let plan = planned(&world, &policy);
        assert_eq!((blocked(&plan), steps(&plan)), (vec![("a", BlockedCode::WriteOnly)], vec![]));
    }
    assert_eq!(world.local[&path("a")].kind, Folder);
}

#[test]
fn one_that_became_readable_is_fetched() {
    let mut world = written_there();
    world.traits.seals = Seals::Nothing;
    assert_eq!(steps(&planned(&world, &rule(OnConflict::Ask))), ["download: a"]);
}

#[test]
fn one_way_pairs_leave_it_alone_or_wait() {
    let mut world = written_there();
    let mut policy = rule(OnConflict::Local);
    policy.direction = Direction::Upload;
    assert_eq!(planned(&world, &policy), Plan::default());
    policy.direction = Direction::Download;
    assert_eq!(conflicts(&planned(&world, &policy)), [("a", ConflictKind::Unreadable)]);
    world.edit(HERE, &path("a"), 51, false);
    assert_eq!(conflicts(&planned(&world, &policy)), [("a", ConflictKind::Unreadable)]);
}

#[test]
fn a_move_here_is_followed_before_the_change_waits() {
    let mut world = written_there();
    world.relocate(HERE, &path("a"), &path("b"));
    let plan = planned(&world, &rule(OnConflict::KeepBoth));
    assert_eq!(
        (steps(&plan), conflicts(&plan)),
        (vec!["move there: a -> b".to_owned()], vec![("b", ConflictKind::Unreadable)])
    );
}
