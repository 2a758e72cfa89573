//! What a policy may not be: each refusal names the file, points at the words, and says what to do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{
    Policy, PolicyFiles, Span, cases,
    policy::{Refusal, Refused},
};
use std::{path::Path, sync::Arc};

fn hangzhou() -> PolicyFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/hangzhou-2020");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    ["policy.toml", "texts/zh.toml", "texts/en.toml"].into_iter().map(|file| (file, read(file))).collect()
}

/// The shipped policy with some words of one file replaced, once.
fn with(file: &str, from: &str, to: &str) -> PolicyFiles {
    let mut files = hangzhou();
    let text = files.text(file).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    let text = text.replacen(from, to, 1);
    files.add(file, text);
    files
}

/// Loads it and finds the refusal that says `what`; checks that its line and caret stand at `at` and that it has a remedy.
fn refused(files: &PolicyFiles, file: &str, at: &str, what: &str) {
    let Err(Refused { refusals }) = Policy::load(files) else { panic!("not refused: {what}") };
    points_at(&refusals, files, file, at, what);
}

fn points_at(refusals: &[Refusal], files: &PolicyFiles, file: &str, at: &str, what: &str) {
    let all: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    let found = refusals.iter().find(|refusal| refusal.what.contains(what));
    let refusal = found.unwrap_or_else(|| panic!("expected `{what}` among {all:#?}"));
    assert_eq!(&*refusal.file, file);
    let text = files.text(file).unwrap_or("");
    let pointed = &text[refusal.span.clone()];
    assert!(pointed.starts_with(at), "the caret is under `{pointed}` and not under `{at}`");
    let line = text[..refusal.span.start].matches('\n').count() + 1;
    assert_eq!(usize::try_from(refusal.line).unwrap(), line);
    assert!(refusal.remedy.len() > 8, "no remedy for `{what}`");
    let mut drawn = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    miette::GraphicalReportHandler::new_themed(theme).render_report(&mut drawn, refusal).unwrap();
    let first_words = &refusal.remedy[..8];
    assert!(drawn.contains(&format!("{file}:{line}:")) && drawn.contains(first_words), "{drawn}");
}

const CLOSE: &str = "when = { evidence = \"exposure\", degree = \"close\" }";
const SEVEN: &str = "until = { check-ins = 7 }";

/// `policy.toml` with words replaced, where the caret has to stand, what is said.
fn in_policy(cases: &[(&str, &str, &str, &str)]) {
    for (from, to, at, what) in cases {
        refused(&with("policy.toml", from, to), "policy.toml", at, what);
    }
}

