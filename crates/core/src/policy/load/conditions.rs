//! Reading conditions.

use super::Loading;
use crate::{
    Kind, Value,
    policy::{
        AttributeType, Condition, Exemption, Limit, Test,
        read::{Fields, Node},
    },
};

impl Loading<'_> {
    /// A condition that is a table of its own.
    pub(super) fn condition(&self, node: Node<'_>) -> Option<Condition> {
        self.condition_in(&node.fields("a condition")?)
    }

    /// A condition among other fields; those have to be taken before.
    pub(super) fn condition_in(&self, fields: &Fields<'_>) -> Option<Condition> {
        let kind = self.kind(fields.need("evidence")?)?;
        let sources = fields.take("source").map_or(Some(Vec::new()), |node| node.words());
        let tests: Vec<Option<_>> =
            fields.rest().into_iter().map(|(name, node)| self.attribute_test(kind, name, node)).collect();
        Some(Condition { kind, sources: sources?, tests: tests.into_iter().collect::<Option<_>>()? })
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Option<Kind> {
        let text = node.text()?;
        text.parse().ok().or_else(|| {
            let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            node.refuse(
                format!("`{text}` is not a kind of evidence"),
                format!("use one of: {}", kinds.join(", ")),
            )
        })
    }

    fn attribute_test(&self, kind: Kind, name: &str, node: Node<'_>) -> Option<(std::sync::Arc<str>, Test)> {
        let holds = self.vocabulary.expect(kind, name, &node)?;
        let test = if node.is_table() { between(node)? } else { literal(node)? };
        fits(&test, holds, name, node)?;
        Some((name.into(), test))
    }

    /// A condition that spares from a rule.
    pub(super) fn exemption(&self, node: Node<'_>) -> Option<Exemption> {
        let fields = node.fields("an exemption")?;
        let within = fields.take("within").map_or(Some(None), |node| node.period().map(Some));
        let before = fields.need("before")?;
        let before_trigger = match before.text()? {
            "trigger" => true,
            "any-time" => false,
            _ => {
                return before.refuse(
                    "an exemption has to say whether it must come before the trigger",
                    "write `before = \"trigger\"` or `before = \"any-time\"`",
                );
            }
        };
        Some(Exemption { of: self.condition_in(&fields)?, within: within?, before_trigger })
    }
}

fn literal(node: Node<'_>) -> Option<Test> {
    match node.value.is_array() {
        false => node.value().map(Test::Is),
        true => {
            let values = node.each(|item| item.value())?;
            if values.is_empty() {
                return node.refuse("nothing is in an empty list", "name at least one word");
            }
            Some(Test::OneOf(values))
        }
    }
}

fn between(node: Node<'_>) -> Option<Test> {
    let fields = node.fields("a range")?;
    let limit = |name, inclusive| {
        let at = fields.take(name).map(|node| node.number());
        at.map(|at| at.map(|at| Limit { at, inclusive }))
    };
    let low = limit("above", false).or(limit("at-least", true));
    let high = limit("below", false).or(limit("at-most", true));
    fields.take("at-least");
    fields.take("at-most");
    let (low, high) =
        (low.map_or(Some(None), |low| low.map(Some))?, high.map_or(Some(None), |high| high.map(Some))?);
    fields.finish();
    if low.is_none() && high.is_none() {
        return node.refuse("this range has no limit", "write `above`, `at-least`, `below` or `at-most`");
    }
    if let (Some(low), Some(high)) = (low, high)
        && (low.at > high.at || (low.at == high.at && !(low.inclusive && high.inclusive)))
    {
        return node.refuse("no number is in this range", "put the lower limit below the upper one");
    }
    Some(Test::Between { low, high })
}

fn fits(test: &Test, holds: &AttributeType, name: &str, node: Node<'_>) -> Option<()> {
    let values: &[Value] = match test {
        Test::Is(value) => std::slice::from_ref(value),
        Test::OneOf(values) => values,
        Test::Between { .. } if *holds == AttributeType::Number => return Some(()),
        Test::Between { .. } => &[],
    };
    let good = |value: &Value| match (holds, value) {
        (AttributeType::Flag, Value::Flag(_))
        | (AttributeType::Number, Value::Number(_))
        | (AttributeType::AnyWord, Value::Text(_)) => true,
        (AttributeType::Word(words), Value::Text(word)) => words.contains(word),
        _ => false,
    };
    if !values.is_empty() && values.iter().all(good) {
        return Some(());
    }
    let remedy = match holds {
        AttributeType::Flag => "compare it with `true` or `false`".to_owned(),
        AttributeType::Number => {
            "compare it with a number, or with a range such as `{ above = 37.3 }`".to_owned()
        }
        AttributeType::Word(words) => format!("use one of: {}", words.join(", ")),
        AttributeType::AnyWord => "compare it with a word or a list of words".to_owned(),
        AttributeType::Time | AttributeType::Day => {
            "a time can be an anchor, not a condition: remove it".to_owned()
        }
    };
    node.refuse(format!("`{name}` is never that"), remedy)
}
