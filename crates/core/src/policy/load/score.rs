//! Reading what an encounter is worth, and how the best are cut off.

use crate::{
    Number, Span,
    policy::{
        Best, DayFactor, MinuteRate, Score,
        read::{Fields, Node},
    },
};
use std::{collections::BTreeMap, sync::Arc};
use toml::de::DeValue;

/// The most points of a minute, and the most that anything counts for: what is worth more drowns all the rest.
const MOST: Number = Number::whole(1_000);

pub(super) fn score(node: Node<'_>) -> Option<Score> {
    let fields = node.fields("the score")?;
    let meeting = fields.take("meeting").map_or(Some(Number::default()), |node| worth(&node));
    let minutes = fields.take("minutes").map_or(Some(Vec::new()), |node| minute_rates(&node));
    let crowd_beyond = fields.take("crowd-beyond").map_or(Some(None), |node| node.count().map(Some));
    let kinds = fields.take("kinds").map_or(Some(BTreeMap::new()), kinds);
    let days = fields.take("days").map_or(Some(Vec::new()), |node| day_factors(&node));
    fields.finish();
    let score = Score {
        meeting: meeting?,
        minutes: minutes?,
        crowd_beyond: crowd_beyond?,
        kinds: kinds?,
        days: days?,
    };
    let nothing = Number::default();
    if score.meeting == nothing && score.minutes.iter().all(|rate| rate.points == nothing) {
        return node.refuse(
            "no encounter is worth anything by this score",
            "give points for the `meeting` or for its `minutes`",
        );
    }
    Some(score)
}

/// A number of points, or of times.
fn worth(node: &Node<'_>) -> Option<Number> {
    let number = node.number()?;
    if number < Number::default() || number > MOST {
        return node.refuse(
            format!("{number} is not between 0 and {MOST}"),
            "write what it is worth: 0 is nothing, and nothing is worth less",
        );
    }
    Some(number)
}

fn minute_rates(node: &Node<'_>) -> Option<Vec<MinuteRate>> {
    let rates = node.each(|row| {
        let fields = row.fields("a row of minutes")?;
        let from = fields.need("from").and_then(|node| node.whole());
        let points = fields.need("points").and_then(|node| worth(&node));
        fields.finish();
        Some(MinuteRate { from: Span::from_minutes(from?.into()), points: points? })
    })?;
    if rates.first().is_some_and(|rate| rate.from > Span::ZERO) {
        return node.refuse("what the first minutes are worth is not said", "begin with `from = 0`");
    }
    ascending(node, rates, |rate| rate.from)
}

fn day_factors(node: &Node<'_>) -> Option<Vec<DayFactor>> {
    let rows = node.each(|row| {
        let fields = row.fields("a row of days")?;
        let from = fields.need("from").and_then(|node| day(&node));
        let times = fields.need("times").and_then(|node| worth(&node));
        fields.finish();
        Some(DayFactor { from: from?, times: times? })
    })?;
    ascending(node, rows, |row| row.from)
}

/// Days after the onset; before it when negative.
fn day(node: &Node<'_>) -> Option<i32> {
    let number = node.number()?;
    let whole = i32::try_from(number.floor()).ok().filter(|day| Number::whole((*day).into()) == number);
    whole.or_else(|| {
        node.refuse(format!("{number} is not a whole day"), "write days after the onset, such as -2 or 5")
    })
}

fn ascending<R, K: Ord>(node: &Node<'_>, rows: Vec<R>, from: impl Fn(&R) -> K) -> Option<Vec<R>> {
    match rows.is_sorted_by(|a, b| from(a) < from(b)) {
        true => Some(rows),
        false => node.refuse("these rows do not ascend", "put them in the order of `from`, each once"),
    }
}

fn kinds(node: Node<'_>) -> Option<BTreeMap<Arc<str>, Number>> {
    let fields = node.fields("the kinds of point")?;
    fields.rest().into_iter().map(|(kind, node)| Some((Arc::from(kind), worth(&node)?))).collect()
}

/// Where a degree cuts: by score, by place among the others, or by neither. `scored` is whether the policy says what an
/// encounter is worth.
pub(super) fn cuts(fields: &Fields<'_>, scored: bool) -> Option<(Option<Number>, Option<Best>)> {
    if let Some(node) = fields.take("score").or(fields.take("best")).filter(|_| !scored) {
        return node.refuse(
            "this degree is cut by a score, and the policy does not say what an encounter is worth",
            "add `[exposure.score]`, or remove the cut",
        );
    }
    let score = fields.take("score").map_or(Some(None), |node| match node.number()? {
        number if number > Number::default() => Some(Some(number)),
        _ => node.refuse("every encounter reaches this score", "write more than 0, or remove `score`"),
    });
    let best = fields.take("best").map_or(Some(None), |node| best(&node).map(Some));
    Some((score?, best?))
}

/// A number of contacts, or a share of them.
fn best(node: &Node<'_>) -> Option<Best> {
    let DeValue::String(text) = node.value else { return node.count().map(Best::Count) };
    let share: Option<Number> = text.strip_suffix('%').and_then(|share| share.trim_end().parse().ok());
    match share {
        Some(share) if share > Number::default() && share <= Number::whole(100) => Some(Best::Percent(share)),
        Some(share) => node.refuse(
            format!("{share} % of the contacts is nobody, or more than there are"),
            "write more than 0 % and at most 100 %",
        ),
        None => node.refuse(
            format!("`{text}` is no share of the contacts"),
            "write a number of contacts such as 20, or a share of them such as \"10 %\"",
        ),
    }
}
