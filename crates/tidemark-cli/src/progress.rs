//! What happens while a command runs: one moving line on a terminal, only warnings in a pipe.

#![expect(clippy::disallowed_methods, reason = "how long a person has waited")]

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tidemark_engine::report::{Event, Phase};

use crate::output::Output;
use crate::shown;

/// Shows events on stderr.
pub(crate) struct Progress {
    output: Output,
    verbose: bool,
    line: Option<ProgressBar>,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    pair: String,
    phase: Option<Phase>,
    items: u64,
    operations: u64,
    done: u64,
    bytes: u64,
    moved: u64,
    since: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(output: Output, verbose: u8) -> Self {
        let able = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let line = (able && !output.is_quiet() && verbose == 0).then(moving_line);
        Self { output, verbose: verbose > 0, line, so_far: Mutex::default() }
    }

    /// Takes an event.
    pub(crate) fn event(&self, event: Event) {
        match event {
            Event::Warning { text } => self.aside(|output| output.warning(&text)),
            Event::Waiting { why } => match &self.line {
                Some(line) => line.set_message(shown::sentence(&why)),
                None if self.verbose => self.output.note(&shown::sentence(&why)),
                None => {}
            },
            Event::Done { action, path, ok } => {
                if self.verbose {
                    let end = if ok { "" } else { " (failed)" };
                    self.output.note(&format!("{action}: {}{end}", shown::name(&path)));
                }
                self.update(|so_far| so_far.done += 1);
            }
            Event::Phase { pair, phase } => {
                if self.verbose {
                    self.output.note(&format!("{pair}: {}", doing(phase)));
                }
                self.update(|so_far| {
                    if phase == Phase::Looking {
                        *so_far = SoFar::default();
                    }
                    so_far.pair = pair;
                    so_far.phase = Some(phase);
                });
            }
            Event::Looked { items } => self.update(|so_far| so_far.items = items),
            Event::Planned { operations, bytes } => self.update(|so_far| {
                so_far.operations = operations;
                so_far.bytes = bytes;
                so_far.since = Some(Instant::now());
            }),
            Event::Moved { bytes, .. } => self.update(|so_far| so_far.moved += bytes),
            Event::Settled(_) | Event::Stopped => self.rest(),
            Event::Ended => {}
        }
    }

    /// This, as the engine takes it.
    pub(crate) fn events(self: &Arc<Self>) -> Arc<dyn Fn(Event) + Send + Sync> {
        let progress = Arc::clone(self);
        Arc::new(move |event| progress.event(event))
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }

    /// Prints something while the line is out of the way.
    pub(crate) fn aside(&self, print: impl FnOnce(&Output)) {
        match &self.line {
            Some(line) => line.suspend(|| print(&self.output)),
            None => print(&self.output),
        }
    }

    fn rest(&self) {
        if let Some(line) = &self.line {
            line.set_message("up to date; watching");
        }
    }

    fn update(&self, change: impl FnOnce(&mut SoFar)) {
        let Some(line) = &self.line else { return };
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut so_far);
        line.set_message(so_far.sentence());
    }
}

impl SoFar {
    fn sentence(&self) -> String {
        let pair = &self.pair;
        match self.phase {
            None => String::new(),
            Some(Phase::Looking) if self.items > 0 => {
                format!("{pair}: {}, {} items so far", doing(Phase::Looking), self.items)
            }
            Some(phase @ (Phase::Looking | Phase::Planning)) => format!("{pair}: {}", doing(phase)),
            Some(Phase::Working) => {
                let bytes = match self.bytes {
                    0 => String::new(),
                    all => format!(" ({} of {})", shown::size(self.moved), shown::size(all)),
                };
                format!("{pair}: {} of {} done{bytes}{}", self.done, self.operations, self.left())
            }
        }
    }

    fn left(&self) -> String {
        let Some(taken) = self.since.map(|since| since.elapsed()).filter(|taken| taken.as_secs() >= 3) else {
            return String::new();
        };
        let (done, all) =
            if self.bytes > 0 { (self.moved, self.bytes) } else { (self.done, self.operations) };
        if done == 0 || done >= all {
            return String::new();
        }
        let left = taken.as_secs_f64() * (all - done) as f64 / done as f64;
        match left {
            0.0..90.0 => format!(", about {left:.0} s left"),
            _ => format!(", about {:.0} minutes left", left / 60.0),
        }
    }
}

fn doing(phase: Phase) -> &'static str {
    match phase {
        Phase::Looking => "looking for changes",
        Phase::Planning => "working out what follows",
        Phase::Working => "working",
    }
}

fn moving_line() -> ProgressBar {
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        line.set_style(style);
    }
    line.enable_steady_tick(Duration::from_millis(120));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_counted() {
        let mut so_far =
            SoFar { pair: "docs".into(), phase: Some(Phase::Looking), items: 12, ..SoFar::default() };
        assert_eq!(so_far.sentence(), "docs: looking for changes, 12 items so far");
        so_far = SoFar {
            phase: Some(Phase::Working),
            operations: 120,
            done: 3,
            bytes: 4_800_000,
            moved: 1_200_000,
            ..so_far
        };
        assert_eq!(so_far.sentence(), "docs: 3 of 120 done (1.2 MB of 4.8 MB)");
    }
}
