//! Why a policy is refused: file, line, what is wrong and what to do about it.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::{fmt, ops::Range, sync::Arc};

/// One thing that is wrong with a policy's files.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The file, relative to the policy's directory.
    pub file: Arc<str>,
    /// The line, counting from 1.
    pub line: u32,
    /// The column in characters, counting from 1.
    pub column: u32,
    /// The bytes of the file that are meant.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    source: Arc<NamedSource<Arc<str>>>,
}

impl Refusal {
    /// Something wrong at `span` of `text`, which is the content of `file`.
    #[must_use]
    pub fn new(file: &str, text: &str, span: Range<usize>, what: String, remedy: String) -> Self {
        let (line, column) = position(text, span.start);
        let source = Arc::new(NamedSource::new(file, Arc::from(text)));
        Self { file: file.into(), line, column, span, what, remedy, source }
    }
}

fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (clamp(line), clamp(column))
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.what)
    }
}

impl std::error::Error for Refusal {}

impl Diagnostic for Refusal {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.remedy))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(Some("here".to_owned()), self.span.start, self.span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// A policy that is refused, with everything that was found wrong in it.
#[derive(Debug, Clone)]
pub struct Refused {
    /// In the order of the files and of their lines. Never empty.
    pub refusals: Vec<Refusal>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy is refused for {} reason(s)", self.refusals.len())?;
        self.refusals.iter().try_for_each(|refusal| write!(f, "\n  {refusal}"))
    }
}

impl std::error::Error for Refused {}

impl Diagnostic for Refused {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.refusals.iter().map(|refusal| refusal as &dyn Diagnostic)))
    }
}
