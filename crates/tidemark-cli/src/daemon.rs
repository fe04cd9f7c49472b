//! Finding the process that keeps the pairs of a home in step, and having it do commands.

use std::net::SocketAddr;
use std::path::PathBuf;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tidemark_engine::command::Command;
use tidemark_engine::home::Home;
use tidemark_engine::private_files;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tokio::net::TcpStream;

const MAX_FILE: u64 = 4096;
const MAX_ANSWER: usize = 1 << 30;

/// The process that keeps the pairs of a home in step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Daemon {
    address: SocketAddr,
    token: String,
}

/// Its address in the home, for as long as this lives.
pub(crate) struct Announced(PathBuf);

impl Drop for Announced {
    #[expect(clippy::disallowed_methods, reason = "a file of the home directory")]
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Daemon {
    /// Writes into the home where commands are to go.
    pub(crate) fn announce(home: &Home, address: SocketAddr, token: &str) -> Result<Announced> {
        let file = file(home);
        let text = serde_json::to_vec(&Self { address, token: token.to_owned() }).unwrap_or_default();
        private_files::replace(&file, &text).map_err(|error| {
            EngineError::new(ErrorCode::Home, format!("writing \"{}\" failed: {error}", file.display()))
        })?;
        Ok(Announced(file))
    }

    /// The one of this home, where one answers.
    pub(crate) async fn find(home: &Home) -> Option<Self> {
        let text = private_files::read(&file(home), MAX_FILE).ok().flatten()?;
        let daemon: Self = serde_json::from_str(&text).ok()?;
        TcpStream::connect(daemon.address).await.ok()?;
        Some(daemon)
    }

    /// Has it do a command.
    pub(crate) async fn call<C: Command>(&self, command: &C) -> Result<C::Reply> {
        let params = serde_json::to_vec(command).map_err(|error| broken(&error))?;
        let body = self.post(C::NAME, params).await?;
        serde_json::from_slice(&body).map_err(|error| broken(&error))
    }

    /// A link with which a browser signs in to it.
    pub(crate) async fn login_link(&self) -> Result<String> {
        let body = self.post("login-link", b"{}".to_vec()).await?;
        serde_json::from_slice(&body).map_err(|error| broken(&error))
    }

    async fn post(&self, name: &str, params: Vec<u8>) -> Result<Bytes> {
        let stream = TcpStream::connect(self.address).await.map_err(|error| broken(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(&error))?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/{name}"))
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Full::new(Bytes::from(params)))
            .map_err(|error| broken(&error))?;
        let answer = sender.send_request(request).await.map_err(|error| broken(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_ANSWER)
            .collect()
            .await
            .map_err(|error| EngineError::new(ErrorCode::Failed, format!("{LOST}: {error}")))?
            .to_bytes();
        match status.is_success() {
            true => Ok(body),
            false => Err(serde_json::from_slice(&body).unwrap_or_else(|_| {
                EngineError::new(ErrorCode::Failed, format!("{LOST}: it answered {status}"))
            })),
        }
    }
}

const LOST: &str = "the Tidemark that keeps the pairs in step didn't answer as it should";

fn broken(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(ErrorCode::Failed, format!("{LOST}: {error}"))
        .hint("what it has begun goes on there; look with `tidemark status`")
}

fn file(home: &Home) -> PathBuf {
    home.dir().join("daemon.json")
}
