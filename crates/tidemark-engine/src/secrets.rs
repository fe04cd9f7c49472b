//! Secrets of accounts: in the system keychain, or in `secrets.toml` (mode 0600) where there is none.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tidemark_providers::settings::Secret;
use ts_rs::TS;

use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::private_files;

const SERVICE: &str = "tidemark";
const MAX_BYTES: u64 = 4 << 20;
/// Long enough for a person to unlock a keychain that asks.
const KEYCHAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the secret of an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SecretPlace {
    /// In the system keychain.
    Keychain,
    /// In `secrets.toml` of the home directory.
    File,
}

/// The secrets of one home directory.
#[derive(Debug)]
pub struct Secrets<'a> {
    home: &'a Home,
    home_id: &'a str,
}

/// What came of storing a secret.
#[derive(Debug)]
pub struct Stored {
    /// Where it is now.
    pub place: SecretPlace,
    /// Why it isn't in the keychain, when a person should know.
    pub warning: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsFile {
    version: u32,
    secrets: BTreeMap<String, String>,
}

impl<'a> Secrets<'a> {
    /// The secrets of `home`, whose id tells them from those of others in the same keychain.
    pub fn of(home: &'a Home, home_id: &'a str) -> Self {
        Self { home, home_id }
    }

    /// Keeps a secret: in the keychain, or in the file when `TIDEMARK_SECRET_STORE=file` asks for it or no keychain answers.
    pub fn store(&self, account: &str, secret: &Secret) -> Result<Stored> {
        if file_is_chosen()? {
            self.store_in_file(account, secret)?;
            return Ok(Stored { place: SecretPlace::File, warning: None });
        }
        match self.store_in_keychain(account, secret) {
            Ok(()) => Ok(Stored { place: SecretPlace::Keychain, warning: None }),
            Err(why) => {
                self.store_in_file(account, secret)?;
                let warning = format!(
                    "The secret of \"{account}\" is in \"{}\", readable by you alone, because the system keychain didn't take it: {why}. \
                     Set TIDEMARK_SECRET_STORE=file to choose that without this warning",
                    self.home.secrets_file().display()
                );
                Ok(Stored { place: SecretPlace::File, warning: Some(warning) })
            }
        }
    }

    /// Puts another secret in the place of one, and says where it is: in the file when the keychain takes it no more.
    pub fn replace(&self, account: &str, place: SecretPlace, secret: &Secret) -> Result<SecretPlace> {
        match place {
            SecretPlace::File => self.store_in_file(account, secret).map(|()| SecretPlace::File),
            SecretPlace::Keychain => self.store(account, secret).map(|stored| stored.place),
        }
    }

    /// Gives a secret out. `Unauthorized` when it isn't where it was put.
    pub fn load(&self, account: &str, place: SecretPlace) -> Result<Secret> {
        let text = match place {
            SecretPlace::File => self.read_file()?.secrets.remove(account),
            SecretPlace::Keychain => self.load_from_keychain(account)?,
        };
        text.map(Secret::new).ok_or_else(|| {
            let place = self.describe(place);
            EngineError::new(
                ErrorCode::Unauthorized,
                format!("The secret of the account \"{account}\" isn't in {place} any more"),
            )
            .hint("your files are safe; remove the account's pairs and the account, and add them again")
        })
    }

    /// Removes a secret. One that is gone already counts as removed.
    pub fn forget(&self, account: &str, place: SecretPlace) -> Result<()> {
        match place {
            SecretPlace::File => {
                let mut file = self.read_file()?;
                match file.secrets.remove(account) {
                    Some(_) => self.write_file(&file),
                    None => Ok(()),
                }
            }
            SecretPlace::Keychain => match self.in_keychain(account, |entry| entry.delete_credential()) {
                Ok(()) | Err(Keychain::Failed(keyring::v1::Error::NoEntry)) => Ok(()),
                Err(error) => {
                    Err(keychain_error(&format!("removing the secret of \"{account}\" from"), &error))
                }
            },
        }
    }

    /// A place in words.
    pub fn describe(&self, place: SecretPlace) -> String {
        match place {
            SecretPlace::Keychain => "the system keychain".to_owned(),
            SecretPlace::File => format!("\"{}\"", self.home.secrets_file().display()),
        }
    }

    fn store_in_file(&self, account: &str, secret: &Secret) -> Result<()> {
        let mut file = self.read_file()?;
        file.secrets.insert(account.to_owned(), secret.expose().to_owned());
        self.write_file(&file)
    }

    fn read_file(&self) -> Result<SecretsFile> {
        let path = self.home.secrets_file();
        let text = private_files::read(&path, MAX_BYTES)
            .map_err(|error| self.home.error("reading the secrets", &path, &error))?;
        let Some(text) = text else { return Ok(SecretsFile { version: 1, secrets: BTreeMap::new() }) };
        // The parser's message is left out: it may quote a line.
        let file: Option<SecretsFile> = toml::from_str(&text).ok();
        file.filter(|file| file.version == 1).ok_or_else(|| {
            EngineError::new(
                ErrorCode::Home,
                format!(
                    "The secrets in \"{}\" can't be read: it isn't a file of version 1. It was left as it is",
                    path.display()
                ),
            )
            .hint("move the file away, then remove and add the accounts that it was for")
        })
    }

