//! Takes what the browser brings back, at an address of this computer (RFC 8252, section 7.3).

use std::io;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::settings::Secret;

/// Bytes of a request's head that are read.
const HEAD: u64 = 32 << 10;
/// How long a browser may take to say what it wants: some open connections that they never use.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// Connections at once.
const CONNECTIONS: usize = 16;
/// Time after which accepting is tried again when it failed.
const PAUSE: Duration = Duration::from_millis(100);

/// What the browser brought.
pub(super) enum Brought {
    /// The code that tokens are given for.
    Code(Secret),
    /// The person said no, or the identity server couldn't: its word for it, and more words.
    Denied(String, Option<String>),
}

/// Waits for the request that brings `state` to `path`, answers it, and closes. All others are refused.
pub(super) async fn wait_for(listener: TcpListener, path: &str, state: &str) -> Brought {
    let accept = || async { listener.accept().await.map(|(stream, _)| stream) };
    brought_over(accept, path, state).await
}

async fn brought_over<S, F>(accept: impl Fn() -> F, path: &str, state: &str) -> Brought
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = io::Result<S>>,
{
    let mut visits = FuturesUnordered::new();
    loop {
        tokio::select! {
            stream = accepted(&accept), if visits.len() < CONNECTIONS => {
                visits.push(tokio::time::timeout(HEAD_TIME, visit(stream, path, state)));
            }
            visited = visits.next(), if !visits.is_empty() => {
                if let Some(Ok(Some(brought))) = visited {
                    return brought;
                }
            }
        }
    }
}

/// The next connection. What keeps one from being accepted, such as too many open files, mostly lasts.
async fn accepted<S, F: Future<Output = io::Result<S>>>(accept: &impl Fn() -> F) -> S {
    loop {
        match accept().await {
            Ok(stream) => return stream,
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn visit(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str, state: &str) -> Option<Brought> {
    let target = target(&mut stream).await?;
    let (answer, brought) = match read(&target, path, state) {
        Some(Brought::Code(code)) => (page(200, SIGNED_IN), Some(Brought::Code(code))),
        Some(denied) => (page(200, DENIED), Some(denied)),
        None => (page(404, NOT_THIS), None),
    };
    // Whether the page arrives changes nothing.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    brought
}

/// The target of a `GET`, after the whole head was read.
async fn target(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    let mut bounded = stream.take(HEAD);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if bounded.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    (words.next()? == "GET").then(|| words.next().map(str::to_owned))?
}

fn read(target: &str, path: &str, state: &str) -> Option<Brought> {
    let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
    let one = |key: &str| {
        let mut values =
            url.query_pairs().filter(|(known, _)| known == key).map(|(_, value)| value.into_owned());
        values.next().filter(|_| values.next().is_none())
    };
    if url.path() != path || one("state")? != state {
        return None;
    }
    match (one("code"), one("error")) {
        (Some(code), None) if !code.is_empty() => Some(Brought::Code(Secret::new(code))),
        (_, Some(error)) => Some(Brought::Denied(error, one("error_description"))),
        _ => None,
    }
}

const SIGNED_IN: (&str, &str) =
    ("Back to Tidemark", "Tidemark has what it needs and goes on. You can close this window.");
const DENIED: (&str, &str) =
    ("Not signed in", "Tidemark wasn't let in, and nothing has changed. You can close this window.");
const NOT_THIS: (&str, &str) =
    ("Nothing here", "This isn't the answer to the sign-in that Tidemark waits for.");

fn page(status: u16, (title, text): (&str, &str)) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>:root{{color-scheme:light dark}}\
         body{{font:1.1rem/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-content:center;text-align:center;padding:1rem}}\
         h1{{font-weight:500;margin:0}}</style><main><h1>{title}</h1><p>{text}</p></main></html>\n"
    );
    let reason = if status == 200 { "OK" } else { "Not Found" };
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nReferrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use tokio::io::DuplexStream;
    use tokio::time::Instant;

    use super::*;

    type Accepted = io::Result<DuplexStream>;

    /// A browser's end of a connection that said `head`, and ours.
    async fn connection(head: &str) -> (DuplexStream, Accepted) {
        let (mut theirs, ours) = tokio::io::duplex(64 << 10);
        theirs.write_all(head.as_bytes()).await.unwrap();
        (theirs, Ok(ours))
    }

    /// What these connections bring, one after the other.
    async fn over(connections: Vec<Accepted>) -> Brought {
        let connections = Mutex::new(VecDeque::from(connections));
        let accept = || async {
            let next = connections.lock().unwrap().pop_front();
            match next {
                Some(next) => next,
                None => std::future::pending().await,
            }
        };
        brought_over(accept, "/back", "s1").await
    }

    const ANSWER: &str = "GET /back?code=a&state=s1 HTTP/1.1\r\n\r\n";

    #[tokio::test]
    async fn one_of_many_connections_may_close_unused() {
        let (mut browser, mut connections) = (Vec::new(), Vec::new());
        for _ in 1..CONNECTIONS {
            let (theirs, ours) = connection("").await;
            browser.push(theirs);
            connections.push(ours);
        }
        connections.push(connection("").await.1);
        let (mut theirs, ours) = connection(ANSWER).await;
        connections.push(ours);
        assert!(matches!(over(connections).await, Brought::Code(code) if code.expose() == "a"));
        let mut page = String::new();
        theirs.read_to_string(&mut page).await.unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    }

    #[tokio::test(start_paused = true)]
    async fn accepting_that_fails_is_tried_again_after_a_pause() {
        let begun = Instant::now();
        let failed = || Err(io::ErrorKind::ConnectionAborted.into());
        let (_theirs, ours) = connection(ANSWER).await;
        let brought = over(vec![failed(), failed(), ours]).await;
        assert!(matches!(brought, Brought::Code(code) if code.expose() == "a"));
        assert_eq!(begun.elapsed(), 2 * PAUSE);
    }

    fn brought(target: &str) -> String {
        match read(target, "/back", "s1") {
            Some(Brought::Code(code)) => format!("code {}", code.expose()),
            Some(Brought::Denied(error, more)) => format!("denied {error} {}", more.unwrap_or_default()),
            None => "nothing".into(),
        }
    }

    #[test]
    fn only_the_answer_to_this_sign_in_counts() {
        assert_eq!(brought("/back?code=a%2Bb&state=s1"), "code a+b");
        assert_eq!(
            brought("/back?error=access_denied&error_description=no+thanks&state=s1"),
            "denied access_denied no thanks"
        );
        for other in [
            "/back?code=a",
            "/back?code=a&state=s2",
            "/back?code=a&state=s1&state=s2",
            "/back?code=a&code=b&state=s1",
            "/back?code=&state=s1",
            "/back?state=s1",
            "/other?code=a&state=s1",
            "/favicon.ico",
            "",
        ] {
            assert_eq!(brought(other), "nothing", "{other}");
        }
    }
}
