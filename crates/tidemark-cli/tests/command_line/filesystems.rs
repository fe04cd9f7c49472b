//! Filesystems of ET Engine: made and shared, and what is said where that can't be.

use tidemark_tests::fake::et_engine::{Effect, Endpoint, FakeEtEngine, Fault};

use crate::person::Person;

const BERTA: &str = "5f1e9c52-0c1b-4a7e-9d3f-0000000000b2";

/// An ET Engine, and a person with an account `work` of it.
fn starts() -> (FakeEtEngine, Person) {
    let engine = FakeEtEngine::with().start().unwrap();
    let anna = Person::new();
    adds(&anna, &engine, "work", engine.filesystem_id());
    (engine, anna)
}

fn adds(person: &Person, engine: &FakeEtEngine, name: &str, filesystem: &str) {
    let settings = format!("--set base_url={} --set filesystem_id={filesystem}", engine.base_url());
    let line = format!("account add et-engine {name} {settings} --secret-stdin");
    person.types_with(&line, engine.token(), &[]).succeeded();
}

#[test]
fn a_filesystem_is_made_listed_used_and_shared() {
    let (engine, anna) = starts();
    let created = anna.types("account create work wells --json").succeeded().json()["created"].clone();
    assert_eq!((&created["setting"], &created["title"]), (&"filesystem_id".into(), &"wells".into()));
    let id = created["value"].as_str().unwrap();
    anna.types("account show work").succeeded().said(id).said("wells");
    anna.types("account create work logs")
        .succeeded()
        .said("Made \"logs\"")
        .said("add an account with `--set filesystem_id=");
    adds(&anna, &engine, "wells", id);
    anna.types("account check wells").succeeded().said("filesystem \"wells\"");
    anna.types(&format!("account share wells {BERTA}")).succeeded().said(&format!("with {BERTA}"));
    let shared = anna.types(&format!("account share work {BERTA} --json")).succeeded().json();
    assert_eq!(shared["shared"]["user"], BERTA);
    let mut shares = [(id.to_owned(), BERTA.to_owned()), (engine.filesystem_id().into(), BERTA.into())];
    shares.sort();
    assert_eq!(engine.shares(), shares);
    assert_eq!(engine.breaches(), []);
}

#[test]
fn a_refusal_says_what_to_do() {
    let (engine, anna) = starts();
    adds(&anna, &engine, "theirs", "another");
    anna.types(&format!("account share work {BERTA}")).succeeded();
    for (line, message, hint) in [
        ("create work projects".into(), "of that name already", "`tidemark account show work` lists"),
        (format!("share work {BERTA}"), "shared with that user already", "nothing to do"),
        (format!("share theirs {BERTA}"), "403", "Only its owner may share it"),
        (format!("share work {}", engine.owner_id()), "403", "only with somebody else"),
        ("share work berta".into(), "Invalid grantee", "the id that the service has for them"),
    ] {
        anna.types(&format!("account {line}")).ended_with(1).complained(message).complained(hint);
    }
    assert_eq!(engine.breaches(), []);
}

#[test]
fn an_answer_that_got_lost_leaves_no_false_certainty() {
    let (engine, anna) = starts();
    for (endpoint, line) in [(Endpoint::Create, "create work wells"), (Endpoint::Share, "share work x")] {
        engine.inject(Fault::new(Effect::CloseBeforeAnswer).at([endpoint]));
        anna.types(&format!("account {line}")).ended_with(1).complained("It may ").complained("all the same");
        engine.heal();
    }
}

#[test]
fn where_it_cannot_be_done_it_is_wrong_usage() {
    let (_engine, anna) = starts();
    anna.makes_folder("nas");
    anna.types("account add folder hub --set path=$DIR/nas").succeeded();
    anna.types("account create hub wells").ended_with(2).complained("at the service itself");
    anna.types(&format!("account share hub {BERTA}")).ended_with(2).complained("doesn't let Tidemark");
    anna.types("account create nobody wells").ended_with(2).complained("There is no account \"nobody\"");
    anna.types("account create work").ended_with(2);
    for command in ["create", "share"] {
        let said = anna.command(&format!("account {command} work")).arg(" ").output().unwrap();
        assert_eq!(said.status.code(), Some(2), "{said:?}");
    }
}
