//! The storage behind the links: Azure Blob Storage, as far as a signed link to one block blob goes
//! (learn.microsoft.com, "Put Blob", "Put Block", "Put Block List", "Get Blob").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::{Method, StatusCode};
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::answering::Service;
use super::azure_error::AzureError;
use super::blobs::{BlobName, Committed, Properties};
use super::block_list;
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::route::BlobCall;
use super::sas::Refusal;
use super::state::State;
use crate::fake::Asked;
use crate::fake::answer::{Answer, Payload};
use crate::fake::content::Content;
use crate::fake::query::Query;

const SIGNED: [&str; 6] = ["sv", "st", "se", "sr", "sp", "sig"];
const MOST_ID_BYTES: usize = 64;
const OPERATION: [&str; 3] = ["comp", "blockid", "timeout"];

/// Why a request isn't done: the answer, and the breach where it is one.
type Refused = (AzureError, Option<(BreachKind, &'static str)>);
type Done = Result<Answer, Refused>;

impl Service {
    /// Answers a request to the storage.
    pub(crate) fn blob(
        &self,
        endpoint: Endpoint,
        call: &BlobCall,
        sent: &Asked<'_>,
        request: &str,
    ) -> Answer {
        let answer = match self.blob_done(endpoint, call, sent) {
            Ok(answer) => answer,
            Err((error, breach)) => {
                if let Some((kind, detail)) = breach {
                    self.breach(kind, request, detail);
                }
                if sent.head.method == Method::HEAD { error.headless() } else { error.answer() }
            }
        };
        answer
            .header("x-ms-version", "2022-11-02")
            .header("x-ms-request-id", self.next_request_id())
            .header("server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0")
    }

    fn blob_done(&self, endpoint: Endpoint, call: &BlobCall, sent: &Asked<'_>) -> Done {
        let now = self.front.clock.now();
        let query = self.permitted(endpoint, call, sent, now)?;
        let name = call.name.ok_or((AzureError::BlobNotFound, None))?;
        let mut state = self.state();
        state.settle(now);
        match endpoint {
            Endpoint::PutBlob => put_blob(&mut state, name, sent, now),
            Endpoint::PutBlock => put_block(&mut state, name, query, sent, now),
            Endpoint::PutBlockList => put_block_list(&mut state, name, sent, now),
            _ => get_blob(&state, name, sent),
        }
    }

    fn permitted<'a>(
        &self,
        endpoint: Endpoint,
        call: &'a BlobCall,
        sent: &Asked<'_>,
        now: Timestamp,
    ) -> Result<&'a Query, Refused> {
        let bad_signature = (
            AzureError::AuthenticationFailed,
            Some((BreachKind::BadSignature, "the signature doesn't fit the link")),
        );
        let query = call.query.as_ref().map_err(|_| bad_signature)?;
        if sent.head.headers.contains_key("authorization") {
            let breach = (BreachKind::TokenOnLink, "an Authorization header came along with a signed link");
            return Err((AzureError::InvalidAuthenticationInfo, Some(breach)));
        }
        let allowed: Vec<&str> = SIGNED.into_iter().chain(OPERATION).collect();
        if query.misfit(&allowed, &[]).is_some() {
            let breach = (BreachKind::UnknownParameter, "the link has an unknown or repeated parameter");
            return Err((AzureError::InvalidQueryParameter, Some(breach)));
        }
        let permissions = match self.account.check(&call.container, &call.blob, query, now) {
            Ok(permissions) => permissions,
            Err(Refusal::Signature) => return Err(bad_signature),
            Err(Refusal::Time) => {
                let breach = (BreachKind::ExpiredLink, "the link has expired");
                return Err((AzureError::AuthenticationFailed, Some(breach)));
            }
        };
        let needed = match endpoint {
            Endpoint::PutBlob | Endpoint::PutBlock | Endpoint::PutBlockList => Some('w'),
            Endpoint::GetBlob | Endpoint::HeadBlob => Some('r'),
            _ => None,
        };
        if !needed.is_some_and(|needed| permissions.contains(needed)) {
            let breach = (BreachKind::LinkMisused, "the link isn't for that");
            return Err((AzureError::AuthorizationPermissionMismatch, Some(breach)));
        }
        if needed == Some('w') {
            fit_for_upload(sent)?;
        }
        Ok(query)
    }
}

