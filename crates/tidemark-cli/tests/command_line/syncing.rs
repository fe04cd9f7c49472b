//! Syncing, and everything that is asked about it afterwards.

use serde_json::{Value, json};

use crate::evo::Service;
use crate::person::Person;

fn anna_and_a_service() -> (Person, Service) {
    let (anna, service) = (Person::new(), Service::starts());
    service.welcomes(&anna);
    (anna, service)
}

/// Anna and the service have both changed `plan.txt`.
fn anna_with_a_conflict() -> (Person, Service) {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/plan.txt", "base\n");
    anna.types("sync").succeeded();
    anna.writes("docs/plan.txt", "mine\n");
    service.gets("plan.txt", "theirs\n");
    anna.types("sync").ended_with(3);
    (anna, service)
}

#[test]
fn both_sides_get_what_they_lack_and_then_there_is_nothing_to_do() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/mine.txt", "mine");
    service.gets("sub/theirs.txt", "theirs");
    anna.types("sync").succeeded().said("docs: up to date. 1 uploaded, 1 downloaded (10 B) in ");
    assert_eq!(service.holds("mine.txt").as_deref(), Some("mine"));
    assert_eq!(anna.reads("docs/sub/theirs.txt"), "theirs");
    anna.types("sync docs").succeeded().said("2 files unchanged");
    let said = anna.types("-q sync").succeeded();
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", ""));
}

#[test]
fn the_document_of_sync_has_these_keys() {
    let (anna, _service) = anna_and_a_service();
    anna.writes("docs/a.txt", "four");
    let said = anna.types("sync --json").succeeded();
    assert_eq!(said.stderr, "");
    let mut document = said.json();
    let pair = document["pairs"][0].as_object_mut().unwrap();
    for varies in ["requests", "elapsed_ms"] {
        assert!(pair.remove(varies).is_some_and(|value| value.is_u64()), "{varies}");
    }
    assert_eq!(
        document,
        json!({"pairs": [{
            "pair": "docs", "outcome": "in-sync",
            "uploaded": 1, "downloaded": 0, "moved_local": 0, "moved_remote": 0, "deleted_local": 0, "deleted_remote": 0,
            "unchanged": 0, "bytes_up": 4, "bytes_down": 0,
            "conflicts": [], "problems": [], "held": null
        }]})
    );
}

#[test]
fn a_plan_changes_nothing_and_sync_does_what_it_said() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "a");
    anna.types("plan").succeeded().said("upload").said("a.txt").said("Nothing was changed");
    assert_eq!(service.holds("a.txt"), None);
    let plan = anna.types("plan docs --json").succeeded().json();
    let operations = plan["pairs"][0]["operations"].as_array().unwrap().clone();
    assert_eq!((operations.len(), &operations[0]["path"]), (1, &json!("a.txt")));
    anna.types("sync").succeeded().said("1 uploaded");
    anna.types("plan").succeeded().said("docs: nothing to do.");
}

#[test]
fn a_conflict_waits_with_3_and_says_what_to_type() {
    let (anna, service) = anna_with_a_conflict();
    let document = anna.types("sync --json").ended_with(3).json();
    let pair = &document["pairs"][0];
    assert_eq!(pair["outcome"], "conflicts");
    assert_eq!(
        (&pair["conflicts"][0]["path"], &pair["conflicts"][0]["kind"]),
        (&json!("plan.txt"), &json!("both-changed"))
    );
    let id = pair["conflicts"][0]["id"].as_i64().unwrap();
    anna.types("sync")
        .ended_with(3)
        .said("up to date except for 1 conflict")
        .said(&format!("tidemark conflicts resolve {id} --keep local|remote|both"));
    anna.types("status").ended_with(3).said("plan.txt");
    anna.types("plan").ended_with(3);
    anna.types("conflicts list").succeeded().said("was changed on both sides");
    anna.types("conflicts list docs --json").succeeded().said("both-changed");
    anna.types(&format!("conflicts show {id}")).succeeded().said("this computer").said("both came from");
    anna.types("conflicts show 99").ended_with(1).complained("99");
    anna.types("conflicts list nobody").ended_with(2).complained("The pairs are: docs");
    assert_eq!(
        (anna.reads("docs/plan.txt").as_str(), service.holds("plan.txt").as_deref()),
        ("mine\n", Some("theirs\n"))
    );
}

#[test]
fn a_decision_settles_a_conflict_and_the_other_version_is_kept() {
    for (decision, text) in [("--all --keep local", "mine\n"), ("1 --keep remote", "theirs\n")] {
        let (anna, service) = anna_with_a_conflict();
        anna.types(&format!("conflicts resolve {decision}")).succeeded();
        assert_eq!(
            (anna.reads("docs/plan.txt").as_str(), service.holds("plan.txt").as_deref()),
            (text, Some(text)),
            "{decision}"
        );
        anna.types("sync").succeeded();
        anna.types("conflicts list").succeeded().said("No conflict waits");
    }
}

