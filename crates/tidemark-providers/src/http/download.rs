//! Downloads over a signed link, or from the API itself, into a [`Sink`], in parts where that helps.
//!
//! Nothing reaches the sink that the head of an answer doesn't vouch for: a part only with an exact `Content-Range`, a
//! whole only with the announced length; a small whole with a digest, or without a length, only once it is complete. Where
//! nobody knows the length beforehand, the way it is sent must show that it ended. So whatever the sink has kept when an attempt breaks off is right, and the next one goes on from there.

use std::ops::Range;

use futures_util::stream::{FuturesUnordered, StreamExt};
use reqwest::header::{CONTENT_RANGE, HeaderValue, RANGE};
use reqwest::{Method, StatusCode};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::Link;
use crate::http::answer::Answer;
use crate::http::content_md5::ContentMd5;
use crate::http::fault::{Refusal, nonsense, not_the_service};
use crate::http::{Http, Request};
use crate::provider::Sink;

/// Bytes of one part; up to this a content is fetched in one.
pub const PART: u64 = 8 << 20;
/// Parts in flight.
const IN_FLIGHT: usize = 4;

/// Where a content is.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Behind a signed link, fetched without the credential.
    Link(&'a Link),
    /// At the API, below the base (encoded), fetched with it.
    Api(&'a str),
}

/// One content.
pub struct Download<'a> {
    /// The way there.
    pub http: &'a Http,
    /// Where it is.
    pub from: Source<'a>,
    /// Bytes in all, where known.
    pub size: Option<u64>,
    /// Begins every error's sentence.
    pub what: &'a str,
    /// Turns a storage's refusal into an error.
    pub refused: fn(Refusal, &str) -> ProviderError,
}

