//! Worlds by chance. `SIM_RUNS=` says how many, `SIM_SEED=` with which seed to begin.

use tidemark_tests::world::{shrunk, story_of};

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn nothing_is_lost_in_any_world() {
    let first = setting("SIM_SEED", 1);
    for seed in first..first + setting("SIM_RUNS", 300) {
        let story = story_of(seed);
        if let Err(failure) = story.play() {
            let (story, failure) = shrunk(story, failure);
            panic!("SIM_SEED={seed}: {}\n\n{story}\n{}", failure.why, failure.trace);
        }
    }
}