#[test]
fn both_versions_can_stay_under_two_names() {
    let (anna, service) = anna_with_a_conflict();
    anna.types("conflicts resolve 1 --keep both --json").succeeded().said("\"pairs\"");
    assert_eq!(anna.reads("docs/plan.txt"), "theirs\n");
    let copies: Vec<String> = service
        .evo
        .files()
        .iter()
        .map(|file| file.path.clone())
        .filter(|path| path.contains("conflict"))
        .collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(anna.reads(&format!("docs/{}", copies[0])), "mine\n");
}

#[test]
fn a_merged_file_settles_one_conflict() {
    let (anna, service) = anna_with_a_conflict();
    anna.writes("merged.txt", "mine and theirs\n");
    anna.types("conflicts resolve 1 2 --merged merged.txt").ended_with(2).complained("exactly one");
    anna.types("conflicts resolve 1 --merged merged.txt").succeeded();
    assert_eq!(anna.reads("docs/plan.txt"), "mine and theirs\n");
    assert_eq!(service.holds("plan.txt").as_deref(), Some("mine and theirs\n"));
}

#[test]
fn a_deleted_file_comes_back_with_its_history() {
    let (anna, service) = anna_and_a_service();
    for text in ["one", "two"] {
        anna.writes("docs/a.txt", text);
        anna.types("sync").succeeded();
    }
    std::fs::remove_file(anna.path("docs/a.txt")).unwrap();
    anna.types("sync --confirm-deletes").succeeded();
    let versions = anna.types("history docs a.txt --json").json()["versions"].clone();
    let oldest = versions.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    anna.types(&format!("restore docs a.txt --version {oldest}")).succeeded();
    anna.types("sync").succeeded();
    assert_eq!(
        (anna.reads("docs/a.txt"), service.holds("a.txt")),
        ("one".to_owned(), Some("one".to_owned()))
    );
    assert_eq!(anna.types("history docs a.txt --json").json()["versions"].as_array().unwrap().len(), 3);
}

#[test]
fn a_mass_deletion_is_held_with_4_until_it_is_confirmed() {
    let (anna, service) = anna_and_a_service();
    for number in 0..60 {
        anna.writes(&format!("docs/{number}.txt"), &number.to_string());
    }
    anna.types("sync").succeeded();
    for number in 0..50 {
        std::fs::remove_file(anna.path(&format!("docs/{number}.txt"))).unwrap();
    }
    let document = anna.types("sync --json").ended_with(4).json();
    let pair = &document["pairs"][0];
    assert_eq!(pair["outcome"], "held");
    assert_eq!(
        (&pair["held"]["reason"], &pair["held"]["deletes"], &pair["held"]["of"]),
        (&json!("mass-delete"), &json!(50), &json!(60))
    );
    anna.types("sync").ended_with(4).said("held, nothing was deleted").said("--confirm-deletes");
    anna.types("status").ended_with(4);
    assert_eq!(service.evo.files().len(), 60);
    anna.types("sync --confirm-deletes").succeeded().said("50 deleted there");
    assert_eq!(service.evo.files().len(), 10);
}

#[test]
fn a_hold_stands_until_it_is_confirmed_whatever_else_is_synced() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "a");
    anna.writes("docs/b.txt", "b");
    anna.types("sync").succeeded();
    service.evo.delete("a.txt");
    service.evo.delete("b.txt");
    anna.types("sync").ended_with(4);
    anna.writes("docs/new.txt", "new");
    anna.types("sync").ended_with(4);
    anna.types("sync").ended_with(4);
    assert_eq!((anna.reads("docs/a.txt"), anna.reads("docs/b.txt")), ("a".to_owned(), "b".to_owned()));
    assert_eq!(service.holds("new.txt").as_deref(), Some("new"));
    anna.types("sync --confirm-deletes").succeeded().said("2 deleted here");
}

#[test]
fn a_missing_folder_is_held_with_4_and_nothing_is_deleted() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "a");
    anna.types("sync").succeeded();
    std::fs::rename(anna.path("docs"), anna.path("away")).unwrap();
    let held = anna.types("sync --json").ended_with(4).json()["pairs"][0]["held"].clone();
    assert_eq!(held["reason"], "root-missing");
    anna.types("sync").ended_with(4).said("Nothing was deleted");
    assert_eq!(service.holds("a.txt").as_deref(), Some("a"));
    std::fs::rename(anna.path("away"), anna.path("docs")).unwrap();
    anna.types("sync").succeeded();
}