#[test]
fn unknown_fields_kinds_and_words_are_refused() {
    in_policy(&[
        (
            "privacy-floor = 10",
            "privacy-floor = 10\ncolor = \"red\"",
            "color",
            "a policy has no field `color`",
        ),
        (
            "emergency-number = \"120\"",
            "emergency-number = \"call us\"",
            "\"call us\"",
            "`call us` is no telephone number",
        ),
        ("anchor = \"recovery\"", "anchor = \"recovery\"\nafter = 3", "after", "has no field `after`"),
        (CLOSE, "when = { evidence = \"rumour\" }", "\"rumour\"", "`rumour` is not a kind of evidence"),
        (CLOSE, "when = { evidence = \"exposure\", colour = \"x\" }", "\"x\"", "has no attribute `colour`"),
        (CLOSE, "when = { any = [{ evidence = \"exposure\" }], for = \"3 d\" }", "\"3 d\"", "no field `for`"),
        ("colour = \"red\"", "colour = \"purple\"", "\"purple\"", "`purple` is no colour of a reason"),
        ("colour = \"red\"", "colour = \"green\"", "\"green\"", "`green` is no colour of a reason"),
        ("colour = \"red\"", "colour = \"red\"\ntag = \"x\"", "[[rule.stage]]", "exactly one effect"),
        ("again = \"restart\"", "again = \"always\"", "\"always\"", "`always` is not known"),
        (
            "duties = [\"isolate\", \"check-in-daily\"]",
            "duties = [\"hide\"]",
            "\"hide\"",
            "there is no duty `hide`",
        ),
        (
            "anchor = \"last-exposure\"",
            "anchor = \"birthday\"",
            "\"birthday\"",
            "no time of the triggering evidence",
        ),
        ("status = \"confirmed\" }", "status = \"bitten\" }", "\"bitten\"", "`status` is never that"),
        ("zone = \"Asia/Shanghai\"", "zone = \"Asia/Nowhere\"", "\"Asia/Nowhere\"", "is not a time zone"),
        ("missed = \"remind\"", "missed = \"forgive\"", "\"forgive\"", "`forgive` is not known"),
        ("counted = \"unbroken\"", "counted = \"twice\"", "\"twice\"", "`twice` is not known"),
        ("version = 1", "version = \"one\"", "\"one\"", "a string stands where a whole number belongs"),
        ("version = 1", "version = -1", "-1", "is not a whole number"),
        ("max-age = \"6 h\"", "max-age = \"6 d\"", "\"6 d\"", "elapsed time is not counted in days"),
        ("name = \"hangzhou-2020\"", "name = \"Hangzhou 2020\"", "\"Hangzhou 2020\"", "is not a word"),
    ]);
}

#[test]
fn a_stage_without_an_end_or_without_one_that_the_person_can_reach_is_refused() {
    in_policy(&[
        (SEVEN, "until = {}", "{}", "this stage has no end"),
        (SEVEN, "", "[[rule.stage]]", "has no `until`"),
        (SEVEN, "until = { any = [] }", "[]", "this end has no parts"),
        (SEVEN, "until = { release = true }", "{ release", "nobody can reach this end without an officer"),
        (SEVEN, "until = { all = [{ days = 7 }, { release = true }] }", "{ all", "without an officer"),
        (SEVEN, "until = { event = { evidence = \"decision\" } }", "{ event", "without an officer"),
        (SEVEN, "until = { check-ins = 0 }", "0", "0 of something never ends"),
        (SEVEN, "until = { negatives = 2, apart = \"23 h\" }", "\"23 h\"", "less than 24 h apart"),
        (
            SEVEN,
            "until = { check-ins = { from = \"order.check-ins\", default = 7, most = 7 } }",
            "\"order.check-ins\"",
            "the trigger has no number `check-ins`",
        ),
        (
            "default = 14, most = 14",
            "default = 15, most = 14",
            "{ from",
            "the default lies outside the bounds",
        ),
        (
            "until = { check-ins = 14 }",
            "until = { check-ins = 14 }\n[[rule.stage]]\ncolour = \"red\"\nuntil = { days = 7 }\n[[rule.stage]]\ntag = \"x\"\nuntil = { days = 1 }\n[[rule.stage]]\ncolour = \"yellow\"\nuntil = { days = 1 }",
            "[[rule.stage]]",
            "a stage is more severe than the one before it",
        ),
    ]);
}

