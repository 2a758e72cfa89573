//! From texts to a checked policy, or to everything that is wrong with them.

mod check;
mod conditions;
mod people;
mod places;
mod rules;
mod score;
mod stays;
mod texts;
pub(crate) mod vocabulary;

use super::{
    Appeal, CheckInRule, DeclarationRule, DutyRule, LiveReasons, Policy, PolicyFiles, Question, Refusal,
    Refused, Rule, SourceRule,
    read::{Fields, Reading},
    severity,
};
use crate::{Kind, Zone, verdict::PolicyRef};
use std::{collections::BTreeMap, sync::Arc};
use vocabulary::Vocabulary;

const FILE: &str = "policy.toml";

/// What has been read so far and is needed to read the rest.
struct Loading<'a> {
    reading: &'a Reading<'a>,
    vocabulary: Vocabulary,
    duties: Vec<DutyRule>,
    appeal: Option<Appeal>,
}

struct Header {
    name: Arc<str>,
    version: u32,
    zone: Zone,
    languages: Vec<Arc<str>>,
    live_reasons: LiveReasons,
    privacy_floor: u32,
    emergency_number: Option<Arc<str>>,
}

impl Policy {
    /// Reads and checks a policy. Its cases are read by [`crate::cases`].
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line and remedy.
    pub fn load(files: &PolicyFiles) -> Result<Policy, Refused> {
        let Some(text) = files.text(FILE) else {
            let remedy = format!("add a file `{FILE}`");
            let refusal = Refusal::new(FILE, "", 0..0, "the policy has no such file".to_owned(), remedy);
            return Err(Refused { refusals: vec![refusal] });
        };
        let reading = Reading::new(FILE, text);
        let policy = read_policy(&reading, files);
        let mut refusals = reading.into_refusals();
        match policy {
            Some(mut policy) if refusals.is_empty() => {
                refusals.extend(read_texts(&mut policy, files));
                if refusals.is_empty() { Ok(policy) } else { Err(Refused { refusals }) }
            }
            _ => {
                refusals.sort_by_key(|refusal| (refusal.line, refusal.column));
                Err(Refused { refusals })
            }
        }
    }
}

fn read_policy(reading: &Reading<'_>, files: &PolicyFiles) -> Option<Policy> {
    let table = reading.parse()?;
    let root = reading.root(&table, "a policy");
    let header = header(&root);
    let mut loading =
        Loading { reading, vocabulary: Vocabulary::of_the_house(), duties: Vec::new(), appeal: None };
    let sources = loading.sources(&root);
    for attribute in root.tables("attribute", "an attribute") {
        loading.attribute(attribute)?;
    }
    loading.duties = root.tables("duty", "a duty").into_iter().map(Loading::duty).collect::<Option<_>>()?;
    loading.appeal = rules::appeal(root.need("appeal")?);
    loading.appeal.as_ref()?;
    let (declaration, check_in) = loading.people(&root)?;
    let rules = loading.rules(&root);
    let exposures = root
        .take("exposure")
        .map_or(Some(super::Exposures::default()), |node| places::exposures(node.fields("exposures")?));
    let gate = root.need("gate").and_then(|node| places::gate(node.fields("the gate table")?));
    root.finish();
    let (header, rules) = (header?, rules?);
    let kinds_of = |rule: &Rule| rule.when.conditions().iter().map(|condition| condition.kind).collect();
    let abnormal = check_in.abnormal.iter().map(|condition| condition.kind);
    let reference = PolicyRef { name: header.name, version: header.version, digest: files.digest() };
    Some(Policy {
        reference: Arc::new(reference),
        zone: header.zone,
        languages: header.languages,
        live_reasons: header.live_reasons,
        privacy_floor: header.privacy_floor,
        emergency_number: header.emergency_number,
        sources: sources?,
        trigger_kinds: rules.iter().map(kinds_of).collect(),
        check_in_kinds: abnormal.chain([Kind::CheckIn]).collect(),
        exposure_words: crate::derive::Words::default(),
        files: Arc::new(files.clone()),
        attributes: loading.vocabulary.0,
        declaration,
        check_in,
        duties: loading.duties,
        rules,
        exposures: exposures?,
        gate: gate?,
        texts: BTreeMap::new(),
    })
}

