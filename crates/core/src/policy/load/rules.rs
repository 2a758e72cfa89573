//! Reading rules.

use super::Loading;
use crate::{
    Colour, Kind, Span, Standing,
    policy::{
        AfterCeiling, Again, Ages, Amount, Anchor, Appeal, AttributeType, CeilingRule, End, MissedAppeal,
        Negatives, Period, Rule, Stage, Trigger,
        read::{Fields, Node},
    },
    verdict::Effect,
};
use std::sync::Arc;

impl Loading<'_> {
    pub(super) fn rule(&self, fields: &Fields<'_>) -> Option<Rule> {
        let id = fields.need("id").and_then(|node| node.word());
        let when = fields.need("when").and_then(|node| self.when(node));
        let unless =
            fields.take("unless").map_or(Some(Vec::new()), |node| node.each(|item| self.exemption(item)));
        let again = fields.take("again").map_or(Some(Again::Restart), again);
        let ceiling = fields.take("ceiling").map_or(Some(None), |node| ceiling(node).map(Some));
        let appeal = match fields.take("appeal") {
            Some(node) => appeal(node),
            None => self.appeal.clone(),
        };
        let (when, age) = when?;
        let kinds: Vec<Kind> = when.conditions().iter().map(|condition| condition.kind).collect();
        let anchor = fields.take("anchor").map_or(Some(Anchor::Event), |node| self.anchor(node, &kinds));
        let stages = self.stages(fields, anchor.clone()?, &kinds);
        let rule = Rule {
            id: id?,
            when,
            age,
            unless: unless?,
            anchor: anchor?,
            again: again?,
            stages: stages?,
            ceiling: ceiling?,
            appeal: appeal?,
        };
        if rule.ceiling.is_none() && !rule.is_for_tag() {
            return fields.refuse(
                format!("rule `{}` has no ceiling: its reasons could live for ever", rule.id),
                "add `[rule.ceiling]` with `days`, `owner`, `deadline` and `then`",
            );
        }
        Some(rule)
    }

    fn when(&self, node: Node<'_>) -> Option<(Trigger, Option<Ages>)> {
        let fields = node.fields("a trigger")?;
        let age = fields.take("age").map_or(Some(None), |node| ages(node).map(Some));
        let trigger = self.trigger(&fields, node)?;
        Some((trigger, age?))
    }

    fn trigger(&self, fields: &Fields<'_>, node: Node<'_>) -> Option<Trigger> {
        let trigger = if fields.has("all") {
            self.several(fields)?
        } else if fields.has("any") {
            let of = fields.need("any")?.each(|item| self.condition(item))?;
            Trigger::Several { of, at_least: 1, within: Period::Days(0) }
        } else if fields.has("count") {
            let of = self.condition(fields.need("count")?);
            let at_least = fields.need("at-least")?.count();
            Trigger::Count { of: of?, at_least: at_least?, within: fields.need("within")?.lasting()? }
        } else if fields.has("sum") {
            self.sum(fields)?
        } else if fields.has("absent") {
            let of = self.condition(fields.need("absent")?);
            let lasting = fields.need("for")?.lasting();
            Trigger::Absent { of: of?, lasting: lasting?, since: self.condition(fields.need("since")?)? }
        } else if fields.has("evidence") {
            let within = fields.take("within").map_or(Some(None), |node| node.period().map(Some));
            return Some(Trigger::One { of: self.condition_in(fields)?, within: within? });
        } else {
            return node.refuse(
                "this rule has neither evidence nor a declared absence: no colour comes from nothing",
                "write `evidence = …`, `any = […]`, `all = […]`, `count = …`, `sum = …` or `absent = …`",
            );
        };
        self.nothing_else(fields);
        Some(trigger)
    }

    fn nothing_else(&self, fields: &Fields<'_>) {
        for (name, node) in fields.rest() {
            node.refuse::<()>(
                format!("this trigger has no field `{name}`"),
                "remove it, or put it into a condition",
            );
        }
    }

    fn several(&self, fields: &Fields<'_>) -> Option<Trigger> {
        let list = fields.need("all")?;
        let of = list.each(|item| self.condition(item))?;
        if of.len() < 2 {
            return list
                .refuse("a conjunction needs at least two conditions", "add one, or write it without `all`");
        }
        let all = u32::try_from(of.len()).unwrap_or(u32::MAX);
        let at_least = fields.take("at-least").map_or(Some(all), |node| node.count())?;
        if at_least > all {
            return list.refuse(format!("{at_least} of {all} conditions never hold"), "lower `at-least`");
        }
        Some(Trigger::Several { of, at_least, within: fields.need("within")?.lasting()? })
    }

    fn sum(&self, fields: &Fields<'_>) -> Option<Trigger> {
        let name = fields.need("sum")?;
        let attribute = name.word()?;
        let of = self.condition(fields.need("of")?)?;
        let holds = self.vocabulary.expect(of.kind, &attribute, &name)?;
        if *holds != AttributeType::Number {
            return name
                .refuse(format!("`{attribute}` is not a number"), "sum an attribute that is a number");
        }
        let at_least = fields.need("at-least")?;
        let number = at_least.number()?;
        if number.0 <= 0 {
            return at_least.refuse("a sum of nothing is always reached", "write a number above 0");
        }
        Some(Trigger::Sum { attribute, of, at_least: number, within: fields.need("within")?.lasting()? })
    }

    fn anchor(&self, node: Node<'_>, kinds: &[Kind]) -> Option<Anchor> {
        let name = node.word()?;
        let is_time = |kind: &Kind| self.vocabulary.holds(*kind, &name) == Some(&AttributeType::Time);
        match &*name {
            "event" | "last-exposure" | "order" | "sample" => Some(Anchor::Event),
            "stage" => Some(Anchor::Stage),
            "recovery" => Some(Anchor::Recovery),
            _ if kinds.iter().any(is_time) => Some(Anchor::Attribute(name)),
            _ => node.refuse(
                format!("`{name}` is no time of the triggering evidence"),
                "write `event`, `last-exposure`, `order`, `sample`, `recovery`, `stage`, or a time attribute of the trigger",
            ),
        }
    }

    fn stages(&self, fields: &Fields<'_>, anchor: Anchor, kinds: &[Kind]) -> Option<Vec<Stage>> {
        let tables = fields.tables("stage", "a stage");
        if tables.is_empty() {
            return fields.refuse(
                "a rule without a stage does nothing",
                "add `[[rule.stage]]` with a colour and `until`",
            );
        }
        let mut stages: Vec<Stage> = Vec::new();
        for (place, table) in tables.into_iter().enumerate() {
            let default = if place == 0 { anchor.clone() } else { Anchor::Stage };
            let stage = self.stage(&table, default, kinds)?;
            if stages
                .last()
                .is_some_and(|before| super::severity(&before.effect) < super::severity(&stage.effect))
            {
                return table.refuse(
                    "a stage is more severe than the one before it: time alone would worsen a colour",
                    "put the more severe stage first",
                );
            }
            stages.push(stage);
            table.finish();
        }
        Some(stages)
    }

    fn stage(&self, fields: &Fields<'_>, default: Anchor, kinds: &[Kind]) -> Option<Stage> {
        let effect = effect(fields);
        let anchor = fields.take("anchor").map_or(Some(default), |node| self.anchor(node, kinds));
        let duties =
            fields.take("duties").map_or(Some(Vec::new()), |node| node.each(|item| self.duty_named(item)));
        let until = fields.need("until")?;
        let end = self.end(until, kinds)?;
        if !reachable(&end) {
            return until.refuse(
                "nobody can reach this end without an officer",
                "add an end by days, check-ins, negatives, a recovery or an order's end beside it, under `any`",
            );
        }
        Some(Stage { effect: effect?, anchor: anchor?, until: end, duties: duties? })
    }

    fn duty_named(&self, node: Node<'_>) -> Option<u16> {
        let name = node.word()?;
        let place = self.duties.iter().position(|duty| duty.id == name);
        place.and_then(|place| u16::try_from(place).ok()).or_else(|| {
            node.refuse(
                format!("there is no duty `{name}`"),
                "declare it with `[[duty]]`, or correct the name",
            )
        })
    }

    fn end(&self, node: Node<'_>, kinds: &[Kind]) -> Option<End> {
        let fields = node.fields("an end")?;
        let end = self.end_in(&fields, node, kinds);
        fields.finish();
        end
    }

    fn end_in(&self, fields: &Fields<'_>, node: Node<'_>, kinds: &[Kind]) -> Option<End> {
        let parts = |list: Node<'_>| match list.each(|part| self.end(part, kinds)) {
            Some(parts) if parts.is_empty() => list.refuse("this end has no parts", "name at least one"),
            parts => parts,
        };
        let truly = |node: Node<'_>, end: End| match node.flag()? {
            true => Some(end),
            false => node.refuse("an end that is not one", "write `true` or remove it"),
        };
        if let Some(list) = fields.take("all") {
            return parts(list).map(End::All);
        }
        if let Some(list) = fields.take("any") {
            return parts(list).map(End::Any);
        }
        if let Some(node) = fields.take("days") {
            return self.amount(node, kinds).map(End::Days);
        }
        if let Some(node) = fields.take("check-ins") {
            return self.amount(node, kinds).map(End::CheckIns);
        }
        if let Some(node) = fields.take("negatives") {
            return self.negatives(node, fields, kinds);
        }
        if let Some(node) = fields.take("elapsed") {
            return match node.elapsed()? {
                Span::ZERO => node.refuse("no time at all", "write more than nothing, such as \"48 h\""),
                span => Some(End::Elapsed(span)),
            };
        }
        if let Some(node) = fields.take("recovery") {
            return truly(node, End::Recovery);
        }
        if let Some(node) = fields.take("order-end") {
            return truly(node, End::OrderEnd);
        }
        if let Some(node) = fields.take("release") {
            return truly(node, End::Release);
        }
        if let Some(node) = fields.take("event") {
            return self.condition(node).map(End::Event);
        }
        node.refuse(
            "this stage has no end",
            "write one of: all, any, days, check-ins, negatives, elapsed, recovery, order-end, release, event",
        )
    }

    fn negatives(&self, needed: Node<'_>, fields: &Fields<'_>, kinds: &[Kind]) -> Option<End> {
        let day = Span::from_hours(24);
        let needed = self.amount(needed, kinds);
        let not_before = fields.take("not-before").map_or(Some(Span::ZERO), |node| node.elapsed());
        let within = fields.take("within").map_or(Some(None), |node| node.lasting().map(Some));
        let apart = match fields.take("apart") {
            None => day,
            Some(node) => match node.elapsed()? {
                span if span < day => {
                    return node
                        .refuse("two samples less than 24 h apart prove little", "write \"24 h\" or more");
                }
                span => span,
            },
        };
        Some(End::Negatives(Negatives { needed: needed?, not_before: not_before?, apart, within: within? }))
    }

    fn amount(&self, node: Node<'_>, kinds: &[Kind]) -> Option<Amount> {
        if !node.is_table() {
            return node.count().map(Amount::Fixed);
        }
        let fields = node.fields("an amount")?;
        let from = fields.need("from")?;
        let named = from.word()?;
        let attribute: Arc<str> = named.rsplit('.').next().unwrap_or(&named).into();
        let is_number =
            |kind: &Kind| self.vocabulary.holds(*kind, &attribute) == Some(&AttributeType::Number);
        if !kinds.iter().any(is_number) {
            return from.refuse(
                format!("the trigger has no number `{attribute}`"),
                "name a number of the triggering evidence",
            );
        }
        let default = fields.need("default")?.count()?;
        let most = fields.need("most")?.count()?;
        let least = fields.take("least").map_or(Some(1), |node| node.count())?;
        fields.finish();
        if !(least <= default && default <= most) {
            return node.refuse("the default lies outside the bounds", "write least ≤ default ≤ most");
        }
        Some(Amount::From { attribute, default, least, most })
    }
}

