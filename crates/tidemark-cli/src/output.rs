//! The only place that writes to stdout and stderr.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ColorChoice;
use serde::Serialize;
use tidemark_engine::EngineError;

use crate::args::Global;
use crate::shown::{sentence, shell_word};

/// Results on stdout, everything else on stderr. A reader that has gone away is no failure.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    stdout_styled: bool,
    stderr_styled: bool,
    home: Option<String>,
}

/// How a piece of text looks on a terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Style {
    Bold,
    Good,
    Notice,
    Bad,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            json: global.json,
            quiet: global.quiet,
            stdout_styled: is_styled(global.color, io::stdout().is_terminal()),
            stderr_styled: is_styled(global.color, io::stderr().is_terminal()),
            home: global.home.as_deref().map(shell_path),
        }
    }

    /// The same for another home directory.
    pub(crate) fn with_home(&self, home: &Path) -> Self {
        Self { home: Some(shell_path(home)), ..self.clone() }
    }

    /// True with `--json`.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// True with `--quiet`.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A text as it is, on stdout.
    pub(crate) fn raw(&self, text: &str) {
        to_stdout(text);
    }

    /// A result: the document with `--json`, else the text.
    pub(crate) fn result<T: Serialize>(&self, document: &T, text: impl FnOnce() -> String) {
        match self.json {
            true => print_document(document),
            false => to_stdout(&with_newline(self.as_typed(&text()))),
        }
    }

    /// What was done: as a result, but left out with `--quiet`.
    pub(crate) fn done<T: Serialize>(&self, document: &T, text: impl FnOnce() -> String) {
        if self.json || !self.quiet {
            self.result(document, text);
        }
    }

    /// A line of a longer story on stdout; nothing with `--json` or `--quiet`.
    pub(crate) fn tell(&self, text: &str) {
        if !self.json && !self.quiet {
            to_stdout(&with_newline(self.as_typed(text)));
        }
    }

    /// A hint on stderr; nothing with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            to_stderr(&with_newline(self.as_typed(text)));
        }
    }

    /// What a person has to do before it goes on, on stderr; with `--quiet` too.
    pub(crate) fn ask(&self, text: &str) {
        to_stderr(&with_newline(text.to_owned()));
    }

    /// A warning on stderr.
    pub(crate) fn warning(&self, text: &str) {
        let word = paint(self.stderr_styled, "warning:", Style::Notice);
        to_stderr(&format!("{word} {}\n", self.as_typed(&sentence(text))));
    }

    /// An error on stderr; with `--json` as the document on stdout too.
    pub(crate) fn error(&self, error: &EngineError) {
        if self.json {
            print_error_document(error);
        }
        self.error_text(error);
    }

    /// An error on stderr only: it is part of a result.
    pub(crate) fn error_text(&self, error: &EngineError) {
        let word = paint(self.stderr_styled, "error:", Style::Bad);
        let hint =
            error.hint.as_deref().map(|hint| format!("       {}\n", sentence(hint))).unwrap_or_default();
        to_stderr(&self.as_typed(&format!("{word} {}\n{hint}", sentence(&error.message))));
    }

    /// The text with the commands in it as they have to be typed for this home directory.
    fn as_typed(&self, text: &str) -> String {
        match &self.home {
            Some(home) => text.replace("`tidemark ", &format!("`tidemark --home {home} ")),
            None => text.to_owned(),
        }
    }

    /// Text for stdout in a style.
    pub(crate) fn style(&self, text: &str, style: Style) -> String {
        paint(self.stdout_styled, text, style)
    }
}

/// Prints `{"error": …}` on stdout.
pub(crate) fn print_error_document(error: &EngineError) {
    #[derive(Serialize)]
    struct Document<'a> {
        error: &'a EngineError,
    }
    print_document(&Document { error });
}

/// Prints text on stdout as it is.
pub(crate) fn to_stdout(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Prints text on stderr as it is.
pub(crate) fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn print_document<T: Serialize>(document: &T) {
    let text = serde_json::to_string_pretty(document).unwrap_or_else(|error| {
        format!("{{\"error\": {{\"code\": \"failed\", \"message\": \"{error}\", \"hint\": null}}}}")
    });
    to_stdout(&with_newline(text));
}

fn shell_path(path: &Path) -> String {
    shell_word(&path.display().to_string())
}

fn with_newline(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn is_styled(choice: ColorChoice, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

fn paint(styled: bool, text: &str, style: Style) -> String {
    if !styled {
        return text.to_owned();
    }
    let code = match style {
        Style::Bold => "1",
        Style::Good => "32",
        Style::Notice => "33",
        Style::Bad => "31",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}
