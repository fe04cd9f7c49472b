//! The process ends at every call there is (F9, F11), the power fails (F10), the state is gone or old (F13, F14).

use tidemark_tests::world::{At, Happening, Profile, World};

/// A sync that has a bit of everything to do.
fn busy(profile: Profile) -> World {
    let mut world = World::new(profile);
    world.local().write("stays", 1).write("edited here", 2).write("deleted here", 3).write("d/moved", 6);
    world.remote().write("edited there", 10).write("deleted there", 11).write("e/moved there", 14);
    world.settle();
    world.local().write("edited here", 22).delete("deleted here").rename("d", "g").write("new/here", 23);
    world.remote().write("edited there", 30).delete("deleted there").write("new/there", 31);
    world.remote().rename("e", "h");
    world.local().write("both", 35);
    world.remote().write("both", 42);
    world
}

fn ends_well(profile: Profile, when: Happening) {
    let mut whole = busy(profile);
    whole.sync();
    for number in 1..=whole.calls() {
        let mut world = busy(profile);
        let ended = world.sync_during(false, &[(At::Call(number), when.clone())]);
        assert!(ended.is_none(), "{profile}: the process should end at call {number}");
        let report = world.settle();
        world.sides_are_equal(&report).unwrap_or_else(|why| panic!("{number}: {why}\n{}", world.trace()));
        world.assert_nothing_lost();
        assert_eq!(report.conflicts.len(), 1, "{number}: only \"both\" waits\n{}", world.trace());
        assert!(world.local().has("edited here", 22) && world.remote().has("edited here", 22));
        assert!(world.local().has("edited there", 30) && world.remote().has("edited there", 30));
        assert!(!world.remote().files().contains(&"deleted here".to_owned()), "{number}\n{}", world.trace());
        assert!(!world.local().files().contains(&"deleted there".to_owned()), "{number}\n{}", world.trace());
    }
}

#[test]
fn f09_killed_before_every_call() {
    [Profile::Evo, Profile::Folder]
        .into_iter()
        .for_each(|profile| ends_well(profile, Happening::CrashBefore));
}

#[test]
fn f09_killed_after_every_call() {
    [Profile::Evo, Profile::Folder].into_iter().for_each(|profile| ends_well(profile, Happening::CrashAfter));
}

#[test]
fn f10_power_lost_at_every_call() {
    [Profile::Evo, Profile::Folder].into_iter().for_each(|profile| ends_well(profile, Happening::PowerCut));
}

#[test]
fn f11_an_interrupted_download_goes_on_where_it_was() {
    let mut world = World::new(Profile::Folder);
    world.remote().write("a", 3);
    assert!(world.sync_while("at [bytes 16 to 32] crash after").is_none());
    let report = world.sync();
    assert_eq!((report.downloaded, report.bytes_down), (1, 24), "the first 16 bytes were durable");
    world.assert_in_step();
}

#[test]
fn f11_after_the_install_and_before_the_record_nothing_is_fetched_again() {
    let mut world = World::new(Profile::Folder);
    world.remote().write("a", 3);
    assert!(world.sync_while("at [install] crash after").is_none());
    let report = world.sync();
    assert_eq!(
        (report.downloaded, report.bytes_down, report.conflicts.len()),
        (0, 0, 0),
        "{}",
        world.trace()
    );
    world.assert_in_step();
}

#[test]
fn f13_without_its_database_a_pair_is_merged_and_nothing_is_deleted() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1).write("d/b", 2);
        world.remote().write("c", 3);
        world.settle();
        world.local().delete("a");
        world.remote().delete("c");
        world.lose_state();
        let report = world.sync();
        assert_eq!((report.deleted_local, report.deleted_remote), (0, 0), "{profile}");
        assert_eq!(
            (report.uploaded, report.downloaded),
            (1, 1),
            "what is on one side only goes to the other"
        );
        assert!(world.local().has("a", 1) && world.remote().has("c", 3));
        world.assert_in_step();
        world.assert_nothing_lost();
    }
}

#[test]
fn f13_comparing_contents_is_all_that_a_lost_database_costs() {
    let mut world = World::new(Profile::Folder);
    world.local().write("a", 1).write("d/b", 2).write("d/c", 7);
    world.settle();
    world.lose_state();
    let report = world.sync();
    assert_eq!((report.bytes_up, report.bytes_down, report.uploaded, report.downloaded), (0, 0, 0, 0));
    world.assert_in_step();
}

#[test]
fn f14_with_a_database_from_last_week_nothing_is_lost() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1).write("b", 2).write("c", 3);
        world.settle();
        world.back_up_state();
        world.local().write("a", 4).delete("b");
        world.remote().write("c", 5).write("d", 6);
        world.settle();
        world.restore_state();
        let report = world.settle();
        world.sides_are_equal(&report).unwrap();
        world.assert_nothing_lost();
        assert!(world.local().has("a", 4) && world.remote().has("c", 5), "{profile}\n{}", world.trace());
    }
}
