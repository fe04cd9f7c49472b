//! The folder is gone, another one, or empty; so is the service.

use tidemark_engine::report::Outcome;
use tidemark_tests::world::{Profile, World};

fn world_of(files: u32) -> World {
    let mut world = World::new(Profile::Folder);
    (0..files).for_each(|n| {
        world.local().write(&format!("d/f{n}"), n);
    });
    world.settle();
    world
}

#[test]
fn f01_an_unmounted_root_holds_everything_until_it_is_back() {
    let mut world = world_of(3);
    let root = world.local().remove_root();
    world.remote().write("new", 9);
    let report = world.sync();
    assert_eq!((report.outcome, report.deleted_remote), (Outcome::Held, 0));
    assert_eq!(world.remote().files().len(), 4);
    world.local().put_root_back(root);
    world.sync();
    assert!(world.local().has("new", 9));
    world.assert_in_step();
}

#[test]
fn f02_a_root_that_goes_in_mid_scan_deletes_nothing() {
    let mut world = world_of(3);
    let report = world.sync_while("at [list \"d\"] disk no-root 99").unwrap();
    assert_eq!((report.outcome, report.deleted_remote), (Outcome::Held, 0));
    world.assert_in_step();
    assert_eq!(world.remote().files().len(), 3);
}

#[test]
fn f04_a_root_made_anew_and_empty_is_held_and_a_word_is_enough() {
    let mut world = world_of(3);
    world.local().replace_root();
    let report = world.sync();
    assert_eq!((report.outcome, report.deleted_remote), (Outcome::Held, 0));
    let again = world.sync();
    assert_eq!((again.outcome, again.deleted_remote), (Outcome::Held, 0), "it goes on asking");
    let confirmed = world.sync_confirmed();
    assert_eq!((confirmed.outcome, confirmed.deleted_remote), (Outcome::InSync, 3));
    world.assert_in_step();
}

#[test]
fn f03_another_root_with_other_files_is_held_and_its_files_are_sent() {
    let mut world = world_of(3);
    world.local().replace_root();
    world.local().write("other", 9);
    let report = world.sync();
    assert_eq!((report.outcome, report.uploaded, report.deleted_remote), (Outcome::Held, 1, 0));
    assert_eq!(world.remote().files().len(), 4);
}

#[test]
fn f06_an_unreadable_folder_deletes_nothing() {
    let mut world = world_of(3);
    let report = world.sync_while("at [list \"d\"] disk denied 1").unwrap();
    assert_eq!((report.outcome, report.deleted_remote), (Outcome::Problems, 0));
    world.assert_in_step();
}

#[test]
fn f40_a_folder_that_becomes_a_link_deletes_nothing() {
    let mut world = world_of(3);
    world.local().rename("d", "elsewhere").link("d");
    let report = world.sync();
    assert_eq!(report.deleted_remote, 0, "{}", world.trace());
    world.assert_nothing_lost();
}

#[test]
fn f61_a_mass_deletion_asks_and_other_work_goes_on() {
    let mut world = world_of(60);
    (0..40).for_each(|n| {
        world.remote().delete(&format!("d/f{n}"));
    });
    world.remote().write("new", 99);
    let report = world.sync();
    assert_eq!((report.outcome, report.deleted_local, report.downloaded), (Outcome::Held, 0, 1));
    let confirmed = world.sync_confirmed();
    assert_eq!((confirmed.outcome, confirmed.deleted_local), (Outcome::InSync, 40));
    world.assert_in_step();
    world.assert_nothing_lost();
    assert_eq!(world.local().kept().len(), 40);
}

#[test]
fn f61_a_side_that_is_emptied_asks() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1).write("b", 2).write("d/c", 3);
        world.settle();
        world.remote().delete("a").delete("b").delete("d");
        let report = world.sync();
        assert_eq!(
            (report.outcome, report.deleted_local),
            (Outcome::Held, 0),
            "{profile}\n{}",
            world.trace()
        );
        world.sync_confirmed();
        world.assert_in_step();
        assert_eq!(world.local().files().len(), 0);
        world.assert_nothing_lost();
    }
}
