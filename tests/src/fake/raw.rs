//! Sends one HTTP/1.1 request exactly as it is given; no client library corrects it on the way.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, unchunked; less than announced when the connection broke.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it isn't.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Sends a request to `http://host:port/…` with these headers; Host, Connection and Content-Length are added unless
/// they are among them. Fails when the connection can't be made or is closed without an answer.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<RawAnswer> {
    let rest =
        url.strip_prefix("http://").ok_or_else(|| io::Error::other(format!("{url} is not http://")))?;
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut head = format!("{method} {} HTTP/1.1\r\n", if target.is_empty() { "/" } else { target });
    let length = body.len().to_string();
    let given = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    for (name, value) in [("Host", host), ("Connection", "close"), ("Content-Length", &length)] {
        let chunked = name == "Content-Length" && given("Transfer-Encoding");
        if !chunked && !given(name) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let answer = receive(&mut stream, method == "HEAD");
    let _ = stream.shutdown(Shutdown::Both);
    answer
}

fn receive(stream: &mut TcpStream, headless: bool) -> io::Result<RawAnswer> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if more(stream, &mut bytes)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or_default();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let mut answer = RawAnswer { status, headers, body: bytes.split_off(head + 4) };
    if headless {
        answer.body.clear();
        return Ok(answer);
    }
    let length: Option<usize> = answer.header("content-length").and_then(|length| length.parse().ok());
    while length.is_none_or(|length| answer.body.len() < length) {
        if more(stream, &mut answer.body).unwrap_or(0) == 0 {
            break;
        }
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunk(&answer.body);
    }
    Ok(answer)
}

fn more(stream: &mut TcpStream, into: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 64 << 10];
    let count = stream.read(&mut buffer)?;
    into.extend_from_slice(&buffer[..count]);
    Ok(count)
}

fn unchunk(mut chunked: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = chunked.windows(2).position(|window| window == b"\r\n") {
        let size =
            std::str::from_utf8(&chunked[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let start = end + 2;
        let Some(chunk) = size.filter(|size| *size > 0).and_then(|size| chunked.get(start..start + size))
        else {
            break;
        };
        body.extend_from_slice(chunk);
        chunked = chunked.get(start + chunk.len() + 2..).unwrap_or_default();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        assert_eq!(unchunk(b"3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n"), b"abc0123456789");
        assert_eq!(unchunk(b"5\r\nab"), b"");
    }
}
