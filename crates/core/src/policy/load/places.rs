//! Reading exposures and the gate table.

use super::{score, stays};
use crate::{
    Assurance, Span, Standing,
    policy::{
        AreaRule, Counted, DegreeRule, Exposures, GateRow, GateTable, GateTemperature, HouseholdRule,
        InfectiousRule, OnwardRule, SiteRule,
        read::{Fields, Node},
    },
};

pub(super) fn exposures(fields: Fields<'_>) -> Option<Exposures> {
    let cases: Option<Vec<_>> =
        fields.tables("case", "a status of case").into_iter().map(infectious).collect();
    let linger = fields.take("linger").map_or(Some(Span::ZERO), |node| node.elapsed());
    let stays = stays::stays(fields.tables("stay", "a stay"));
    let score = fields.take("score").map_or(Some(None), |node| score::score(node).map(Some));
    let scored = fields.has("score");
    let degrees = fields.tables("degree", "a degree").into_iter().map(|fields| degree(fields, scored));
    let degrees: Option<Vec<_>> = degrees.collect();
    let household = fields.take("household").map_or(Some(None), |node| household(node).map(Some));
    let onward_node = fields.take("onward");
    let areas: Option<Vec<_>> = fields.tables("area", "a level of risk area").into_iter().map(area).collect();
    let sites: Option<Vec<_>> =
        fields.tables("site", "a type of exposure site").into_iter().map(site).collect();
    fields.finish();
    let mut exposures = Exposures {
        cases: cases?,
        linger: linger?,
        stays: stays?,
        score: score?,
        degrees: degrees?,
        onward: OnwardRule::default(),
        household: household?,
        areas: areas?,
        sites: sites?,
    };
    if let Some(node) = onward_node {
        exposures.onward = onward(node, exposures.has_second_step())?;
    }
    Some(exposures)
}

fn infectious(fields: Fields<'_>) -> Option<InfectiousRule> {
    let status = fields.need("status").and_then(|node| node.word());
    let presymptomatic_days = fields.need("presymptomatic-days").and_then(|node| node.whole());
    let infectious_days = fields.need("infectious-days").and_then(|node| node.count());
    fields.finish();
    Some(InfectiousRule {
        status: status?,
        presymptomatic_days: presymptomatic_days?,
        infectious_days: infectious_days?,
    })
}

fn minutes(fields: &Fields<'_>) -> Option<Span> {
    fields.need("minutes").and_then(|node| node.count()).map(|n| Span::from_minutes(n.into()))
}

fn assurance(fields: &Fields<'_>) -> Option<Assurance> {
    fields.need("assurance").and_then(|node| {
        let words: Vec<&str> = Assurance::ALL.iter().map(|word| word.as_str()).collect();
        node.parsed(&format!("one of: {}", words.join(", ")))
    })
}

fn degree(fields: Fields<'_>, scored: bool) -> Option<DegreeRule> {
    let degree = fields.need("degree").and_then(|node| node.word());
    let chain = fields.take("chain").map_or(Some(1), |node| match node.whole()? {
        1 => Some(1),
        2 => Some(2),
        n => node.refuse(format!("a chain of {n} is not traced"), "write 1 (contacts) or 2 (their contacts)"),
    });
    let point_kinds = fields.take("kinds").map_or(Some(Vec::new()), |node| node.words());
    let crowd_at_most = fields.take("crowd-at-most").map_or(Some(None), |node| node.count().map(Some));
    let cuts = score::cuts(&fields, scored);
    // By score alone: every minute counts, however it is counted.
    let by_score = ["score", "best"].iter().any(|cut| fields.has(cut));
    let (at_least, counted) = match by_score && !fields.has("minutes") && !fields.has("counted") {
        true => (Some(Span::ZERO), Some(Counted::Unbroken)),
        false => (minutes(&fields), fields.need("counted").and_then(|node| counted(&node))),
    };
    let assurance = assurance(&fields);
    fields.finish();
    let (score, best) = cuts?;
    Some(DegreeRule {
        degree: degree?,
        chain: chain?,
        point_kinds: point_kinds?,
        crowd_at_most: crowd_at_most?,
        at_least: at_least?,
        counted: counted?,
        score,
        best,
        assurance: assurance?,
    })
}

fn counted(node: &Node<'_>) -> Option<Counted> {
    match node.text()? {
        "unbroken" => Some(Counted::Unbroken),
        "summed-day" => Some(Counted::SummedDay),
        "summed-window" => Some(Counted::SummedWindow),
        other => node
            .refuse(format!("`{other}` is not known"), "write `unbroken`, `summed-day` or `summed-window`"),
    }
}

fn household(node: Node<'_>) -> Option<HouseholdRule> {
    let fields = node.fields("household exposure")?;
    let degree = fields.need("degree").and_then(|node| node.word());
    let onward = fields.take("onward").map_or(Some(None), |node| node.word().map(Some));
    let second = fields.need("second-case").and_then(|node| match node.text()? {
        "restart" => Some(true),
        "nothing" => Some(false),
        other => node.refuse(format!("`{other}` is not known"), "write `restart` or `nothing`"),
    });
    fields.finish();
    Some(HouseholdRule { degree: degree?, onward: onward?, second_case_restarts: second? })
}