fn fit_for_upload(sent: &Asked<'_>) -> Result<(), Refused> {
    if !sent.head.headers.contains_key("content-length") {
        let breach = (BreachKind::NoLength, "a content without Content-Length");
        return Err((AzureError::MissingContentLength, Some(breach)));
    }
    if sent.header("content-type").is_some_and(|kind| kind.starts_with("multipart/")) {
        let breach = (BreachKind::Multipart, "a content wrapped in a form");
        return Err((AzureError::InvalidHeaderValue, Some(breach)));
    }
    Ok(())
}

fn put_blob(state: &mut State, name: BlobName, sent: &Asked<'_>, now: Timestamp) -> Done {
    match sent.header("x-ms-blob-type") {
        Some("BlockBlob") => {}
        Some(_) => {
            let breach = (BreachKind::NoBlobType, "another blob type than BlockBlob");
            return Err((AzureError::InvalidHeaderValue, Some(breach)));
        }
        None => {
            let breach = (BreachKind::NoBlobType, "no x-ms-blob-type: BlockBlob");
            return Err((AzureError::MissingRequiredHeader, Some(breach)));
        }
    }
    check_md5(sent, sent.header("content-md5"))?;
    check_conditions(state.blobs.committed(name), sent)?;
    let content = sent.stored();
    let md5 = md5(&content);
    let content_type = sent.header("x-ms-blob-content-type").or(sent.header("content-type"));
    let properties = Properties { content_type: content_type.map(str::to_owned), md5: Some(md5.clone()) };
    keep_what_is_complete(state, name, &content)?;
    state.blobs.put(name, content, properties, now);
    Ok(committed(state, name, now)?.header("content-md5", md5))
}

fn put_block(state: &mut State, name: BlobName, query: &Query, sent: &Asked<'_>, now: Timestamp) -> Done {
    let bad_id = |error, detail| (error, Some((BreachKind::BadBlockId, detail)));
    let id = query
        .one("blockid")
        .and_then(|id| block_list::id(id.as_bytes()))
        .ok_or(bad_id(AzureError::InvalidQueryParameter, "the block id isn't base64"))?;
    if id.len() > MOST_ID_BYTES {
        return Err(bad_id(AzureError::OutOfRangeInput, "the block id is longer than 64 bytes"));
    }
    let md5 = check_md5(sent, sent.header("content-md5"))?;
    state
        .blobs
        .stage(name, id, sent.stored(), now)
        .map_err(|error| bad_id(error, "the block id isn't as long as those before"))?;
    let answer = Answer::empty(StatusCode::CREATED).header("x-ms-request-server-encrypted", "true");
    Ok(match md5 {
        Some(md5) => answer.header("content-md5", md5),
        None => answer,
    })
}

fn put_block_list(state: &mut State, name: BlobName, sent: &Asked<'_>, now: Timestamp) -> Done {
    check_md5(sent, sent.header("content-md5"))?;
    let bad_list = |error, detail| (error, Some((BreachKind::BadBlockList, detail)));
    let list = block_list::parse(&sent.body.bytes())
        .ok_or(bad_list(AzureError::InvalidXml, "the body isn't a block list"))?;
    check_conditions(state.blobs.committed(name), sent)?;
    let (content, blocks) = state
        .blobs
        .assemble(name, &list, now)
        .map_err(|error| bad_list(error, "the list names a block that isn't there"))?;
    keep_what_is_complete(state, name, &content)?;
    let properties = Properties {
        content_type: sent.header("x-ms-blob-content-type").map(str::to_owned),
        md5: sent.header("x-ms-blob-content-md5").map(str::to_owned),
    };
    state.blobs.commit(name, content, blocks, properties, now);
    committed(state, name, now)
}

