//! The endpoints of the File API (developer.seequent.com, File API 2.10.0).

use hyper::StatusCode;
use hyper::header::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use super::answering::Service;
use super::breach::BreachKind;
use super::endpoint::Endpoint;
use super::list_query::{self, ListQuery, Misfit};
use super::problem::Problem;
use super::route::{ApiCall, Target};
use super::row::{Author, Row, Shown, User, milliseconds};
use super::settings::Role;
use super::state::{Found, Stage, State};
use crate::fake::answer::Answer;
use crate::fake::query::Query;

const LINKS_LIVE: SignedDuration = SignedDuration::from_mins(30);
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why a request isn't done.
#[derive(Debug)]
pub(super) enum Refused {
    /// It broke the contract.
    Breach(Misfit),
    /// It can't be done.
    Problem(Problem, &'static str),
}

pub(super) type Done = Result<Answer, Refused>;

impl From<Misfit> for Refused {
    fn from(misfit: Misfit) -> Self {
        Refused::Breach(misfit)
    }
}

#[derive(Serialize)]
struct ListBody<'a> {
    count: usize,
    files: Vec<Listed<'a>>,
    limit: usize,
    links: ListLinks,
    offset: usize,
    total: usize,
}

#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    shown: Shown<'a>,
    links: SelfLink,
}

#[derive(Serialize)]
struct SelfLink {
    #[serde(rename = "self")]
    this: String,
}

#[derive(Serialize)]
struct ListLinks {
    next: Option<String>,
    prev: Option<String>,
    #[serde(rename = "self")]
    this: String,
}

#[derive(Serialize)]
struct FileBody<'a> {
    #[serde(flatten)]
    shown: Shown<'a>,
    download: String,
    #[serde(rename = "self")]
    this: String,
    versions: Option<Vec<VersionBody>>,
}

#[derive(Serialize)]
struct VersionBody {
    #[serde(serialize_with = "milliseconds")]
    created_at: Timestamp,
    created_by: User,
    file_id: Uuid,
    link: String,
    name: String,
    path: String,
    size: u64,
    version_id: String,
}

#[derive(Serialize)]
struct LinkBody {
    file_id: Uuid,
    upload: String,
    version_id: String,
}

impl Service {
    /// Answers a request to the API.
    pub(crate) fn api(
        &self,
        endpoint: Endpoint,
        call: Result<ApiCall, Misfit>,
        headers: &HeaderMap,
        request: &str,
    ) -> Answer {
        let done = self.authorize(headers).and_then(|()| {
            let call = call?;
            if call.organisation != self.organisation.to_string()
                || call.workspace != self.workspace.to_string()
            {
                return Err(Refused::Problem(Problem::NotFound, "no such organisation or workspace"));
            }
            self.dispatch(endpoint, &call)
        });
        self.done(done, request)
    }

    /// The answer that comes of it; a breach is recorded.
    pub(super) fn done(&self, done: Done, request: &str) -> Answer {
        match done {
            Ok(answer) => answer,
            Err(Refused::Problem(problem, detail)) => problem.answer(detail),
            Err(Refused::Breach((kind, problem, detail))) => {
                self.breach(kind, request, &detail);
                problem.answer(&detail)
            }
        }
    }

    pub(super) fn authorize(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let Some(given) = headers.get("authorization") else {
            let detail = "no Authorization header".to_owned();
            return Err(Refused::Breach((BreachKind::NoToken, Problem::MissingToken, detail)));
        };
        let given = given.to_str().ok().and_then(|given| given.strip_prefix("Bearer "));
        let is_good = given.is_some_and(|given| match &self.front.rules.trusts {
            Some(passes) => passes.are_good(given, self.front.clock.now()),
            None => self.front.token().as_deref() == Some(given),
        });
        match is_good {
            true => Ok(()),
            false => Err(Refused::Problem(Problem::InvalidToken, "the token is not valid, or not any more")),
        }
    }

