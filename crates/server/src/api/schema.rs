//! How the types of the core and of the store look in the document. Words come from the types themselves.

use crate::web::view::gate::Act;
use kangma_core::{Assurance, Direction, Standing};
use kangma_service::{access::Role, forms::IsolationPlace};
use kangma_store::{AppealState, PlaceKind, ProposalState, ReviewState};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, SchemaFormat, Type},
    },
};

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $description:literal, $change:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).description(Some($description));
                let change: fn(ObjectBuilder) -> ObjectBuilder = $change;
                RefOr::T(Schema::Object(change(text).build()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

fn words<'w>(text: ObjectBuilder, words: impl IntoIterator<Item = &'w str>) -> ObjectBuilder {
    text.enum_values(Some(words.into_iter()))
}

text! {
    /// An identifier.
    Id = "An identifier: sixteen hexadecimal digits.", |text| text.pattern(Some("^[0-9a-f]{16}$"));
    /// An instant.
    Instant = "An instant, RFC 3339.", |text| text.format(Some(SchemaFormat::Custom("date-time".to_owned())));
    /// A calendar day.
    CalendarDay = "A calendar day, RFC 3339.", |text| text.format(Some(SchemaFormat::Custom("date".to_owned())));
    /// A decimal number that nobody rounds.
    Decimal = "A decimal number of up to three places, as text.", |text| text.pattern(Some(r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$"));
    /// What shows.
    StandingWord = "What shows for a person.", |text| words(text, Standing::ALL.iter().map(|word| word.as_str()));
    /// In or out.
    DirectionWord = "Going in or out.", |text| words(text, [Direction::In.as_str(), Direction::Out.as_str()]);
    /// How far a visit is proven.
    AssuranceWord = "How far a visit is proven.", |text| words(text, Assurance::ALL.iter().map(|word| word.as_str()));
    /// What a gate does.
    ActWord = "What a gate does.", |text| words(text, [Act::Pass, Act::Register, Act::Stop, Act::CannotTell].map(Act::as_str));
    /// A role of staff.
    RoleWord = "What a member of staff is.", |text| words(text, [Role::Checker, Role::Tracer, Role::Authority].map(Role::as_str));
    /// The state of an appeal.
    AppealWord = "How far an appeal has come.", |text| words(text, AppealState::ALL.iter().map(|word| word.as_str()));
    /// The state of a proposal.
    ProposalWord = "How far an order or a finding has come.", |text| words(text, ProposalState::ALL.iter().map(|word| word.as_str()));
    /// The state of a review.
    ReviewWord = "How far a review has come.", |text| words(text, ReviewState::ALL.iter().map(|word| word.as_str()));
    /// Where somebody isolates.
    IsolationWord = "Where somebody isolates.", |text| words(text, IsolationPlace::ALL.iter().map(|place| place.as_str()));
    /// What a point is to a person.
    PlaceWord = "What a point is to a person.", |text| words(text, PlaceKind::ALL.iter().map(|word| word.as_str()));
}

/// The answer to a question.
#[derive(Debug)]
pub(crate) struct AnswerValue;

impl PartialSchema for AnswerValue {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(kind);
        let tagged = |name: &str, inner: RefOr<Schema>| {
            of(Type::Object)
                .property(name, inner)
                .required(name)
                .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let one = OneOfBuilder::new()
            .description(Some("Yes or no, a whole number, a word, or `{\"number\"|\"day\"|\"time\": …}`."))
            .item(of(Type::Boolean))
            .item(of(Type::Integer))
            .item(of(Type::String))
            .item(tagged("number", Decimal::schema()))
            .item(tagged("day", CalendarDay::schema()))
            .item(tagged("time", Instant::schema()));
        RefOr::T(Schema::OneOf(one.build()))
    }
}

impl ToSchema for AnswerValue {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AnswerValue")
    }
}