#[test]
fn a_file_with_a_problem_ends_with_5_and_the_rest_is_synced() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "a");
    std::os::unix::fs::symlink("a.txt", anna.path("docs/link")).unwrap();
    let document = anna.types("sync --json").ended_with(5).json();
    let problem = &document["pairs"][0]["problems"][0];
    assert_eq!((&problem["path"], &problem["code"]), (&json!("link"), &json!("symlink")));
    assert!(problem["message"].as_str().is_some_and(|message| message.len() > 20));
    anna.types("sync").ended_with(5).said("up to date except for 1 problem").said("\"link\": ");
    assert_eq!(service.holds("a.txt").as_deref(), Some("a"));
}

#[test]
fn a_refused_token_ends_with_1_and_changes_nothing() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "a");
    service.evo.set_token(Some("another"));
    let said = anna.types("sync --json").ended_with(1);
    let pair = &said.json()["pairs"][0];
    assert_eq!((&pair["outcome"], &pair["error"]["code"]), (&json!("failed"), &json!("unauthorized")));
    assert!(said.stderr.starts_with("error: "), "{}", said.stderr);
    anna.types("account check work").ended_with(1).complained("Nothing is lost");
    assert_eq!(anna.reads("docs/a.txt"), "a");
}

#[test]
fn the_gravest_of_all_pairs_counts() {
    let (anna, service) = anna_with_a_conflict();
    service.opens_account(&anna, "stranger", "wrong-token");
    anna.makes_folder("more");
    anna.types("pair add more $DIR/more stranger").succeeded();
    let document = anna.types("sync --json").ended_with(1).json();
    let outcomes: Vec<&Value> =
        document["pairs"].as_array().unwrap().iter().map(|pair| &pair["outcome"]).collect();
    assert_eq!(outcomes, ["conflicts", "failed"]);
    anna.types("pair pause more").succeeded();
    anna.types("sync").ended_with(3);
    anna.types("sync docs nobody").ended_with(2).complained("The pairs are: docs, more");
}

#[test]
fn what_was_done_can_be_asked_about() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "one");
    anna.types("sync").succeeded();
    service.gets("a.txt", "two");
    anna.types("sync").succeeded();
    anna.types("status").succeeded().said("1 file in step, nothing differs");
    assert_eq!(anna.types("status --json").succeeded().json()["pairs"][0]["pair"], "docs");
    anna.types("explain docs a.txt").succeeded().said("this computer  file, 3 B");
    assert_eq!(anna.types("explain docs $DIR/docs/a.txt --json").succeeded().json()["path"], "a.txt");
    anna.types("activity --limit 1").succeeded().said("download");
    assert_eq!(
        anna.types("activity docs --limit 1 --json").succeeded().json()["activity"].as_array().unwrap().len(),
        1
    );
    anna.types("explain docs ../a").ended_with(2);
    anna.types("explain nobody a.txt").ended_with(2);
}

#[test]
fn replaced_contents_are_kept_and_come_back() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "one");
    anna.types("sync").succeeded();
    service.gets("a.txt", "two");
    anna.types("sync").succeeded();
    let kept = anna.types("kept list --json").succeeded().json()["kept"].clone();
    let id = kept[0]["id"].as_str().unwrap();
    assert_eq!((&kept[0]["path"], &kept[0]["size"]), (&json!("a.txt"), &json!(3)));
    anna.types(&format!("restore docs a.txt --version {id} --to $DIR/old.txt")).succeeded().said("old.txt");
    assert_eq!(anna.reads("old.txt"), "one");
    let versions = anna.types("history docs a.txt --json").succeeded().json()["versions"].clone();
    let of = |source: &str| {
        versions.as_array().unwrap().iter().filter(|version| version["source"] == source).count()
    };
    assert_eq!((of("kept"), of("service")), (1, 2));
    anna.types("kept purge").succeeded().said("1 kept content");
    anna.types("kept list").succeeded().said("Nothing is kept");
    anna.types("restore docs a.txt --version nonsense").ended_with(1);
}

#[test]
fn a_removed_pair_leaves_files_and_kept_contents() {
    let (anna, service) = anna_and_a_service();
    anna.writes("docs/a.txt", "one");
    anna.types("sync").succeeded();
    service.gets("a.txt", "two");
    anna.types("sync").succeeded();
    let removed = anna.types("pair remove docs --json").succeeded().json()["removed"].clone();
    assert!(std::path::Path::new(removed["kept"].as_str().unwrap()).is_dir());
    assert_eq!((anna.reads("docs/a.txt").as_str(), service.holds("a.txt").as_deref()), ("two", Some("two")));
}
