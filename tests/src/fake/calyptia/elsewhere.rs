//! What tests see of the core instance, and what others do in it.

use bytes::Bytes;
use uuid::Uuid;

use super::FakeCalyptia;
use crate::fake::frame::lock;

/// A file as it is in the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: Uuid,
    /// What was sent, also where the service can't read it.
    pub content: Bytes,
    /// It is encrypted.
    pub encrypted: bool,
}

impl FakeCalyptia {
    /// The core instance that there is.
    pub fn core_instance_id(&self) -> Uuid {
        super::answering::CORE_INSTANCE
    }

    /// Its files, by name.
    pub fn files(&self) -> Vec<FileView> {
        let state = lock(&self.fake.state);
        let mut files: Vec<FileView> = state
            .files()
            .iter()
            .map(|file| FileView {
                name: file.name.clone(),
                id: file.id,
                content: file.plain.clone(),
                encrypted: file.ciphertext.is_some(),
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    /// Somebody else makes or changes a file; any name goes.
    pub fn put_file(&self, name: &str, content: impl Into<Bytes>) {
        self.fake.put(name, content.into(), None);
    }

    /// Somebody else makes or changes a file, and has it encrypted.
    pub fn put_encrypted(&self, name: &str, content: impl Into<Bytes>) {
        self.fake.put(name, content.into(), Some(true));
    }

    /// Somebody else makes a file, though there may be one of that name: the service never would.
    pub fn put_twin(&self, name: &str, content: impl Into<Bytes>) {
        let now = self.clock().now();
        lock(&self.fake.state).create(name, content.into(), false, now);
    }

    /// A pipeline uses the file: it can't be deleted.
    pub fn use_in_pipeline(&self, name: &str) {
        lock(&self.fake.state).in_use.insert(name.to_owned());
    }

    /// Somebody deletes the core instance.
    pub fn delete_core_instance(&self) {
        lock(&self.fake.state).gone = true;
    }
}
