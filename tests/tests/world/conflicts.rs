//! Conflicts: every kind under every rule, and every decision.

use tidemark_core::plan::operation::{ConflictKind, Keep};
use tidemark_core::plan::policy::OnConflict;
use tidemark_engine::report::Outcome;
use tidemark_tests::world::{Profile, World};

const KINDS: [ConflictKind; 5] = [
    ConflictKind::BothChanged,
    ConflictKind::BothCreated,
    ConflictKind::EditDelete,
    ConflictKind::DeleteEdit,
    ConflictKind::FileFolder,
];
const RULES: [OnConflict; 5] =
    [OnConflict::Ask, OnConflict::KeepBoth, OnConflict::Newest, OnConflict::Local, OnConflict::Remote];

/// A world just before a conflict of that kind at "a".
pub(crate) fn world_with(kind: ConflictKind, profile: Profile, rule: OnConflict) -> World {
    let mut world = World::new(profile).on_conflict(rule);
    world.local().write("other", 9);
    if kind != ConflictKind::BothCreated && kind != ConflictKind::FileFolder {
        world.local().write("a", 1);
    }
    world.settle();
    match kind {
        ConflictKind::EditDelete => {
            world.local().write("a", 2);
            world.remote().delete("a");
        }
        ConflictKind::DeleteEdit => {
            world.local().delete("a");
            world.remote().write("a", 3);
        }
        ConflictKind::FileFolder => {
            world.local().write("a", 2);
            world.remote().write("a/x", 3);
        }
        _ => {
            world.local().write("a", 2);
            world.remote().write("a", 3);
        }
    }
    world
}

fn all(mut each: impl FnMut(ConflictKind, Profile)) {
    for kind in KINDS {
        [Profile::Evo, Profile::Folder].into_iter().for_each(|profile| each(kind, profile));
    }
}

#[test]
fn a_conflict_waits_and_everything_else_goes_on() {
    all(|kind, profile| {
        let mut world = world_with(kind, profile, OnConflict::Ask);
        world.local().write("new", 7);
        let before = (world.local().content("a"), world.remote().content("a"));
        let report = world.sync();
        assert_eq!(report.outcome, Outcome::Conflicts, "{kind:?} {profile}\n{}", world.trace());
        assert_eq!((report.conflicts.len(), report.conflicts[0].kind), (1, kind), "{profile}");
        assert_eq!(
            (world.local().content("a"), world.remote().content("a")),
            before,
            "neither side is touched"
        );
        assert!(world.remote().has("new", 7));
        world.assert_in_step();
        world.assert_nothing_lost();
    });
}

#[test]
fn every_rule_ends_every_conflict_or_lets_it_wait_and_loses_nothing() {
    for rule in RULES {
        all(|kind, profile| {
            let mut world = world_with(kind, profile, rule);
            let report = world.settle();
            let asked = rule == OnConflict::Ask || kind == ConflictKind::FileFolder;
            let outcome = if asked { Outcome::Conflicts } else { Outcome::InSync };
            assert_eq!(report.outcome, outcome, "{rule:?} {kind:?} {profile}\n{}", world.trace());
            world.sides_are_equal(&report).unwrap();
            world.assert_nothing_lost();
        });
    }
}

#[test]
fn every_decision_is_carried_out_and_loses_nothing() {
    for keep in [Keep::Local, Keep::Remote, Keep::Both] {
        all(|kind, profile| {
            let mut world = world_with(kind, profile, OnConflict::Ask);
            world.sync();
            let (here, there) = (world.local().content("a"), world.remote().content("a"));
            world.decide(keep);
            let report = world.settle();
            assert_eq!(report.outcome, Outcome::InSync, "{keep:?} {kind:?} {profile}\n{}", world.trace());
            world.sides_are_equal(&report).unwrap();
            world.assert_nothing_lost();
            match (keep, kind) {
                (Keep::Local, _) => assert_eq!(world.remote().content("a"), here, "{kind:?}"),
                (Keep::Remote, _) => assert_eq!(world.local().content("a"), there, "{kind:?}"),
                (Keep::Both, ConflictKind::EditDelete | ConflictKind::DeleteEdit) => {
                    assert_eq!(world.local().content("a"), here.or(there), "the edit survives");
                }
                (Keep::Both, _) => assert_eq!(world.local().files().len(), 3, "{kind:?}\n{}", world.trace()),
            }
        });
    }
}

#[test]
fn a_decision_holds_only_for_what_the_person_saw() {
    for keep in [Keep::Local, Keep::Remote, Keep::Both] {
        let mut world = world_with(ConflictKind::BothChanged, Profile::Folder, OnConflict::Ask);
        world.sync();
        world.decide(keep);
        world.remote().write("a", 7);
        let report = world.sync();
        assert_eq!(report.outcome, Outcome::Conflicts, "{keep:?}\n{}", world.trace());
        assert!(world.local().has("a", 2) && world.remote().has("a", 7));
    }
}

#[test]
fn a_conflict_that_goes_away_by_itself_is_closed() {
    let mut world = world_with(ConflictKind::BothChanged, Profile::Folder, OnConflict::Ask);
    world.sync();
    world.local().write("a", 3);
    let report = world.settle();
    assert_eq!(report.outcome, Outcome::InSync, "both sides hold the same now\n{}", world.trace());
}

#[test]
fn f58_a_conflict_on_a_conflict_copy_has_a_name_of_its_own() {
    let mut world = world_with(ConflictKind::BothChanged, Profile::Folder, OnConflict::KeepBoth);
    world.settle();
    world.local().write("a", 5);
    world.remote().write("a", 6);
    world.settle();
    assert_eq!(world.local().files().len(), 4, "{:?}", world.local().files());
    world.assert_in_step();
    world.assert_nothing_lost();
}