#[test]
fn empty_ranges_and_windows_are_refused() {
    in_policy(&[
        (
            CLOSE,
            "when = { evidence = \"exposure\", minutes = { above = 5, below = 5 } }",
            "{ above",
            "no number is in this range",
        ),
        (
            CLOSE,
            "when = { evidence = \"exposure\", minutes = { at-least = 6, at-most = 5 } }",
            "{ at-least",
            "no number is in this range",
        ),
        (CLOSE, "when = { evidence = \"exposure\", minutes = {} }", "{}", "this range has no limit"),
        (CLOSE, "when = { evidence = \"exposure\", degree = [] }", "[]", "nothing is in an empty list"),
        (
            CLOSE,
            "when = { count = { evidence = \"exposure\" }, at-least = 2, within = \"0 h\" }",
            "\"0 h\"",
            "is empty",
        ),
        (
            CLOSE,
            "when = { sum = \"minutes\", of = { evidence = \"exposure\" }, at-least = 0, within = \"1 d\" }",
            "0",
            "always reached",
        ),
        (
            CLOSE,
            "when = { sum = \"degree\", of = { evidence = \"exposure\" }, at-least = 1, within = \"1 d\" }",
            "\"degree\"",
            "is not a number",
        ),
        (
            CLOSE,
            "when = { all = [{ evidence = \"exposure\" }], within = \"1 d\" }",
            "[{",
            "at least two conditions",
        ),
        (
            CLOSE,
            "when = { all = [{ evidence = \"exposure\" }, { evidence = \"check-in\" }], at-least = 3, within = \"1 d\" }",
            "[{",
            "3 of 2 conditions never hold",
        ),
        (
            CLOSE,
            "when = { evidence = \"exposure\", age = { at-least = 60, below = 60 } }",
            "{ at-least",
            "nobody is of this age",
        ),
        ("max-age = \"6 h\"", "max-age = \"0 h\"", "\"0 h\"", "always stale"),
    ]);
}

#[test]
fn a_colour_from_nothing_is_refused() {
    in_policy(&[
        (CLOSE, "when = { age = { at-least = 60 } }", "{ age", "neither evidence nor a declared absence"),
        (CLOSE, "when = {}", "{}", "neither evidence nor a declared absence"),
    ]);
}

#[test]
fn what_no_rule_may_depend_on_is_refused_wherever_it_is_written() {
    let never =
        ["nationality", "sex", "division", "registered-division", "document-prefix", "medical-history"];
    for name in never {
        let condition = format!("when = {{ evidence = \"exposure\", {name} = \"x\" }}");
        let question = format!("[[check-in.question]]\nid = \"{name}\"\ntype = \"word\"\n[[duty]]");
        let attribute =
            format!("[[attribute]]\nkind = \"exposure\"\nname = \"{name}\"\ntype = \"word\"\n[appeal]");
        let what = format!("no rule may depend on `{name}`");
        let quoted = format!("\"{name}\"");
        in_policy(&[
            (CLOSE, &condition, "\"x\"", &what),
            ("[[duty]]", &question, &quoted, &what),
            ("[appeal]", &attribute, &quoted, &what),
        ]);
    }
}

#[test]
fn two_rules_of_one_name_or_one_that_another_makes_useless_are_refused() {
    let ceiling = "[rule.ceiling]\ndays = 28\nowner = \"x\"\ndeadline = \"3 d\"\nthen = \"end\"\n";
    let milder = format!(
        "[[rule]]\nid = \"milder\"\nwhen = {{ evidence = \"false-statement\" }}\n[[rule.stage]]\ncolour = \"yellow\"\nuntil = {{ check-ins = 14 }}\n{ceiling}\n[exposure]"
    );
    in_policy(&[
        ("id = \"suspected\"", "id = \"confirmed\"", "[[rule]]", "there are two rules `confirmed`"),
        ("[exposure]", &milder, "[[rule]]", "rule `milder` says nothing that `false-statement` does not"),
    ]);
}

#[test]
fn an_exemption_from_a_positive_result_is_refused() {
    let spared = "unless = [{ evidence = \"immunity\", before = \"any-time\" }]";
    let positive = "when = { evidence = \"test-result\", result = \"positive\", pooled = false }";
    let confirmed = "when = { evidence = \"case-status\", status = \"confirmed\" }";
    in_policy(&[
        (
            positive,
            &format!("{positive}\n{spared}"),
            "[[rule]]",
            "would spare somebody with a positive result",
        ),
        (
            confirmed,
            &format!("{confirmed}\n{spared}"),
            "[[rule]]",
            "would spare somebody with a positive result",
        ),
        (
            CLOSE,
            &format!("{CLOSE}\nunless = [{{ evidence = \"immunity\" }}]"),
            "{ evidence",
            "has no `before`",
        ),
        (
            CLOSE,
            &format!("{CLOSE}\nunless = [{{ evidence = \"immunity\", before = \"noon\" }}]"),
            "\"noon\"",
            "whether it must come before the trigger",
        ),
    ]);
}

