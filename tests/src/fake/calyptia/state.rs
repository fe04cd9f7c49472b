//! The files of the core instance.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

/// Bytes of a text that make one block of ciphertext, and the block: RSA-OAEP with SHA-512 and a key of 2048 bits.
const BLOCK: (usize, usize) = (126, 256);

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// What was sent; the service itself forgets it where it encrypts.
    pub(crate) plain: Bytes,
    pub(crate) ciphertext: Option<Bytes>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    made: u64,
    changed: u64,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct State {
    seed: u64,
    files: Vec<File>,
    events: u64,
    cursors: HashSet<String>,
    pub(crate) in_use: HashSet<String>,
    pub(crate) gone: bool,
}

/// A page of the list.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) files: Vec<File>,
    pub(crate) end_cursor: Option<String>,
}

impl State {
    pub(crate) fn new(seed: u64) -> Self {
        State {
            seed,
            files: Vec::new(),
            events: 0,
            cursors: HashSet::new(),
            in_use: HashSet::new(),
            gone: false,
        }
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn named(&self, name: &str) -> Option<Uuid> {
        self.files.iter().find(|file| file.name == name).map(|file| file.id)
    }

    pub(crate) fn file(&self, id: Uuid) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }

    /// Makes a file; any name goes.
    pub(crate) fn create(&mut self, name: &str, plain: Bytes, encrypted: bool, now: Timestamp) -> Uuid {
        let event = self.next_event();
        let hash = blake3::hash(format!("{} {event}", self.seed).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        let ciphertext = encrypted.then(|| self.encrypted(&plain));
        let name = name.to_owned();
        self.files.push(File {
            id,
            name,
            plain,
            ciphertext,
            created: now,
            updated: now,
            made: event,
            changed: event,
        });
        id
    }

    /// Changes a file. `encrypted`: what is stored of the contents is made anew, in this way.
    pub(crate) fn change(
        &mut self,
        id: Uuid,
        name: Option<&str>,
        contents: Option<(Bytes, bool)>,
        now: Timestamp,
    ) {
        let event = self.next_event();
        let contents = contents.map(|(plain, encrypted)| {
            let ciphertext = encrypted.then(|| self.encrypted(&plain));
            (plain, ciphertext)
        });
        let Some(file) = self.files.iter_mut().find(|file| file.id == id) else { return };
        if let Some(name) = name {
            name.clone_into(&mut file.name);
        }
        if let Some((plain, ciphertext)) = contents {
            (file.plain, file.ciphertext) = (plain, ciphertext);
        }
        (file.updated, file.changed) = (now, event);
    }

    /// Another time of the last change.
    pub(crate) fn age(&mut self, id: Uuid, updated: Timestamp) {
        self.files.iter_mut().filter(|file| file.id == id).for_each(|file| file.updated = updated);
    }

    /// True when it was there.
    pub(crate) fn delete(&mut self, id: Uuid) -> bool {
        let before = self.files.len();
        self.files.retain(|file| file.id != id);
        self.files.len() < before
    }

    /// The newest files before a cursor; none for a cursor that was never given.
    pub(crate) fn page(&mut self, last: usize, before: Option<&str>, by_change: bool) -> Option<Page> {
        let key = |file: &File| if by_change { file.changed } else { file.made };
        let before = match before {
            None => u64::MAX,
            Some(cursor) if self.cursors.contains(cursor) => {
                let key = BASE64_URL_SAFE.decode(cursor).ok()?;
                String::from_utf8(key).ok()?.parse().ok()?
            }
            Some(_) => return None,
        };
        let mut files: Vec<&File> = self.files.iter().filter(|file| key(file) < before).collect();
        files.sort_by_key(|file| std::cmp::Reverse(key(file)));
        let more = files.len() > last;
        files.truncate(last);
        let files: Vec<File> = files.into_iter().cloned().collect();
        let end_cursor =
            files.last().filter(|_| more).map(|file| BASE64_URL_SAFE.encode(key(file).to_string()));
        self.cursors.extend(end_cursor.clone());
        Some(Page { files, end_cursor })
    }

    fn next_event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    /// As long as the real one's, and another one each time.
    fn encrypted(&mut self, plain: &[u8]) -> Bytes {
        let event = self.next_event();
        let mut bytes = vec![0; plain.len().div_ceil(BLOCK.0) * BLOCK.1];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&event.to_le_bytes()).update(plain);
        hasher.finalize_xof().fill(&mut bytes);
        bytes.into()
    }
}

impl File {
    /// What the service gives of it.
    pub(crate) fn stored(&self) -> &Bytes {
        self.ciphertext.as_ref().unwrap_or(&self.plain)
    }
}
