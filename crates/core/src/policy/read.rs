//! Reading TOML with the place of everything, so that each mistake can be shown where it was made.

use super::{Period, Refusal};
use crate::{Number, Value};
use std::{cell::RefCell, fmt::Display, ops::Range, str::FromStr, sync::Arc};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One file being read. Mistakes are collected, not thrown.
pub(crate) struct Reading<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    refusals: RefCell<Vec<Refusal>>,
}

/// A value and its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) value: &'a DeValue<'a>,
    span: (usize, usize),
}

/// A table whose fields are taken one by one, so that those nobody took can be named.
pub(crate) struct Fields<'a> {
    pub(crate) reading: &'a Reading<'a>,
    table: &'a DeTable<'a>,
    span: (usize, usize),
    what: &'static str,
    taken: RefCell<Vec<&'static str>>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, refusals: RefCell::default() }
    }

    /// Parses the whole file; what does not parse is refused.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                self.refuse(span, format!("this is not TOML: {}", error.message()), "write valid TOML 1.0");
                None
            }
        }
    }

    pub(crate) fn root(&'a self, table: &'a Spanned<DeTable<'a>>, what: &'static str) -> Fields<'a> {
        Fields { reading: self, table: table.get_ref(), span: (0, 0), what, taken: RefCell::default() }
    }

    pub(crate) fn refuse(&self, span: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let refusal = Refusal::new(self.file, self.text, span, what.into(), remedy.into());
        self.refusals.borrow_mut().push(refusal);
    }

    pub(crate) fn into_refusals(self) -> Vec<Refusal> {
        self.refusals.into_inner()
    }

    pub(crate) fn has_refusals(&self) -> bool {
        !self.refusals.borrow().is_empty()
    }
}

impl<'a> Node<'a> {
    fn new(reading: &'a Reading<'a>, value: &'a Spanned<DeValue<'a>>) -> Self {
        let span = value.span();
        Self { reading, value: value.get_ref(), span: (span.start, span.end) }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.0..self.span.1
    }

    /// The line that it begins on, counting from 1.
    pub(crate) fn line(&self) -> u32 {
        let before = self.reading.text.get(..self.span.0).unwrap_or("");
        u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(1)
    }

    pub(crate) fn refuse<T>(&self, what: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        self.reading.refuse(self.span(), what, remedy);
        None
    }

