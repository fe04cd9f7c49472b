//! Making a failing story short: what isn't needed for its failure is left out.

use super::story::{Failure, Step, Story};

/// Plays at most.
const PLAYS: usize = 400;

/// The shortest story found that still fails, with its failure.
pub fn shrunk(story: Story, failure: Failure) -> (Story, Failure) {
    let mut best = (story, failure);
    let mut plays = 0;
    loop {
        let mut shorter = None;
        for candidate in candidates(&best.0) {
            plays += 1;
            if plays > PLAYS {
                return best;
            }
            if let Err(failure) = candidate.play() {
                shorter = Some((candidate, failure));
                break;
            }
        }
        match shorter {
            Some(found) => best = found,
            None => return best,
        }
    }
}

/// Stories with something less, the much shorter ones first.
fn candidates(story: &Story) -> Vec<Story> {
    let count = story.steps.len();
    let mut found = Vec::new();
    let mut size = count / 2;
    while size > 0 {
        for start in (0..count).step_by(size) {
            let mut steps = story.steps.clone();
            steps.drain(start..(start + size).min(count));
            found.push(Story { steps, ..story.clone() });
        }
        size /= 2;
    }
    for at in 0..count {
        let (Step::Sync(happenings) | Step::Import(happenings)) = &story.steps[at] else { continue };
        for which in 0..happenings.len() {
            let mut fewer = happenings.clone();
            fewer.remove(which);
            let mut steps = story.steps.clone();
            steps[at] = match steps[at] {
                Step::Import(_) => Step::Import(fewer),
                _ => Step::Sync(fewer),
            };
            found.push(Story { steps, ..story.clone() });
        }
    }
    found
}
