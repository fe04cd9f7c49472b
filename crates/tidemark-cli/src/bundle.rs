//! The file that goes with a report of a fault: checks, settings, logs and versions, without secrets and contents.

#![expect(clippy::disallowed_methods, reason = "packs the client's own files")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use tidemark_engine::control::Tidemark;
use tidemark_engine::doctor::DoctorReport;
use tidemark_engine::{EngineError, ErrorCode, Result};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes it; `file` must not exist. Returns the names of what is in it.
pub(crate) fn write(tidemark: &Tidemark, report: &DoctorReport, file: &Path) -> Result<Vec<String>> {
    let parts = parts(tidemark, report)?;
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let archive = open.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => EngineError::usage(format!(
            "There is a file \"{}\" already; it was left as it is",
            file.display()
        ))
        .hint("choose another name"),
        _ => failed(file, &error),
    })?;
    pack(archive, &parts).map_err(|error| failed(file, &error))?;
    Ok(parts.into_iter().map(|(name, _)| name).collect())
}

fn parts(tidemark: &Tidemark, report: &DoctorReport) -> Result<Vec<(String, String)>> {
    let home = tidemark.home();
    let checks = serde_json::to_string_pretty(report).unwrap_or_default();
    let mut parts = vec![("versions.txt".to_owned(), versions()), ("doctor.json".to_owned(), checks)];
    let files = [
        ("config.toml", home.config_file()),
        ("tidemark.log", home.log_dir().join("tidemark.log")),
        ("tidemark.log.1", home.log_dir().join("tidemark.log.1")),
    ];
    for (name, path) in files {
        match fs::read(&path) {
            Ok(bytes) => parts.push((name.to_owned(), String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path, &error)),
        }
    }
    parts
        .into_iter()
        .map(|(name, text)| Ok((name, without_credentials(&tidemark.without_secrets(text)?))))
        .collect()
}

fn versions() -> String {
    let system = rustix::system::uname();
    let shown = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    format!(
        "tidemark {}\n{} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        shown(system.sysname()),
        shown(system.release()),
        shown(system.machine())
    )
}

/// Takes `user:password@` out of addresses.
fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['/', '"', '\'', ' ', '\n', '?', '#']).unwrap_or(part.len());
        let host = part[..end].rfind('@').map_or(0, |at| at + 1);
        clean.push_str("://");
        clean.push_str(&part[host..]);
    }
    clean
}

fn pack(archive: File, parts: &[(String, String)]) -> io::Result<()> {
    let mut zip = ZipWriter::new(archive);
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish()?.sync_all()
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::new(
        ErrorCode::Failed,
        format!("writing the bundle failed at \"{}\": {error}", path.display()),
    )
    .hint("nothing else was changed; choose a folder that you may write in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_credentials() {
        assert_eq!(
            without_credentials("a = \"https://anna:pw@host/x@y\" b https://host:1 x@y"),
            "a = \"https://host/x@y\" b https://host:1 x@y"
        );
    }
}
