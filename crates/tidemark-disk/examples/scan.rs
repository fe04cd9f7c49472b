//! Scans a folder and says how many entries it saw and how long it took: `scan ROOT [RUNS]`, to compare with
//! `find ROOT -printf '%p %s %T@ %i\n'`. At the end it says how long it takes to begin to watch the folder.

#![expect(clippy::disallowed_methods, reason = "measures")]

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use tidemark_core::path::RelPath;
use tidemark_disk::disk::Depth;
use tidemark_disk::{Disk, FolderDisk, Watcher};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let root = PathBuf::from(arguments.next().ok_or("give a folder")?);
    let runs: u32 = arguments.next().map_or(Ok(1), |runs| runs.to_string_lossy().parse())?;
    let disk = FolderDisk::open(root.clone(), root.join(".tidemark"))?;
    let mut out = std::io::stdout();
    for _ in 0..runs {
        let begun = Instant::now();
        let (mut folders, mut entries) = (0, 0);
        disk.scan(&RelPath::root(), Depth::Whole, &|_, _| false, &mut |listing| {
            folders += 1;
            entries += listing.entries.len();
            ControlFlow::Continue(())
        })?;
        writeln!(out, "{folders} folders, {entries} entries in {:?}", begun.elapsed())?;
    }
    let begun = Instant::now();
    let watcher = Watcher::start(&root, |_, _| false, |_| {})?;
    writeln!(out, "watching after {:?}", begun.elapsed())?;
    drop(watcher);
    Ok(())
}
