//! Contents that the service holds: in memory, or in files of a directory for large runs.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

const SPILL_FROM: u64 = 64 << 10;
const READ_AT_ONCE: u64 = 256 << 10;

/// Bytes in pieces; cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Memory(Bytes),
    File { path: Arc<Path>, range: Range<u64> },
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Piece::Memory(bytes) => bytes.len() as u64,
            Piece::File { range, .. } => range.end - range.start,
        }
    }

    fn slice(&self, from: u64, to: u64) -> Piece {
        match self {
            Piece::Memory(bytes) => Piece::Memory(bytes.slice(from as usize..to as usize)),
            Piece::File { path, range } => {
                Piece::File { path: path.clone(), range: range.start + from..range.start + to }
            }
        }
    }
}

impl Content {
    /// Bytes in all.
    pub(crate) fn size(&self) -> u64 {
        self.0.iter().map(Piece::len).sum()
    }

    /// Puts another content behind this one.
    pub(crate) fn append(&mut self, other: Content) {
        self.0.extend(other.0);
    }

    /// A part; the range is cut to what is there.
    pub(crate) fn slice(&self, range: Range<u64>) -> Content {
        let mut start = 0;
        let mut part = Content::default();
        for piece in &self.0 {
            let end = start + piece.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                part.0.push(piece.slice(from - start, to - start));
            }
            start = end;
        }
        part
    }

    /// All bytes in one. What can't be read back from its file is left out.
    pub(crate) fn bytes(&self) -> Bytes {
        if let [Piece::Memory(bytes)] = self.0.as_slice() {
            return bytes.clone();
        }
        let mut all = BytesMut::new();
        for portion in self.clone().portions().map_while(Result::ok) {
            all.extend_from_slice(&portion);
        }
        all.freeze()
    }

    /// The bytes in portions, read from the files as they are asked for.
    pub(crate) fn portions(self) -> impl Iterator<Item = io::Result<Bytes>> + Send + 'static {
        self.0.into_iter().flat_map(|piece| {
            let step = if matches!(piece, Piece::Memory(_)) { piece.len() } else { READ_AT_ONCE };
            let length = piece.len();
            (0..length).step_by(step.max(1) as usize).map(move |from| {
                match piece.slice(from, length.min(from + step)) {
                    Piece::Memory(bytes) => Ok(bytes),
                    Piece::File { path, range } => read(&path, range),
                }
            })
        })
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Content(vec![Piece::Memory(bytes)])
    }
}

fn read(path: &Path, range: Range<u64>) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    let mut buffer = vec![0; (range.end - range.start) as usize];
    file.read_exact(&mut buffer)?;
    Ok(buffer.into())
}

/// Where large bodies go.
#[derive(Debug)]
pub(crate) struct Spill {
    directory: Option<PathBuf>,
    next: AtomicU64,
}

impl Spill {
    /// Into files of `directory`; without one everything stays in memory.
    pub(crate) fn to(directory: Option<PathBuf>) -> Self {
        Spill { directory, next: AtomicU64::new(0) }
    }

    /// Takes a whole body. Fails when the client goes away before its end, or the directory can't be written.
    pub(crate) async fn receive(&self, body: Incoming, announced: u64) -> io::Result<Content> {
        match &self.directory {
            Some(directory) if announced >= SPILL_FROM => self.receive_to_file(body, directory).await,
            _ => receive_to_memory(body, announced).await,
        }
    }

    async fn receive_to_file(&self, mut body: Incoming, directory: &Path) -> io::Result<Content> {
        let path = directory.join(format!("{:08}.bin", self.next.fetch_add(1, Ordering::Relaxed)));
        let mut file = File::create_new(&path)?;
        let mut size = 0;
        while let Some(data) = next_data(&mut body).await? {
            file.write_all(&data)?;
            size += data.len() as u64;
        }
        Ok(Content(vec![Piece::File { path: path.into(), range: 0..size }]))
    }
}

async fn receive_to_memory(mut body: Incoming, announced: u64) -> io::Result<Content> {
    let mut all = BytesMut::with_capacity(announced.min(16 << 20) as usize);
    while let Some(data) = next_data(&mut body).await? {
        all.extend_from_slice(&data);
    }
    Ok(all.freeze().into())
}

async fn next_data(body: &mut Incoming) -> io::Result<Option<Bytes>> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(io::Error::other)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> (tempfile::TempDir, Content) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x");
        std::fs::write(&path, b"..cdefg..").unwrap();
        let mut content = Content::from(Bytes::from_static(b"ab"));
        content.append(Content(vec![Piece::File { path: path.into(), range: 2..7 }]));
        content.append(Bytes::from_static(b"hi").into());
        (directory, content)
    }

    #[test]
    fn every_slice_is_the_slice_of_the_bytes() {
        let (_directory, content) = content();
        assert_eq!((content.size(), content.bytes().as_ref()), (9, &b"abcdefghi"[..]));
        for from in 0..=9 {
            for to in from..=9 {
                assert_eq!(content.slice(from..to).bytes(), b"abcdefghi"[from as usize..to as usize]);
            }
        }
    }

    #[test]
    fn a_slice_ends_where_the_content_does() {
        let (_directory, content) = content();
        assert_eq!(content.slice(7..u64::MAX).bytes().as_ref(), b"hi");
        assert_eq!(content.slice(9..20).size(), 0);
    }
}
