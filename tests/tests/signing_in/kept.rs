//! A secret that is kept, and everybody takes turns with.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use tidemark_providers::settings::{KeepSecret, Secret, SecretTurn};
use tidemark_providers::{ErrorKind, ProviderError, Result};

/// Keeps a secret in memory, as strictly as an account's is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    secret: Mutex<Option<String>>,
    full: Mutex<bool>,
    free: Mutex<Receiver<()>>,
    give_back: Sender<()>,
}

struct Turn(Arc<Shared>);

impl Kept {
    pub(crate) fn new(secret: Option<&str>) -> Self {
        let (give_back, free) = mpsc::channel();
        give_back.send(()).unwrap();
        Self(Arc::new(Shared {
            secret: Mutex::new(secret.map(str::to_owned)),
            full: Mutex::default(),
            free: Mutex::new(free),
            give_back,
        }))
    }

    pub(crate) fn secret(&self) -> Option<String> {
        self.0.secret.lock().unwrap().clone()
    }

    /// A person signs in anew, in another process.
    pub(crate) fn put(&self, secret: &str) {
        *self.0.secret.lock().unwrap() = Some(secret.to_owned());
    }

    /// The disk is full, or has room again.
    pub(crate) fn is_full(&self, full: bool) {
        *self.0.full.lock().unwrap() = full;
    }
}

impl KeepSecret for Kept {
    fn turn(&self) -> Result<Box<dyn SecretTurn>> {
        self.0.free.lock().unwrap().recv().unwrap();
        Ok(Box::new(Turn(self.0.clone())))
    }
}

impl SecretTurn for Turn {
    fn stored(&mut self) -> Result<Option<Secret>> {
        Ok(self.0.secret.lock().unwrap().clone().map(Secret::new))
    }

    fn keep(&mut self, secret: &Secret) -> Result<()> {
        if *self.0.full.lock().unwrap() {
            return Err(ProviderError::permanent(ErrorKind::LocalIo, "the disk is full"));
        }
        *self.0.secret.lock().unwrap() = Some(secret.expose().to_owned());
        Ok(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.0.give_back.send(());
    }
}
