//! A person whose Tidemark is being served, and a browser.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::person::Person;

/// A person with the folders `docs` and `nas`, the pair `docs` of both, and a Tidemark that keeps it in step.
pub(crate) struct Served {
    pub(crate) person: Person,
    child: Child,
    pub(crate) link: String,
}

/// An answer to a browser.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Served {
    pub(crate) fn new() -> Self {
        let person = Person::new();
        person.makes_folder("docs");
        person.makes_folder("nas");
        person.types("account add folder work --set path=$DIR/nas").succeeded();
        person.types("pair add docs $DIR/docs work").succeeded();
        Self::of(person)
    }

    pub(crate) fn of(person: Person) -> Self {
        let (child, link) = start(&person);
        Self { person, child, link }
    }

    /// Ends it as a power cut would, and starts it anew.
    pub(crate) fn is_killed_and_starts_again(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.child, self.link) = start(&self.person);
    }

    /// Ends it as a person does.
    pub(crate) fn is_stopped(&mut self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        assert!(self.child.wait().unwrap().success());
    }

    pub(crate) fn address(&self) -> &str {
        self.link.strip_prefix("http://").unwrap().split_once('/').unwrap().0
    }

    /// Signs a browser in; returns its cookie.
    pub(crate) fn signs_in(&self) -> String {
        let path = self.link.split_once("/login").unwrap().1;
        let answer = self.asks("GET", &format!("/login{path}"), &[], "");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.header("set-cookie").unwrap().split_once(';').unwrap().0.to_owned()
    }

    /// Does a command with this cookie.
    pub(crate) fn calls(&self, cookie: &str, command: &str, params: &Value) -> Answer {
        let headers = [("cookie", cookie), ("content-type", "application/json")];
        self.asks("POST", &format!("/api/{command}"), &headers, &params.to_string())
    }

    /// The same, which works.
    pub(crate) fn gets(&self, cookie: &str, command: &str, params: &Value) -> Value {
        let answer = self.calls(cookie, command, params);
        assert_eq!(answer.status, 200, "{command}: {answer:?}");
        answer.json()
    }

    /// Asks as a browser does. A header in `headers` goes before the usual one.
    pub(crate) fn asks(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "host") {
            request.push_str(&format!("host: {}\r\n", self.address()));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// The stream of notices from a number on.
    pub(crate) fn listens(&self, cookie: &str, since: u64) -> Notices {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let request = format!(
            "GET /api/events?since={since} HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\n\r\n",
            self.address()
        );
        stream.write_all(request.as_bytes()).unwrap();
        Notices(BufReader::new(stream))
    }

    /// Waits until a file of the person holds this.
    pub(crate) fn waits_for(&self, path: &str, content: &str) {
        let cookie = self.signs_in_anew();
        let mut notices = self.listens(&cookie, 0);
        while fs::read_to_string(self.person.path(path)).ok().as_deref() != Some(content) {
            notices.next_line();
        }
    }

    fn signs_in_anew(&self) -> String {
        let said = self.person.types("--json serve").succeeded().json();
        let link = said["serving"]["link"].as_str().unwrap().to_owned();
        let path = link.split_once("/login").unwrap().1;
        let answer = self.asks("GET", &format!("/login{path}"), &[], "");
        answer.header("set-cookie").unwrap().split_once(';').unwrap().0.to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A stream of notices.
pub(crate) struct Notices(BufReader<TcpStream>);

impl Notices {
    /// The next notice and its number.
    pub(crate) fn next(&mut self) -> (u64, Value) {
        let mut seq = None;
        loop {
            let line = self.next_line();
            if let Some(id) = line.strip_prefix("id: ") {
                seq = Some(id.trim().parse().unwrap());
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (seq.unwrap(), serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Waits for the report of a pass.
    pub(crate) fn settled(&mut self) -> (u64, Value) {
        loop {
            let (seq, notice) = self.next();
            if notice["kind"] == "settled" {
                return (seq, notice["report"].clone());
            }
        }
    }

    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
        line
    }
}

fn start(person: &Person) -> (Child, String) {
    let mut child = person.command("--json serve --listen 127.0.0.1:0").spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.ends_with("}\n}\n") {
        assert!(stdout.read_line(&mut text).unwrap() > 0, "{text}");
    }
    let said: Value = serde_json::from_str(&text).unwrap();
    (child, said["serving"]["link"].as_str().unwrap().to_owned())
}

/// No parameters.
pub(crate) fn nothing() -> Value {
    json!({})
}
