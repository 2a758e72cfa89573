//! What is left of a request's body once it is answered: a little is read, so that the connection can carry the next
//! request; more closes it, and the answer says so.

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderValue, Version, header},
    middleware::Next,
    response::Response,
};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

/// So much is read for nobody.
const LITTLE: usize = crate::app::LARGEST_BODY;
/// And so long it may take.
const SOON: Duration = Duration::from_secs(2);

/// What a handler left of a body.
#[derive(Debug, Default)]
enum Left {
    #[default]
    Nothing,
    Rest(Body),
    Broken,
}

/// A body that gives back what was not read of it.
struct Lent {
    body: Option<Body>,
    left: Arc<Mutex<Left>>,
}

impl Lent {
    fn leave(&self, left: Left) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        if matches!(frame, Some(Err(_))) {
            self.leave(Left::Broken);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(rest) = self.body.take().filter(|body| !body.is_end_stream()) {
            self.leave(Left::Rest(rest));
        }
    }
}

/// Answers, and leaves the connection so that the next request on it is understood.
pub(crate) async fn finish(request: Request, next: Next) -> Response {
    let keeps = request.version() < Version::HTTP_2;
    let (parts, body) = request.into_parts();
    let left = Arc::new(Mutex::default());
    let lent = Lent { body: Some(body), left: Arc::clone(&left) };
    let mut response = next.run(Request::from_parts(parts, Body::new(lent))).await;
    let left = std::mem::take(&mut *left.lock().unwrap_or_else(PoisonError::into_inner));
    let read = match left {
        Left::Nothing => true,
        Left::Rest(rest) => matches!(tokio::time::timeout(SOON, to_bytes(rest, LITTLE)).await, Ok(Ok(_))),
        Left::Broken => false,
    };
    if keeps && !read {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
