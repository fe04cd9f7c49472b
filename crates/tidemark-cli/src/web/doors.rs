//! Who may come in: browsers with a session that a one-time link gave them, and `tidemark` commands of the same user with
//! the token that only this user can read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tidemark_engine::clock::{Clock, SystemClock};
use tidemark_engine::home::Home;
use tidemark_engine::private_files;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tokio::time::Instant;

/// For how long a link signs in.
const LINK_LIFE: Duration = Duration::from_secs(600);
/// For how long a browser stays signed in after it was last here.
const SESSION_LIFE_NS: i64 = 30 * 86_400 * 1_000_000_000;
/// Sessions that are remembered; the oldest go first.
const MAX_SESSIONS: usize = 50;
const MAX_FILE: u64 = 1 << 20;
const COOKIE: &str = "tidemark";

/// Who may come in. Sessions outlive the process, as hashes.
pub(crate) struct Doors {
    token: String,
    sessions_file: PathBuf,
    links: Mutex<BTreeMap<String, Instant>>,
    sessions: Mutex<Sessions>,
}

#[derive(Default, Serialize, Deserialize)]
struct Sessions {
    /// When they end, nanoseconds since the epoch, by the hash of their secret.
    until: BTreeMap<String, i64>,
}

impl Doors {
    /// Those of a home: the sessions that it remembers, and a new token for commands.
    pub(crate) fn of(home: &Home) -> Result<Self> {
        let sessions_file = home.dir().join("sessions.json");
        let stored = private_files::read(&sessions_file, MAX_FILE).ok().flatten();
        let sessions = stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Ok(Self { token: random()?, sessions_file, links: Mutex::default(), sessions: Mutex::new(sessions) })
    }

    /// The token of commands.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A link that signs a browser in, once.
    pub(crate) fn link(&self, address: SocketAddr) -> Result<String> {
        let token = random()?;
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, made| made.elapsed() < LINK_LIFE);
        links.insert(hash(&token), Instant::now());
        Ok(format!("http://{address}/login?token={token}"))
    }

    /// Takes the token of a link; gives the secret of a new session where it is good.
    pub(super) fn enter(&self, token: &str) -> Result<Option<String>> {
        let made = self.links.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(token));
        if made.is_none_or(|made| made.elapsed() >= LINK_LIFE) {
            return Ok(None);
        }
        let secret = random()?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemClock.now_ns();
        sessions.until.retain(|_, until| *until > now);
        while sessions.until.len() >= MAX_SESSIONS {
            let oldest = sessions.until.iter().min_by_key(|(_, until)| **until).map(|(hash, _)| hash.clone());
            oldest.and_then(|oldest| sessions.until.remove(&oldest));
        }
        sessions.until.insert(hash(&secret), now + SESSION_LIFE_NS);
        let text = serde_json::to_vec(&*sessions).unwrap_or_default();
        if let Err(error) = private_files::replace(&self.sessions_file, &text) {
            tracing::warn!(%error, "the session could not be remembered; it ends with this process");
        }
        Ok(Some(secret))
    }

    /// True for the token of commands, in an `Authorization` header.
    pub(super) fn knows_command(&self, authorization: &str) -> bool {
        authorization.strip_prefix("Bearer ").is_some_and(|token| hash(token) == hash(&self.token))
    }

    /// True for the cookies of a browser that is signed in.
    pub(super) fn knows_browser(&self, cookies: &str) -> bool {
        let secret = cookies.split(';').find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let until = secret.and_then(|secret| sessions.until.get(&hash(secret)));
        until.is_some_and(|until| *until > SystemClock.now_ns())
    }
}

/// The cookie that a browser is to keep.
pub(super) fn cookie(secret: &str) -> String {
    format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000")
}

fn hash(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        EngineError::new(ErrorCode::Failed, format!("this system gives no random numbers: {error}"))
    })?;
    Ok(blake3::Hash::from_bytes(bytes).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors() -> (tempfile::TempDir, Home, Doors) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::locate(Some(dir.path().join("home"))).unwrap();
        home.make().unwrap();
        let doors = Doors::of(&home).unwrap();
        (dir, home, doors)
    }

    fn token(link: &str) -> &str {
        link.split_once("token=").unwrap().1
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_signs_in_once_and_within_its_time() {
        let (_dir, _home, doors) = doors();
        let link = doors.link("127.0.0.1:1".parse().unwrap()).unwrap();
        assert!(doors.enter("wrong").unwrap().is_none());
        assert!(doors.enter(token(&link)).unwrap().is_some());
        assert!(doors.enter(token(&link)).unwrap().is_none());
        let late = doors.link("127.0.0.1:1".parse().unwrap()).unwrap();
        tokio::time::advance(LINK_LIFE).await;
        assert!(doors.enter(token(&late)).unwrap().is_none());
    }

    #[tokio::test]
    async fn a_session_outlives_the_process_and_no_secret_is_stored() {
        let (_dir, home, doors) = doors();
        let link = doors.link("127.0.0.1:1".parse().unwrap()).unwrap();
        let secret = doors.enter(token(&link)).unwrap().unwrap();
        let again = Doors::of(&home).unwrap();
        assert!(again.knows_browser(&format!("a=b; tidemark={secret}")));
        assert!(!again.knows_browser("tidemark=0") && !again.knows_browser(""));
        let stored = private_files::read(&home.dir().join("sessions.json"), MAX_FILE).unwrap().unwrap();
        assert!(!stored.contains(&secret));
    }

    #[test]
    fn only_the_token_of_this_process_is_that_of_commands() {
        let (_dir, home, doors) = doors();
        assert!(doors.knows_command(&format!("Bearer {}", doors.token())));
        assert!(!doors.knows_command(doors.token()));
        assert!(!Doors::of(&home).unwrap().knows_command(&format!("Bearer {}", doors.token())));
    }
}