impl Download<'_> {
    /// Fetches the `missing` ranges, as [`Sink::begin`] gave them.
    pub async fn run(&self, missing: Vec<Range<u64>>, sink: &dyn Sink) -> Result<()> {
        let missing: Vec<_> = missing.into_iter().filter(|range| range.start < range.end).collect();
        let Some(size) = self.size else { return self.unsized_whole(sink).await };
        let parts = split(&missing, size);
        match parts.as_slice() {
            [] if size == 0 || missing.is_empty() => Ok(()),
            [] => Err(nonsense(self.what, "parts were asked for that lie outside the content")),
            [only] if *only == (0..size) => {
                let answer = self.get(None).await?;
                self.take_whole(answer, size, &missing, sink).await
            }
            [first, rest @ ..] => {
                // The first answer shows whether parts are to be had at all.
                let answer = self.get(Some(first)).await?;
                if answer.status() == StatusCode::OK {
                    return self.take_whole(answer, size, &missing, sink).await;
                }
                let first = std::iter::once((Some(answer), first.clone()));
                let rest = rest.iter().cloned().map(|part| (None, part));
                let parts = first.chain(rest).map(|(answer, part)| self.part(answer, part, size, sink));
                finish_all(parts).await
            }
        }
    }

    async fn part(&self, answer: Option<Answer>, part: Range<u64>, size: u64, sink: &dyn Sink) -> Result<()> {
        let answer = match answer {
            Some(answer) => answer,
            None => self.get(Some(&part)).await?,
        };
        self.take_part(answer, part, size, sink).await
    }

    async fn get(&self, part: Option<&Range<u64>>) -> Result<Answer> {
        let mut request = Request::new(Method::GET);
        if let Some(part) = part {
            let value = HeaderValue::from_str(&format!("bytes={}-{}", part.start, part.end - 1))
                .map_err(|error| nonsense(self.what, "a part can't be asked for").because(error))?;
            request = request.header(RANGE, value);
        }
        let answer = match self.from {
            Source::Link(link) => self.http.link(request, link, self.what).await?,
            Source::Api(path) => self.http.api(request, path, self.what).await?,
        };
        match answer.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(answer),
            StatusCode::RANGE_NOT_SATISFIABLE => Err(self.differs("is shorter than the service says")),
            _ => Err((self.refused)(answer.refusal().await, self.what)),
        }
    }

    async fn take_part(
        &self,
        mut answer: Answer,
        part: Range<u64>,
        size: u64,
        sink: &dyn Sink,
    ) -> Result<()> {
        let announced = answer.header(CONTENT_RANGE).and_then(content_range);
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            return Err(nonsense(self.what, "the storage sent the whole where a part was asked for"));
        }
        match announced {
            Some((range, total)) if range == part && total.is_none_or(|total| total == size) => {}
            Some((_, Some(total))) if total != size => {
                return Err(self.differs(&format!("has {total} bytes there, not {size}")));
            }
            _ => return Err(nonsense(self.what, "the storage sent another part than was asked for")),
        }
        let mut at = part.start;
        while let Some(chunk) = answer.chunk().await? {
            let end = at + chunk.len() as u64;
            if end > part.end {
                return Err(nonsense(self.what, "the storage sent more than it announced"));
            }
            sink.write(at, chunk).await?;
            at = end;
        }
        if at < part.end { Err(self.short()) } else { Ok(()) }
    }

    /// A whole content; of it only what is missing is written.
    async fn take_whole(
        &self,
        mut answer: Answer,
        size: u64,
        missing: &[Range<u64>],
        sink: &dyn Sink,
    ) -> Result<()> {
        if answer.status() != StatusCode::OK {
            return Err(nonsense(self.what, "the storage sent a part where the whole was asked for"));
        }
        match answer.length() {
            Some(length) if length != size && answer.is_page() => return Err(self.page()),
            Some(length) if length != size => {
                return Err(self.differs(&format!("has {length} bytes there, not {size}")));
            }
            None if size > PART => {
                return Err(nonsense(self.what, "the storage doesn't say how much it sends"));
            }
            _ => {}
        }
        let digest = ContentMd5::of(&answer).filter(|_| size <= PART);
        let vouched = digest.is_none() && answer.length().is_some();
        let is_page = answer.is_page();
        let mut held = Vec::new();
        let mut at = 0;
        while let Some(chunk) = answer.chunk().await? {
            let end = at + chunk.len() as u64;
            if end > size {
                return Err(if is_page {
                    self.page()
                } else {
                    self.differs("is longer than the service says")
                });
            }
            if vouched {
                write_missing(at, chunk, missing, sink).await?;
            } else {
                held.extend_from_slice(&chunk);
            }
            at = end;
        }
        if at < size {
            return Err(if is_page { self.page() } else { self.short() });
        }
        if digest.is_some_and(|digest| !digest.fits(&held)) {
            return Err(self.differs("isn't what the storage's digest says"));
        }
        if vouched { Ok(()) } else { write_missing(0, held.into(), missing, sink).await }
    }

    /// A content of which the service doesn't say how long it is: its end must be told from a break.
    async fn unsized_whole(&self, sink: &dyn Sink) -> Result<()> {
        let mut answer = self.get(None).await?;
        if answer.status() != StatusCode::OK {
            return Err(nonsense(self.what, "the storage sent a part where the whole was asked for"));
        }
        if answer.is_page() {
            return Err(self.page());
        }
        if !answer.shows_its_end() {
            return Err(nonsense(self.what, "nobody says how long the content is, nor where it ends"));
        }
        let mut at = 0;
        while let Some(chunk) = answer.chunk().await? {
            let length = chunk.len() as u64;
            sink.write(at, chunk).await?;
            at += length;
        }
        Ok(())
    }

    fn page(&self) -> ProviderError {
        not_the_service(
            self.what,
            "a web page came instead of the content; is it the sign-in page of a network?",
        )
    }

    fn short(&self) -> ProviderError {
        ProviderError::passing(
            ErrorKind::Network,
            format!("{}: the content broke off before its end", self.what),
        )
    }

    fn differs(&self, how: &str) -> ProviderError {
        ProviderError::passing(ErrorKind::DigestMismatch, format!("{}: the content {how}", self.what))
    }
}

async fn write_missing(at: u64, chunk: bytes::Bytes, missing: &[Range<u64>], sink: &dyn Sink) -> Result<()> {
    let end = at + chunk.len() as u64;
    for range in missing {
        let (from, to) = (range.start.max(at), range.end.min(end));
        if from < to {
            sink.write(from, chunk.slice((from - at) as usize..(to - at) as usize)).await?;
        }
    }
    Ok(())
}

