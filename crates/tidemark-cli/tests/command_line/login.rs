//! Signing in with a browser, and what an account that is signed in to lives on.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};

use rustix::process::Signal;
use tidemark_tests::fake::evo::FakeEvo;
use tidemark_tests::fake::identity::{
    self, DESKTOP, Decision, Endpoint, FakeIdentity, SERVICE, SERVICE_SECRET,
};
use tidemark_tests::fake::raw;

use crate::interrupting::{send, wait_for};
use crate::person::{Person, Said};

/// An identity server, and an Evo that trusts it.
struct Services {
    identity: FakeIdentity,
    evo: FakeEvo,
}

impl Services {
    fn start() -> Self {
        Self::with(FakeIdentity::with())
    }

    fn with(settings: identity::Settings) -> Self {
        let identity = settings.start().unwrap();
        let evo = FakeEvo::with().trusts(identity.passes()).start().unwrap();
        identity.offers(&evo.organisation_id().to_string(), "Jarðvísindi", evo.base_url());
        Self { identity, evo }
    }

    fn settings(&self, auth: &str, client: &str) -> String {
        format!(
            "--set base_url={} --set organisation_id={} --set workspace_id={} --set auth={auth} --set client_id={client} --set issuer={}",
            self.evo.base_url(),
            self.evo.organisation_id(),
            self.evo.workspace_id(),
            self.identity.base_url()
        )
    }

    /// A person with an account `work` that nobody has signed in to.
    fn person(&self) -> Person {
        let anna = Person::new();
        anna.types(&format!("account add evo work {}", self.settings("oauth", DESKTOP)))
            .succeeded()
            .said("Sign in to it with `tidemark account login work`.");
        anna
    }

    fn no_breaches(&self) {
        assert_eq!(self.identity.breaches(), []);
        assert_eq!(self.evo.breaches(), []);
    }
}

/// A sign-in that waits for the browser.
struct Waiting {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    link: String,
    said: String,
}

impl Waiting {
    fn of(anna: &Person, line: &str) -> Self {
        let mut child = anna.command(line).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (mut said, mut link) = (String::new(), String::new());
        while !link.starts_with("http") {
            link.clear();
            assert!(stderr.read_line(&mut link).unwrap() > 0, "it ended without a link: {said}");
            said.push_str(&link);
        }
        Self { child, stderr, link: link.trim().to_owned(), said }
    }

    fn ends(mut self) -> Said {
        self.stderr.read_to_string(&mut self.said).unwrap();
        let output = self.child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        Said { code: output.status.code().unwrap(), stdout, stderr: self.said }
    }
}

/// What a browser does with a link: it goes where it is sent.
fn browse(link: &str) -> String {
    let there = raw::send("GET", link, &[], b"").unwrap();
    raw::send("GET", there.header("location").unwrap(), &[], b"").unwrap().text()
}

fn signs_in(anna: &Person) {
    let waiting = Waiting::of(anna, "account login work");
    browse(&waiting.link);
    waiting.ends().succeeded().said("Signed in to \"work\"");
}

#[test]
fn a_person_opens_the_printed_link_and_everything_goes_on() {
    let services = Services::start();
    let anna = services.person();
    anna.types("account check work")
        .ended_with(1)
        .complained("nobody has signed in")
        .complained("Nothing is lost; sign in with `tidemark account login work`.");
    let waiting = Waiting::of(&anna, "account login work");
    assert!(waiting.said.contains("open this link in a browser on this computer"), "{}", waiting.said);
    assert!(browse(&waiting.link).contains("You can close this window"));
    waiting.ends().succeeded().said("Signed in to \"work\"").complained("Waiting for the browser");
    anna.types("account check work").succeeded().said("is good");
    anna.writes("docs/a.txt", "a");
    anna.types("pair add docs $DIR/docs work").succeeded();
    anna.types("sync").succeeded().said("1 uploaded");
    services.identity.passes().end_all();
    anna.types("sync").succeeded();
    services.no_breaches();
}

