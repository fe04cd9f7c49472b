//! Commands while a process keeps the pairs in step: they go to it.

use serde_json::json;

use tidemark_tests::fake::evo::FakeEvo;

use crate::person::Person;
use crate::served::{Served, nothing};

#[test]
fn commands_work_on_the_pairs_that_are_kept_in_step() {
    let mut served = Served::new();
    served.person.writes("docs/a.txt", "a");
    served.waits_for("nas/a.txt", "a");
    served.person.types("sync").succeeded().said("docs: up to date");
    served.person.types("plan").succeeded().said("nothing to do");
    served.person.types("pair pause docs").succeeded();
    served.person.writes("docs/b.txt", "b");
    served.person.types("plan docs").succeeded().said("b.txt");
    served.person.types("pair resume docs").succeeded();
    served.waits_for("nas/b.txt", "b");
    served.person.makes_folder("more");
    served.person.makes_folder("away");
    served.person.types("account add folder other --set path=$DIR/away").succeeded();
    served.person.writes("more/c.txt", "c");
    served.person.types("pair add more $DIR/more other").succeeded();
    served.waits_for("away/c.txt", "c");
    served.person.types("pair remove more").succeeded();
    assert_eq!(served.person.reads("more/c.txt"), "c");
    served.is_stopped();
    served.person.types("sync").succeeded();
}

#[test]
fn a_renewed_secret_is_taken_up_at_once() {
    let person = Person::new();
    let evo = FakeEvo::with().start().unwrap();
    let account = format!(
        "account add evo work --set base_url={} --set organisation_id={} --set workspace_id={} --secret-stdin",
        evo.base_url(),
        evo.organisation_id(),
        evo.workspace_id()
    );
    person.types_with(&account, "wrong", &[]).succeeded();
    person.makes_folder("docs");
    person.writes("docs/a.txt", "a");
    person.types("pair add docs $DIR/docs work").succeeded();
    let served = Served::of(person);
    let cookie = served.signs_in();
    let mut notices = served.listens(&cookie, 0);
    while notices.settled().1["outcome"] != "failed" {}
    served.person.types_with(&account, "evo-token", &[]).succeeded();
    while notices.settled().1["outcome"] != "in-sync" {}
    assert_eq!(evo.content("a.txt").as_deref(), Some(&b"a"[..]));
}

#[test]
fn a_second_one_gives_a_link_to_the_first() {
    let served = Served::new();
    let said = served.person.types("serve").succeeded();
    assert!(said.stdout.contains(&format!("http://{}/login?token=", served.address())), "{said:?}");
    let one = said.stdout.split_whitespace().last().unwrap();
    assert_ne!(one, served.link);
}

#[test]
fn what_a_killed_one_left_keeps_no_command_from_working() {
    let mut served = Served::new();
    served.person.writes("docs/a.txt", "a");
    served.waits_for("nas/a.txt", "a");
    served.is_killed_and_starts_again();
    served.person.writes("docs/b.txt", "b");
    served.waits_for("nas/b.txt", "b");
    served.is_stopped();
    served.person.writes("home/daemon.json", "{\"address\":\"127.0.0.1:1\",\"token\":\"x\"}");
    served.person.types("sync").succeeded();
}

#[test]
fn errors_are_those_of_the_command_line() {
    let served = Served::new();
    served.person.types("sync nothing").ended_with(2).complained("There is no pair \"nothing\"");
    served.person.types("pair add docs $DIR/docs work").ended_with(2).complained("docs");
    let cookie = served.signs_in();
    let answer = served.calls(&cookie, "sync", &json!({ "pairs": ["nothing"], "confirm_deletes": false }));
    assert_eq!((answer.status, answer.json()["code"].clone()), (400, json!("usage")));
}

#[test]
fn nothing_is_written_before_a_pair_is_added() {
    let served = Served::new();
    served.person.makes_folder("new");
    served.person.writes("new/x.txt", "x");
    served.person.writes("nas/sub/y.txt", "y");
    let cookie = served.signs_in();
    let local = served.person.path("new");
    let new = json!({
        "name": "new", "local": local, "account": "work", "remote": "sub",
        "direction": "both", "on_conflict": "ask", "ignore": []
    });
    let check = served.gets(&cookie, "pair-try", &new);
    assert_eq!(check["findings"], json!([]));
    let plan = served.gets(&cookie, "plan-new", &new);
    let steps: Vec<_> = plan["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["action"].as_str().unwrap(), step["path"].as_str().unwrap()))
        .collect();
    assert_eq!(steps, [("upload", "x.txt"), ("download", "y.txt")]);
    assert!(!local.join("y.txt").exists() && !served.person.path("nas/sub/x.txt").exists());
    assert!(!served.person.path("nas/sub/.tidemark").exists() && !local.join(".tidemark").exists());
    assert_eq!(served.gets(&cookie, "pairs", &nothing()).as_array().unwrap().len(), 1);
    served.gets(&cookie, "pair-add", &new);
    served.waits_for("nas/sub/x.txt", "x");
    served.waits_for("new/y.txt", "y");
    let overlap = served.gets(&cookie, "pair-try", &new);
    assert_eq!(overlap["findings"][0]["level"], "stop");
}

#[test]
fn held_deletions_are_brought_back() {
    let served = Served::new();
    served.person.types("pair set docs max-deletes=1 max-delete-percent=10").succeeded();
    for name in ["a", "b", "c", "d"] {
        served.person.writes(&format!("docs/{name}"), name);
    }
    served.waits_for("nas/d", "d");
    served.person.types("sync").succeeded();
    for name in ["a", "b", "c"] {
        std::fs::remove_file(served.person.path(&format!("docs/{name}"))).unwrap();
    }
    served.person.types("sync").ended_with(4);
    let cookie = served.signs_in();
    let report = served.gets(&cookie, "hold-restore", &json!({ "pair": "docs" }));
    assert_eq!(
        (&report["pairs"][0]["outcome"], &report["pairs"][0]["downloaded"]),
        (&json!("in-sync"), &json!(3))
    );
    assert_eq!((served.person.reads("docs/a"), served.person.reads("nas/a")), ("a".into(), "a".into()));
}
