//! A browser without a person: it goes where it is sent.

use tidemark_tests::fake::raw::{self, RawAnswer};

/// Opens an address.
pub(crate) async fn opens(address: &str) -> RawAnswer {
    let address = address.to_owned();
    tokio::task::spawn_blocking(move || raw::send("GET", &address, &[], b"").unwrap()).await.unwrap()
}

/// Opens a link and says where it is sent back to.
pub(crate) async fn is_sent_back_to(link: &str) -> String {
    let answer = opens(link).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// Opens a link and goes back to where it is sent; says what is on the page there.
pub(crate) async fn signs_in(link: &str) -> String {
    opens(&is_sent_back_to(link).await).await.text()
}
