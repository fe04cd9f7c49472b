//! The service fails, or the disk does.

use tidemark_engine::report::Outcome;
use tidemark_tests::world::{At, DiskFault, Happening, Profile, ServiceFault, World};

#[test]
fn f12_a_lost_answer_to_an_upload_is_neither_conflict_nor_copy() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1);
        world.settle();
        world.local().write("a", 2).write("b", 3);
        let during = "at [upload \"b\"] service lost-answer 1\nat [upload \"a\"] service lost-answer 1";
        let report = world.sync_while(during).unwrap();
        assert_eq!(report.outcome, Outcome::InSync, "{profile}\n{}", world.trace());
        world.assert_in_step();
        assert_eq!(world.local().files(), ["a", "b"]);
        assert!(world.remote().has("a", 2) && world.remote().has("b", 3));
    }
}

#[test]
fn f12_an_upload_whose_answer_died_with_the_process_is_recognised() {
    for profile in Profile::ALL {
        let mut world = World::new(profile);
        world.local().write("a", 1);
        world.settle();
        world.local().write("a", 2);
        assert!(world.sync_while("at [stat \"a\"] crash after").is_none());
        let report = world.settle();
        assert_eq!(report.outcome, Outcome::InSync, "{profile}\n{}", world.trace());
        assert!(world.remote().has("a", 2));
    }
}

#[test]
fn f18_an_empty_listing_deletes_nothing() {
    for profile in Profile::ALL {
        for files in 1..5 {
            let mut world = World::new(profile);
            (0..files).for_each(|n| {
                world.local().write(&format!("f{n}"), n);
            });
            world.settle();
            world.wait(std::time::Duration::from_secs(7200));
            let report = world.sync_while("at [list since] service empty 1").unwrap();
            assert_eq!((report.deleted_local, report.uploaded), (0, 0), "{profile}, {files} files");
            assert_eq!(world.local().files().len(), files as usize);
            world.assert_in_step();
        }
    }
}

#[test]
fn f19_a_listing_that_is_cut_off_deletes_nothing_and_fails() {
    let mut world = World::new(Profile::Folder);
    (0..9).for_each(|n| {
        world.remote().write(&format!("f{n}"), n);
    });
    world.settle();
    let report = world.sync_while("at [list page] service truncated 1").unwrap();
    assert_eq!((report.outcome, report.deleted_local), (Outcome::Failed, 0));
    world.assert_in_step();
}

#[test]
fn f20_any_request_may_fail_a_few_times() {
    for fault in
        [ServiceFault::Unavailable, ServiceFault::Network, ServiceFault::Busy, ServiceFault::LostAnswer]
    {
        for profile in [Profile::Evo, Profile::Folder] {
            for number in 1..40 {
                let mut world = World::new(profile);
                world.local().write("a", 1).write("d/b", 2);
                world.remote().write("c", 3);
                let fails = [(At::Call(number), Happening::Service(fault, 3))];
                world.sync_during(false, &fails);
                let report = world.settle();
                assert_eq!(
                    report.outcome,
                    Outcome::InSync,
                    "{profile} {fault:?} at {number}\n{}",
                    world.trace()
                );
                world.sides_are_equal(&report).unwrap();
            }
        }
    }
}

#[test]
fn f20_a_burst_of_refusals_is_waited_out_and_no_sync_is_needed_again() {
    let mut world = World::new(Profile::Evo);
    (0..9).for_each(|n| {
        world.local().write(&format!("f{n}"), n);
    });
    let report = world.sync_while("at [upload] service busy 6").unwrap();
    assert_eq!((report.outcome, report.uploaded), (Outcome::InSync, 9), "{}", world.trace());
    assert!(report.elapsed_ms >= 20_000, "the service asked for 20 seconds");
    world.assert_in_step();
}

#[test]
fn f21_a_refused_credential_ends_the_sync_and_deletes_nothing() {
    let mut world = World::new(Profile::Folder);
    world.local().write("a", 1).write("b", 2);
    world.settle();
    world.remote().delete("a").write("c", 3);
    for during in ["at [list since] service unauthorized 9", "at [check] service unauthorized 9"] {
        let report = world.sync_while(during).unwrap();
        assert_eq!((report.outcome, report.deleted_local), (Outcome::Failed, 0), "{}", world.trace());
    }
    world.settle();
    world.assert_in_step();
    assert_eq!(world.local().files(), ["b", "c"]);
}

#[test]
fn f16_f07_any_call_to_the_disk_may_fail() {
    for fault in [DiskFault::Full, DiskFault::Io, DiskFault::Denied, DiskFault::NoRoot] {
        for profile in [Profile::Evo, Profile::Folder] {
            for number in 1..40 {
                let mut world = World::new(profile);
                world.local().write("a", 1).write("d/b", 2).write("e", 3);
                world.settle();
                world.local().write("a", 4);
                world.remote().write("d/b", 5).delete("e").write("f/g", 6);
                world.sync_during(false, &[(At::Call(number), Happening::Disk(fault, 2))]);
                let report = world.settle();
                assert_eq!(
                    report.outcome,
                    Outcome::InSync,
                    "{profile} {fault:?} at {number}\n{}",
                    world.trace()
                );
                world.sides_are_equal(&report).unwrap();
                world.assert_nothing_lost();
                assert_eq!(world.local().files(), ["a", "d/b", "f/g"], "{profile} {fault:?} at {number}");
            }
        }
    }
}

#[test]
fn f24_a_listing_right_after_an_upload_may_be_older_than_it() {
    let mut world = World::new(Profile::Evo);
    world.local().write("a", 1).write("b", 2);
    world.settle();
    world.remote().lag(std::time::Duration::from_secs(120));
    world.local().write("a", 4).write("c", 3).delete("b");
    world.sync();
    for _ in 0..3 {
        let report = world.sync();
        assert_eq!(report.outcome, Outcome::InSync, "{}", world.trace());
        assert_eq!(world.local().files(), ["a", "c"], "{}", world.trace());
    }
    world.assert_in_step();
    assert!(world.remote().has("a", 4) && world.local().has("a", 4));
}
