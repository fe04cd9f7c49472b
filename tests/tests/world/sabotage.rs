//! The worlds are tested themselves: whatever rule is broken, some story must end badly, and soon.

use tidemark_tests::world::{Profile, Sabotage, Story, story_of};

fn is_noticed(sabotage: Sabotage) {
    is_noticed_in(sabotage, |_| true);
}

fn is_noticed_in(sabotage: Sabotage, tells_of_it: impl Fn(&Story) -> bool) {
    let mut stories = (1..1500).map(story_of).filter(tells_of_it);
    assert!(stories.any(|story| story.play_with(Some(sabotage)).is_err()), "{sabotage:?} goes unnoticed");
}

#[test]
fn replacing_whatever_is_there_is_noticed() {
    is_noticed(Sabotage::BlindInstall);
}

#[test]
fn keeping_nothing_is_noticed() {
    is_noticed(Sabotage::NothingKept);
}

#[test]
fn deleting_whatever_is_there_is_noticed() {
    is_noticed(Sabotage::BlindKeep);
}

#[test]
fn making_nothing_durable_is_noticed() {
    is_noticed(Sabotage::NoFlush);
}

#[test]
fn writing_over_whatever_is_at_the_service_is_noticed() {
    is_noticed(Sabotage::BlindUpload);
}

#[test]
fn deleting_whatever_is_at_the_service_is_noticed() {
    is_noticed(Sabotage::BlindDelete);
}

#[test]
fn uploads_that_nobody_knows_to_have_begun_are_noticed() {
    is_noticed_in(Sabotage::ForgottenIntents, |story| story.profile == Profile::Unlisted);
}

#[test]
fn leaving_what_was_replaced_at_the_service_is_noticed() {
    is_noticed_in(Sabotage::NothingRetired, |story| story.profile == Profile::Unlisted);
}
