//! The five services as a person meets them on the command line: one set of stories for all, by what each can do, and the
//! stories that only one of them has. After each, nothing is lost, no contract is broken, and the secret is nowhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "people make real files")]
#![expect(clippy::print_stdout, reason = "what resuming saved is worth a look")]

#[path = "../faults/files.rs"]
mod files;
mod only;
#[expect(dead_code, reason = "stories of the command line need more of it")]
#[path = "../command_line/person.rs"]
mod person;
mod places;
mod scene;
#[expect(dead_code, reason = "the stories of faults need more of it")]
#[path = "../faults/synced.rs"]
mod synced;
mod told;

use places::{Calyptia, CoreData, EtEngine, Evo, Kognitos};
use scene::Scene;

/// A module of tests for a service: one for each story.
macro_rules! stories {
    ($service:ident, $place:expr, { $($group:ident: [$($story:ident,)*],)* }) => {
        mod $service {
            use super::*;

            $($(
                #[test]
                fn $story() {
                    told::$group::$story(Scene::at($place));
                }
            )*)*
        }
    };
}

/// The same for each of these services.
macro_rules! stories_of_each {
    ($($service:ident: $place:expr,)*; $stories:tt) => {
        $(stories!($service, $place, $stories);)*
    };
}

stories_of_each! {
    evo: Evo::start(),
    coredata: CoreData::start(),
    et_engine: EtEngine::start(),
    kognitos: Kognitos::start(),
    calyptia: Calyptia::start(),;
    {
        trees: [
            a_nested_tree_goes_up_and_comes_down,
        ],
        changes: [
            edits_deletions_and_renames_made_here,
            edits_deletions_and_renames_made_there,
        ],
        conflicts: [
            edit_against_edit_ends_with_each_decision,
            edit_against_delete_ends_with_each_decision,
            an_edit_that_somebody_overtakes_loses_nothing,
        ],
        faults: [
            bursts_of_faults_pass_within_one_sync,
            what_breaks_off_is_fetched_again,
            a_web_page_is_no_listing,
            a_listing_that_fails_on_page_three_decides_nothing,
            links_that_have_expired_are_asked_for_again,
            a_revoked_secret_is_said_and_nothing_is_touched,
            hostile_names_are_left_there,
        ],
        killed: [
            an_upload_of_seventy_mebibytes_goes_on_after_a_kill,
            a_download_of_seventy_mebibytes_goes_on_after_a_kill,
        ],
    }
}
