//! Ctrl-C, SIGTERM, and a second process that wants the same home.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tidemark_tests::fake::evo::FakeEvo;

use crate::evo::Service;
use crate::person::Person;

pub(crate) fn send(signal: Signal, child: &Child) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Reads lines until one holds `part`.
pub(crate) fn wait_for(part: &str, from: impl Read) -> impl BufRead {
    let mut lines = BufReader::new(from);
    let mut line = String::new();
    while !line.contains(part) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it said {part:?}");
    }
    lines
}

#[test]
fn a_sync_that_is_stopped_ends_with_1_and_the_next_one_goes_on() {
    let anna = Person::new();
    let slow = Service { evo: FakeEvo::with().latency(Duration::from_secs(3600)).start().unwrap() };
    slow.welcomes(&anna);
    anna.writes("docs/a.txt", "a");
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = anna.command("-v sync").spawn().unwrap();
        let mut stderr = wait_for("docs: looking for changes", child.stderr.take().unwrap());
        send(signal, &child);
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1));
        assert!(
            said.contains("Stopped; what is done is done, the rest goes on with the next sync."),
            "{said}"
        );
    }
    assert_eq!(anna.reads("docs/a.txt"), "a");
}

#[test]
fn a_watch_that_is_stopped_ends_with_0_and_gives_the_home_free() {
    let (anna, service) = (Person::new(), Service::starts());
    service.welcomes(&anna);
    anna.writes("docs/a.txt", "a");
    let mut child = anna.command("watch").spawn().unwrap();
    let mut stdout = wait_for("docs: up to date. 1 uploaded", child.stdout.take().unwrap());
    let busy =
        anna.types("sync --json").ended_with(1).complained(&format!("process {}, `watch`", child.id()));
    assert_eq!(busy.json()["error"]["code"], "home-busy");
    anna.types("status").succeeded();
    anna.types("pair remove docs").ended_with(1).complained("Stop it");
    anna.writes("docs/b.txt", "b");
    let mut next = String::new();
    while !next.contains("1 uploaded") {
        next.clear();
        assert!(stdout.read_line(&mut next).unwrap() > 0);
    }
    assert_eq!(service.holds("b.txt").as_deref(), Some("b"));
    send(Signal::INT, &child);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("Stopped watching"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    anna.types("sync").succeeded();
}
