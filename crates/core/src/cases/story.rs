//! What happened to the people of a case.

use super::{calendar::Calendar, tracing::Tracing};
use crate::{
    CaseId, Evidence, EvidenceId, Heartbeat, Kind, Origin, PersonId, Policy, Sources, Span, Time, Value,
    evidence::Attributes,
    policy::{
        AttributeType, Period,
        read::{Fields, Node},
    },
};
use std::sync::Arc;

/// What happened.
pub(super) struct Story {
    people: Vec<Arc<str>>,
    items: Vec<Item>,
    /// Sources that were heard at these instants only; all others always are.
    heard: Vec<(Arc<str>, Vec<Time>)>,
    declared: Vec<Item>,
    tracing: Tracing,
}

/// An item of evidence before it has a number.
pub(super) struct Item {
    pub(super) label: Option<Arc<str>>,
    pub(super) about: Option<Arc<str>>,
    pub(super) person: PersonId,
    pub(super) kind: Kind,
    pub(super) happened_at: Time,
    pub(super) recorded_at: Time,
    pub(super) source: Arc<str>,
    pub(super) origin: Option<Origin>,
    pub(super) attributes: Attributes,
}

/// The numbered items of a story.
pub(super) struct Told(Vec<Evidence>);

impl Told {
    /// Everything about somebody.
    pub(super) fn about(&self, person: PersonId) -> Vec<Evidence> {
        self.0.iter().filter(|item| item.person == person).cloned().collect()
    }
}

impl Story {
    pub(super) fn read(fields: &Fields<'_>, policy: &Policy, calendar: &Calendar<'_>) -> Option<Self> {
        let people = fields.take("people").map_or(Some(vec!["somebody".into()]), |node| node.words())?;
        let tables = fields.tables("evidence", "an item of evidence");
        let teller = Teller { policy, calendar, people: &people };
        let items: Option<Vec<Vec<Item>>> = tables.into_iter().map(|table| teller.items(table)).collect();
        let items: Vec<Item> = items?.into_iter().flatten().collect();
        refuse_unnamed(&items, fields)?;
        let heard = fields.take("heard").map_or(Some(Vec::new()), |node| teller.heard(node));
        let declared = match fields.take("declared").map(|node| node.flag()) {
            None | Some(Some(true)) => teller.declared_throughout(),
            Some(Some(false)) => Vec::new(),
            Some(None) => return None,
        };
        let tracing = Tracing::read(fields, calendar, &people);
        Some(Self { people, items, heard: heard?, declared, tracing: tracing? })
    }

    pub(super) fn people(&self) -> &[Arc<str>] {
        &self.people
    }

    /// Every item with its number, in the order of recording.
    pub(super) fn evidence(&self, policy: &Policy) -> Told {
        let mut order: Vec<&Item> = self.declared.iter().chain(&self.items).collect();
        order.sort_by_key(|item| item.recorded_at);
        let derived = self.tracing.derived(policy, &order);
        order.extend(&derived);
        order.sort_by_key(|item| item.recorded_at);
        let number = |label: &Arc<str>| {
            order.iter().position(|item| item.label.as_ref() == Some(label)).and_then(numbered)
        };
        let told = order.iter().enumerate().filter_map(|(place, item)| {
            Some(Evidence {
                id: numbered(place)?,
                person: item.person,
                kind: item.kind,
                happened_at: item.happened_at,
                recorded_at: item.recorded_at,
                source: Arc::clone(&item.source),
                origin: item.origin,
                about: item.about.as_ref().and_then(number),
                attributes: item.attributes.clone(),
            })
        });
        Told(told.collect())
    }

    /// A source of which the case says nothing has always handed in everything.
    pub(super) fn heartbeats(&self, policy: &Policy) -> Sources {
        let mut sources = Sources::new();
        for rule in &policy.sources {
            let told = self.heard.iter().find(|(name, _)| *name == rule.name);
            let beats = told.map_or(vec![(Time::MIN, Time::MAX)], |(_, times)| {
                times.iter().map(|at| (*at, *at)).collect()
            });
            for (recorded_at, complete_up_to) in beats {
                sources.hear(&Heartbeat { source: Arc::clone(&rule.name), recorded_at, complete_up_to });
            }
        }
        sources
    }
}

fn numbered(place: usize) -> Option<EvidenceId> {
    u64::try_from(place).ok().map(|place| EvidenceId(place + 1))
}

/// Refuses an item that speaks about one that nothing in the case is called by.
fn refuse_unnamed(items: &[Item], fields: &Fields<'_>) -> Option<()> {
    let named = |about: &&Arc<str>| items.iter().any(|item| item.label.as_ref() == Some(*about));
    match items.iter().filter_map(|item| item.about.as_ref()).find(|about| !named(about)) {
        Some(about) => fields.refuse(
            format!("nothing in this case is called `{about}`"),
            "name the item with `as = …`, or correct it",
        ),
        None => Some(()),
    }
}

/// Reads items.
struct Teller<'a> {
    policy: &'a Policy,
    calendar: &'a Calendar<'a>,
    people: &'a [Arc<str>],
}