/// When contacts pass it on, where a policy `goes_on` to whom they meet.
fn onward(node: Node<'_>, goes_on: bool) -> Option<OnwardRule> {
    if !goes_on {
        return node
            .refuse("nobody is exposed by a contact", "leave it out, or write a degree with `chain = 2`");
    }
    let fields = node.fields("onward exposure")?;
    let latent = fields.take("latent").map_or(Some(Span::ZERO), |node| node.elapsed());
    let infectious = fields.take("infectious").map_or(Some(None), |node| match node.elapsed()? {
        Span::ZERO => {
            node.refuse("this length of time is empty", "write more than nothing, such as \"96 h\"")
        }
        lasting => Some(Some(lasting)),
    });
    fields.finish();
    Some(OnwardRule { latent: latent?, infectious: infectious? })
}

fn area(fields: Fields<'_>) -> Option<AreaRule> {
    let level = fields.need("level").and_then(|node| node.word());
    let at_least = minutes(&fields);
    let back_days = fields.need("back-days").and_then(|node| node.whole());
    let assurance = assurance(&fields);
    fields.finish();
    Some(AreaRule { level: level?, at_least: at_least?, back_days: back_days?, assurance: assurance? })
}

fn site(fields: Fields<'_>) -> Option<SiteRule> {
    let published = fields.need("published").and_then(|node| node.text());
    let exposure_type = fields.need("exposure-type").and_then(|node| node.word());
    let at_least = minutes(&fields);
    let assurance = assurance(&fields);
    fields.finish();
    Some(SiteRule {
        published: published?.into(),
        exposure_type: exposure_type?,
        at_least: at_least?,
        assurance: assurance?,
    })
}

pub(super) fn gate(fields: Fields<'_>) -> Option<GateTable> {
    let kinds = fields.need("kinds");
    let never_stop = fields.take("never-stop").map_or(Some(Vec::new()), |node| node.words());
    let temperature = fields.take("temperature").map_or(Some(None), |node| temperature(node).map(Some));
    let names = kinds.and_then(|node| node.words());
    let rows = fields
        .tables("row", "a row of the gate table")
        .into_iter()
        .map(|row| gate_row(row, names.as_deref()));
    let rows: Vec<Option<GateRow>> = rows.collect();
    if let (Some(node), Some(names)) = (kinds, &names)
        && !names.iter().any(|name| &**name == "unclassified")
    {
        node.refuse::<()>(
            "the gate table lacks the kind `unclassified`",
            "add it: every unknown kind is taken for it",
        );
    }
    let place = fields.take("row").or(kinds);
    fields.finish();
    let rows: Option<Vec<GateRow>> = rows.into_iter().collect();
    let table = GateTable { kinds: names?, never_stop: never_stop?, rows: rows?, temperature: temperature? };
    refuse_holes(&table, place?)?;
    Some(table)
}

fn temperature(node: Node<'_>) -> Option<GateTemperature> {
    let fields = node.fields("a gate's temperature")?;
    let above = fields.need("above").and_then(|node| node.number());
    let outcome =
        fields.need("outcome").and_then(|node| node.parsed("`stop`, `cannot-tell` or `pass-and-register`"));
    let sentence = fields.need("sentence").and_then(|node| node.word());
    fields.finish();
    Some(GateTemperature { above: above?, outcome: outcome?, sentence: sentence? })
}

fn gate_row(fields: Fields<'_>, known: Option<&[std::sync::Arc<str>]>) -> Option<GateRow> {
    fn all<T: std::str::FromStr<Err: std::fmt::Display>>(
        fields: &Fields<'_>,
        name: &'static str,
    ) -> Option<Vec<T>> {
        fields
            .take(name)
            .map_or(Some(Vec::new()), |node| node.each(|item| item.parsed("a word that gates know")))
    }
    let standings = all::<Standing>(&fields, "standings");
    let kinds = fields.take("kinds").map_or(Some(Vec::new()), |node| {
        node.each(|item| {
            let word = item.word()?;
            match known.is_none_or(|known| known.contains(&word)) {
                true => Some(word),
                false => item
                    .refuse(format!("`{word}` is no kind of this table"), "add it to `kinds`, or correct it"),
            }
        })
    });
    let directions = all(&fields, "directions");
    let purposes = all(&fields, "purposes");
    let places = all(&fields, "places");
    let outcome = fields
        .need("outcome")
        .and_then(|node| node.parsed("`pass`, `pass-and-register`, `stop` or `cannot-tell`"));
    let sentence = fields.need("sentence").and_then(|node| node.word());
    fields.finish();
    Some(GateRow {
        standings: standings?,
        kinds: kinds?,
        directions: directions?,
        purposes: purposes?,
        places: places?,
        outcome: outcome?,
        sentence: sentence?,
    })
}

/// A hole, or a stop where nobody may be stopped, is found by trying every approach.
fn refuse_holes(table: &GateTable, at: Node<'_>) -> Option<()> {
    for approach in table.every_approach() {
        let where_it_is = format!(
            "{}, {}, going {}, purpose {}, place {}",
            approach.standing, approach.kind, approach.direction, approach.purpose, approach.place
        );
        match table.row(&approach) {
            None => {
                return at.refuse(
                    format!("the gate table has a hole: {where_it_is}"),
                    "add a row for it, or a last row without conditions",
                );
            }
            Some(row) if row.outcome == crate::policy::Outcome::Stop && !table.may_stop(&approach) => {
                return at.refuse(
                    format!("the gate table stops somebody who may not be stopped: {where_it_is}"),
                    "leaving is stopped only at the place of isolation; one's home, a place that never stops and an emergency stop nobody",
                );
            }
            Some(_) => {}
        }
    }
    Some(())
}
