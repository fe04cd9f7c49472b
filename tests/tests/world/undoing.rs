//! Decisions and their undoing, ended by a crash or a loss of power at every call there is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use tidemark_core::plan::operation::{ConflictKind, Keep};
use tidemark_core::plan::policy::OnConflict;
use tidemark_engine::report::Outcome;
use tidemark_tests::world::{At, Happening, Profile, World};

use crate::conflicts::world_with;

const KINDS: [ConflictKind; 4] = [
    ConflictKind::BothChanged,
    ConflictKind::BothCreated,
    ConflictKind::EditDelete,
    ConflictKind::DeleteEdit,
];
const PROFILES: [Profile; 2] = [Profile::Evo, Profile::Folder];
const KEEPS: [Keep; 3] = [Keep::Local, Keep::Remote, Keep::Both];

type Sides = [(Vec<String>, Option<Vec<u8>>); 2];

fn sides(world: &World) -> Sides {
    let here = (world.local().files(), world.local().content("a").map(|content| content.to_vec()));
    let there = (world.remote().files(), world.remote().content("a").map(|content| content.to_vec()));
    [here, there]
}

/// A world in which a conflict at "a" waits.
fn waiting(kind: ConflictKind, profile: Profile) -> World {
    let mut world = world_with(kind, profile, OnConflict::Ask);
    world.sync();
    world
}

#[track_caller]
fn waits_as_before(world: &mut World, before: &Sides, kind: ConflictKind, about: &str) {
    let report = world.sync();
    assert!(sides(world) == *before, "{about}: the sides aren't what they were\n{}", world.trace());
    assert_eq!(report.outcome, Outcome::Conflicts, "{about}\n{}", world.trace());
    assert_eq!(report.conflicts[0].kind, kind, "{about}\n{}", world.trace());
    world.assert_nothing_lost();
}

fn each(mut story: impl FnMut(ConflictKind, Profile, Keep, &str)) {
    for (kind, profile) in KINDS.into_iter().flat_map(|kind| PROFILES.map(|profile| (kind, profile))) {
        for keep in KEEPS {
            story(kind, profile, keep, &format!("{kind:?} {profile} {keep:?}"));
        }
    }
}

#[test]
fn what_was_undone_waits_again_and_can_be_decided_again() {
    each(|kind, profile, keep, about| {
        let mut world = waiting(kind, profile);
        let before = sides(&world);
        assert_eq!(world.resolve_during(keep, &[]).unwrap().outcome, Outcome::InSync, "{about}");
        let decided = world.settle();
        world.sides_are_equal(&decided).unwrap();
        world.undo_during(&[]).unwrap().unwrap_or_else(|why| panic!("{about}: {why}\n{}", world.trace()));
        waits_as_before(&mut world, &before, kind, about);
        assert_eq!(world.resolve_during(keep, &[]).unwrap().outcome, Outcome::InSync, "{about}");
        world.settle();
        world.assert_nothing_lost();
    });
}

fn undone_in_spite_of(when: &Happening) {
    each(|kind, profile, keep, about| {
        let decided = || {
            let mut world = waiting(kind, profile);
            let before = sides(&world);
            world.resolve_during(keep, &[]).unwrap();
            (world, before)
        };
        let (mut whole, _) = decided();
        whole.undo_during(&[]).unwrap().unwrap();
        for number in 1..=whole.calls() {
            let about = format!("{about}, call {number}");
            let (mut world, before) = decided();
            assert!(world.undo_during(&[(At::Call(number), when.clone())]).is_none(), "{about}");
            world.sync();
            world.undo_during(&[]).unwrap().unwrap_or_else(|why| panic!("{about}: {why}\n{}", world.trace()));
            waits_as_before(&mut world, &before, kind, &about);
        }
    });
}

#[test]
fn an_undo_that_was_killed_anywhere_is_ended_by_the_next_sync_or_the_next_undo() {
    undone_in_spite_of(&Happening::CrashBefore);
}

#[test]
fn an_undo_that_lost_power_anywhere_is_ended_by_the_next_sync_or_the_next_undo() {
    undone_in_spite_of(&Happening::PowerCut);
}

#[test]
fn a_decision_that_was_cut_off_anywhere_loses_nothing_and_can_be_undone() {
    each(|kind, profile, keep, about| {
        let mut whole = waiting(kind, profile);
        whole.resolve_during(keep, &[]).unwrap();
        for number in 1..=whole.calls() {
            for when in [Happening::CrashAfter, Happening::PowerCut] {
                let about = format!("{about}, call {number} {when}");
                let mut world = waiting(kind, profile);
                let before = sides(&world);
                assert!(world.resolve_during(keep, &[(At::Call(number), when)]).is_none(), "{about}");
                world.sync();
                world.assert_nothing_lost();
                world
                    .undo_during(&[])
                    .unwrap()
                    .unwrap_or_else(|why| panic!("{about}: {why}\n{}", world.trace()));
                waits_as_before(&mut world, &before, kind, &about);
            }
        }
    });
}

/// What was kept for an earlier decision goes when its time has come, and what a later one needs is kept anew.
#[test]
fn what_a_decision_needs_stays_as_long_as_anything_that_is_kept_then() {
    let day = std::time::Duration::from_secs(24 * 3600);
    let mut world = waiting(ConflictKind::BothChanged, Profile::Folder);
    let before = sides(&world);
    world.resolve_during(Keep::Local, &[]).unwrap();
    world.undo_during(&[]).unwrap().unwrap();
    world.wait(29 * day);
    world.resolve_during(Keep::Local, &[]).unwrap();
    world.wait(3 * day);
    world.sync();
    world.undo_during(&[]).unwrap().unwrap();
    waits_as_before(&mut world, &before, ConflictKind::BothChanged, "after 32 days");
}
