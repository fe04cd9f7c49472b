//! Stories that once ended badly, as the search by chance found them.

use tidemark_tests::world::Story;

fn plays(story: &str) {
    let story: Story = story.parse().unwrap_or_else(|why| panic!("{why}"));
    if let Err(failure) = story.play() {
        panic!("{}\n\n{story}\n{}", failure.why, failure.trace);
    }
}

#[test]
fn an_edit_of_a_file_that_the_service_moved_is_sent() {
    plays(
        "folder ask
         here: write d/a 2
         sync
         there: rename d/a f/a
         here: write d/a 4
         sync",
    );
}

#[test]
fn an_edit_at_the_service_of_a_file_that_was_moved_here_is_fetched() {
    plays(
        "folder ask
         here: write d/e/b 3
         sync
         here: rename d/e/b d/e/a
         there: write d/e/b 6",
    );
}

#[test]
fn an_overtaken_write_is_told_of_until_somebody_decides() {
    plays(
        "evo ask
         here: write f/b 1
         there: write f/b 3
         lag 300
         sync
         there: write f/b 6
         sync
           at 1 here: append f/b 7",
    );
}

#[test]
fn a_listing_that_misses_what_was_seen_a_moment_ago_is_not_believed() {
    plays(
        "evo ask
         here: write d/b 1
         there: write a 2
         here: write a 3
         sync
         lag 1
         there: write d/b 5
         sync
           at 23 crash after",
    );
}

#[test]
fn a_file_below_a_file_at_the_service_is_told_and_left_alone() {
    plays(
        "evo keep-both
         here: write d/e/b 4
         lag 300
         sync
         here: write a 7
         there: copy d/e/b a/x
         sync",
    );
}

#[test]
fn a_folder_deleted_here_comes_back_with_the_edit_that_survives_in_it() {
    plays(
        "evo newest
         there: write d/e/a 8
         sync
         here: delete d/e
         there: write g 12
         sync
           at [install] there: append d/e/a 13",
    );
}

#[test]
fn a_file_at_the_service_above_files_that_are_in_step_is_told_and_left_alone() {
    plays(
        "evo ask
         here: write a/x 5
         sync
           at [upload \"a/x\", 6 bytes] there: write a 7
         sync
         decide remote",
    );
}

#[test]
fn a_folder_that_takes_the_place_of_a_file_at_the_service_takes_it_here() {
    plays(
        "evo ask
         there: write a 2
         sync
         there: delete a
         there: write a/x 9
         sync
         there: delete a/x
         there: write a 3",
    );
}

#[test]
fn a_file_that_takes_the_place_of_empty_folders_at_the_service_takes_it_here() {
    plays(
        "evo newest
         here: folder d/g
         sync
         there: write d 14
         sync
         decide remote",
    );
}

#[test]
fn of_two_copies_of_a_manifest_at_the_service_none_is_forgotten() {
    for number in 40..80 {
        plays(&format!(
            "unlisted ask
             here: write a 1
             sync
             here: write b 4
             sync
               at {number} crash before"
        ));
    }
}

#[test]
fn a_file_in_the_place_of_a_folder_does_not_make_another_folder_that_one_moved() {
    plays(
        "unlisted ask
         there: write f/b 8
         here: write d/e/b 9
         sync
           at [upload \"tidemark-manifest] there: write d/e 12
         import",
    );
}

#[test]
fn a_file_that_could_not_be_deleted_is_not_forgotten_for_the_folder_in_its_place() {
    plays(
        "unlisted keep-both
         there: write f/b 2
         here: write a/x 4
         import
         sync
         here: rename f a/x
         sync
           at [flush] disk io 3",
    );
}
