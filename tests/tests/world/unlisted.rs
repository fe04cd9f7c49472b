//! A service that lists nothing: what leads to its items, and what brings it back.

use tidemark_engine::report::{Outcome, PairReport};
use tidemark_tests::world::{At, Happening, Profile, World};

/// A sync that has a bit of everything to do; the other computer has taken a manifest, and edits what it knows.
fn busy() -> World {
    let mut world = World::new(Profile::Unlisted);
    world.local().write("stays", 1).write("edited here", 2).write("deleted here", 3).write("d/moved", 6);
    world.remote().write("theirs", 10);
    world.import(&[]);
    world.settle();
    world.export();
    world.local().write("edited here", 22).delete("deleted here").rename("d", "g").write("new", 23);
    world.remote().delete("stays").write("theirs", 11);
    world
}

fn at_rest(world: &mut World, what: &str) -> PairReport {
    let report = world.settled().unwrap_or_else(|why| panic!("{what}: {why}\n{}", world.trace()));
    let well = world.sides_are_equal(&report).and_then(|()| world.nothing_is_left_behind());
    let well = well.and_then(|()| world.nothing_is_lost());
    well.unwrap_or_else(|why| panic!("{what}: {why}\n{}", world.trace()));
    report
}

#[test]
fn f09_killed_between_every_two_effects_and_every_two_commits() {
    let mut whole = busy();
    whole.sync();
    for number in 1..=whole.calls() {
        let mut world = busy();
        assert!(world.sync_during(false, &[(At::Call(number), Happening::CrashBefore)]).is_none());
        let report = at_rest(&mut world, &number.to_string());
        assert_eq!(report.outcome, Outcome::InSync, "{number}\n{}", world.trace());
        assert_eq!(world.local().files(), ["edited here", "g/moved", "new"], "{number}\n{}", world.trace());
        assert!(world.local().has("edited here", 22) && world.local().has("new", 23));
        world.import(&[]);
        at_rest(&mut world, &format!("{number}, and the manifest of the other computer"));
        assert!(world.local().has("theirs", 11), "{number}\n{}", world.trace());
    }
}

#[test]
fn f12_a_lost_answer_to_an_upload_is_told_of_and_the_file_is_sent_again() {
    let mut world = World::new(Profile::Unlisted);
    world.local().write("a", 1);
    world.settle();
    world.local().write("a", 2).write("b", 3);
    let during = "at [put \"b\"] service lost-answer 1\nat [put \"a\"] service lost-answer 1";
    assert!(world.sync_while(during).is_some());
    assert_eq!(at_rest(&mut world, "a lost answer").outcome, Outcome::InSync);
    assert!(world.local().has("a", 2) && world.local().has("b", 3));
}

#[test]
fn f13_the_copy_beside_a_lost_state_brings_the_way_to_the_files_back() {
    for loses_home in [false, true] {
        let mut world = World::new(Profile::Unlisted);
        world.local().write("a", 1).write("d/b", 2).write("d/c", 7);
        world.settle();
        match loses_home {
            true => world.lose_home(),
            false => world.lose_state(),
        }
        let report = world.sync();
        let moved = (report.uploaded, report.downloaded, report.deleted_local, report.deleted_remote);
        assert_eq!(moved, (0, 0, 0, 0), "{}", world.trace());
        at_rest(&mut world, "a lost state");
        world.local().write("a", 4);
        at_rest(&mut world, "an edit after it");
    }
}

#[test]
fn f13_the_process_may_end_while_a_lost_state_is_brought_back() {
    let lost = || {
        let mut world = World::new(Profile::Unlisted);
        world.local().write("a", 1).write("d/b", 2);
        world.settle();
        world.lose_state();
        world.local().write("c", 3);
        world
    };
    let mut whole = lost();
    whole.sync();
    for number in 1..=whole.calls() {
        let mut world = lost();
        assert!(world.sync_during(false, &[(At::Call(number), Happening::CrashBefore)]).is_none());
        let report = at_rest(&mut world, &number.to_string());
        assert_eq!(report.outcome, Outcome::InSync, "{number}\n{}", world.trace());
    }
}