fn effect(fields: &Fields<'_>) -> Option<Effect> {
    let (colour, standing, tag) = (fields.take("colour"), fields.take("standing"), fields.take("tag"));
    match (colour, standing, tag) {
        (Some(node), None, None) => match node.text()? {
            "red" => Some(Effect::Colour(Colour::Red)),
            "yellow" => Some(Effect::Colour(Colour::Yellow)),
            other => node.refuse(format!("`{other}` is no colour of a reason"), "write `red` or `yellow`"),
        },
        (None, Some(node), None) => match node.text()?.parse() {
            Ok(
                standing @ (Standing::UnderReview
                | Standing::Expired
                | Standing::Undeclared
                | Standing::Unknown),
            ) => Some(Effect::Standing(standing)),
            _ => node.refuse(
                "this is no standing of a reason",
                "write `under-review`, `expired`, `undeclared` or `unknown`, or use `colour`",
            ),
        },
        (None, None, Some(node)) => node.word().map(Effect::Tag),
        _ => fields.refuse("a stage has exactly one effect", "write one of `colour`, `standing` and `tag`"),
    }
}

fn reachable(end: &End) -> bool {
    match end {
        End::All(parts) => parts.iter().all(reachable),
        End::Any(parts) => parts.iter().any(reachable),
        End::Release => false,
        End::Event(condition) => !matches!(condition.kind, Kind::Release | Kind::Decision),
        _ => true,
    }
}

