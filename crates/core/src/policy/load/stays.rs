//! Reading how long a scan is taken to last.

use crate::{
    Span,
    policy::{StayRule, read::Fields},
};

/// The longest that anything may be taken to last: a scan and its exit two days later are two visits.
const MOST_MINUTES: u32 = 2 * 24 * 60;

/// Each kind in one row at most, and at most one row for all the others.
pub(super) fn stays(rows: Vec<Fields<'_>>) -> Option<Vec<StayRule>> {
    let mut known: Vec<StayRule> = Vec::new();
    let mut all = true;
    for fields in rows {
        let again = fields.take("kinds").and_then(|node| {
            let kinds = node.words()?;
            let said = kinds.into_iter().find(|kind| known.iter().any(|row| row.kinds.contains(kind)))?;
            node.refuse::<()>(format!("`{said}` has a stay already"), "name each kind in one row");
            Some(())
        });
        let others = !fields.has("kinds") && known.iter().any(|row| row.kinds.is_empty());
        if others {
            fields.refuse::<()>("every other kind has a stay already", "keep one row without `kinds`");
        }
        match stay(fields) {
            Some(row) if again.is_none() && !others => known.push(row),
            _ => all = false,
        }
    }
    all.then_some(known)
}

fn stay(fields: Fields<'_>) -> Option<StayRule> {
    let kinds = fields.take("kinds").map_or(Some(Vec::new()), |node| node.words());
    let [dwell, longest, exit_within] =
        ["minutes", "longest-minutes", "exit-within-minutes"].map(|name| minutes(&fields, name));
    let in_order = dwell.zip(longest).zip(exit_within).is_none_or(|((a, b), c)| a <= b && b <= c);
    if !in_order {
        fields.refuse::<()>(
            "these minutes do not ascend",
            "write `minutes` up to `longest-minutes`, and that up to `exit-within-minutes`",
        );
    }
    fields.finish();
    let row = StayRule { kinds: kinds?, dwell: dwell?, longest: longest?, exit_within: exit_within? };
    in_order.then_some(row)
}

fn minutes(fields: &Fields<'_>, name: &'static str) -> Option<Span> {
    let node = fields.need(name)?;
    let minutes = node.count()?;
    if minutes > MOST_MINUTES {
        return node.refuse(
            format!("{minutes} minutes are more than two days"),
            format!("write {MOST_MINUTES} at most: whoever comes back later comes anew"),
        );
    }
    Some(Span::from_minutes(minutes.into()))
}