impl Teller<'_> {
    /// One item, or the same on several days.
    fn items(&self, fields: Fields<'_>) -> Option<Vec<Item>> {
        let on = fields.need("on").and_then(|node| self.calendar.instants(&node));
        let recorded =
            fields.take("recorded").map_or(Some(None), |node| self.calendar.instant(&node).map(Some));
        let kind = fields.need("evidence").and_then(|node| node.parsed("a kind of evidence"))?;
        let source = fields.take("source").map_or(Some(self.usual_source(kind)), |node| node.word());
        let person = fields.take("person").map_or(Some(PersonId(1)), |node| person(&node, self.people));
        let label = fields.take("as").map_or(Some(None), |node| node.word().map(Some));
        let about = fields.take("about").map_or(Some(None), |node| node.word().map(Some));
        let case = fields.take("case").map_or(Some(None), |node| node.whole().map(Some));
        let attributes = self.attributes(kind, &fields)?;
        let (recorded, label, about, source, person) = (recorded?, label?, about?, source?, person?);
        let origin = case?.map(|number| Origin::Case(CaseId(number.into())));
        let items = on?.into_iter().map(|at| Item {
            label: label.clone(),
            about: about.clone(),
            person,
            kind,
            happened_at: at,
            recorded_at: recorded.unwrap_or(at),
            source: Arc::clone(&source),
            origin,
            attributes: attributes.clone(),
        });
        Some(items.collect())
    }

    /// The source that hands such items in, or the person.
    fn usual_source(&self, kind: Kind) -> Arc<str> {
        let covering = self.policy.sources.iter().find(|source| source.covers.contains(&kind));
        covering.map_or_else(|| "self".into(), |source| Arc::clone(&source.name))
    }

    fn attributes(&self, kind: Kind, fields: &Fields<'_>) -> Option<Attributes> {
        let mut attributes = Attributes::new();
        for (name, node) in fields.rest() {
            let Some(holds) = self.policy.attributes.get(&(kind, Arc::from(name))) else {
                return node.refuse(
                    format!("evidence `{kind}` has no attribute `{name}` in this policy"),
                    "correct the name, or declare it in policy.toml",
                );
            };
            attributes.set(name, self.value(holds, &node)?);
        }
        Some(attributes)
    }

    fn value(&self, holds: &AttributeType, node: &Node<'_>) -> Option<Value> {
        match holds {
            AttributeType::Flag => node.flag().map(Value::Flag),
            AttributeType::Number => node.number().map(Value::Number),
            AttributeType::Time => self.calendar.instant(node).map(Value::Time),
            AttributeType::Day => self.calendar.day(node).map(Value::Day),
            AttributeType::AnyWord => node.word().map(Value::Text),
            AttributeType::Word(words) => match node.word()? {
                word if words.contains(&word) => Some(Value::Text(word)),
                word => node
                    .refuse(format!("`{word}` is no such word"), format!("use one of: {}", words.join(", "))),
            },
        }
    }

    fn heard(&self, node: Node<'_>) -> Option<Vec<(Arc<str>, Vec<Time>)>> {
        let fields = node.fields("what was heard")?;
        let heard = fields.rest().into_iter().map(|(name, node)| {
            if !self.policy.sources.iter().any(|source| &*source.name == name) {
                return node.refuse(format!("the policy has no source `{name}`"), "name one of its sources");
            }
            let times: Vec<Vec<Time>> = node.each(|time| self.calendar.instants(&time))?;
            Some((Arc::from(name), times.concat()))
        });
        heard.collect()
    }

    /// A clean declaration that is always renewed in time, long before and long after the story.
    fn declared_throughout(&self) -> Vec<Item> {
        let declaration = &self.policy.declaration;
        let step = match declaration.validity {
            Period::Days(n) => Span::from_24_hours(i64::from(n.div_ceil(2).max(1))),
            Period::Elapsed(span) => Span((span.0 / 2).max(1)),
        };
        let day = |n: i32| self.calendar.zone.midnight(self.calendar.day_zero.plus(n));
        let (mut at, until) = (day(-BEFORE), day(AFTER));
        let mut items = Vec::new();
        while at < until {
            for who in 0..self.people.len() {
                let label: Arc<str> = format!("declared.{who}.{}", at.0).into();
                items.push(self.usual(who, Kind::Declaration, at, "self", Some(label.clone()), None));
                for source in &declaration.audit.sources {
                    let mut answer =
                        self.usual(who, Kind::AuditAnswer, at, &source.source, None, Some(label.clone()));
                    if let Some(clean) = source.clean.first() {
                        answer.attributes.set("answer", Value::Text(Arc::clone(clean)));
                    }
                    items.push(answer);
                }
            }
            at = at + step;
        }
        items
    }

    fn usual(
        &self,
        who: usize,
        kind: Kind,
        at: Time,
        source: &str,
        label: Option<Arc<str>>,
        about: Option<Arc<str>>,
    ) -> Item {
        Item {
            label,
            about,
            person: person_of(who),
            kind,
            happened_at: at,
            recorded_at: at,
            source: source.into(),
            origin: None,
            attributes: Attributes::new(),
        }
    }
}

/// Days around day 0 in which everybody is declared.
const BEFORE: i32 = 40;
const AFTER: i32 = 120;

fn person_of(place: usize) -> PersonId {
    PersonId(u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1))
}

/// A person of the case by name.
pub(super) fn person(node: &Node<'_>, people: &[Arc<str>]) -> Option<PersonId> {
    let name = node.word()?;
    let place = people.iter().position(|known| *known == name);
    place.map(person_of).or_else(|| {
        node.refuse(
            format!("nobody in this case is called `{name}`"),
            format!("use one of: {}", people.join(", ")),
        )
    })
}
