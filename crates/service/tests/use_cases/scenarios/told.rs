//! Everything that a resident is told, and what must not be in it.

use crate::house::House;
use kangma_core::{PersonId, Standing, Time};
use kangma_service::{Actor, explain::AsOf};

/// What somebody can read about themselves: why and why not as they travel, and every sentence that goes with them, in both
/// languages.
pub async fn readable(house: &House, actor: &Actor, person: PersonId, asked: Standing) -> Vec<String> {
    let why = house.service.explain(actor, person, AsOf::default()).await.unwrap();
    let why_not = house.service.why_not(actor, person, asked, AsOf::default()).await.unwrap();
    let mut read = vec![serde_json::to_string(&why).unwrap(), serde_json::to_string(&why_not).unwrap()];
    let rules = house.service.rules();
    let policy = rules.policy(house.now());
    let named = why.reasons.iter().map(|reason| &reason.rule);
    for rule in named.chain(why_not.rules.iter().map(|rule| &rule.rule)) {
        read.extend(in_both_languages(policy, rule));
    }
    read
}

/// What is said about a rule to a resident, in Chinese and in English: never the same, never empty.
pub fn in_both_languages(policy: &kangma_core::Policy, rule: &str) -> Vec<String> {
    let texts = ["zh", "en"].map(|language| policy.texts(language));
    let mut said = Vec::new();
    for speak in [kangma_core::policy::Texts::resident, kangma_core::policy::Texts::remedy] {
        let [chinese, english] = texts.map(|texts| speak(texts, rule).to_owned());
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(chinese.chars().any(is_chinese), "{rule}: {chinese}");
        assert!(!english.is_empty() && !english.chars().any(is_chinese), "{rule}: {english}");
        said.extend([chinese, english]);
    }
    said
}

/// The messages that went to a telephone.
pub async fn messages(house: &House, phone: &str) -> Vec<String> {
    house.service.deliver_notices().await.unwrap();
    let post = house.post.0.lock().unwrap();
    let own = post.iter().filter(|message| message.to == phone && !message.text.contains("10 "));
    own.map(|message| message.text.clone()).collect()
}

/// Nothing of that names one of these words, and no hour but the beginning of a day.
pub fn gives_nothing_away(read: &[String], secrets: &[String], who: &str) {
    let zone = kangma_core::Zone::named("Asia/Shanghai").unwrap();
    for text in read {
        for secret in secrets {
            assert!(!text.contains(secret.as_str()), "{who} reads `{secret}` in {text}");
        }
        for (colon, _) in text.match_indices(':') {
            let digit = |place: usize| text.as_bytes().get(place).is_some_and(u8::is_ascii_digit);
            if !(colon > 0 && digit(colon - 1) && digit(colon + 1)) {
                continue;
            }
            // The only clock times are those of instants that begin a day: `2020-03-16T16:00:00Z`.
            let instant = text.get(colon.saturating_sub("2020-03-16T16".len())..);
            let instant = instant.and_then(|rest| rest.find('Z').map(|end| &rest[..=end]));
            let time = instant.and_then(|text| text.parse::<Time>().ok());
            let inner = text.as_bytes().get(colon + 3) == Some(&b'Z');
            let begins = time.is_some_and(|time| zone.midnight(zone.day(time)) == time);
            assert!(inner || begins, "{who} reads an hour in {text}");
        }
    }
}
