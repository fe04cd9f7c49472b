//! The worlds are tested themselves: whatever rule is broken, some story must end badly, and soon.

use tidemark_tests::world::{Sabotage, story_of};

fn is_noticed(sabotage: Sabotage) {
    let noticed = (1..1500).any(|seed| story_of(seed).play_with(Some(sabotage)).is_err());
    assert!(noticed, "{sabotage:?} goes unnoticed");
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