    fn dispatch(&self, endpoint: Endpoint, call: &ApiCall) -> Done {
        use Endpoint as E;
        let writes =
            matches!(endpoint, E::LinkById | E::LinkByPath | E::Restore | E::DeleteById | E::DeleteByPath);
        if writes && self.front.rules.role == Role::Viewer {
            return Err(Refused::Problem(Problem::InsufficientRole, "the role doesn't allow that"));
        }
        let now = self.front.clock.now();
        let mut state = self.state();
        state.settle(now);
        match endpoint {
            E::List => self.list(&mut state, &call.query, now),
            E::GetById | E::GetByPath => self.get(&mut state, call, now),
            E::LinkById | E::LinkByPath => self.link(&mut state, call, now),
            E::Restore => self.restore(&mut state, call, now),
            E::DeleteById | E::DeleteByPath => self.delete(&mut state, call, now),
            _ => Err(Refused::Breach((
                BreachKind::NoSuchEndpoint,
                Problem::MethodNotAllowed,
                "no such method there".to_owned(),
            ))),
        }
    }

    fn list(&self, state: &mut State, query: &Query, now: Timestamp) -> Done {
        let asked = ListQuery::parse(query)?;
        let page = state.listing.page(&asked, now);
        let end = asked.offset + page.rows.len();
        let at = |offset: usize| self.list_url(query, asked.limit, offset);
        let files = page
            .rows
            .iter()
            .map(|row| Listed { shown: Shown::of(row), links: SelfLink { this: self.file_url(row.id) } });
        json(
            StatusCode::OK,
            &ListBody {
                count: page.rows.len(),
                files: files.collect(),
                limit: asked.limit,
                links: ListLinks {
                    next: (end < page.total).then(|| at(end)),
                    prev: (asked.offset > 0).then(|| at(asked.offset.saturating_sub(asked.limit))),
                    this: at(asked.offset),
                },
                offset: asked.offset,
                total: page.total,
            },
        )
    }

    fn get(&self, state: &mut State, call: &ApiCall, now: Timestamp) -> Done {
        let by_id: &[_] = &["version_id", "include_versions", "deleted"];
        allow(&call.query, if matches!(call.target, Target::Id(_)) { by_id } else { &by_id[..2] })?;
        let version = version_id(&call.query)?;
        let with_deleted = list_query::boolean(&call.query, "deleted")?.unwrap_or(false);
        let with_versions = list_query::boolean(&call.query, "include_versions")?.unwrap_or(false);
        if let Some(file) = self.awaited(state, &call.target) {
            state.asked_for(file, now);
        }
        let file = find(state, &call.target, with_deleted)?;
        let row = state.row(file, version).ok_or(NO_VERSION)?;
        self.file(state, StatusCode::OK, file, &row, with_versions, now)
    }

    fn link(&self, state: &mut State, call: &ApiCall, now: Timestamp) -> Done {
        allow(&call.query, &["version_id"])?;
        let resumed = version_id(&call.query)?;
        let file = match &call.target {
            Target::Path(path) => state.holder(path),
            target => match self.awaited(state, target).filter(|_| resumed.is_some()) {
                Some(file) if state.file(file).current.is_none() => file,
                _ => find(state, target, false)?,
            },
        };
        let version = match resumed {
            None => state.begin_version(file, Author::Client, now),
            Some(version) => match state.file(file).version(version).map(|version| &version.stage) {
                Some(Stage::Awaited) => version,
                Some(_) => {
                    return Err(Refused::Problem(Problem::NoUploadInProgress, "that version is complete"));
                }
                None => return Err(NO_VERSION),
            },
        };
        let id = state.file(file).id;
        json(
            StatusCode::OK,
            &LinkBody {
                file_id: id,
                upload: self.blob_url(id, version, "cw", now),
                version_id: version.to_string(),
            },
        )
    }

    fn restore(&self, state: &mut State, call: &ApiCall, now: Timestamp) -> Done {
        allow(&call.query, &["deleted"])?;
        if list_query::boolean(&call.query, "deleted")? == Some(true) {
            return Err(list_query::bad("deleted", "true").into());
        }
        let file = find(state, &call.target, true)?;
        if state.is_live(file) {
            return Ok(Answer::empty(StatusCode::NO_CONTENT));
        }
        match state.restore(file, now) {
            None => Ok(Answer::empty(StatusCode::NO_CONTENT)),
            Some(_) => {
                let row = state.row(file, None).ok_or(NO_VERSION)?;
                self.file(state, StatusCode::SEE_OTHER, file, &row, false, now)
            }
        }
    }