#[test]
fn access_tokens_that_end_in_the_middle_of_a_sync_are_not_noticed() {
    // More than are in flight, fewer than 120 files take.
    let services = Services::with(FakeIdentity::with().ends_after(90));
    let anna = services.person();
    signs_in(&anna);
    (0..120).for_each(|at| anna.writes(&format!("docs/{at}.txt"), "a"));
    anna.types("pair add docs $DIR/docs work").succeeded();
    anna.types("sync").succeeded().said("120 uploaded");
    assert_eq!(services.evo.files().len(), 120);
    assert!(services.evo.summary().by_status.contains_key(&401));
    assert!(services.identity.summary().by_endpoint[&Endpoint::Token] > 3);
    services.no_breaches();
}

#[test]
fn the_browser_gets_the_link_and_json_stays_one_document() {
    let services = Services::start();
    let anna = services.person();
    let browser = anna.path("browser");
    anna.writes("browser", "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" > \"$HOME/opened\"\n");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(Command::new("mkfifo").arg(anna.path("opened")).status().unwrap().success());
    let child = anna.command("account login work --json -q").env("BROWSER", &browser).spawn().unwrap();
    let opened = anna.reads("opened");
    let link = opened.strip_prefix("1\n").unwrap().trim();
    assert!(!link.contains("canary"), "{link}");
    browse(link);
    let output = child.wait_with_output().unwrap();
    let said = Said {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    let said = said.succeeded().complained(link).complained("The browser opens");
    assert_eq!(said.json()["account"]["secret"], "file");
    services.no_breaches();
}

#[test]
fn who_is_refused_or_stops_stays_as_they_were() {
    let services = Services::start();
    let anna = services.person();
    signs_in(&anna);
    let before = anna.reads("home/secrets.toml");
    services.identity.decide(Decision::Deny);
    let waiting = Waiting::of(&anna, "account login work");
    assert!(browse(&waiting.link).contains("nothing has changed"));
    waiting
        .ends()
        .ended_with(1)
        .complained("it was declined (The person said no)")
        .complained("Nothing has changed; try `tidemark account login work` again.");
    for signal in [Signal::INT, Signal::TERM] {
        let waiting = Waiting::of(&anna, "account login work --json");
        send(signal, &waiting.child);
        let said = waiting.ends().ended_with(1).complained("the account \"work\" is as it was");
        assert_eq!(said.json()["error"]["code"], "cancelled");
    }
    assert_eq!(anna.reads("home/secrets.toml"), before);
    anna.types("account check work").succeeded();
}

#[test]
fn a_revoked_sign_in_deletes_nothing_and_waits() {
    let services = Services::start();
    let anna = services.person();
    signs_in(&anna);
    anna.writes("docs/a.txt", "a");
    anna.writes("docs/b.txt", "b");
    anna.types("pair add docs $DIR/docs work").succeeded();
    anna.types("sync").succeeded();
    services.identity.revoke_sign_ins();
    anna.writes("docs/a.txt", "changed");
    anna.types("sync")
        .ended_with(1)
        .complained("takes the sign-in no more")
        .complained("Nothing is lost; sign in with `tidemark account login work`.");
    assert_eq!((anna.reads("docs/a.txt"), anna.reads("docs/b.txt")), ("changed".into(), "b".into()));
    assert_eq!(services.evo.files().len(), 2);
    signs_in(&anna);
    anna.types("sync").succeeded().said("1 uploaded");
    assert_eq!(&services.evo.content("a.txt").unwrap()[..], b"changed");
    services.no_breaches();
}

#[test]
fn a_watch_goes_on_when_somebody_signs_in_again() {
    let services = Services::start();
    let anna = services.person();
    signs_in(&anna);
    anna.writes("docs/a.txt", "a");
    anna.types("pair add docs $DIR/docs work").succeeded();
    let mut child = anna.command("watch").spawn().unwrap();
    let mut stdout = wait_for("1 uploaded", child.stdout.take().unwrap());
    services.identity.revoke_sign_ins();
    anna.writes("docs/b.txt", "b");
    let mut stderr = wait_for("tidemark account login work", child.stderr.take().unwrap());
    signs_in(&anna);
    anna.writes("docs/c.txt", "c");
    let mut line = String::new();
    while services.evo.files().len() < 3 {
        assert!(stdout.read_line(&mut line).unwrap() > 0, "it ended: {line}");
    }
    send(Signal::INT, &child);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
    services.no_breaches();
}

#[test]
fn processes_take_turns_with_the_refresh_token() {
    let services = Services::start();
    let anna = services.person();
    signs_in(&anna);
    let all: Vec<Child> = (0..6).map(|_| anna.command("account check work").spawn().unwrap()).collect();
    for child in all {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    services.no_breaches();
}

#[test]
fn only_the_refresh_token_is_anywhere_and_it_is_in_one_file() {
    let services = Services::start();
    let anna = services.person();
    let waiting = Waiting::of(&anna, "-vv account login work");
    browse(&waiting.link);
    let said = waiting.ends().succeeded();
    let mut texts = said.stdout + &said.stderr;
    anna.writes("docs/a.txt", "a");
    for line in [
        "-vv pair add docs $DIR/docs work",
        "-vv sync",
        "-vv account show work",
        "-vv account check work --json",
        "doctor --json",
    ] {
        let said = anna.types(line);
        texts.extend([said.stdout, said.stderr]);
    }
    services.identity.revoke_sign_ins();
    let said = anna.types("-vv sync").ended_with(1);
    texts.extend([said.stdout, said.stderr]);
    assert!(!texts.contains("canary"), "{texts}");
    let holders: Vec<_> = crate::accounts::files_below(&anna.path("home"))
        .into_iter()
        .filter(|file| fs::read(file).unwrap().windows(6).any(|part| part == b"canary"))
        .collect();
    assert_eq!(holders, [anna.path("home/secrets.toml")]);
    let secrets = anna.reads("home/secrets.toml");
    assert_eq!((secrets.matches("canary").count(), secrets.matches("refresh-").count()), (1, 1));
}

#[test]
fn an_account_shows_what_it_can_be_set_to() {
    let services = Services::start();
    let anna = Person::new();
    let discovery = format!("--set discovery={}", services.identity.base_url());
    anna.types(&format!("account add evo work {} {discovery}", services.settings("oauth", DESKTOP)))
        .succeeded();
    anna.types("account show work").succeeded().complained("nobody has signed in");
    signs_in(&anna);
    let organisation = services.evo.organisation_id();
    anna.types("account show work")
        .succeeded()
        .said("CAN BE SET")
        .said(&format!("*  organisation_id  {organisation}"))
        .said("Þingvellir 2026 (of Jarðvísindi)");
    let choices = anna.types("account show work --json").json()["choices"].as_array().unwrap().clone();
    assert_eq!(choices.len(), 63);
    services.no_breaches();
}

#[test]
fn a_machine_signs_in_by_itself() {
    let services = Services::start();
    let anna = Person::new();
    let settings = services.settings("client-credentials", SERVICE);
    anna.types(&format!("account add evo work {settings}")).ended_with(2).complained("no client secret");
    anna.types_with(&format!("account add evo work {settings} --secret-stdin"), SERVICE_SECRET, &[])
        .succeeded();
    anna.types("account check work").succeeded();
    anna.types("account login work").ended_with(2).complained("takes no person");
    services.no_breaches();
}

#[test]
fn what_takes_no_sign_in_says_so() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.makes_folder("there");
    anna.types("account add folder disk --set path=$DIR/there").succeeded();
    anna.types("account login work").ended_with(2).complained("auth=token");
    anna.types("account login disk").ended_with(2).complained("takes no sign-in with a browser");
    anna.types("account login nobody").ended_with(2).complained("There is no account \"nobody\"");
}