fn get_blob(state: &State, name: BlobName, sent: &Asked<'_>) -> Done {
    let blob = state.blobs.committed(name).ok_or((AzureError::BlobNotFound, None))?;
    if sent.header("if-match").is_some_and(|etag| etag != "*" && etag != &*blob.etag) {
        return Err((AzureError::ConditionNotMet, None));
    }
    let size = blob.content.size();
    let range = match sent.header("x-ms-range").or(sent.header("range")).and_then(range) {
        Some((from, _)) if from >= size => return Err((AzureError::InvalidRange, None)),
        Some((from, to)) if sent.head.method == Method::GET => Some(from..to.min(size - 1) + 1),
        _ => None,
    };
    let answer = Answer::empty(StatusCode::OK)
        .header("accept-ranges", "bytes")
        .header("content-type", blob.properties.content_type.as_deref().unwrap_or("application/octet-stream"))
        .header("etag", &blob.etag)
        .header("last-modified", http_date(blob.at))
        .header("x-ms-blob-type", "BlockBlob");
    let md5_name = if range.is_some() { "x-ms-blob-content-md5" } else { "content-md5" };
    let mut answer = match &blob.properties.md5 {
        Some(md5) => answer.header(md5_name, md5),
        None => answer,
    };
    answer.body = match range {
        _ if sent.head.method == Method::HEAD => Payload::Headless(size),
        None => Payload::Whole(blob.content.clone()),
        Some(range) => {
            answer.status = StatusCode::PARTIAL_CONTENT;
            answer =
                answer.header("content-range", format!("bytes {}-{}/{size}", range.start, range.end - 1));
            Payload::Whole(blob.content.slice(range))
        }
    };
    Ok(answer)
}

fn committed(state: &mut State, name: BlobName, now: Timestamp) -> Done {
    let blob = state.blobs.committed(name).ok_or((AzureError::BlobNotFound, None))?;
    let (size, etag) = (blob.content.size(), blob.etag.clone());
    if let Some(file) = state.with_id(name.0) {
        state.commit(file, name.1, size, &etag, now);
    }
    Ok(Answer::empty(StatusCode::CREATED)
        .header("etag", &etag)
        .header("last-modified", http_date(now))
        .header("x-ms-request-server-encrypted", "true"))
}

/// Azure would take another content; a client that sends one has mixed up two uploads.
fn keep_what_is_complete(state: &State, name: BlobName, content: &Content) -> Result<(), Refused> {
    match state.blobs.committed(name) {
        Some(known) if known.content.bytes() != content.bytes() => {
            let breach = (BreachKind::RewrittenVersion, "another content for a version that was complete");
            Err((AzureError::BlobImmutable, Some(breach)))
        }
        _ => Ok(()),
    }
}

fn check_conditions(known: Option<&Committed>, sent: &Asked<'_>) -> Result<(), Refused> {
    if known.is_some() && sent.header("if-none-match") == Some("*") {
        return Err((AzureError::BlobAlreadyExists, None));
    }
    match sent.header("if-match") {
        Some(etag) if known.is_none_or(|known| etag != "*" && etag != &*known.etag) => {
            Err((AzureError::ConditionNotMet, None))
        }
        _ => Ok(()),
    }
}

/// The MD5 that came along, when it fits.
fn check_md5(sent: &Asked<'_>, given: Option<&str>) -> Result<Option<String>, Refused> {
    let Some(given) = given else { return Ok(None) };
    if !STANDARD.decode(given).is_ok_and(|bytes| bytes.len() == 16) {
        return Err((AzureError::InvalidMd5, None));
    }
    if md5(&sent.body) != given {
        return Err((AzureError::Md5Mismatch, None));
    }
    Ok(Some(given.to_owned()))
}

fn md5(content: &Content) -> String {
    let mut md5 = Md5::new();
    content.clone().portions().map_while(Result::ok).for_each(|portion| md5.update(&portion));
    STANDARD.encode(md5.finalize())
}

/// `bytes=a-b` or `bytes=a-`; others are as good as none, as in Azure.
fn range(value: &str) -> Option<(u64, u64)> {
    let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
    let from = from.parse().ok()?;
    let to = if to.is_empty() { u64::MAX - 1 } else { to.parse().ok()? };
    (from <= to).then_some((from, to))
}

fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
