//! Manifests as files that a person carries from one computer to another.

#![expect(clippy::disallowed_methods, reason = "files that the person names, outside of every pair")]

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use tidemark_engine::manifest::MAX_BYTES;
use tidemark_engine::{EngineError, Result};

/// Writes a file that isn't there yet.
pub(crate) fn write_new(file: &Path, text: &str) -> Result<()> {
    let written = OpenOptions::new().write(true).create_new(true).open(file).and_then(|mut out| {
        out.write_all(text.as_bytes())?;
        out.sync_all()
    });
    written.map_err(|error| {
        EngineError::usage(format!("Writing \"{}\" failed: {error}", file.display()))
            .hint("give a path where nothing is yet, in a folder that exists")
    })
}

/// Reads a file, or the standard input for `-`; of one that is too large enough to see that it is.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin().take(MAX_BYTES + 1).read_to_end(&mut text),
        false => File::open(file).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut text)),
    };
    read.map(|_| text)
        .map_err(|error| EngineError::usage(format!("Reading \"{}\" failed: {error}", file.display())))
}