/// Runs the parts a few at a time. After the first error no further part is begun, and those in flight are still
/// brought in: what they fetch needn't be fetched again.
pub(crate) async fn finish_all<F: Future<Output = Result<()>>>(
    mut parts: impl Iterator<Item = F>,
) -> Result<()> {
    let mut running: FuturesUnordered<F> = parts.by_ref().take(IN_FLIGHT).collect();
    let mut result = Ok(());
    while let Some(part) = running.next().await {
        result = result.and(part);
        if result.is_ok() {
            running.extend(parts.next());
        }
    }
    result
}

/// The missing ranges in parts of at most [`PART`], within the content.
pub(crate) fn split(missing: &[Range<u64>], size: u64) -> Vec<Range<u64>> {
    let mut parts = Vec::new();
    for range in missing {
        let mut start = range.start;
        while start < range.end.min(size) {
            let end = range.end.min(size).min(start + PART);
            parts.push(start..end);
            start = end;
        }
    }
    parts
}

/// `bytes 0-9/100`, or `*` for a total that the storage doesn't say.
fn content_range(text: &str) -> Option<(Range<u64>, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.trim_start().split_once('/')?;
    let (start, last) = range.split_once('-')?;
    let end = last.trim().parse::<u64>().ok()?.checked_add(1)?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.trim().parse().ok()?..end, total))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use bytes::Bytes;
    use tidemark_core::node::Remote;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::address::BaseUrl;
    use crate::http::credential::Credential;
    use crate::settings::Secret;

    #[derive(Default)]
    struct Taken(Mutex<Vec<u8>>);

    #[async_trait]
    impl Sink for Taken {
        async fn begin(&self, _: &Remote) -> Result<Vec<Range<u64>>> {
            Ok(Vec::new())
        }

        async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
            let mut taken = self.0.lock().unwrap();
            assert_eq!(offset, taken.len() as u64);
            taken.extend_from_slice(&bytes);
            Ok(())
        }
    }

    /// What came of fetching a content of unknown length that is answered with these bytes.
    async fn unsized_from(answer: &'static str) -> (Result<()>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                assert!(stream.read_buf(&mut head).await.unwrap() > 0);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let base = BaseUrl::encrypted(&base, "base_url").unwrap();
        let http = Http::new(base, Credential::bearer(&Secret::new("t")).unwrap());
        let download = Download {
            http: &http,
            from: Source::Api("a"),
            size: None,
            what: "fetching",
            refused: |refusal, what| refusal.into_error(what, None),
        };
        let (sink, all) = (Taken::default(), 0..u64::MAX);
        let (fetched, ()) = tokio::join!(download.run(vec![all], &sink), serving);
        (fetched, sink.0.into_inner().unwrap())
    }

    #[tokio::test]
    async fn without_a_known_length_the_answer_shows_its_end() {
        for whole in [
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
        ] {
            let (fetched, taken) = unsized_from(whole).await;
            assert!(fetched.is_ok() && taken == b"abcd", "{whole}: {fetched:?}");
        }
        for other in [
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcd",
            "HTTP/1.0 200 OK\r\n\r\nabcd",
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nabcd",
        ] {
            let (fetched, taken) = unsized_from(other).await;
            assert_eq!(fetched.unwrap_err().kind, ErrorKind::Protocol, "{other}");
            assert_eq!(taken, b"", "{other}");
        }
    }

    #[test]
    fn parts_cover_what_is_missing_and_nothing_else() {
        let parts = |missing: &[(u64, u64)], size| -> Vec<(u64, u64)> {
            let missing: Vec<_> = missing.iter().map(|&(start, end)| start..end).collect();
            split(&missing, size).into_iter().map(|part| (part.start, part.end)).collect()
        };
        assert_eq!(parts(&[(0, 10)], 10), [(0, 10)]);
        assert_eq!(parts(&[(0, PART + 1)], PART + 1), [(0, PART), (PART, PART + 1)]);
        assert_eq!(parts(&[(3, 5), (PART, u64::MAX)], PART + 2), [(3, 5), (PART, PART + 2)]);
        assert_eq!(parts(&[], 5), []);
    }

    #[test]
    fn a_content_range_is_read_exactly() {
        assert_eq!(content_range("bytes 0-9/100"), Some((0..10, Some(100))));
        assert_eq!(content_range("bytes 5-5/*"), Some((5..6, None)));
        for bad in ["bytes */100", "0-9/100", "bytes 0-9", "bytes a-9/1", "bytes 0-18446744073709551615/1"] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }
}