fn header(root: &Fields<'_>) -> Option<Header> {
    let name = root.need("name").and_then(|node| node.word());
    let version = root.need("version").and_then(|node| node.count());
    let zone = root.need("zone").and_then(|node| {
        let name = node.text()?;
        Zone::named(name)
            .or_else(|error| {
                node.refuse(error.to_string(), "write a zone of the time zone database").ok_or(error)
            })
            .ok()
    });
    let languages = root.need("languages").and_then(|node| match node.words()? {
        none if none.is_empty() => {
            node.refuse("a policy speaks at least one language", "write [\"zh\", \"en\"]")
        }
        languages => Some(languages),
    });
    let live_reasons = root.need("live-reasons").and_then(|node| match node.text()? {
        "finish" => Some(LiveReasons::Finish),
        "decide-again" => Some(LiveReasons::DecideAgain),
        other => node.refuse(format!("`{other}` is not known"), "write `finish` or `decide-again`"),
    });
    let privacy_floor = root.need("privacy-floor").and_then(|node| node.count());
    let emergency_number = match root.take("emergency-number") {
        Some(node) => Some(node.telephone()?),
        None => None,
    };
    Some(Header {
        name: name?,
        version: version?,
        zone: zone?,
        languages: languages?,
        live_reasons: live_reasons?,
        privacy_floor: privacy_floor?,
        emergency_number,
    })
}

fn read_texts(policy: &mut Policy, files: &PolicyFiles) -> Vec<Refusal> {
    let needed = texts::needed(policy);
    let mut refusals = Vec::new();
    for language in policy.languages.clone() {
        let file = format!("texts/{language}.toml");
        let Some(text) = files.text(&file) else {
            let remedy = format!("add it, with {} texts", needed.len());
            refusals.push(Refusal::new(
                &file,
                "",
                0..0,
                "the language has no file of texts".to_owned(),
                remedy,
            ));
            continue;
        };
        let reading = Reading::new(&file, text);
        let texts = texts::texts(&reading, &needed);
        refusals.extend(reading.into_refusals());
        policy.texts.insert(language, texts.unwrap_or_default());
    }
    refusals
}

impl<'a> Loading<'a> {
    fn sources(&self, root: &Fields<'a>) -> Option<Vec<SourceRule>> {
        let tables = root.tables("source", "a source");
        let sources: Option<Vec<SourceRule>> = tables.into_iter().map(|fields| self.source(fields)).collect();
        let sources = sources?;
        for (place, source) in sources.iter().enumerate() {
            if sources[..place].iter().any(|before| before.name == source.name) {
                return root.refuse(format!("there are two sources `{}`", source.name), "remove one of them");
            }
        }
        Some(sources)
    }

    /// Questions first: their answers are attributes that everything after may name.
    fn people(&mut self, root: &Fields<'a>) -> Option<(DeclarationRule, CheckInRule)> {
        let declaration = root.need("declaration")?.fields("the declaration")?;
        let check_in = root.need("check-in")?.fields("the check-in")?;
        let asked = self.questions(&declaration, Kind::Declaration);
        let asked_daily = self.questions(&check_in, Kind::CheckIn);
        let declared = self.declaration(&declaration, asked?);
        let checked_in = self.check_in(&check_in, asked_daily?);
        declaration.finish();
        check_in.finish();
        Some((declared?, checked_in?))
    }

    fn questions(&mut self, fields: &Fields<'a>, kind: Kind) -> Option<Vec<Question>> {
        let tables = fields.tables("question", "a question");
        tables.into_iter().map(|fields| self.question(fields, kind)).collect()
    }

    fn rules(&self, root: &Fields<'a>) -> Option<Vec<Rule>> {
        let mut rules = Vec::new();
        let mut all_read = true;
        for fields in root.tables("rule", "a rule") {
            match self.rule(&fields) {
                Some(rule) => rules.push((rule, fields)),
                None => all_read = false,
            }
        }
        check::rules(&rules);
        let rules: Vec<Rule> = rules.into_iter().map(|(rule, fields)| (rule, fields.finish()).0).collect();
        (all_read && !self.reading.has_refusals()).then_some(rules)
    }
}
