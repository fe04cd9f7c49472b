//! The HTTP side of a running Tidemark: the web UI, the commands and the events, for browsers of this computer and for
//! other `tidemark` commands.

mod assets;
mod bodies;
mod content;
mod doors;
mod events;
mod guard;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::Value;
use tidemark_engine::command::{self, Call};
use tidemark_engine::control::Tidemark;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) use doors::Doors;

/// The largest request: a merged text, with room for JSON's way of writing it.
const MAX_REQUEST: usize = 16 << 20;

/// What every request is answered with.
pub(crate) struct Web {
    tidemark: Tidemark,
    doors: Doors,
    address: SocketAddr,
    cancel: CancellationToken,
}

/// Answers requests until it is cancelled.
pub(crate) async fn serve(
    tidemark: Tidemark,
    listener: TcpListener,
    doors: Doors,
    cancel: CancellationToken,
) -> Result<()> {
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    let web = Arc::new(Web { tidemark, doors, address, cancel: cancel.clone() });
    let api = Router::new()
        .route("/api/events", get(events::events))
        .route("/api/content", get(content::content))
        .route("/api/login-link", post(login_link))
        .route("/api/{command}", post(run))
        .route_layer(middleware::from_fn_with_state(web.clone(), guard::signed_in));
    let router = Router::new()
        .merge(api)
        .route("/login", get(login))
        .fallback(get(assets::asset))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(middleware::from_fn_with_state(web.clone(), guard::own_page))
        .with_state(web);
    let stopped = cancel.clone();
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stopped.cancelled().await })
        .await
        .map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> EngineError {
    EngineError::new(ErrorCode::Failed, format!("answering on the network failed: {error}"))
}

async fn run(State(web): State<Arc<Web>>, Path(name): Path<String>, body: axum::body::Bytes) -> Response {
    let params: Value = match serde_json::from_slice(&body) {
        Ok(params) => params,
        Err(error) => {
            return bodies::error(&EngineError::usage(format!("the request isn't JSON: {error}")));
        }
    };
    let call = Call { events: Arc::new(|_| {}), cancel: web.cancel.clone() };
    // On a task of its own: what was begun is ended also when nobody waits for the answer any more.
    let tidemark = web.tidemark.clone();
    let answer = tokio::spawn(async move { command::call(&tidemark, &name, params, call).await }).await;
    match answer {
        Ok(Ok(reply)) => Json(reply).into_response(),
        Ok(Err(error)) => bodies::error(&error),
        Err(error) => bodies::error(&EngineError::new(
            ErrorCode::Failed,
            format!("Tidemark met a fault of its own and stopped that work ({error}); no file was lost"),
        )),
    }
}

/// A link with which a browser signs in, for another `tidemark` command.
async fn login_link(State(web): State<Arc<Web>>) -> Response {
    match web.doors.link(web.address) {
        Ok(link) => Json(link).into_response(),
        Err(error) => bodies::error(&error),
    }
}

#[derive(Deserialize)]
struct Login {
    token: String,
}

async fn login(
    State(web): State<Arc<Web>>,
    login: std::result::Result<Query<Login>, QueryRejection>,
) -> Response {
    let session = match login {
        Ok(Query(login)) => web.doors.enter(&login.token),
        Err(_) => Ok(None),
    };
    match session {
        Ok(Some(session)) => {
            let mut headers = HeaderMap::new();
            if let Ok(cookie) = doors::cookie(&session).parse() {
                headers.insert(axum::http::header::SET_COOKIE, cookie);
            }
            (headers, bodies::page("Signed in", "Tidemark opens.", Some("/"))).into_response()
        }
        Ok(None) => (
            StatusCode::FORBIDDEN,
            bodies::page(
                "This link has been used",
                "Each link signs in once, within ten minutes. Run <code>tidemark serve --open</code> for a new one.",
                None,
            ),
        )
            .into_response(),
        Err(error) => bodies::error(&error),
    }
}