#[test]
fn reviews_appeals_and_ceilings_without_deadline_or_end_are_refused() {
    let ceiling = "[rule.ceiling]\ndays = 60\nowner = \"district-health-office\"\ndeadline = \"3 d\"\nthen = \"escalate\"\nto = \"city-health-commission\"\n";
    in_policy(&[
        ("deadline = \"24 h\"\n", "", "[declaration.audit]", "the audit has no `deadline`"),
        ("deadline = \"24 h\"\n", "deadline = \"0 h\"\n", "\"0 h\"", "is empty"),
        ("outcome = \"unknown\"", "outcome = \"green\"", "\"green\"", "cannot clear anybody"),
        (
            "[appeal]\nowner = \"district-health-office\"\ndeadline = \"3 d\"\n",
            "[appeal]\nowner = \"district-health-office\"\n",
            "[appeal]",
            "an appeal has no `deadline`",
        ),
        (
            "missed = \"escalate\"\nto = \"city-health-commission\"",
            "missed = \"escalate\"",
            "[appeal]",
            "has no `to`",
        ),
        (ceiling, "", "[[rule]]", "has no ceiling"),
        (
            ceiling,
            "[rule.ceiling]\ndays = 60\nowner = \"x\"\nthen = \"end\"\n",
            "[rule.ceiling]",
            "a ceiling has no `deadline`",
        ),
        (
            ceiling,
            "[rule.ceiling]\ndays = 60\nowner = \"x\"\ndeadline = \"3 d\"\nthen = \"escalate\"\n",
            "[rule.ceiling]",
            "a ceiling has no `to`",
        ),
    ]);
}

#[test]
fn stays_that_contradict_themselves_or_one_another_are_refused() {
    let with = |stays: &str| {
        let text = hangzhou().text("policy.toml").unwrap().to_owned();
        let mut files = hangzhou();
        files.add(
            "policy.toml",
            text.replacen("linger = \"0 min\"", &format!("linger = \"0 min\"\n{stays}"), 1),
        );
        files
    };
    let row = |kinds: &str, minutes: [u32; 3]| {
        let [dwell, longest, exit] = minutes;
        format!(
            "[[exposure.stay]]\n{kinds}\nminutes = {dwell}\nlongest-minutes = {longest}\nexit-within-minutes = {exit}\n"
        )
    };
    let bar = "kinds = [\"bar\"]";
    let fine = [row(bar, [45, 45, 45]), row("", [1, 60, 2_880])].concat();
    let policy = Policy::load(&with(&fine)).unwrap();
    assert_eq!(policy.exposures.stays.len(), 2);
    assert_eq!(policy.exposures.stays[1].exit_within, Span::from_hours(48));
    for (stays, at, what) in [
        (row(bar, [45, 44, 60]), "[[exposure.stay]]", "these minutes do not ascend"),
        (row(bar, [45, 60, 59]), "[[exposure.stay]]", "these minutes do not ascend"),
        (row(bar, [0, 60, 60]), "0", "0 of something never ends"),
        (row(bar, [1, 60, 2_881]), "2881", "2881 minutes are more than two days"),
        (
            [row(bar, [1, 2, 3]), row("kinds = [\"pub\", \"bar\"]", [1, 2, 3])].concat(),
            "[\"pub\", \"bar\"]",
            "`bar` has a stay already",
        ),
        (
            [row("", [1, 2, 3]), row("", [1, 2, 3])].concat(),
            "[[exposure.stay]]",
            "every other kind has a stay already",
        ),
        ("[[exposure.stay]]\nminutes = 1\n".to_owned(), "[[exposure.stay]]", "has no `longest-minutes`"),
    ] {
        refused(&with(&stays), "policy.toml", at, what);
    }
}

