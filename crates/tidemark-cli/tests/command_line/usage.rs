//! Wrong usage, help, and options of every command.

use std::io::Read;

use crate::person::Person;

#[test]
fn help_and_version_end_with_0() {
    let anna = Person::new();
    anna.types("--help").succeeded().said("Exit codes:");
    anna.types("--version").succeeded().said(concat!("tidemark ", env!("CARGO_PKG_VERSION")));
    for command in
        ["account", "account add", "pair", "pair add", "pair set", "sync", "conflicts resolve", "restore"]
    {
        anna.types(&format!("{command} --help")).succeeded().said("Usage: tidemark");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_so_on_stderr() {
    let anna = Person::new();
    for line in [
        "",
        "nonsense",
        "sync --nonsense",
        "pair",
        "conflicts resolve",
        "conflicts resolve 1",
        "conflicts resolve --all",
        "activity --limit x",
        "-q -v status",
    ] {
        let said = anna.types(line).ended_with(2);
        assert_eq!(said.stdout, "", "{line}");
        assert!(!said.stderr.is_empty(), "{line}");
    }
    anna.types("conflicts resolve 1 --keep local --merged x").ended_with(2).complained("cannot be used with");
    anna.types("conflicts resolve --all --merged x").ended_with(2);
}

#[test]
fn errors_are_json_too_when_it_was_asked_for() {
    let anna = Person::new();
    for line in
        ["--json nonsense", "sync --json --nonsense", "--json pair show nobody", "pair show nobody --json"]
    {
        let said = anna.types(line).ended_with(2);
        let error = &said.json()["error"];
        assert_eq!(error["code"], "usage", "{line}");
        assert!(error["message"].is_string() && error.get("hint").is_some(), "{line}");
        assert!(said.stderr.starts_with("error: "), "{}", said.stderr);
    }
}

#[test]
fn the_home_is_that_of_the_option_then_that_of_the_environment() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.types("account list").succeeded().said("work");
    anna.types("account list --home $DIR/other").succeeded().said("no account yet");
    anna.types("--home other account list").succeeded().said("no account yet");
    assert!(anna.path("home/config.toml").exists() && !anna.path("other").exists());
}

#[test]
fn without_a_home_it_takes_the_platforms_directory() {
    let anna = Person::new();
    let output = anna.command("account add evo work --secret-env T --set base_url=https://x.example --set organisation_id=00000000-0000-4000-8000-000000000001 --set workspace_id=00000000-0000-4000-8000-000000000002")
        .env_remove("TIDEMARK_HOME")
        .env("T", "t")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(anna.path(".local/share/tidemark/config.toml").exists() || cfg!(not(target_os = "linux")));
}

#[test]
fn a_pipe_gets_no_colours_unless_asked_for() {
    let anna = Person::new();
    let plain = anna.types("pair show nobody").ended_with(2);
    assert!(!plain.stderr.contains('\x1b'), "{}", plain.stderr);
    let forced = anna.types("--color always pair show nobody").ended_with(2);
    assert!(forced.stderr.contains('\x1b'), "{}", forced.stderr);
    let never = anna.types("--color never nonsense").ended_with(2);
    assert!(!never.stderr.contains('\x1b'), "{}", never.stderr);
    anna.types("--color sometimes status").ended_with(2);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let anna = Person::new();
    let mut child = anna.command("completions zsh").spawn().unwrap();
    drop(child.stdin.take());
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(stderr, "");
}

#[test]
fn every_shell_gets_completions() {
    let anna = Person::new();
    for shell in ["bash", "zsh", "fish"] {
        anna.types(&format!("completions {shell}")).succeeded().said("confirm-deletes");
    }
    anna.types("completions tcsh").ended_with(2);
}

#[test]
fn providers_say_what_they_can() {
    let anna = Person::new();
    anna.types("providers").succeeded().said("PROVIDER").said("evo").said("access token").said("follows");
    let document = anna.types("providers --json").succeeded().json();
    let evo = document["providers"].as_array().unwrap().iter().find(|p| p["name"] == "evo").unwrap();
    assert_eq!(evo["settings"][0]["key"], "base_url");
    assert!(evo["capabilities"]["versions"].is_boolean());
    assert!(evo["capabilities"]["weak_revision"].is_boolean());
    assert!(evo["capabilities"]["repeatable_upload"].is_boolean());
    assert!(evo["pair_settings"].is_array());
    assert!(!evo["consequences"].as_array().unwrap().is_empty());
}

#[test]
fn looking_makes_nothing() {
    let anna = Person::new();
    for line in ["account list", "pair list", "status", "conflicts list", "kept list", "activity", "doctor"] {
        anna.types(line).succeeded();
    }
    assert!(!anna.path("home").exists());
}
