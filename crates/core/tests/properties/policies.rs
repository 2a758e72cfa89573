//! Policies to decide by: the shipped ones, and small ones written from dice that cover every form of trigger,
//! anchor, further evidence, end, ceiling and missed day. All of them come through the loader.

use crate::dice::Dice;
use kangma_core::{Policy, PolicyFiles};
use std::{fmt::Write as _, path::Path, sync::Arc, sync::LazyLock};

/// Every policy in `policies/`.
pub static SHIPPED: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let folders = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|path| path.join("policy.toml").is_file()).collect();
    folders.sort();
    folders.iter().map(|folder| Arc::new(read(folder))).collect()
});

fn read(folder: &Path) -> Policy {
    let mut files = PolicyFiles::new();
    files.add("policy.toml", std::fs::read_to_string(folder.join("policy.toml")).unwrap());
    for entry in std::fs::read_dir(folder.join("texts")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.add(format!("texts/{name}"), std::fs::read_to_string(&path).unwrap());
    }
    Policy::load(&files).unwrap_or_else(|refused| panic!("{}: {refused}", folder.display()))
}

/// What a small policy is made of: bytes for what is not a rule, and bytes for each rule.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub ground: Vec<u8>,
    pub rules: Vec<Vec<u8>>,
}

/// Writes a small policy and loads it.
pub fn small(recipe: &Recipe, version: u32) -> Arc<Policy> {
    loaded(&written(recipe, version))
}

/// A small policy in which further evidence starts a reason anew and no ceiling ends one: where it is ignored while
/// live, where counted check-ins stay, or where a ceiling counts from the first trigger, an earlier adverse item
/// can end a reason earlier, and the policy says so.
pub fn strict(recipe: &Recipe) -> Arc<Policy> {
    let text = written(recipe, 1)
        .replace("again = \"latest\"", "again = \"restart\"")
        .replace("again = \"first\"", "again = \"restart\"")
        .replace("then = \"end\"", "then = \"escalate\"\nto = \"city\"");
    loaded(&text)
}

/// The simplest ground with one rule: a trigger and an end of its only stage, red.
pub fn with_rule(when: &str, further: &str, until: &str) -> Arc<Policy> {
    version_with_rule(1, when, further, until)
}

/// The same as a later version.
pub fn version_with_rule(version: u32, when: &str, further: &str, until: &str) -> Arc<Policy> {
    loaded(&(ground(&mut Dice::new(&[]), version) + &one_rule(when, further, until) + GATE))
}

/// The same where days have 23 hours once a year, and a missed day may be made up for 24 hours.
pub fn with_rule_in_auckland(when: &str, until: &str) -> Arc<Policy> {
    let ground = ground(&mut Dice::new(&[1, 0, 0, 3]), 1);
    assert!(ground.contains("Auckland") && ground.contains("24 h\"\nabnormal"), "{ground}");
    loaded(&(ground + &one_rule(when, "", until) + GATE))
}

fn one_rule(when: &str, further: &str, until: &str) -> String {
    format!(
        "\n[[rule]]\nid = \"r0\"\nwhen = {{ {when} }}\n{further}\n[[rule.stage]]\ncolour = \"red\"\nuntil = {until}\n\
         [rule.ceiling]\ndays = 60\nowner = \"office\"\ndeadline = \"1 d\"\nthen = \"end\"\n"
    )
}

/// Loads the text of a small policy.
pub fn loaded(text: &str) -> Arc<Policy> {
    let mut files = PolicyFiles::new();
    files.add("texts/en.toml", texts(text));
    files.add("policy.toml", text);
    match Policy::load(&files) {
        Ok(policy) => Arc::new(policy),
        Err(refused) => panic!("a generated policy was refused: {refused}\n{text}"),
    }
}

/// The text of a small policy.
pub fn written(recipe: &Recipe, version: u32) -> String {
    let mut text = ground(&mut Dice::new(&recipe.ground), version);
    for (place, bytes) in recipe.rules.iter().enumerate() {
        text += &rule(place, &mut Dice::new(bytes));
    }
    text + GATE
}

