//! How forms and answers are declared: once, as what travels, as its description, and as what a use case takes or gives.
//!
//! A field is `name: [its type]`, with `as [how it is described]` where the type comes from another crate.

/// A form: read from JSON and described. Fields that nobody knows are refused. `into` names what a use case takes.
macro_rules! form {
    ($(#[$doc:meta])* $name:ident into $form:ident {
        $($(#[$field_doc:meta])* $field:ident: [$($of:tt)+] $(as [$($schema:tt)+])?,)*
    }) => {
        $crate::api::wire::form! {
            $(#[$doc])* $name { $($(#[$field_doc])* $field: [$($of)+] $(as [$($schema)+])?,)* }
        }

        impl From<$name> for $form {
            fn from(form: $name) -> Self {
                Self { $($field: form.$field),* }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: [$($of:tt)+] $(as [$($schema:tt)+])?,)*
    }) => {
        $(#[$doc])*
        #[derive(serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$field_doc])* $(#[schema(value_type = $($schema)+)])? pub(crate) $field: $($of)+,)*
        }
    };
}

/// An answer: written as JSON and described. `from` names what a use case gives.
macro_rules! answer {
    ($(#[$doc:meta])* $name:ident from $row:ident {
        $($(#[$field_doc:meta])* $field:ident: [$($of:tt)+] $(as [$($schema:tt)+])?,)*
    }) => {
        $crate::api::wire::answer! {
            $(#[$doc])* $name { $($(#[$field_doc])* $field: [$($of)+] $(as [$($schema)+])?,)* }
        }

        impl From<$row> for $name {
            fn from(row: $row) -> Self {
                Self { $($field: row.$field),* }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: [$($of:tt)+] $(as [$($schema:tt)+])?,)*
    }) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) struct $name {
            $($(#[$field_doc])* $(#[schema(value_type = $($schema)+)])? pub(crate) $field: $($of)+,)*
        }
    };
}

pub(crate) use {answer, form};