#[test]
fn a_score_that_says_nothing_and_a_cut_that_cuts_nothing_are_refused() {
    let degree = "minutes = 15\ncounted = \"unbroken\"";
    let scored = |score: &str, cut: &str| {
        let text = hangzhou().text("policy.toml").unwrap().replacen(degree, cut, 1);
        let mut files = hangzhou();
        files.add(
            "policy.toml",
            text.replacen("linger = \"0 min\"", &format!("linger = \"0 min\"\n{score}"), 1),
        );
        files
    };
    let fine = "[exposure.score]\nmeeting = 1\n";
    for cut in ["score = 40", "score = 0.001", "best = 1", "best = \"0.001 %\"", "best = \"100%\"", degree] {
        Policy::load(&scored(fine, cut)).unwrap_or_else(|refused| panic!("{cut}: {refused}"));
    }
    let cuts = [
        ("score = 0", "0", "every encounter reaches this score"),
        ("score = -1", "-1", "every encounter reaches this score"),
        ("score = \"many\"", "\"many\"", "a string stands where a number belongs"),
        ("score = 0.0001", "0.0001", "more than three decimals"),
        ("best = 0", "0", "0 of something never ends"),
        ("best = 2.5", "2.5", "a float stands where a whole number belongs"),
        ("best = \"0 %\"", "\"0 %\"", "0 % of the contacts is nobody"),
        (
            "best = \"100.001 %\"",
            "\"100.001 %\"",
            "100.001 % of the contacts is nobody, or more than there are",
        ),
        ("best = \"-5 %\"", "\"-5 %\"", "nobody, or more than there are"),
        ("best = \"10\"", "\"10\"", "`10` is no share of the contacts"),
        ("best = \"ten %\"", "\"ten %\"", "`ten %` is no share of the contacts"),
        ("best = 3\nminutes = 15", "[[exposure.degree]]", "has no `counted`"),
        ("best = 3\ncounted = \"unbroken\"", "[[exposure.degree]]", "has no `minutes`"),
        ("", "[[exposure.degree]]", "has no `minutes`"),
    ];
    for (cut, at, what) in cuts {
        refused(&scored(fine, cut), "policy.toml", at, what);
    }
    for cut in ["score = 40", "best = 20"] {
        let value = cut.rsplit(' ').next().unwrap();
        refused(&scored("", cut), "policy.toml", value, "the policy does not say what an encounter is worth");
    }
    let scores = [
        ("meeting = 0", "{", "no encounter is worth anything"),
        ("minutes = [{ from = 0, points = 0 }]", "{", "no encounter is worth anything"),
        ("meeting = -1", "-1", "-1 is not between 0 and 1000"),
        ("meeting = 1000.001", "1000.001", "is not between 0 and 1000"),
        ("meeting = 1, kinds = { bar = -0.5 }", "-0.5", "-0.5 is not between 0 and 1000"),
        ("meeting = 1, kinds = { bar = \"much\" }", "\"much\"", "a string stands where a number belongs"),
        ("meeting = 1, kinds = 2", "2", "where a table belongs"),
        ("minutes = [{ from = 1, points = 1 }]", "[{", "what the first minutes are worth is not said"),
        ("minutes = [{ from = 0, points = 1 }, { from = 0, points = 2 }]", "[{", "these rows do not ascend"),
        ("minutes = [{ from = 0 }]", "{ from", "a row of minutes has no `points`"),
        ("minutes = [{ from = 0, points = 1, until = 9 }]", "until", "a row of minutes has no field `until`"),
        ("meeting = 1, crowd-beyond = 0", "0", "0 of something never ends"),
        (
            "meeting = 1, days = [{ from = 2, times = 1 }, { from = 1, times = 2 }]",
            "[{",
            "these rows do not ascend",
        ),
        ("meeting = 1, days = [{ from = 0.5, times = 1 }]", "0.5", "0.5 is not a whole day"),
        ("meeting = 1, days = [{ from = 3000000000, times = 1 }]", "3000000000", "is not a whole day"),
        ("meeting = 1, days = [{ from = 0, times = 1001 }]", "1001", "is not between 0 and 1000"),
        ("meeting = 1, metting = 1", "metting", "the score has no field `metting`"),
    ];
    for (score, at, what) in scores {
        refused(&scored(&format!("score = {{ {score} }}"), degree), "policy.toml", at, what);
    }
}

