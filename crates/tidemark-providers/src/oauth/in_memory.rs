//! A secret that nobody stores, for accounts that aren't kept either.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::settings::{KeepSecret, Secret, SecretTurn};

/// A secret that nobody stores.
pub(super) struct InMemory(Arc<Mutex<Option<Secret>>>);

impl InMemory {
    pub(super) fn new(secret: Option<Secret>) -> Self {
        Self(Arc::new(Mutex::new(secret)))
    }
}

impl KeepSecret for InMemory {
    fn turn(&self) -> Result<Box<dyn SecretTurn>> {
        Ok(Box::new(Self(Arc::clone(&self.0))))
    }
}

impl SecretTurn for InMemory {
    fn stored(&mut self) -> Result<Option<Secret>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn keep(&mut self, secret: &Secret) -> Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret.clone());
        Ok(())
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InMemory(…)")
    }
}