    fn wrong<T>(&self, wanted: &str) -> Option<T> {
        let found = self.value.type_str();
        self.refuse(format!("a {found} stands where {wanted} belongs"), format!("write {wanted}"))
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => self.wrong("a text in quotes"),
        }
    }

    /// A word: an identifier in lower case with hyphens.
    pub(crate) fn word(&self) -> Option<Arc<str>> {
        let text = self.text()?;
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        if text.is_empty() || !text.bytes().all(fits) {
            return self.refuse(
                format!("`{text}` is not a word"),
                "use lower-case letters, digits and hyphens, such as `close-contact`",
            );
        }
        Some(text.into())
    }

    /// A telephone number that can be dialled as it is written.
    pub(crate) fn telephone(&self) -> Option<Arc<str>> {
        let text = self.text()?;
        if !(1..=20).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit() || b == b'+') {
            return self.refuse(format!("`{text}` is no telephone number"), "write digits, such as \"120\"");
        }
        Some(text.into())
    }

    pub(crate) fn words(&self) -> Option<Vec<Arc<str>>> {
        self.each(|node| node.word())
    }

    pub(crate) fn whole(&self) -> Option<u32> {
        match self.value {
            DeValue::Integer(n) => match u32::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => Some(n),
                Err(_) => self.refuse(
                    format!("`{n}` is not a whole number from 0 to {}", u32::MAX),
                    "write a whole number that is not negative",
                ),
            },
            _ => self.wrong("a whole number"),
        }
    }

    /// A whole number that is at least 1.
    pub(crate) fn count(&self) -> Option<u32> {
        match self.whole()? {
            0 => self.refuse("0 of something never ends and never begins", "write 1 or more"),
            n => Some(n),
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.wrong("`true` or `false`"),
        }
    }

    pub(crate) fn number(&self) -> Option<Number> {
        let text = match self.value {
            DeValue::Integer(n) => n.as_str(),
            DeValue::Float(n) => n.as_str(),
            _ => return self.wrong("a number"),
        };
        match text.parse() {
            Ok(number) => Some(number),
            Err(_) => self.refuse(
                format!("`{text}` has more than three decimals or is no decimal number"),
                "write a number such as 37.3",
            ),
        }
    }

    /// A flag, a number or a word.
    pub(crate) fn value(&self) -> Option<Value> {
        match self.value {
            DeValue::Boolean(flag) => Some(Value::Flag(*flag)),
            DeValue::Integer(_) | DeValue::Float(_) => self.number().map(Value::Number),
            DeValue::String(text) => Some(Value::Text(Arc::from(&**text))),
            _ => self.wrong("`true`, `false`, a number or a word"),
        }
    }

    pub(crate) fn period(&self) -> Option<Period> {
        self.parsed("a length of time such as \"14 d\", \"24 h\" or \"30 min\"")
    }

    /// A length of time that is not nothing.
    pub(crate) fn lasting(&self) -> Option<Period> {
        match self.period()? {
            Period::Elapsed(crate::Span::ZERO) => {
                self.refuse("this length of time is empty", "write more than nothing, such as \"24 h\"")
            }
            period => Some(period),
        }
    }

    /// Elapsed time: hours or minutes.
    pub(crate) fn elapsed(&self) -> Option<crate::Span> {
        match self.period()? {
            Period::Elapsed(span) => Some(span),
            Period::Days(_) => {
                self.refuse("elapsed time is not counted in days", "write hours or minutes, such as \"24 h\"")
            }
        }
    }

    /// A text in some form of its own.
    pub(crate) fn parsed<T>(&self, wanted: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.text()?.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => self.refuse(error.to_string(), format!("write {wanted}")),
        }
    }

    /// A list; a single value counts as a list of one.
    pub(crate) fn list(&self) -> Vec<Node<'a>> {
        match self.value {
            DeValue::Array(array) => array.iter().map(|value| Node::new(self.reading, value)).collect(),
            _ => vec![*self],
        }
    }

    /// Every item of a list by one reading; nothing when one of them is refused.
    pub(crate) fn each<T>(&self, read: impl Fn(Node<'a>) -> Option<T>) -> Option<Vec<T>> {
        let read: Vec<Option<T>> = self.list().into_iter().map(read).collect();
        read.into_iter().collect()
    }

    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub(crate) fn fields(&self, what: &'static str) -> Option<Fields<'a>> {
        match self.value {
            DeValue::Table(table) => Some(Fields {
                reading: self.reading,
                table,
                span: self.span,
                what,
                taken: RefCell::default(),
            }),
            _ => self.wrong("a table"),
        }
    }
}

impl<'a> Fields<'a> {
    /// A field, if it is there.
    pub(crate) fn take(&self, name: &'static str) -> Option<Node<'a>> {
        self.taken.borrow_mut().push(name);
        self.table.get(name).map(|value| Node::new(self.reading, value))
    }

    /// A field that has to be there.
    pub(crate) fn need(&self, name: &'static str) -> Option<Node<'a>> {
        let found = self.take(name);
        if found.is_none() {
            self.refuse::<()>(format!("{} has no `{name}`", self.what), format!("add `{name} = …`"));
        }
        found
    }

    /// The items of a field that is a list of tables; none when it is absent.
    pub(crate) fn tables(&self, name: &'static str, what: &'static str) -> Vec<Fields<'a>> {
        let list = self.take(name).map(|node| node.list()).unwrap_or_default();
        list.into_iter().filter_map(|node| node.fields(what)).collect()
    }

    /// Every field that nobody took, for a table whose names are the policy's.
    pub(crate) fn rest(&self) -> Vec<(&'a str, Node<'a>)> {
        let taken = self.taken.borrow();
        let rest = self.table.iter().filter(|(key, _)| !taken.contains(&key.get_ref().as_ref()));
        rest.map(|(key, value)| (key.get_ref().as_ref(), Node::new(self.reading, value))).collect()
    }

    /// Refuses every field that nobody took.
    pub(crate) fn finish(self) {
        let taken = self.taken.borrow();
        for (key, _) in self.table.iter().filter(|(key, _)| !taken.contains(&key.get_ref().as_ref())) {
            let remedy = format!("remove it, or use one of: {}", taken.join(", "));
            self.reading.refuse(
                key.span(),
                format!("{} has no field `{}`", self.what, key.get_ref()),
                remedy,
            );
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(crate) fn refuse<T>(&self, what: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        let end = self.text_end();
        self.reading.refuse(self.span.0..end, what, remedy);
        None
    }

    /// The end of the first line, so that a caret under a long table stays short.
    fn text_end(&self) -> usize {
        let text = self.reading.text.get(self.span.0..self.span.1).unwrap_or("");
        self.span.0 + text.find('\n').unwrap_or(text.len())
    }
}
