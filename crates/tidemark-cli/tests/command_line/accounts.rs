//! Accounts, and where their secrets are and aren't.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::person::{EVO, Person};

#[test]
fn an_account_is_added_listed_shown_and_removed() {
    let anna = Person::new();
    anna.types_with(&format!("account add evo work {EVO} --secret-stdin"), "canary\n", &[])
        .succeeded()
        .said("Added the account \"work\"")
        .said("tidemark account check work");
    anna.types("account list").succeeded().said("work  evo       in secrets.toml  none");
    anna.types("account show work").succeeded().said("http://127.0.0.1:1");
    let document = anna.types("account show work --json").succeeded().json();
    assert_eq!(document["account"]["provider"], "evo");
    assert_eq!(document["account"]["settings"]["base_url"], "http://127.0.0.1:1");
    assert_eq!(document["account"]["secret"], "file");
    anna.types("account remove work").succeeded().said("Removed the account \"work\"");
    assert_eq!(anna.types("account list --json").succeeded().json()["accounts"].as_array().unwrap().len(), 0);
    assert!(!anna.reads("home/secrets.toml").contains("canary"));
}

#[test]
fn a_secret_is_in_one_file_that_only_its_owner_reads() {
    let anna = Person::new();
    anna.makes_folder("docs");
    let mut texts = String::new();
    let said = anna
        .types_with(
            &format!("-vv account add evo work {EVO} --secret-env TOKEN"),
            "",
            &[("TOKEN", "canary-1")],
        )
        .succeeded();
    texts.extend([said.stdout, said.stderr]);
    for line in [
        "account show work --json",
        "account list",
        "pair add docs $DIR/docs work",
        "-v account check work",
        "doctor --json",
    ] {
        let said = anna.types(line);
        texts.extend([said.stdout, said.stderr]);
    }
    assert!(!texts.contains("canary"), "{texts}");
    let holders = files_below(&anna.path("home"))
        .into_iter()
        .filter(|file| fs::read_to_string(file).is_ok_and(|text| text.contains("canary-1")));
    assert_eq!(holders.collect::<Vec<_>>(), [anna.path("home/secrets.toml")]);
    for (path, mode) in
        [("home", 0o700), ("home/pairs", 0o700), ("home/secrets.toml", 0o600), ("home/config.toml", 0o600)]
    {
        assert_eq!(fs::metadata(anna.path(path)).unwrap().permissions().mode() & 0o777, mode, "{path}");
    }
}

#[test]
fn a_secret_comes_from_stdin_or_a_variable_and_nowhere_else() {
    let anna = Person::new();
    anna.types(&format!("account add evo a {EVO}"))
        .ended_with(2)
        .complained("needs its access token")
        .complained("--secret-stdin");
    anna.types(&format!("account add evo a {EVO} --secret-env NOT_SET")).ended_with(2).complained("NOT_SET");
    anna.types(&format!("account add evo a {EVO} --secret-stdin")).ended_with(2).complained("no secret");
    anna.types(&format!("account add evo a {EVO} --secret-stdin --secret-env X")).ended_with(2);
    anna.types(&format!("account add evo a {EVO} --secret canary")).ended_with(2);
    let said = anna
        .types(&format!("account add evo a {EVO} --set token=canary"))
        .ended_with(2)
        .complained("no setting \"token\"");
    assert!(!said.stderr.contains("canary"), "{}", said.stderr);
    let said = anna.types("account add evo a --set canary").ended_with(2).complained("KEY=VALUE");
    assert!(said.stdout.is_empty() && !anna.path("home").exists());
}

#[test]
fn without_a_keychain_the_file_takes_it_and_a_warning_says_so() {
    let anna = Person::new();
    let said = anna
        .types_with(
            &format!("account add evo work {EVO} --secret-stdin --json"),
            "canary",
            &[("TIDEMARK_SECRET_STORE", "")],
        )
        .succeeded()
        .complained("warning: ")
        .complained("secrets.toml")
        .complained("TIDEMARK_SECRET_STORE=file");
    assert_eq!(said.json()["account"]["secret"], "file");
    anna.types_with("account list", "", &[("TIDEMARK_SECRET_STORE", "purse")]).succeeded();
    anna.types_with(
        &format!("account add evo other {EVO} --secret-stdin"),
        "x",
        &[("TIDEMARK_SECRET_STORE", "purse")],
    )
    .ended_with(2)
    .complained("it can be \"file\" or \"keychain\"");
}

#[test]
fn what_can_not_be_is_refused_with_what_can() {
    let anna = Person::new();
    anna.has_an_evo_account();
    for (line, part) in [
        ("account add nonsense x".to_owned(), "The providers are: "),
        (
            format!("account add evo x {EVO} --set colour=red"),
            "Its settings are: base_url, organisation_id, workspace_id",
        ),
        ("account add evo x --set base_url=https://x.example".to_owned(), "--set organisation_id=…"),
        (format!("account add evo x {EVO} --set base_url=http://y"), "given twice"),
        (format!("account add evo a:b {EVO}"), "can't be the name of an account"),
        (format!("account add evo work {EVO} --set allow_http=true --secret-env HOME"), "\"work\" already"),
        (format!("account add evo x {EVO} --secret-env HOME --set allow_http=perhaps"), "true or false"),
        ("account show nobody".to_owned(), "The accounts are: work"),
        ("account remove nobody".to_owned(), "There is no account \"nobody\""),
        ("account check nobody".to_owned(), "There is no account \"nobody\""),
    ] {
        anna.types(&line).ended_with(2).complained(part);
    }
    let open = EVO.replace("http://127.0.0.1:1", "http://evo.example");
    anna.types(&format!("account add evo x {open} --secret-env HOME"))
        .ended_with(2)
        .complained("allow_http=true");
    anna.types(&format!("account add evo x {open} --secret-env HOME --set allow_http=true")).succeeded();
}

#[test]
fn an_expired_secret_is_replaced_by_adding_the_account_again() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.types_with(&format!("account add evo work {EVO} --secret-stdin"), "a-fresh-one", &[]).succeeded();
    assert!(anna.reads("home/secrets.toml").contains("a-fresh-one"));
    assert_eq!(anna.types("account list --json").json()["accounts"].as_array().unwrap().len(), 1);
}

#[test]
fn an_account_that_pairs_use_stays() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.makes_folder("docs");
    anna.types("pair add docs $DIR/docs work").succeeded();
    anna.types("account remove work")
        .ended_with(2)
        .complained("used by: docs")
        .complained("tidemark pair remove");
    anna.types("account list").said("docs");
}

#[test]
fn a_service_that_is_away_ends_with_1_and_says_what_is_safe() {
    let anna = Person::new();
    anna.has_an_evo_account();
    let said = anna.types("account check work --json").ended_with(1).complained("Nothing is lost");
    assert_eq!(said.json()["error"]["code"], "service-away");
}

pub(crate) fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
