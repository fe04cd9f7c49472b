//! The secret of an account, for a service that replaces it: one use at a time, in this process and all others.

use std::fs::File;

use tidemark_providers::settings::{KeepSecret, Secret, SecretTurn};
use tidemark_providers::{ErrorKind, ProviderError};

use crate::config::Config;
use crate::error::{EngineError, ErrorCode};
use crate::home::Home;
use crate::private_files;
use crate::secrets::Secrets;

type Result<T> = tidemark_providers::Result<T>;

/// The secret of one account, where it is kept.
#[derive(Debug)]
pub(crate) struct AccountSecret {
    home: Home,
    account: String,
}

struct Turn {
    home: Home,
    account: String,
    seen: Option<Secret>,
    _lock: File,
}

impl AccountSecret {
    pub(crate) fn new(home: &Home, account: &str) -> Self {
        Self { home: home.clone(), account: account.to_owned() }
    }
}

impl KeepSecret for AccountSecret {
    fn turn(&self) -> Result<Box<dyn SecretTurn>> {
        self.home.make().map_err(of_engine)?;
        let path = self.home.dir().join("renewal.lock");
        let failed = |doing: &str, error: &std::io::Error| of_engine(self.home.error(doing, &path, error));
        let lock = private_files::open(&path).map_err(|error| failed("opening the lock", &error))?;
        lock.lock().map_err(|error| failed("locking", &error))?;
        Ok(Box::new(Turn { home: self.home.clone(), account: self.account.clone(), seen: None, _lock: lock }))
    }
}

impl SecretTurn for Turn {
    fn stored(&mut self) -> Result<Option<Secret>> {
        let config = Config::load(&self.home).map_err(of_engine)?;
        self.seen = self.load(&config)?;
        Ok(self.seen.clone())
    }

    /// What a person has put in its place meanwhile stays.
    fn keep(&mut self, secret: &Secret) -> Result<()> {
        let _lock = Config::lock(&self.home).map_err(of_engine)?;
        let mut config = Config::load(&self.home).map_err(of_engine)?;
        if self.load(&config)? != self.seen {
            return Ok(());
        }
        let Some(account) = config.accounts.get_mut(&self.account) else { return Ok(()) };
        let Some(before) = account.secret else { return Ok(()) };
        let secrets = Secrets::of(&self.home, &config.home_id);
        let place = secrets.replace(&self.account, before, secret).map_err(of_engine)?;
        self.seen = Some(secret.clone());
        if place == before {
            return Ok(());
        }
        account.secret = Some(place);
        config.save(&self.home).map_err(of_engine)
    }
}

impl Turn {
    fn load(&self, config: &Config) -> Result<Option<Secret>> {
        let account = config.account(&self.account).map_err(of_engine)?;
        let secrets = Secrets::of(&self.home, &config.home_id);
        account.secret.map(|place| secrets.load(&self.account, place)).transpose().map_err(of_engine)
    }
}

fn of_engine(error: EngineError) -> ProviderError {
    let kind = match error.code {
        ErrorCode::Unauthorized => ErrorKind::Unauthorized,
        _ => ErrorKind::LocalIo,
    };
    ProviderError::permanent(kind, error.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AccountConfig;
    use crate::secrets::SecretPlace;

    fn home_with_secret(dir: &tempfile::TempDir, text: &str) -> Home {
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        let stored = format!("version = 1\n[secrets]\nwork = \"{text}\"\n");
        home.make().unwrap();
        private_files::replace(&home.secrets_file(), stored.as_bytes()).unwrap();
        Config::edit(&home, |config| {
            let account = AccountConfig { secret: Some(SecretPlace::File), ..AccountConfig::default() };
            config.accounts.insert("work".into(), account);
            Ok(())
        })
        .unwrap();
        home
    }

    #[test]
    fn turns_follow_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let home = home_with_secret(&dir, "0");
        let count = || {
            for _ in 0..5 {
                let mut turn = AccountSecret::new(&home, "work").turn().unwrap();
                let number: u32 = turn.stored().unwrap().unwrap().expose().parse().unwrap();
                std::thread::yield_now();
                turn.keep(&Secret::new((number + 1).to_string())).unwrap();
            }
        };
        std::thread::scope(|scope| (0..6).for_each(|_| drop(scope.spawn(count))));
        let mut turn = AccountSecret::new(&home, "work").turn().unwrap();
        assert_eq!(turn.stored().unwrap().unwrap().expose(), "30");
    }

    #[test]
    fn what_a_person_put_there_meanwhile_stays() {
        let dir = tempfile::tempdir().unwrap();
        let home = home_with_secret(&dir, "one");
        let mut turn = AccountSecret::new(&home, "work").turn().unwrap();
        assert_eq!(turn.stored().unwrap().unwrap().expose(), "one");
        home_with_secret(&dir, "of a new sign-in");
        turn.keep(&Secret::new("two")).unwrap();
        assert_eq!(turn.stored().unwrap().unwrap().expose(), "of a new sign-in");
    }

    #[test]
    fn an_account_that_is_gone_keeps_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = home_with_secret(&dir, "one");
        let mut turn = AccountSecret::new(&home, "work").turn().unwrap();
        turn.stored().unwrap();
        Config::edit(&home, |config| {
            config.accounts.clear();
            Ok(())
        })
        .unwrap();
        assert_eq!(turn.keep(&Secret::new("two")).unwrap_err().kind, ErrorKind::LocalIo);
    }
}