fn again(node: Node<'_>) -> Option<Again> {
    match node.text()? {
        "restart" => Some(Again::Restart),
        "latest" => Some(Again::Latest),
        "first" => Some(Again::First),
        other => node.refuse(format!("`{other}` is not known"), "write `restart`, `latest` or `first`"),
    }
}

fn ages(node: Node<'_>) -> Option<Ages> {
    let fields = node.fields("an age")?;
    let at_least = fields.take("at-least").map_or(Some(0), |node| node.whole())?;
    let below = fields.take("below").map_or(Some(u32::MAX), |node| node.whole())?;
    fields.finish();
    if at_least >= below {
        return node.refuse("nobody is of this age", "put `at-least` below `below`");
    }
    Some(Ages { at_least, below })
}

fn ceiling(node: Node<'_>) -> Option<CeilingRule> {
    let fields = node.fields("a ceiling")?;
    let days = fields.need("days").and_then(|node| node.count());
    let owner = fields.need("owner").and_then(|node| node.word());
    let deadline = fields.need("deadline").and_then(|node| node.lasting());
    let then = fields.need("then").and_then(|node| match node.text()? {
        "end" => Some(AfterCeiling::End),
        "escalate" => fields.need("to")?.word().map(AfterCeiling::Escalate),
        other => node.refuse(format!("`{other}` is not known"), "write `end`, or `escalate` with `to`"),
    });
    fields.finish();
    Some(CeilingRule { days: days?, owner: owner?, deadline: deadline?, then: then? })
}

/// An appeal without a deadline is none.
pub(super) fn appeal(node: Node<'_>) -> Option<Appeal> {
    let fields = node.fields("an appeal")?;
    let owner = fields.need("owner").and_then(|node| node.word());
    let deadline = fields.need("deadline").and_then(|node| node.lasting());
    let missed = fields.need("missed").and_then(|node| match node.text()? {
        "release" => Some(MissedAppeal::Release),
        "escalate" => fields.need("to")?.word().map(MissedAppeal::Escalate),
        other => node.refuse(format!("`{other}` is not known"), "write `release`, or `escalate` with `to`"),
    });
    fields.finish();
    Some(Appeal { owner: owner?, deadline: deadline?, missed: missed? })
}
