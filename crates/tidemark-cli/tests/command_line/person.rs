//! A person at a shell, with a folder of their own and a Tidemark that knows nothing yet.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A person. `$DIR` in what they type is their folder.
pub(crate) struct Person {
    dir: TempDir,
}

/// What Tidemark said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Person {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A path in the person's folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Makes a folder in the person's folder.
    pub(crate) fn makes_folder(&self, path: &str) {
        fs::create_dir_all(self.path(path)).unwrap();
    }

    /// Writes a file in the person's folder.
    pub(crate) fn writes(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// Reads a file in the person's folder.
    pub(crate) fn reads(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Types `tidemark` and this, words parted by spaces.
    pub(crate) fn types(&self, line: &str) -> Said {
        self.types_with(line, "", &[])
    }

    /// The same with something on stdin and variables in the environment.
    pub(crate) fn types_with(&self, line: &str, stdin: &str, variables: &[(&str, &str)]) -> Said {
        let mut child = self.command(line).envs(variables.iter().copied()).spawn().unwrap();
        // Nobody reads it in most commands: a closed pipe is fine.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The command, not yet run.
    pub(crate) fn command(&self, line: &str) -> Command {
        let dir = self.dir.path().to_str().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
        command
            .args(line.split(' ').filter(|word| !word.is_empty()).map(|word| word.replace("$DIR", dir)))
            .current_dir(dir)
            .env("HOME", dir)
            .env("TIDEMARK_HOME", self.path("home"))
            .env("TIDEMARK_SECRET_STORE", "file")
            .env("TZ", "UTC")
            .env_remove("NO_COLOR")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("XDG_DATA_HOME")
            .env_remove("BROWSER")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Has an account of Evo called `work`, whose service nobody runs.
    pub(crate) fn has_an_evo_account(&self) {
        self.types_with(&format!("account add evo work {EVO} --secret-stdin"), "canary-token\n", &[])
            .succeeded();
    }
}

/// Settings of an account of Evo at an address where nothing answers.
pub(crate) const EVO: &str = "--set base_url=http://127.0.0.1:1 --set organisation_id=00000000-0000-4000-8000-000000000001 --set workspace_id=00000000-0000-4000-8000-000000000002";

impl Said {
    /// It ended with 0 and complained about nothing.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        self.ended_with(0)
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// It said this on stdout.
    #[track_caller]
    pub(crate) fn said(self, part: &str) -> Self {
        assert!(
            self.stdout.contains(part),
            "{part:?} isn't in stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// It complained with this on stderr.
    #[track_caller]
    pub(crate) fn complained(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "{part:?} isn't in stderr: {}", self.stderr);
        self
    }

    /// What is on stdout is one JSON document and nothing else.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\nstderr: {}", self.stdout, self.stderr))
    }
}