    fn write_file(&self, file: &SecretsFile) -> Result<()> {
        self.home.make()?;
        let path = self.home.secrets_file();
        let text = toml::to_string(file).map_err(|_| {
            EngineError::new(ErrorCode::Home, format!("writing the secrets \"{}\" failed", path.display()))
        })?;
        private_files::replace(&path, text.as_bytes())
            .map_err(|error| self.home.error("writing the secrets", &path, &error))
    }

    fn store_in_keychain(&self, account: &str, secret: &Secret) -> std::result::Result<(), String> {
        let text = secret.expose().to_owned();
        let back = self.in_keychain(account, move |entry| {
            entry.set_password(&text)?;
            Ok(entry.get_password()? == text)
        });
        match back {
            Ok(true) => Ok(()),
            Ok(false) => Err("it gives back something else".to_owned()),
            Err(error) => Err(error.sentence()),
        }
    }

    fn load_from_keychain(&self, account: &str) -> Result<Option<String>> {
        match self.in_keychain(account, |entry| entry.get_password()) {
            Ok(text) => Ok(Some(text)),
            Err(Keychain::Failed(keyring::v1::Error::NoEntry)) => Ok(None),
            Err(error) => Err(keychain_error(&format!("reading the secret of \"{account}\" from"), &error)),
        }
    }

    fn in_keychain<T: Send + 'static>(
        &self,
        account: &str,
        act: impl FnOnce(&keyring::v1::Entry) -> keyring::v1::Result<T> + Send + 'static,
    ) -> std::result::Result<T, Keychain> {
        if !session_bus_is_there() {
            return Err(Keychain::Absent);
        }
        let user = format!("{}/{account}", self.home_id);
        let (send, receive) = mpsc::channel();
        // A thread of its own: the call blocks, may wait for a person, and brings a runtime along.
        std::thread::spawn(move || {
            let _ = send.send(keyring::v1::Entry::new(SERVICE, &user).and_then(|entry| act(&entry)));
        });
        match receive.recv_timeout(KEYCHAIN_TIMEOUT) {
            Ok(answer) => answer.map_err(Keychain::Failed),
            Err(_) => Err(Keychain::Silent),
        }
    }
}

/// Why the keychain didn't do it.
enum Keychain {
    Absent,
    Silent,
    Failed(keyring::v1::Error),
}

impl Keychain {
    fn sentence(&self) -> String {
        match self {
            Self::Absent => "there is none in this session".to_owned(),
            Self::Silent => format!("it didn't answer within {} seconds", KEYCHAIN_TIMEOUT.as_secs()),
            Self::Failed(keyring::v1::Error::NoDefaultStore) => "none is running".to_owned(),
            Self::Failed(keyring::v1::Error::BadEncoding(_) | keyring::v1::Error::BadDataFormat(..)) => {
                "what it holds isn't text".to_owned()
            }
            Self::Failed(keyring::v1::Error::Ambiguous(_)) => "it holds several of that name".to_owned(),
            Self::Failed(error) => error.to_string(),
        }
    }
}

fn keychain_error(doing: &str, error: &Keychain) -> EngineError {
    EngineError::new(
        ErrorCode::Unauthorized,
        format!("{doing} the system keychain failed: {}", error.sentence()),
    )
    .hint("unlock the keychain or log in to the desktop session that holds it, then try again")
}

fn file_is_chosen() -> Result<bool> {
    match std::env::var("TIDEMARK_SECRET_STORE") {
        Ok(value) if value == "file" => Ok(true),
        Ok(value) if value.is_empty() || value == "keychain" => Ok(false),
        Ok(value) => Err(EngineError::usage(format!(
            "TIDEMARK_SECRET_STORE is \"{}\"; it can be \"file\" or \"keychain\"",
            value.escape_debug()
        ))),
        Err(_) => Ok(false),
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
#[expect(clippy::disallowed_methods, reason = "asks whether the bus has a socket")]
fn session_bus_is_there() -> bool {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    let socket = std::env::var_os("XDG_RUNTIME_DIR").map(|dir| std::path::Path::new(&dir).join("bus"));
    named || socket.is_some_and(|socket| socket.exists())
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn session_bus_is_there() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_gives_back_what_it_took() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        let secrets = Secrets::of(&home, "id");
        secrets.store_in_file("work", &Secret::new("one \"two\"\n three")).unwrap();
        secrets.store_in_file("other", &Secret::new("x")).unwrap();
        assert_eq!(secrets.load("work", SecretPlace::File).unwrap().expose(), "one \"two\"\n three");
        secrets.forget("work", SecretPlace::File).unwrap();
        secrets.forget("work", SecretPlace::File).unwrap();
        assert_eq!(secrets.load("work", SecretPlace::File).unwrap_err().code, ErrorCode::Unauthorized);
        assert_eq!(secrets.load("other", SecretPlace::File).unwrap().expose(), "x");
    }

    #[test]
    fn a_damaged_file_is_never_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().to_owned())).unwrap();
        private_files::replace(&home.secrets_file(), b"version = 1\n[secrets]\nwork = \"hush-hush").unwrap();
        let error = Secrets::of(&home, "id").load("work", SecretPlace::File).unwrap_err();
        assert!(!error.message.contains("hush"), "{error}");
    }
}
