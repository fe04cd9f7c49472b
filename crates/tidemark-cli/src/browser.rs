//! Opens a link in the browser of this computer.

use std::ffi::OsString;
use std::process::{Command, Stdio};

/// Asks the system's browser to show it; false when there is none to ask. Doesn't wait for it.
pub(crate) fn open(link: &str) -> bool {
    openers().into_iter().any(|opener| {
        Command::new(opener)
            .arg(link)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .is_ok()
    })
}

/// `BROWSER` as the person has set it, else what the system has, where there is a screen.
fn openers() -> Vec<OsString> {
    if let Some(browser) = set("BROWSER") {
        return vec![browser];
    }
    if cfg!(target_os = "macos") {
        return vec!["open".into()];
    }
    match set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY")) {
        Some(_) => vec!["xdg-open".into()],
        None => Vec::new(),
    }
}

fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
