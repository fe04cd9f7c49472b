//! The API's answers: the vendor's page "Files", and "Current User Organizations" of its specification.

use hyper::StatusCode;
use jiff::SignedDuration;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::answering::{ORGANIZATION, Service};
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::form;
use super::link::link;
use super::rpc::{Code, Refused};
use super::settings::{Access, Created};
use super::state::File;
use crate::fake::Asked;
use crate::fake::answer::{Answer, Payload};
use crate::fake::query::Query;

const MOST_A_PAGE: usize = 1000;

type Done = Result<Answer, Refused>;

impl Service {
    /// Whether the token may do that there.
    pub(crate) fn permit(&self, endpoint: Endpoint, organization: &str) -> Result<(), Refused> {
        let writes = matches!(endpoint, Endpoint::Upload | Endpoint::UploadUrl | Endpoint::Delete);
        let denied = |why| Err(Refused::with(Code::PermissionDenied, why));
        match self.front.rules.access {
            Access::Elsewhere => Err(Refused::with(Code::NotFound, "file not found")),
            _ if organization != ORGANIZATION => denied("no access to the organization"),
            Access::ReadOnly if writes => denied("the key is read only"),
            _ => Ok(()),
        }
    }

    /// Answers a request about files.
    pub(crate) fn files(&self, asked: &Asked<'_>, endpoint: Endpoint, id: &str) -> Done {
        match endpoint {
            Endpoint::Upload => return self.upload(asked),
            Endpoint::UploadUrl => {
                return Err(Refused::breach(BreachKind::UploadUrl, "nobody says how a file comes of it"));
            }
            _ => {}
        }
        let gone = || Refused::with(Code::NotFound, "file not found");
        let file = self.state().get(id).cloned().ok_or_else(gone)?;
        match endpoint {
            Endpoint::Metadata => Ok(json_answer(&self.metadata(&file))),
            Endpoint::Delete => {
                self.state().delete(id);
                Ok(json_answer(&json!({})))
            }
            Endpoint::DownloadUrl => self.download_url(asked, &file),
            _ => Ok(content(&file)),
        }
    }

    fn upload(&self, asked: &Asked<'_>) -> Done {
        if asked.header("content-length").is_none() {
            return Err(Refused::breach(BreachKind::NoLength, "there is no Content-Length"));
        }
        let kind = asked.header("content-type").unwrap_or_default();
        let form = form::parse(kind, &asked.body).map_err(|why| Refused::breach(BreachKind::BadForm, why))?;
        if form.name.is_empty() || form.name.contains('/') || form.name.contains(char::is_control) {
            return Err(Refused::breach(BreachKind::BadName, format!("{:?} is no file name", form.name)));
        }
        let content = asked.body.slice(form.content);
        if content.size() == 0 && self.front.rules.refuses_empty {
            return Err(Refused::with(Code::InvalidArgument, "content is required"));
        }
        let stored = content.slice(0..content.size().saturating_sub(asked.lost));
        let file = self.state().put(&form.name, stored, self.front.clock.now());
        let metadata = self.metadata(&file);
        let created = Answer::with(StatusCode::CREATED, "application/json", "");
        Ok(match self.front.rules.created {
            Created::Nested => json_answer(&json!({ "metadata": metadata })),
            Created::Bare => json_answer(&metadata),
            Created::Located => {
                let id = utf8_percent_encode(&file.id, NON_ALPHANUMERIC);
                created.header("location", format!("/api/v1/organizations/{ORGANIZATION}/files/{id}"))
            }
            Created::Silent => created,
        })
    }

    fn metadata(&self, file: &File) -> Value {
        let size = file.content.size();
        json!({
            "name": format!("organizations/{ORGANIZATION}/files/{}", file.id),
            "filename": file.name,
            "mime_type": file.mime_type,
            "size_bytes": if self.front.rules.sizes_are_numbers { json!(size) } else { json!(size.to_string()) },
            "create_time": file.created.to_string(),
        })
    }

    fn download_url(&self, asked: &Asked<'_>, file: &File) -> Done {
        let bad = |why: &str| Refused::breach(BreachKind::BadBody, why);
        if asked.header("content-type") != Some("application/json") {
            return Err(bad("the body isn't application/json"));
        }
        let body: Value = serde_json::from_slice(&asked.body.bytes()).unwrap_or_default();
        let fields = body.as_object().ok_or_else(|| bad("the body isn't an object"))?;
        if fields.keys().any(|key| key != "expire_duration") {
            return Err(bad("the body has a field that isn't known"));
        }
        let seconds = match fields.get("expire_duration") {
            None => Some(60 * 60),
            Some(text) => text.as_str().and_then(|text| text.strip_suffix('s')?.parse().ok()),
        };
        let valid = SignedDuration::from_secs(seconds.ok_or_else(|| bad("that is no duration"))?);
        let front = &self.front;
        let link = link(&front.base_url, front.seed, &file.id, front.clock.now(), valid);
        Ok(json_answer(&json!({ "download_uri": link })))
    }

    /// Answers a request for what the token sees.
    pub(crate) fn organizations(&self, query: &Query) -> Done {
        let bad = |why: String| Refused::breach(BreachKind::BadParameter, why);
        if let Some(key) = query.misfit(&["page_size", "page_token", "filter"], &[]) {
            return Err(bad(format!("the parameter {key} isn't known, or there twice")));
        }
        let size = query.one("page_size").map_or(Ok(50), str::parse::<usize>);
        let begin = query.one("page_token").map_or(Ok(0), str::parse::<usize>);
        let (Ok(size @ 1..), Ok(begin)) = (size, begin) else {
            return Err(bad("page_size or page_token isn't one".to_owned()));
        };
        let rules = &self.front.rules;
        let mut all: Vec<_> = (0..rules.more_organizations)
            .map(|n| json!({ "name": format!("organizations/other-{n}"), "title": format!("Other {n}") }))
            .collect();
        if rules.access != Access::Elsewhere {
            all.push(json!({ "name": format!("organizations/{ORGANIZATION}"), "title": "Fake & Sons" }));
        }
        let size = size.min(MOST_A_PAGE).min(rules.organizations_a_page.unwrap_or(MOST_A_PAGE));
        let end = (begin + size).min(all.len());
        let next = if end < all.len() { end.to_string() } else { String::new() };
        let page = all.get(begin..end).unwrap_or_default();
        Ok(json_answer(&json!({ "user_organizations": page, "next_page_token": next })))
    }
}

fn content(file: &File) -> Answer {
    let name: String =
        file.name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
    let mut answer = Answer::with(StatusCode::OK, file.mime_type, "")
        .header("content-disposition", format!("attachment; filename=\"{name}\""));
    answer.body = Payload::Whole(file.content.clone());
    answer
}

fn json_answer(value: &Value) -> Answer {
    Answer::with(StatusCode::OK, "application/json", value.to_string())
}
