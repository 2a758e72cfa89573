//! The OpenAPI document. Paths and types come from the handlers; what holds for every one of them is said here, once.

use super::{endpoints, problems::codes};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi, OpenApiBuilder, OpenApiVersion, Paths, Ref, RefOr, Response,
    ResponseBuilder, Schema, SecurityRequirement, Server,
    path::Operation,
    schema::{ArrayBuilder, ObjectBuilder, Type},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

/// The seven interfaces of GB/T 38963-2020, and what else the service does.
const TAGS: &[(&str, &str)] = &[
    ("health-declaration", "GB/T 38963 健康申报: answer the policy's questions, renew, check in daily."),
    ("trip-declaration", "GB/T 38963 行程申报: where a person was and will be."),
    (
        "health-information-query",
        "GB/T 38963 健康信息查询: what shows, why, why not, since when, who looked.",
    ),
    ("code-invocation", "GB/T 38963 健康码调用: enrol a device and fetch a code to show."),
    ("code-making", "GB/T 38963 健康码制作: make codes on the server and on paper."),
    ("code-verification", "GB/T 38963 健康码核验: check a code at a gate, with and without network."),
    ("error-correction", "GB/T 38963 纠错: corrections of personal data, and appeals of reasons."),
    ("sign-in", "Sessions."),
    ("persons", "Who people are, whom they look after, with whom they live."),
    ("cases", "Cases, contacts, jobs."),
    ("places", "Risk areas, exposure sites, collection points, visitor ledgers."),
    ("decisions", "Reviews, orders, findings: what officers decide."),
    ("running", "Policies, sources, staff, the state of the server."),
];

/// What stands before the paths.
pub(crate) fn head() -> OpenApi {
    let info = Info::builder()
        .title("kangma")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Everything that the pages can do. A session's cookie needs the header `x-csrf` with every write; a token \
             in `Authorization: Bearer` does not. A write with `Idempotency-Key` is done once.",
        ))
        .build();
    let tags = TAGS.iter().map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build());
    OpenApiBuilder::new()
        .info(info)
        .paths(Paths::new())
        .tags(Some(tags))
        .servers(Some([Server::new("/api/v1")]))
        .components(Some(Components::new()))
        .build()
}

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = endpoints().into_openapi();
    document.openapi = OpenApiVersion::Version31;
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), problem_schema());
    components.responses.insert("Problem".to_owned(), RefOr::T(problem_response()));
    let cookie = ApiKey::Cookie(ApiKeyValue::new("kangma"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete(operation);
        }
    }
    document
}

fn operations(item: &mut utoipa::openapi::PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten()
}

/// Every operation can be refused; every one needs a session or a token, unless it says that it needs none.
fn complete(operation: &mut Operation) {
    let refused = RefOr::Ref(Ref::from_response_name("Problem"));
    operation.responses.responses.insert("default".to_owned(), refused);
    if operation.security.is_none() {
        let either =
            [SecurityRequirement::new("session", [""; 0]), SecurityRequirement::new("token", [""; 0])];
        operation.security = Some(either.to_vec());
    }
}

fn problem_response() -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(
            "Refused, and nothing was changed. RFC 9457. With 429 the header `retry-after` says in how many seconds to try \
             again.",
        )
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn problem_schema() -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let listed = codes().map(|(code, status)| format!("- `{code}`: {status}"));
    let described = std::iter::once("The stable code. Its status:".to_owned()).chain(listed);
    let code = text()
        .description(Some(described.collect::<Vec<_>>().join("\n")))
        .enum_values(Some(codes().map(|(code, _)| code)));
    let field = ObjectBuilder::new().property("field", text()).property("code", text());
    let schema = ObjectBuilder::new()
        .property("type", text())
        .property("title", text())
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("detail", text())
        .property("code", code)
        .property("errors", ArrayBuilder::new().items(field.required("field").required("code")));
    let required = ["type", "title", "status", "detail", "code"];
    let schema = required.into_iter().fold(schema, ObjectBuilder::required);
    RefOr::T(Schema::Object(schema.build()))
}