    fn delete(&self, state: &mut State, call: &ApiCall, now: Timestamp) -> Done {
        allow(&call.query, &[])?;
        let file = find(state, &call.target, false)?;
        state.delete(file, Author::Client, now);
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    }

    fn file(
        &self,
        state: &State,
        status: StatusCode,
        file: usize,
        row: &Row,
        with_versions: bool,
        now: Timestamp,
    ) -> Done {
        let shown = Shown::of(row);
        let shown = if self.front.rules.full_path_in_get { shown.with_full_path(row) } else { shown };
        let body = FileBody {
            shown,
            download: self.blob_url(row.id, row.version, "r", now),
            this: self.file_url(row.id),
            versions: with_versions.then(|| self.versions(state, file, now)),
        };
        json(status, &body)
    }

    fn versions(&self, state: &State, file: usize, now: Timestamp) -> Vec<VersionBody> {
        let versions = state.file(file).versions.iter();
        let rows = versions.filter_map(|version| Some((version, state.row(file, Some(version.id))?)));
        rows.map(|(version, row)| VersionBody {
            created_at: version.begun_at,
            created_by: version.author.user(),
            file_id: row.id,
            link: self.blob_url(row.id, row.version, "r", now),
            name: row.name().to_owned(),
            path: row.folder(),
            size: row.size,
            version_id: row.version.to_string(),
        })
        .collect()
    }

    /// The file that a request is about, though nothing of it may be visible yet.
    pub(crate) fn awaited(&self, state: &State, target: &Target) -> Option<usize> {
        match target {
            Target::Id(id) => state.with_id(*id),
            Target::Path(path) => state.held(path),
            Target::List => None,
        }
    }

    fn blob_url(&self, file: Uuid, version: u64, permissions: &str, now: Timestamp) -> String {
        let until = now.saturating_add(LINKS_LIVE).unwrap_or(Timestamp::MAX);
        let blob = format!("{file}/{version}");
        self.account.blob_link(&self.workspace.to_string(), &blob, permissions, until)
    }

    fn file_url(&self, file: Uuid) -> String {
        format!("{}/{file}", self.files_url())
    }

    fn files_url(&self) -> String {
        format!("{}/file/v2/orgs/{}/workspaces/{}/files", self.link_base, self.organisation, self.workspace)
    }

    fn list_url(&self, query: &Query, limit: usize, offset: usize) -> String {
        let kept = query.pairs().filter(|(key, _)| !matches!(*key, "limit" | "offset"));
        let kept: String =
            kept.map(|(key, value)| format!("&{key}={}", utf8_percent_encode(value, VALUE))).collect();
        format!("{}?limit={limit}&offset={offset}{kept}", self.files_url())
    }
}

const NO_VERSION: Refused = Refused::Problem(Problem::NotFound, "no such version");

fn find(state: &State, target: &Target, with_deleted: bool) -> Result<usize, Refused> {
    let nothing = Refused::Problem(Problem::NotFound, "no such file");
    let gone = Refused::Problem(Problem::Gone, "the file was deleted");
    match target {
        Target::Id(id) => match state.with_id(*id).filter(|file| state.file(*file).current.is_some()) {
            None => Err(nothing),
            Some(file) if state.file(file).deleted.is_some() && !with_deleted => Err(gone),
            Some(file) => Ok(file),
        },
        Target::Path(path) => match state.at(path) {
            Found::File(file) => Ok(file),
            Found::Deleted => Err(gone),
            Found::Nothing => Err(nothing),
        },
        Target::List => Err(nothing),
    }
}

fn allow(query: &Query, keys: &[&str]) -> Result<(), Refused> {
    match query.misfit(keys, &[]) {
        None => Ok(()),
        Some(key) => {
            let detail = format!("unknown or repeated parameter {key:?}");
            Err(Refused::Breach((BreachKind::UnknownParameter, Problem::BadRequest, detail)))
        }
    }
}

fn version_id(query: &Query) -> Result<Option<u64>, Misfit> {
    let Some(value) = query.one("version_id") else { return Ok(None) };
    value.parse().map(Some).map_err(|_| list_query::bad("version_id", value))
}

fn json(status: StatusCode, body: &impl Serialize) -> Done {
    match serde_json::to_vec(body) {
        Ok(bytes) => Ok(Answer::with(status, "application/json", bytes)),
        Err(_) => Ok(Answer::empty(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}
