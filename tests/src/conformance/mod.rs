//! One suite for every provider, through [`tidemark_providers::Provider`] alone: what an engine may rely on.
//!
//! A provider comes in with a [`Stand`] (a file in `stands/`: its fake, or the thing itself) and one line in
//! `tests/conformance/main.rs`; [`crate::conformance!`] makes a test of every case for it. A case asks the provider's
//! [`tidemark_providers::Capabilities`] what applies to it: what a service can't do must be refused as `Unsupported`
//! where it is asked for, and is left out otherwise. After each case the stand must have seen no breach of its contract,
//! and no error may have shown the secret or a signed query.
//!
//! # Against a real service
//!
//! ```text
//! TIDEMARK_LIVE_EVO_BASE_URL=… TIDEMARK_LIVE_EVO_ORGANISATION_ID=… TIDEMARK_LIVE_EVO_WORKSPACE_ID=… \
//! TIDEMARK_LIVE_EVO_SECRET=… [TIDEMARK_LIVE_EVO_ROOT=folder] \
//! cargo test -p tidemark-tests --test conformance evo_live -- --ignored --test-threads=1
//! ```
//!
//! The names are `TIDEMARK_LIVE_`, the provider's name, and the key of each of its settings, `SECRET`, or `ROOT` (REMOTE,
//! where it may work), all in upper case with `_` for `-`. Each case works in a fresh folder `tidemark-conformance-…` below
//! ROOT and removes it; before it looks it waits for a second where a service lags behind. A service without folders must have nothing in it, and is emptied after each case. Faults can't be
//! had from a real service; those cases end where they would begin.

#![allow(clippy::unwrap_used, reason = "what isn't as it should be fails the test")]
#![allow(private_bounds, reason = "what a fake is made of is no business of the tests")]

mod bench;
pub mod cases;
mod contents;
mod mishap;
mod names;
mod stand;
pub mod stands;
mod watched;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use futures_util::FutureExt;

pub use bench::Bench;
pub use mishap::{Mishap, On};
pub use stand::{Stand, Traffic};

/// Runs a case before a stand: it passes when nothing was wrong, seen from either side.
pub async fn run(stand: impl Stand + 'static, case: impl AsyncFnOnce(&Bench)) {
    let stand: Arc<dyn Stand> = Arc::new(stand);
    stand.prepare().await;
    let bench = Bench::open(stand.clone());
    let outcome = AssertUnwindSafe(case(&bench)).catch_unwind().await;
    stand.clean_up().await;
    let breaches = stand.breaches();
    assert!(breaches.is_empty(), "the contract was broken:\n{}", breaches.join("\n"));
    if let Err(failed) = outcome {
        resume_unwind(failed);
    }
}

/// Makes a module of tests, one for each case: `conformance!(evo, EvoStand::start())`. For a real service:
/// `conformance!(evo_live, LiveStand::of("evo"), ignore = "needs an account")`.
#[macro_export]
macro_rules! conformance {
    ($name:ident, $stand:expr) => {
        $crate::conformance!(@each $name, $stand, cfg(all()));
    };
    ($name:ident, $stand:expr, $ignored:meta) => {
        $crate::conformance!(@each $name, $stand, $ignored);
    };
    (@each $name:ident, $stand:expr, $attribute:meta) => {
        $crate::conformance! {
            @tests $name, $stand, $attribute,
            listings: [
                an_empty_root_lists_as_empty,
                a_nested_tree_of_odd_names_is_listed_and_stable,
                listing_again_asks_little,
                what_others_do_is_in_the_next_listing,
                hostile_names_are_told_and_left_alone,
                a_listing_that_breaks_off_is_no_listing,
            ],
            uploads: [
                an_empty_file_arrives,
                small_files_arrive,
                nine_mebibytes_arrive,
                seventy_mebibytes_arrive,
                odd_names_arrive,
                an_edit_takes_the_place_of_what_it_saw,
                a_file_that_changes_while_it_is_sent_never_shows,
                an_upload_that_is_given_up_leaves_nothing,
                an_interrupted_upload_goes_on,
            ],
            races: [
                a_new_file_replaces_nothing,
                a_stale_edit_is_refused_or_finds_the_other,
                an_edit_of_what_is_gone_is_refused,
                a_race_while_sending_is_refused_or_found,
                a_race_while_creating_loses_nothing,
                a_file_is_deleted_at_its_revision,
                a_stale_deletion_is_refused,
            ],
            downloads: [
                a_content_comes_whole,
                only_what_is_missing_is_fetched,
                what_is_gone_is_not_fetched,
                a_content_that_breaks_off_is_an_error,
                an_expired_link_is_no_refusal,
                a_content_that_changes_meanwhile_is_no_mixture,
                a_download_that_is_given_up_is_no_hindrance,
            ],
            items: [
                stat_tells_what_is_there,
                folders_are_made_and_deleted,
                files_move_in_place_or_not_at_all,
                files_move_between_folders,
                folders_move_with_what_is_inside_or_not_at_all,
            ],
            history: [
                old_versions_are_told_and_fetched,
                an_old_version_comes_back,
                a_deleted_file_comes_back,
            ],
            faults: [
                a_busy_service_is_given_the_time_it_asks_for,
                a_failing_service_may_be_asked_again,
                a_broken_connection_is_told_as_one,
                a_web_page_is_no_answer,
                garbage_is_no_answer,
                half_an_answer_is_no_answer,
                a_refused_credential_is_told_as_one,
                what_is_not_allowed_is_told_as_such,
                a_lost_answer_makes_no_second_version,
                a_deletion_whose_answer_got_lost_is_done,
                a_check_tells_a_good_account_from_a_bad_one,
            ],
            unlisted: [
                what_is_not_listed_is_found_by_its_id,
                what_cannot_be_read_back_is_told_as_such,
            ],
        }
    };
    (@tests $name:ident, $stand:expr, $attribute:meta, $($group:ident: [$($case:ident,)*],)*) => {
        mod $name {
            #[allow(unused_imports, reason = "the stand may need them")]
            use super::*;
            $($crate::conformance!(@group $stand, $attribute, $group, $($case)*);)*
        }
    };
    (@group $stand:expr, $attribute:meta, $group:ident, $($case:ident)*) => {
        $(
            #[tokio::test]
            #[$attribute]
            async fn $case() {
                $crate::conformance::run($stand, $crate::conformance::cases::$group::$case).await;
            }
        )*
    };
}
