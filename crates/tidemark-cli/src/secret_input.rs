//! How a secret comes in: from stdin, from a variable of the environment, or typed on a terminal that doesn't show it.

use std::io::{self, BufRead, IsTerminal, Read};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use tidemark_engine::{EngineError, Result};
use tidemark_providers::settings::Secret;

use crate::output;

const MAX_BYTES: u64 = 64 * 1024;

/// Where to take it from.
#[derive(Debug, clap::Args)]
pub(crate) struct SecretArgs {
    /// Read the secret from stdin
    #[arg(long, conflicts_with = "secret_env")]
    secret_stdin: bool,
    /// Read the secret from this variable of the environment
    #[arg(long, value_name = "VAR")]
    secret_env: Option<String>,
}

impl SecretArgs {
    /// Takes it in; `what` it is called, `None` when the provider has none. On a terminal it is asked for.
    pub(crate) fn take(&self, what: Option<&str>) -> Result<Option<Secret>> {
        if self.secret_stdin {
            return from_stdin().map(Some);
        }
        if let Some(variable) = &self.secret_env {
            return from_variable(variable).map(Some);
        }
        match what {
            Some(what) if io::stdin().is_terminal() => typed(what),
            _ => Ok(None),
        }
    }
}

fn from_stdin() -> Result<Secret> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MAX_BYTES + 1).read_to_string(&mut text);
    read.map_err(|error| EngineError::usage(format!("reading the secret from stdin failed: {error}")))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(EngineError::usage(format!(
            "what stdin holds is longer than a secret can be ({MAX_BYTES} bytes)"
        )));
    }
    not_empty(without_newline(&text), "stdin holds no secret").map(Secret::new)
}

fn from_variable(variable: &str) -> Result<Secret> {
    let shown = variable.escape_debug();
    match std::env::var(variable) {
        Ok(text) => {
            not_empty(without_newline(&text), &format!("the variable {shown} is empty")).map(Secret::new)
        }
        Err(std::env::VarError::NotPresent) => {
            Err(EngineError::usage(format!("The variable {shown} that --secret-env names isn't set")))
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(EngineError::usage(format!("The variable {shown} isn't UTF-8")))
        }
    }
}

fn typed(what: &str) -> Result<Option<Secret>> {
    let failed = |error: io::Error| EngineError::usage(format!("asking for the {what} failed: {error}"));
    let stdin = io::stdin();
    let shown = tcgetattr(&stdin).map_err(|error| failed(error.into()))?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden.local_modes.insert(LocalModes::ECHONL);
    output::to_stderr(&format!("{what} (isn't shown): "));
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).map_err(|error| failed(error.into()))?;
    let mut text = String::new();
    let read = stdin.lock().take(MAX_BYTES).read_line(&mut text);
    tcsetattr(&stdin, OptionalActions::Flush, &shown).map_err(|error| failed(error.into()))?;
    read.map_err(failed)?;
    let text = without_newline(&text);
    Ok((!text.is_empty()).then(|| Secret::new(text)))
}

fn without_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn not_empty<'a>(text: &'a str, otherwise: &str) -> Result<&'a str> {
    match text.is_empty() {
        false => Ok(text),
        true => Err(EngineError::usage(otherwise)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_newline_is_not_part_of_the_secret() {
        for (text, secret) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a "), ("", "")] {
            assert_eq!(without_newline(text), secret);
        }
    }
}