const GATE: &str = "
[gate]
kinds = [\"unclassified\"]
[[gate.row]]
outcome = \"pass-and-register\"
sentence = \"any\"
";

fn ground(dice: &mut Dice<'_>, version: u32) -> String {
    let zone = dice.pick(&["Asia/Shanghai", "Pacific/Auckland"]);
    let live = dice.pick(&["finish", "decide-again"]);
    let sources = dice.pick(&[
        "",
        "[[source]]\nname = \"laboratory\"\nmax-age = \"6 h\"\n",
        "[[source]]\nname = \"laboratory\"\nmax-age = \"30 h\"\n[[source]]\nname = \"register\"\nmax-age = \"26 h\"\n",
    ]);
    let missed = dice.pick(&[
        "\"pause\"",
        "\"restart\"",
        "\"remind\"\ngrace = \"12 h\"",
        "\"remind\"\ngrace = \"24 h\"",
    ]);
    let validity = dice.pick(&["60 d", "14 d", "72 h", "1 d"]);
    let again_after = dice.pick(&["[]", "[{ evidence = \"itinerary\" }]"]);
    let audited = dice.pick(&[
        "",
        "[[declaration.audit.source]]\nsource = \"register\"\nclean = [\"clear\", \"nothing\"]\n",
        "[[declaration.audit.source]]\nsource = \"register\"\nclean = [\"clear\"]\n\
         [[declaration.audit.source]]\nsource = \"laboratory\"\nclean = [\"clear\"]\n",
    ]);
    let deadline = dice.pick(&["24 h", "2 d"]);
    let outcome = dice.pick(&["unknown", "undeclared"]);
    let abnormal = dice.pick(&[
        "[{ evidence = \"check-in\", fever = true }]",
        "[{ evidence = \"check-in\", fever = true }, { evidence = \"gate-temperature\", temperature = { above = 37.3 } }]",
    ]);
    format!(
        "name = \"small\"\nversion = {version}\nzone = \"{zone}\"\nlanguages = [\"en\"]\nlive-reasons = \"{live}\"\nprivacy-floor = 5\n\
         {sources}\n[appeal]\nowner = \"office\"\ndeadline = \"3 d\"\nmissed = \"release\"\n\
         [declaration]\nvalidity = \"{validity}\"\nvalidity-for = {{ planning-to-enter = \"2 d\" }}\nagain-after = {again_after}\n\
         [[declaration.question]]\nid = \"contact\"\ntype = \"flag\"\n\
         [declaration.audit]\nowner = \"desk\"\ndeadline = \"{deadline}\"\noutcome = \"{outcome}\"\n{audited}\
         [[declaration.audit.finding]]\nid = \"record-differs\"\nsource = \"register\"\nanswer = \"differs\"\n\
         [check-in]\nmissed = {missed}\nabnormal = {abnormal}\n\
         [[check-in.question]]\nid = \"fever\"\ntype = \"flag\"\n\
         [[duty]]\nid = \"stay\"\n[[duty]]\nid = \"check-in\"\ndue = \"check-in\"\n[[duty]]\nid = \"call\"\ndue = \"24 h\"\n[[duty]]\nid = \"write\"\ndue = \"1 d\"\n"
    )
}

/// What a trigger may be about: the condition, and the kind whose attributes anchors and amounts may name.
const ADVERSE: &[&str] = &[
    "evidence = \"exposure\", degree = \"close\"",
    "evidence = \"exposure\"",
    "evidence = \"exposure\", minutes = { at-least = 15 }",
    "evidence = \"isolation-order\"",
    "evidence = \"manual-order\", level = \"red\"",
    "evidence = \"gate-temperature\", temperature = { above = 37.3 }",
    "evidence = \"symptom-onset\"",
    "evidence = \"check-in\", fever = true",
    "evidence = \"declaration\", contact = true",
    "evidence = \"risk-area-stay\", level = [\"high\", \"medium\"]",
    "evidence = \"test-result\", result = \"positive\", pooled = false",
    "evidence = \"case-status\", status = [\"suspected\", \"confirmed\"]",
    "evidence = \"exposure-site-visit\"",
    "evidence = \"test-obligation\"",
];

const WITHIN: &[&str] = &["14 d", "3 d", "0 d", "24 h", "90 min"];

fn rule(place: usize, dice: &mut Dice<'_>) -> String {
    let (when, about) = trigger(dice);
    let spared = !about.contains("test-result") && !about.contains("case-status");
    let unless = if spared { exemptions(dice) } else { String::new() };
    let anchor = anchor(&about, dice);
    let again = dice.pick(&["restart", "latest", "first"]);
    let mut text = format!(
        "\n[[rule]]\nid = \"r{place}\"\nwhen = {{ {when} }}\n{unless}anchor = \"{anchor}\"\nagain = \"{again}\"\n"
    );
    stages(place, &about, dice, &mut text);
    let (days, deadline) = (dice.pick(&[12, 4, 20]), dice.pick(&["1 d", "12 h"]));
    let then = dice.pick(&["then = \"end\"", "then = \"escalate\"\nto = \"city\""]);
    write!(text, "[rule.ceiling]\ndays = {days}\nowner = \"office\"\ndeadline = \"{deadline}\"\n{then}\n")
        .unwrap();
    text
}

/// A trigger, and the conditions it speaks of.
fn trigger(dice: &mut Dice<'_>) -> (String, String) {
    let age = dice.pick(&["", "", "", "", ", age = { below = 60 }", ", age = { at-least = 60 }"]);
    let form = dice.roll(8);
    let (a, b, c) = (*dice.pick(ADVERSE), *dice.pick(ADVERSE), *dice.pick(ADVERSE));
    let within = dice.pick(WITHIN);
    let (text, about) = match form {
        0 => (a.to_owned(), a.to_owned()),
        1 => (format!("{a}, within = \"{within}\""), a.to_owned()),
        2 => (format!("any = [{{ {a} }}, {{ {b} }}]"), format!("{a} {b}")),
        3 => (format!("all = [{{ {a} }}, {{ {b} }}], within = \"{within}\""), format!("{a} {b}")),
        4 => (
            format!("all = [{{ {a} }}, {{ {b} }}, {{ {c} }}], at-least = 2, within = \"{within}\""),
            format!("{a} {b} {c}"),
        ),
        5 => {
            let n = dice.pick(&[2, 3]);
            (format!("count = {{ {a} }}, at-least = {n}, within = \"{within}\""), a.to_owned())
        }
        6 => {
            let of = "evidence = \"exposure\"";
            (
                format!("sum = \"minutes\", of = {{ {of} }}, at-least = 30, within = \"{within}\""),
                of.to_owned(),
            )
        }
        _ => {
            let (of, lasting) = (dice.pick(&["check-in", "test-result"]), dice.pick(&["2 d", "24 h", "5 d"]));
            let since = "evidence = \"declaration\"";
            (
                format!("absent = {{ evidence = \"{of}\" }}, for = \"{lasting}\", since = {{ {since} }}"),
                since.to_owned(),
            )
        }
    };
    (text + age, about)
}

fn exemptions(dice: &mut Dice<'_>) -> String {
    let before = |dice: &mut Dice<'_>| *dice.pick(&["trigger", "any-time"]);
    let first = before(dice);
    match dice.roll(5) {
        3 => format!("unless = [{{ evidence = \"immunity\", within = \"10 d\", before = \"{first}\" }}]\n"),
        4 => format!(
            "unless = [{{ evidence = \"immunity\", doses = {{ at-least = 2 }}, before = \"{first}\" }}, \
             {{ evidence = \"case-status\", status = \"recovered\", within = \"90 d\", before = \"{}\" }}]\n",
            before(dice)
        ),
        _ => String::new(),
    }
}

fn anchor(about: &str, dice: &mut Dice<'_>) -> &'static str {
    let mut anchors = vec!["event", "stage", "recovery"];
    let named = [
        ("exposure\"", "first-exposure"),
        ("case-status", "onset"),
        ("order", "until"),
        ("test-obligation", "due"),
    ];
    anchors.extend(named.iter().filter(|(kind, _)| about.contains(kind)).map(|(_, name)| *name));
    anchors[dice.roll(anchors.len())]
}

/// From the most severe to the least; a stage never worsens the one before.
const EFFECTS: &[&str] = &[
    "colour = \"red\"",
    "colour = \"yellow\"",
    "standing = \"under-review\"",
    "standing = \"expired\"",
    "standing = \"unknown\"",
    "tag = \"noted\"",
];

fn stages(place: usize, about: &str, dice: &mut Dice<'_>, text: &mut String) {
    let count = 1 + dice.roll(3);
    let mut effect = dice.roll(3).min(dice.roll(EFFECTS.len()));
    for stage in 0..count {
        let duties = dice.pick(&["[\"stay\", \"check-in\"]", "[]", "[\"call\", \"check-in\", \"write\"]"]);
        let until = end(about, dice, 0, true);
        let own =
            if dice.once_in(4) { format!("anchor = \"{}\"\n", anchor(about, dice)) } else { String::new() };
        // A rule's number keeps two generated rules from being written identically.
        let until = if stage == 0 {
            format!("{{ any = [{until}, {{ elapsed = \"{} h\" }}] }}", 900 + place)
        } else {
            until
        };
        write!(text, "[[rule.stage]]\n{}\nuntil = {until}\nduties = {duties}\n{own}", EFFECTS[effect])
            .unwrap();
        effect = (effect + dice.roll(3)).min(EFFECTS.len() - 1);
    }
}

/// An end; one that only an officer can bring stands beside another.
fn end(about: &str, dice: &mut Dice<'_>, depth: usize, reachable: bool) -> String {
    let forms = if depth < 2 { 13 } else { 9 };
    match dice.roll(forms) {
        0 => format!("{{ days = {} }}", amount(about, dice)),
        1 | 2 => format!("{{ check-ins = {} }}", amount(about, dice)),
        3 => negatives(dice),
        4 => format!("{{ elapsed = \"{}\" }}", dice.pick(&["48 h", "5 h", "90 min"])),
        5 => "{ recovery = true }".to_owned(),
        6 => "{ order-end = true }".to_owned(),
        7 if reachable => "{ any = [{ release = true }, { days = 5 }] }".to_owned(),
        7 => "{ release = true }".to_owned(),
        8 => format!(
            "{{ event = {{ {} }} }}",
            dice.pick(&[
                "evidence = \"case-status\", status = \"confirmed\"",
                "evidence = \"case-status\", status = \"excluded\"",
                "evidence = \"check-in\"",
                "evidence = \"test-result\", result = \"negative\"",
            ])
        ),
        9 => format!(
            "{{ any = [{}, {}] }}",
            end(about, dice, depth + 1, true),
            end(about, dice, depth + 1, false)
        ),
        _ => format!(
            "{{ all = [{}, {}] }}",
            end(about, dice, depth + 1, reachable),
            end(about, dice, depth + 1, reachable)
        ),
    }
}

fn negatives(dice: &mut Dice<'_>) -> String {
    let needed = 1 + dice.roll(3);
    let not_before = dice.pick(&["", ", not-before = \"24 h\""]);
    let within = dice.pick(&["", ", within = \"3 d\"", ", within = \"48 h\""]);
    let apart = dice.pick(&["", "", ", apart = \"36 h\""]);
    format!("{{ negatives = {needed}{not_before}{within}{apart} }}")
}

fn amount(about: &str, dice: &mut Dice<'_>) -> String {
    if about.contains("order") && dice.once_in(2) {
        return "{ from = \"order.check-ins\", default = 3, least = 2, most = 5 }".to_owned();
    }
    (1 + dice.roll(5)).to_string()
}

fn texts(policy: &str) -> String {
    let mut text = "[policy]\ntitle = \"Small\"\n[duty]\nstay = \"s\"\ncheck-in = \"c\"\ncall = \"l\"\nwrite = \"w\"\n\
                    [question]\ncontact = \"c\"\nfever = \"f\"\n[finding]\nrecord-differs = \"d\"\n[gate]\nany = \"a\"\n"
        .to_owned();
    for place in (0..).take_while(|place| policy.contains(&format!("id = \"r{place}\""))) {
        write!(text, "[rule.r{place}]\nname = \"n\"\nresident = \"r\"\nofficer = \"o\"\nremedy = \"m\"\n")
            .unwrap();
    }
    if policy.contains("tag = \"noted\"") {
        text += "[tag]\nnoted = \"n\"\n";
    }
    text += "[source]\n";
    for source in ["laboratory", "register"] {
        if policy.contains(&format!("name = \"{source}\"")) {
            writeln!(text, "{source} = \"s\"").unwrap();
        }
    }
    text += "[evidence]\n";
    for kind in kangma_core::Kind::ALL {
        let named = policy.split("[[rule").any(|part| {
            let rule = part.split("[[rule.stage]]").next().unwrap_or("");
            part.starts_with("]]\nid = ")
                && rule.contains(&format!("evidence = \"{kind}\""))
                && needs_text(rule, kind.as_str())
        });
        if named {
            writeln!(text, "{kind} = \"e\"").unwrap();
        }
    }
    text
}

/// What is missed in an absence needs no sentence of its own; what starts the waiting does.
fn needs_text(rule: &str, kind: &str) -> bool {
    let missed = format!("absent = {{ evidence = \"{kind}\" }}");
    rule.replace(&missed, "").contains(&format!("evidence = \"{kind}\""))
}
