//! Forms: every form of the system is made of these.

use super::page::Link;
use crate::web::texts::Texts;
use askama::Template;

/// One choice of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, chosen: false }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How an answer is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Line {
        kind: &'static str,
        value: String,
        autocomplete: &'static str,
        inputmode: &'static str,
        short: bool,
    },
    Area {
        value: String,
    },
    /// One of these, as radio buttons.
    One(Vec<Choice>),
    /// Any of these, as tick boxes; all carry the field's name.
    Many(Vec<Choice>),
    /// One of these, as a list to open.
    List(Vec<Choice>),
    File {
        accept: &'static str,
    },
    Hidden {
        value: String,
    },
}

/// A question with its answer so far and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    pub t: Texts,
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    pub optional: bool,
    /// The label is the page's heading: one question, one page.
    pub headline: bool,
    pub input: Input,
}

impl askama::filters::HtmlSafe for Field {}

impl Field {
    pub fn new(t: Texts, name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        let (name, label) = (name.into(), label.into());
        Self { t, name, label, hint: None, error: None, optional: false, headline: false, input }
    }

    pub fn text(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "text", "off", "text", false)
    }

    pub fn password(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "password", "current-password", "text", false)
    }

    pub fn phone(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "tel", "tel", "tel", false)
    }

    pub fn date(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "date", "off", "text", true)
    }

    pub fn moment(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "datetime-local", "off", "text", true)
    }

    pub fn number(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "text", "off", "decimal", true)
    }

    pub fn digits(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(t, name, label, "text", "one-time-code", "numeric", true)
    }

    pub fn area(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(t, name, label, Input::Area { value: String::new() })
    }

    pub fn hidden(t: Texts, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(t, name, "", Input::Hidden { value: value.into() })
    }

    /// Yes or no.
    pub fn yes_no(t: Texts, name: impl Into<String>, label: impl Into<String>) -> Self {
        let choices = vec![Choice::new("yes", t.s("yes")), Choice::new("no", t.s("no"))];
        Self::new(t, name, label, Input::One(choices))
    }

    fn line(
        t: Texts,
        name: impl Into<String>,
        label: impl Into<String>,
        kind: &'static str,
        autocomplete: &'static str,
        inputmode: &'static str,
        short: bool,
    ) -> Self {
        let value = String::new();
        Self::new(t, name, label, Input::Line { kind, value, autocomplete, inputmode, short })
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    #[must_use]
    pub fn headline(mut self) -> Self {
        self.headline = true;
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        if let Input::Line { autocomplete, .. } = &mut self.input {
            *autocomplete = token;
        }
        self
    }

    /// The answer so far: the text of a line, or the chosen values.
    #[must_use]
    pub fn value(mut self, answer: &str) -> Self {
        match &mut self.input {
            Input::Line { value, .. } | Input::Area { value } | Input::Hidden { value } => {
                answer.clone_into(value)
            }
            Input::One(choices) | Input::Many(choices) | Input::List(choices) => {
                for choice in choices.iter_mut().filter(|choice| choice.value == answer) {
                    choice.chosen = true;
                }
            }
            Input::File { .. } => {}
        }
        self
    }

    #[must_use]
    pub fn visible(&self) -> bool {
        !matches!(self.input, Input::Hidden { .. })
    }

    /// The element that an error in the summary leads to.
    #[must_use]
    pub fn target(&self) -> String {
        match self.input {
            Input::One(_) | Input::Many(_) => format!("{}-0", self.name),
            _ => self.name.clone(),
        }
    }

    /// What is wrong, for a list of everything that is: it names the question, unless that is the page's only one.
    fn complaint(&self) -> Option<String> {
        let error = self.error.clone()?;
        let named = || self.t.a2("error-of", ("field", &self.label), ("error", &error));
        Some(if self.headline { error.clone() } else { named() })
    }

    /// The ids of what describes the input, for `aria-describedby`.
    #[must_use]
    pub fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// A form with its fields, its button and a way out.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/form.html")]
pub struct Form {
    pub t: Texts,
    pub action: String,
    pub csrf: String,
    pub method: &'static str,
    pub fields: Vec<Field>,
    pub submit: String,
    /// What belongs to no field, such as "this number was used before".
    pub error: Option<String>,
    pub cancel: Option<Link>,
    /// It changes something for people: the button is the weighty one.
    pub weighty: bool,
    /// Fields beside each other: filters above a list.
    pub inline: bool,
    pub multipart: bool,
}

impl askama::filters::HtmlSafe for Form {}

impl Form {
    pub fn post(t: Texts, csrf: &str, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            t,
            action: action.into(),
            csrf: csrf.to_owned(),
            method: "post",
            fields: Vec::new(),
            submit: submit.into(),
            error: None,
            cancel: None,
            weighty: false,
            inline: false,
            multipart: false,
        }
    }

    /// A form that only asks: its answers stand in the address.
    pub fn filter(t: Texts, action: impl Into<String>, fields: Vec<Field>) -> Self {
        let submit = t.s("filter");
        let form = Self::post(t, "", action, submit);
        Self { method: "get", inline: true, fields, ..form }
    }

    #[must_use]
    pub fn with(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Puts the answers so far, and what is wrong with them, beside their questions.
    #[must_use]
    pub fn fill(mut self, answers: &Answers) -> Self {
        self.fields = self.fields.into_iter().map(|field| answers.put(field)).collect();
        // What is wrong with something that this form does not ask is said of the whole form: nothing gets lost.
        let asked = |name: &str| self.fields.iter().any(|field| field.name == name);
        let own = answers.wrong.iter().find(|(name, _)| !asked(name)).map(|(_, text)| text.clone());
        self.error = own;
        self
    }

    #[must_use]
    pub fn cancel(mut self, link: Link) -> Self {
        self.cancel = Some(link);
        self
    }

    #[must_use]
    pub fn weighty(mut self) -> Self {
        self.weighty = true;
        self
    }

    /// Where each error is and what it says; the form's own error leads to the form.
    #[must_use]
    pub fn errors(&self) -> Vec<(String, String)> {
        let own = self.error.iter().map(|error| ("form".to_owned(), error.clone()));
        let fields = self.fields.iter().filter_map(|field| Some((field.target(), field.complaint()?)));
        own.chain(fields).collect()
    }
}

/// What has been answered so far and what is wrong with it, by field name. An error under the empty
/// name belongs to the whole form.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub given: Vec<(String, String)>,
    pub wrong: Vec<(String, String)>,
}

impl Answers {
    #[must_use]
    pub fn with(mut self, name: &str, answer: impl Into<String>) -> Self {
        self.given.push((name.to_owned(), answer.into()));
        self
    }

    #[must_use]
    pub fn but(mut self, name: &str, error: impl Into<String>) -> Self {
        self.wrong.push((name.to_owned(), error.into()));
        self
    }

    /// The answer to a question so far; empty where there is none.
    #[must_use]
    pub fn of(&self, name: &str) -> &str {
        self.given.iter().find(|(of, _)| of == name).map_or("", |(_, answer)| answer)
    }

    fn put(&self, mut field: Field) -> Field {
        // A secret is never sent back.
        let secret = matches!(field.input, Input::Line { kind: "password", .. });
        let name = field.name.clone();
        for (_, answer) in self.given.iter().filter(|(of, _)| *of == name && !secret) {
            field = field.value(answer);
        }
        match self.wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, error)) => field.error(error.clone()),
            None => field,
        }
    }
}