#[test]
fn a_gate_table_with_a_hole_or_that_stops_somebody_it_may_not_is_refused() {
    let last = "[[gate.row]]\noutcome = \"pass-and-register\"\nsentence = \"not-known-yet\"";
    in_policy(&[
        (last, "", "", "the gate table has a hole: under-review"),
        (
            "never-stop = [\"hospital\"]",
            "never-stop = [\"hospital\", \"mall\"]",
            "",
            "may not be stopped: red, mall",
        ),
        (
            "places = [\"isolation\"]\npurposes = [\"none\", \"home\"]",
            "places = [\"home\"]",
            "",
            "may not be stopped: red, unclassified, going out",
        ),
        ("kinds = [\"hospital\"]", "kinds = [\"hospitals\"]", "\"hospitals\"", "is no kind of this table"),
        ("  \"unclassified\", \"community\"", "  \"community\"", "", "lacks the kind `unclassified`"),
    ]);
}

#[test]
fn a_missing_a_surplus_and_an_empty_sentence_are_refused_in_their_language() {
    let key = "isolate = \"请留在隔离处\"\n";
    refused(&with("texts/zh.toml", key, ""), "texts/zh.toml", "", "the text `duty.isolate` is missing");
    refused(&with("texts/zh.toml", key, "isolate = \" \"\n"), "texts/zh.toml", "\" \"", "is empty");
    let surplus = format!("{key}hide = \"躲\"\n");
    refused(
        &with("texts/zh.toml", key, &surplus),
        "texts/zh.toml",
        "\"躲\"",
        "nothing in the policy is called `duty.hide`",
    );
    let third = with("policy.toml", "languages = [\"zh\", \"en\"]", "languages = [\"zh\", \"en\", \"fr\"]");
    refused(&third, "texts/fr.toml", "", "the language has no file of texts");
    refused(
        &with("policy.toml", "languages = [\"zh\", \"en\"]", "languages = []"),
        "policy.toml",
        "[]",
        "speaks at least one language",
    );
}

#[test]
fn what_is_no_toml_and_what_is_no_policy_is_refused() {
    refused(&with("policy.toml", "version = 1", "version = "), "policy.toml", "", "this is not TOML");
    refused(&PolicyFiles::new(), "policy.toml", "", "the policy has no such file");
    refused(
        &with("policy.toml", "zone = \"Asia/Shanghai\"\n", ""),
        "policy.toml",
        "",
        "a policy has no `zone`",
    );
}

#[test]
fn several_mistakes_are_shown_at_once_in_the_order_of_their_lines() {
    let text =
        hangzhou().text("policy.toml").unwrap().replacen("colour = \"yellow\"", "colour = \"blue\"", 1);
    let text = text.replacen("colour = \"red\"", "colour = \"purple\"", 1);
    let mut files = hangzhou();
    files.add("policy.toml", text);
    let refused = Policy::load(&files).unwrap_err();
    let whats: Vec<&str> = refused.refusals.iter().map(|refusal| &*refusal.what).collect();
    assert_eq!(whats, ["`purple` is no colour of a reason", "`blue` is no colour of a reason"]);
    assert!(refused.refusals[0].line < refused.refusals[1].line);
}

