//! Races on files, and what times and inode numbers don't tell.

use std::time::Duration;

use tidemark_engine::report::Outcome;
use tidemark_tests::world::{Profile, World};

#[test]
fn f33_a_save_between_fetch_and_replace_is_a_conflict_and_both_are_there() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1);
        world.settle();
        world.remote().write("a", 2);
        let report = world.sync_while("at [install \"a\"] here: write a 5").unwrap();
        assert_eq!(report.outcome, Outcome::Conflicts, "{profile}\n{}", world.trace());
        assert!(world.local().has("a", 5) && world.remote().has("a", 2), "neither side is touched");
        world.assert_nothing_lost();
        world.assert_in_step();
    }
}

#[test]
fn f33_a_file_that_appears_where_one_is_fetched_to_is_a_conflict() {
    let mut world = World::new(Profile::Folder);
    world.remote().write("a", 2);
    let report = world.sync_while("at [install \"a\"] here: write a 5").unwrap();
    assert_eq!(report.outcome, Outcome::Conflicts, "{}", world.trace());
    assert!(world.local().has("a", 5) && world.remote().has("a", 2));
}

#[test]
fn f33_a_file_that_is_edited_while_it_is_deleted_survives() {
    let mut world = World::new(Profile::Folder);
    world.local().write("a", 1).write("b", 2);
    world.settle();
    world.remote().delete("a");
    let report = world.sync_while("at [keep \"a\"] here: write a 5").unwrap();
    assert_eq!(report.deleted_local, 0, "{}", world.trace());
    assert!(world.local().has("a", 5));
    world.assert_nothing_lost();
}

#[test]
fn f34_a_file_that_changes_while_it_is_sent_is_sent_again() {
    for profile in Profile::ALL {
        for during in ["write", "append", "overwrite"] {
            let mut world = World::new(profile);
            world.local().write("a", 3);
            world.sync_while(&format!("at [upload \"a\", 32 bytes] here: {during} a 7"));
            let report = world.settle();
            assert_eq!(report.outcome, Outcome::InSync, "{profile} {during}\n{}", world.trace());
            assert_eq!(world.local().content("a"), world.remote().content("a"));
            world.assert_nothing_lost();
        }
    }
}

#[test]
fn f34_a_file_that_is_edited_the_moment_it_arrives_at_the_service_is_dirty() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1).write("b", 2);
        world.sync_while("at [upload \"b\"] here: write a 5");
        world.settle();
        assert!(world.remote().has("a", 5), "{profile}\n{}", world.trace());
    }
}

#[test]
fn a_write_there_in_mid_upload_is_found_out() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1);
        world.settle();
        world.local().write("a", 3);
        let report = world.sync_while("at [upload \"a\", 32 bytes] there: write a 6").unwrap();
        assert_eq!(report.outcome, Outcome::Conflicts, "{profile}\n{}", world.trace());
        world.assert_nothing_lost();
        let again = world.sync();
        assert_eq!(again.outcome, Outcome::Conflicts, "it waits until somebody decides");
    }
}

#[test]
fn f50_an_inode_number_that_is_used_again_is_no_move() {
    let mut world = World::new(Profile::Folder);
    world.local().reuse_inodes();
    world.local().write("a", 1).write("keep", 9);
    world.settle();
    world.local().delete("a").write("b", 2);
    world.settle();
    assert_eq!(world.remote().files(), ["b", "keep"]);
    assert!(world.remote().has("b", 2));
    world.assert_in_step();
}

#[test]
fn f48_times_of_a_coarse_grain_hide_no_edit_of_another_size() {
    let mut world = World::new(Profile::Folder);
    world.local().time_grain(Duration::from_secs(2));
    world.local().write("a", 1);
    world.settle();
    world.local().append("a", 2);
    world.settle();
    assert_eq!(world.local().content("a"), world.remote().content("a"));
    world.assert_nothing_lost();
}

#[test]
fn f52_two_names_that_are_exchanged_are_exchanged() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1).write("b", 2).write("c", 3);
        world.settle();
        world.local().rename("a", "x").rename("b", "a").rename("x", "b");
        let report = world.settle();
        assert_eq!(report.outcome, Outcome::InSync, "{profile}\n{}", world.trace());
        assert!(world.remote().has("a", 2) && world.remote().has("b", 1), "{profile}\n{}", world.trace());
        world.assert_in_step();
        world.assert_nothing_lost();
    }
}

#[test]
fn f52_two_names_that_are_exchanged_there_are_exchanged_here() {
    let mut world = World::new(Profile::Folder);
    world.local().write("a", 1).write("b", 2).write("c", 3);
    world.settle();
    world.remote().rename("a", "x").rename("b", "a").rename("x", "b");
    world.settle();
    assert!(world.local().has("a", 2) && world.local().has("b", 1), "{}", world.trace());
    world.assert_in_step();
}

#[test]
fn the_same_story_gives_the_same_trace() {
    for seed in 0..40 {
        let story = tidemark_tests::world::story_of(seed);
        let trace = |played: Result<String, tidemark_tests::world::Failure>| {
            played.unwrap_or_else(|failure| failure.trace)
        };
        assert_eq!(trace(story.play()), trace(story.play()), "seed {seed}");
        assert_eq!(story.to_string().parse(), Ok(story));
    }
}

#[test]
fn an_edit_without_a_trace_outlives_the_rename_of_its_file() {
    let mut world = World::new(Profile::Sized);
    world.local().write("a", 0).write("c", 2);
    world.settle();
    world.remote().write("a", 1);
    world.local().rename("a", "b");
    let report = world.settle();
    world.assert_nothing_lost();
    assert_eq!(report.outcome, Outcome::Conflicts, "{}", world.trace());
    assert!(world.local().has("b", 0) && world.remote().has("a", 1));
}

#[test]
fn what_was_kept_for_a_write_that_failed_is_kept_again_for_one_that_comes_much_later() {
    let mut world = World::new(Profile::Plain);
    world.configure(|config| config.keep_days = 1);
    world.local().write("a", 1);
    world.settle();
    world.local().write("a", 2);
    world.sync_while("at [upload \"a\"] service unauthorized 1").unwrap();
    world.wait(Duration::from_secs(2 * 24 * 3600));
    let report = world.sync();
    assert_eq!((report.uploaded, report.bytes_down), (1, 6), "{}", world.trace());
}
