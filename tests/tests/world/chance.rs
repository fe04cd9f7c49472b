//! Worlds by chance. `SIM_RUNS=` says how many, `SIM_SEED=` with which seed to begin, `SIM_FAILURES=` how many failures
//! to look for before the end, `SIM_PROFILE=` of which kind of service alone.

use tidemark_tests::world::{Profile, shrunk, story_of};

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn nothing_is_lost_in_any_world() {
    let first = setting("SIM_SEED", 1);
    let only: Option<Profile> = std::env::var("SIM_PROFILE").ok().map(|name| name.parse().unwrap());
    let mut failures = Vec::new();
    for seed in first..first + setting("SIM_RUNS", 300) {
        let story = story_of(seed);
        if only.is_some_and(|only| only != story.profile) {
            continue;
        }
        if let Err(failure) = story.play() {
            let (story, failure) = shrunk(story, failure);
            failures.push(format!("SIM_SEED={seed}: {}\n\n{story}\n{}", failure.why, failure.trace));
        }
        if failures.len() as u64 >= setting("SIM_FAILURES", 1) {
            break;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