#[test]
fn a_case_that_is_written_wrongly_is_refused_too() {
    let policy = Arc::new(Policy::load(&hangzhou()).unwrap());
    let case = "day-0 = \"2020-03-01\"\n[[case]]\nname = \"x\"\nevidence = [{ on = \"0 12:00\", evidence = \"exposure\", degree = \"close\" }]\n\
                expect = [{ on = \"0 12:00\", standing = \"red\", rules = [\"close-contact\"] }]\n";
    let run = |text: &str| cases::run(&policy, &[("cases/x.toml", text)].into_iter().collect());
    assert!(run(case).is_clean());
    let wrong = [
        ("day-0 = \"2020-03-01\"", "day-0 = \"2020-02-30\"", "\"2020-02-30\"", "is not a time"),
        ("on = \"0 12:00\", evidence", "on = \"noon\", evidence", "\"noon\"", "`noon` is no time of a case"),
        (
            "on = \"0 12:00\", evidence",
            "on = \"3..1 12:00\", evidence",
            "\"3..1 12:00\"",
            "is no time of a case",
        ),
        ("evidence = \"exposure\"", "evidence = \"rumour\"", "\"rumour\"", "is not a kind of evidence"),
        ("degree = \"close\"", "depth = 3", "3", "has no attribute `depth`"),
        ("degree = \"close\"", "person = \"she\"", "\"she\"", "nobody in this case is called `she`"),
        ("degree = \"close\"", "about = \"it\"", "[[case]]", "nothing in this case is called `it`"),
        ("standing = \"red\"", "standing = \"pink\"", "\"pink\"", "`pink` is not a standing"),
        (
            "rules = [\"close-contact\"]",
            "rules = [\"far-contact\"]",
            "",
            "the policy has no rule `far-contact`",
        ),
        ("rules = [\"close-contact\"]", "rule = \"close-contact\"", "rule", "has no field `rule`"),
        (
            "expect = [{ on",
            "heard = { rumours = [] }\nexpect = [{ on",
            "[]",
            "the policy has no source `rumours`",
        ),
        (
            "expect = [{ on = \"0 12:00\", standing = \"red\", rules = [\"close-contact\"] }]",
            "",
            "[[case]]",
            "this case expects nothing",
        ),
    ];
    for (from, to, at, what) in wrong {
        let text = case.replacen(from, to, 1);
        assert_ne!(text, case);
        let files: PolicyFiles = [("cases/x.toml", &*text)].into_iter().collect();
        points_at(&cases::run(&policy, &files).refusals, &files, "cases/x.toml", at, what);
    }
    let unmet = run(&case.replacen("standing = \"red\"", "standing = \"green\"", 1));
    let lines: Vec<String> = unmet.failures.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["cases/x.toml:5: x: at 0 12:00:00: expected green, found red by [close-contact]"]);
}

#[test]
fn when_contacts_pass_it_on_is_refused_where_nothing_follows_from_it() {
    let household = "[exposure.household]\n";
    let onward = |said: &str| format!("[exposure.onward]\n{said}\n\n{household}");
    refused(
        &with("policy.toml", household, &onward("latent = \"48 h\"")),
        "policy.toml",
        "[exposure.onward]",
        "nobody is exposed by a contact",
    );
    let chain = |said: &str| {
        let files = with("policy.toml", household, &format!("{}onward = \"close\"\n", onward(said)));
        Policy::load(&files).map(|policy| policy.exposures.onward).map_err(|refused| refused.to_string())
    };
    let known = chain("latent = \"48 h\"\ninfectious = \"96 h\"").unwrap();
    assert_eq!((known.latent, known.infectious), (Span::from_hours(48), Some(Span::from_hours(96))));
    for (said, what) in [
        ("infectious = \"0 h\"", "this length of time is empty"),
        ("latent = \"2 d\"", "elapsed time is not counted in days"),
        ("after = \"48 h\"", "has no field `after`"),
    ] {
        assert!(chain(said).unwrap_err().contains(what), "{said}");
    }
}
