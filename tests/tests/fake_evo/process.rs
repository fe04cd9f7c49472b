//! The fake as a process, driven from outside.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tidemark_tests::fake::raw::{self, RawAnswer};

struct Process {
    child: Child,
    place: Value,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fake-services"))
            .arg("evo")
            .args(arguments)
            .env("FAKE_TOKEN", "secret")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Process { child, place: serde_json::from_str(&line).unwrap() }
    }

    fn control(&self, method: &str, what: &str, body: &str) -> RawAnswer {
        let url = format!("{}/_fake/{what}", self.place["base_url"].as_str().unwrap());
        raw::send(method, &url, &[], body.as_bytes()).unwrap()
    }

    fn list(&self, token: &str) -> RawAnswer {
        let part = |key: &str| self.place[key].as_str().unwrap();
        let (base, organisation) = (part("base_url"), part("organisation_id"));
        let url = format!("{base}/file/v2/orgs/{organisation}/workspaces/{}/files", part("workspace_id"));
        raw::send("GET", &url, &[("Authorization", &format!("Bearer {token}"))], b"").unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn it_says_where_it_is_and_is_driven_by_requests() {
    let evo = Process::start(&["--token-env", "FAKE_TOKEN"]);
    assert_eq!((evo.list("secret").status, evo.list("evo-token").status), (200, 401));

    assert_eq!(evo.control("PUT", "files/a/x%20y", "content").status, 200);
    assert_eq!(evo.control("GET", "files/a/x%20y", "").text(), "content");
    let file = evo.control("GET", "state", "").json()["files"][0].clone();
    assert_eq!((&file["path"], &file["size"], &file["versions"]), (&json!("a/x y"), &json!(7), &json!(1)));
    assert_eq!(evo.control("DELETE", "files/a/x%20y", "").status, 204);
    assert_eq!(evo.control("DELETE", "files/a/x%20y", "").status, 404);

    assert_eq!(evo.control("PUT", "token", "other").status, 204);
    assert_eq!((evo.list("secret").status, evo.list("other").status), (401, 200));
    assert_eq!(evo.control("GET", "requests", "").json()["by_status"], json!({"200": 2, "401": 2}));
    assert_eq!(evo.control("GET", "breaches", "").json(), json!([]));
    assert_eq!(evo.control("POST", "nonsense", "").status, 400);
}

#[test]
fn faults_come_from_a_file_or_a_request() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("faults.json");
    std::fs::write(&file, r#"[{"times": 1, "effect": {"status": {"code": 429, "retry_after": 1}}}]"#)
        .unwrap();
    let evo = Process::start(&["--faults", file.to_str().unwrap()]);
    assert_eq!((evo.list("evo-token").status, evo.list("evo-token").status), (429, 200));
    assert_eq!(evo.control("GET", "faults", "").json(), json!([1]));

    let html = r#"[{"endpoints": ["list"], "effect": "html"}]"#;
    assert_eq!(evo.control("POST", "faults", html).status, 204);
    assert_eq!(evo.list("evo-token").header("content-type"), Some("text/html"));
    assert_eq!(evo.control("POST", "faults", r#"[{"effect": "magic"}]"#).status, 400);
}
