//! Syncs that are stopped, killed, or started twice: what is done is done, and the next one goes on.

use std::io::Read;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault, Request};

use crate::scene::{Scene, Tree, noise, until};

const NEVER: Effect = Effect::Delay { ms: 3_600_000 };
const BLOCK: usize = 8 << 20;

/// A sync that gets no answer to its n-th request to these endpoints (all when none is given), and has just asked.
fn stuck(scene: &Scene, endpoints: &[Endpoint], nth: u64) -> Child {
    scene.fault(Fault::new(NEVER).at(endpoints.iter().copied()).nth(nth));
    let mut child = scene.person.command("--json sync").spawn().unwrap();
    until("the request came", || scene.evo().faults_fired()[0] > 0 || child.try_wait().unwrap().is_some());
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn stopped_with(signal: Signal, mut child: Child) -> String {
    kill_process(Pid::from_child(&child), signal).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    said
}

#[test]
fn ctrl_c_stops_an_upload_that_the_next_sync_goes_on_with() {
    let scene = Scene::new();
    scene.write("a.txt", "a");
    scene.write("huge", noise(1, 4 * BLOCK));
    for signal in [Signal::INT, Signal::TERM] {
        let child = stuck(&scene, &[Endpoint::PutBlock], 4);
        let said = stopped_with(signal, child);
        assert!(
            said.contains("Stopped; what is done is done, the rest goes on with the next sync"),
            "{said}"
        );
        scene.nothing_is_lost();
        scene.evo().heal();
    }
    scene.sync().ends(0);
    scene.is_in_step();
}

#[test]
fn f09_a_killed_upload_sends_no_block_again_that_has_arrived() {
    let scene = Scene::new();
    scene.write("huge", noise(1, 12 * BLOCK));
    let child = stuck(&scene, &[Endpoint::PutBlock], 12);
    kill(child);
    scene.evo().heal();
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let requests = scene.evo().requests();
    let arrived = |request: &&Request| {
        request.endpoint == Endpoint::PutBlock && request.status.is_some_and(|status| status < 300)
    };
    let sent = requests.iter().filter(arrived).count();
    assert!(
        (12..=15).contains(&sent),
        "{sent} blocks were sent for 12, of which at least 8 were known to be there"
    );
    assert_eq!(scene.evo().versions("huge").len(), 1);
    scene.is_in_step();
}

#[test]
fn f09_a_killed_download_fetches_no_part_again_that_has_arrived() {
    let scene = Scene::new();
    scene.put("huge", noise(1, 12 * BLOCK));
    let child = stuck(&scene, &[Endpoint::GetBlob], 12);
    kill(child);
    scene.nothing_is_lost();
    assert!(!scene.path("huge").exists(), "a file is whole or isn't there");
    scene.evo().heal();
    let said = scene.sync().ends(0).did(&[("downloaded", 1)]);
    let fetched = said.pair["bytes_down"].as_u64().unwrap();
    assert!(fetched <= 8 * BLOCK as u64, "{fetched} bytes were fetched");
    scene.is_in_step();
}

#[test]
fn f09_killed_at_every_request_of_a_sync() {
    let mut nth = 1;
    loop {
        let scene = Scene::new();
        for name in ["a", "b", "gone here", "gone there", "edited here", "edited there"] {
            scene.write(name, format!("{name}, one"));
        }
        scene.sync().ends(0);
        scene.write("new here", "new here");
        scene.put("new there", "new there");
        scene.remove("gone here");
        scene.delete("gone there");
        scene.write("edited here", "edited here, two");
        scene.put("edited there", "edited there, two");
        scene.evo().forget_requests();
        let mut child = stuck(&scene, &[], nth);
        let through = child.try_wait().unwrap().is_some() && scene.evo().faults_fired() == [0];
        kill(child);
        scene.nothing_is_lost();
        scene.evo().heal();
        scene.sync().ends(0);
        let names: Vec<String> = scene.here().into_keys().collect();
        assert_eq!(names, ["a", "b", "edited here", "edited there", "new here", "new there"], "{nth}");
        scene.is_in_step();
        if through {
            break;
        }
        nth += 1;
    }
    assert!(nth > 8, "{nth}");
}

#[test]
fn f09_killed_while_files_are_copied_between_folders() {
    for copied in [1, 50, 150] {
        let scene = Scene::of_folders();
        for number in 0..300 {
            scene.write(&format!("d{}/{number}", number % 7), noise(number, 20_000));
            scene.put(&format!("e{}/{number}", number % 7), noise(number + 1000, 20_000));
        }
        let (here, there) = (scene.here(), scene.there());
        let mut child = scene.person.command("--json sync").spawn().unwrap();
        until("files were copied", || {
            scene.there().len() + scene.here().len() >= 600 + copied || child.try_wait().unwrap().is_some()
        });
        kill(child);
        scene.nothing_is_lost();
        let all: Tree = here.into_iter().chain(there).collect();
        for (path, content) in scene.here().iter().chain(&scene.there()) {
            assert!(all[path] == *content, "{path} is whole");
        }
        scene.sync().ends(0);
        scene.is_in_step();
        assert_eq!(scene.here().len(), 600);
    }
}

#[test]
fn f08_a_second_one_says_who_is_at_work() {
    let scene = Scene::new();
    scene.write("a.txt", "a");
    let child = stuck(&scene, &[Endpoint::PutBlob], 1);
    let who = format!("process {}, `sync`", child.id());
    for command in ["sync", "plan", "kept purge", "conflicts resolve --all --keep local", "watch"] {
        let said = scene.person.types(command).ended_with(1).complained(&who);
        said.complained("nothing was done").complained("Stop it, or wait");
    }
    scene.person.types("status").succeeded();
    kill(child);
    scene.evo().heal();
    scene.sync().ends(0);
    scene.is_in_step();
}
