//! Contents as they are: a side of a conflict, a version of a file. Pictures are shown; anything else is only given out.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tidemark_engine::raw_content::{Of, RawContent, Side};
use tidemark_engine::{EngineError, ErrorCode};

use super::{Web, bodies};

#[derive(Deserialize)]
pub(super) struct Wanted {
    conflict: Option<i64>,
    side: Option<Side>,
    pair: Option<String>,
    path: Option<String>,
    version: Option<String>,
}

/// A content: `conflict` and `side`, or `pair`, `path` and `version`.
pub(super) async fn content(
    State(web): State<Arc<Web>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let of = match wanted {
        Ok(Query(Wanted { conflict: Some(id), side: Some(side), .. })) => Of::Conflict { id, side },
        Ok(Query(Wanted { pair: Some(pair), path: Some(path), version: Some(version), .. })) => {
            Of::Version { pair, path, version }
        }
        _ => return bodies::error(&EngineError::usage("the address names no content")),
    };
    match web.tidemark.content(of, Arc::new(|_| {}), web.cancel.clone()).await {
        Ok(Some(content)) => given(content).await,
        Ok(None) => bodies::error(&EngineError::new(ErrorCode::NotFound, "there is nothing on that side")),
        Err(error) => bodies::error(&error),
    }
}

async fn given(mut content: RawContent) -> Response {
    let first = match content.next().await {
        Ok(first) => first,
        Err(error) => return bodies::error(&error),
    };
    let (kind, place) = match picture(&first) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    let size = content.size;
    let rest = stream::unfold(Some(content), |content| async move {
        let mut content = content?;
        match content.next().await {
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => Some((Ok::<Bytes, EngineError>(piece), Some(content))),
            Err(error) => Some((Err(error), None)),
        }
    });
    let body = futures_util::StreamExt::chain(stream::iter([Ok(first)]), rest);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, place.to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
    ];
    (StatusCode::OK, headers, Body::from_stream(body)).into_response()
}

/// The type of a picture that browsers show and that can't hold a program.
fn picture(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
