//! Reading what a policy says about sources, questions, declarations and check-ins.

use super::Loading;
use crate::{
    Kind, Span,
    policy::{
        AttributeType, AuditOutcome, AuditRule, AuditSource, CheckInRule, DeclarationRule, Due, DutyRule,
        Finding, Missed, Question, SourceRule,
        read::{Fields, Node},
    },
};

impl Loading<'_> {
    pub(super) fn source(&self, fields: Fields<'_>) -> Option<SourceRule> {
        let name = fields.need("name").and_then(|node| node.word());
        let max_age = fields.need("max-age").and_then(|node| match node.elapsed()? {
            Span::ZERO => {
                node.refuse("a source of age 0 is always stale", "write how old it may be, such as \"6 h\"")
            }
            span => Some(span),
        });
        let covers = fields.take("covers").map_or(Some(Vec::new()), |node| node.each(|kind| self.kind(kind)));
        fields.finish();
        Some(SourceRule { name: name?, max_age: max_age?, covers: covers? })
    }

    /// An attribute of the policy's own.
    pub(super) fn attribute(&mut self, fields: Fields<'_>) -> Option<()> {
        let kind = fields.need("kind").and_then(|node| self.kind(node));
        let name = fields.need("name")?;
        let holds = holds(&fields);
        fields.finish();
        self.vocabulary.add(kind?, name.word()?, holds?, &name)
    }

    /// A question; its answer becomes an attribute of `kind`.
    pub(super) fn question(&mut self, fields: Fields<'_>, kind: Kind) -> Option<Question> {
        let id = fields.need("id")?;
        let answer = holds(&fields);
        let purposes = fields.take("for").map_or(Some(Vec::new()), |node| node.words());
        let rules = fields.take("rules").map_or(Some(Vec::new()), |node| node.words());
        fields.finish();
        let (name, answer) = (id.word()?, answer?);
        self.vocabulary.add(kind, name.clone(), answer.clone(), &id)?;
        Some(Question { id: name, answer, purposes: purposes?, rules: rules? })
    }

    pub(super) fn duty(fields: Fields<'_>) -> Option<DutyRule> {
        let id = fields.need("id").and_then(|node| node.word());
        let due = match fields.take("due") {
            None => Some(Due::Throughout),
            Some(node) if node.text()? == "check-in" => Some(Due::CheckIn),
            Some(node) => node.lasting().map(Due::After),
        };
        fields.finish();
        Some(DutyRule { id: id?, due: due? })
    }

    pub(super) fn declaration(
        &self,
        fields: &Fields<'_>,
        questions: Vec<Question>,
    ) -> Option<DeclarationRule> {
        let validity = fields.need("validity").and_then(|node| node.lasting());
        let validity_for = fields.take("validity-for").map_or(Some(Vec::new()), |node| {
            let rest = node.fields("validity by purpose")?.rest();
            rest.into_iter().map(|(purpose, node)| Some((purpose.into(), node.lasting()?))).collect()
        });
        let again_after = fields
            .take("again-after")
            .map_or(Some(Vec::new()), |node| node.each(|item| self.condition(item)));
        let audit = fields.need("audit").and_then(|node| audit(&node.fields("the audit")?));
        Some(DeclarationRule {
            validity: validity?,
            validity_for: validity_for?,
            again_after: again_after?,
            questions,
            audit: audit?,
        })
    }

    pub(super) fn check_in(&self, fields: &Fields<'_>, questions: Vec<Question>) -> Option<CheckInRule> {
        let abnormal = fields.need("abnormal").and_then(|node| node.each(|item| self.condition(item)));
        let missed = fields.need("missed").and_then(|node| match node.text()? {
            "restart" => Some(Missed::Restart),
            "pause" => Some(Missed::Pause),
            "remind" => grace(fields.need("grace")?).map(|grace| Missed::Remind { grace }),
            other => node.refuse(format!("`{other}` is not known"), "write `restart`, `pause` or `remind`"),
        });
        Some(CheckInRule { questions, abnormal: abnormal?, missed: missed? })
    }
}

fn grace(node: Node<'_>) -> Option<Span> {
    match node.elapsed()? {
        grace if grace > Span::from_hours(24) => node.refuse(
            "a day could still be made up when the next one is over",
            "write a grace of at most \"24 h\"",
        ),
        grace => Some(grace),
    }
}

fn holds(fields: &Fields<'_>) -> Option<AttributeType> {
    let values = fields.take("values");
    let node = fields.need("type")?;
    match (node.text()?, values) {
        ("flag", None) => Some(AttributeType::Flag),
        ("number", None) => Some(AttributeType::Number),
        ("time", None) => Some(AttributeType::Time),
        ("day", None) => Some(AttributeType::Day),
        ("word", None) => Some(AttributeType::AnyWord),
        ("word", Some(values)) => values.words().map(AttributeType::Word),
        ("flag" | "number" | "time" | "day", Some(values)) => {
            values.refuse("only a word has a list of values", "remove `values`, or write `type = \"word\"`")
        }
        (other, _) => {
            node.refuse(format!("`{other}` is no type"), "write `flag`, `number`, `time`, `day` or `word`")
        }
    }
}

fn audit(fields: &Fields<'_>) -> Option<AuditRule> {
    let sources: Option<Vec<_>> =
        fields.tables("source", "a source of the audit").into_iter().map(audit_source).collect();
    let findings: Option<Vec<_>> = fields.tables("finding", "a finding").into_iter().map(finding).collect();
    let deadline = fields.need("deadline").and_then(|node| node.lasting());
    let owner = fields.need("owner").and_then(|node| node.word());
    let outcome = fields.need("outcome").and_then(|node| audit_outcome(&node));
    for (name, node) in fields.rest() {
        node.refuse::<()>(format!("the audit has no field `{name}`"), "remove it");
    }
    Some(AuditRule {
        sources: sources?,
        findings: findings?,
        deadline: deadline?,
        owner: owner?,
        outcome: outcome?,
    })
}

fn audit_outcome(node: &Node<'_>) -> Option<AuditOutcome> {
    match node.text()? {
        "unknown" => Some(AuditOutcome::Unknown),
        "undeclared" => Some(AuditOutcome::Undeclared),
        _ => node.refuse(
            "an audit that nobody answered cannot clear anybody",
            "write `unknown` (the person passes and is registered) or `undeclared` (they declare again)",
        ),
    }
}

fn audit_source(fields: Fields<'_>) -> Option<AuditSource> {
    let source = fields.need("source").and_then(|node| node.word());
    let clean = fields.need("clean").and_then(|node| node.words());
    fields.finish();
    Some(AuditSource { source: source?, clean: clean? })
}

fn finding(fields: Fields<'_>) -> Option<Finding> {
    let id = fields.need("id").and_then(|node| node.word());
    let source = fields.need("source").and_then(|node| node.word());
    let answer = fields.need("answer").and_then(|node| node.word());
    fields.finish();
    Some(Finding { id: id?, source: source?, answer: answer? })
}
