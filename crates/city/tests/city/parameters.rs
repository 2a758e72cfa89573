//! What a file of parameters may say, and how it is refused.

use kangma_city::{BadParameters, Parameters, parameters::PRESETS};

fn preset() -> String {
    Parameters::text_of("10k").unwrap()
}

/// Of a preset with one change.
fn refused(was: &str, becomes: &str) -> String {
    let text = preset();
    assert!(text.contains(was), "{was}");
    text.replacen(was, becomes, 1).parse::<Parameters>().unwrap_err().to_string()
}

#[test]
fn every_preset_is_sound_and_as_large_as_its_name() {
    for ((name, ..), people) in PRESETS.iter().zip([10_000, 100_000, 1_000_000, 10_000_000]) {
        let parameters = Parameters::preset(name).unwrap();
        assert_eq!(parameters.size.people.number(), people, "{name}");
        assert_eq!(parameters.size.days.number(), 14);
    }
    assert_eq!(Parameters::preset("11k"), Err(BadParameters::NoPreset("11k".to_owned())));
    let said = Parameters::preset("11k").unwrap_err().to_string();
    assert_eq!(said, "there is no preset `11k`; there are 10k, 100k, 1m, 10m");
}

#[test]
fn beside_every_number_stands_where_it_comes_from() {
    for (name, ..) in PRESETS {
        let text = Parameters::text_of(name).unwrap();
        // A comment holds for the lines after it until an empty one.
        for paragraph in text.split("\n\n").filter(|paragraph| paragraph.contains(" = ")) {
            let is_points = paragraph.lines().any(|line| line.starts_with("[points."));
            assert!(is_points || paragraph.contains('#'), "no source: {paragraph}");
        }
        assert!(text.contains("All are assumptions"), "of the points");
    }
}

#[test]
fn an_impossible_number_is_refused_by_line_with_what_to_do() {
    for (was, becomes, said) in [
        ("people = 10_000", "people = 0", "0 is too few: write 1 to 4294967295"),
        ("people = 10_000", "people = 4_294_967_296", "4294967296 is too many: write 1 to 4294967295"),
        ("people = 10_000", "people = -5", "-5 is too few"),
        ("days = 14", "days = 0", "0 is too few"),
        ("first-day = \"2020-03-01\"", "first-day = \"2020-02-30\"", "`2020-02-30` is no day from 1970 on"),
        ("sizes = [273, 263, 194, 142, 69, 59]", "sizes = [0, 0]", "every weight is 0: give at least one"),
        ("sizes = [273, 263, 194, 142, 69, 59]", "sizes = []", "every weight is 0"),
        ("sizes = [273, 263", "sizes = [-273, 263", "-273 is no weight: write 0 to 1000000"),
        ("employed = 880", "employed = 1001", "1001 is no share: write thousandths, from 0 to 1000"),
        ("employed = 880", "employed = -1", "-1 is no share"),
        ("median-minutes = 510", "median-minutes = -510", "nobody stays -510 minutes: write more than 0"),
        ("median-minutes = 510", "median-minutes = inf", "nobody stays inf minutes"),
        ("median-minutes = 510", "median-minutes = nan", "nobody stays NaN minutes"),
        ("median-minutes = 510", "median-minutes = 0", "nobody stays 0 minutes"),
        ("sigma = 0.12", "sigma = nan", "the deviation of a logarithm cannot be NaN: write 0 to 3"),
        ("sigma = 0.12", "sigma = -0.1", "the deviation of a logarithm cannot be -0.1"),
        ("mean = \"07:25\"", "mean = \"24:00\"", "`24:00` is no time of day: write it like 07:25"),
        ("deviation-minutes = 35", "deviation-minutes = inf", "a time of day cannot deviate by inf minutes"),
        ("people-for-one = 125", "people-for-one = 0", "0 is too few"),
        ("exponent = 0.5", "exponent = -1", "-1 is no exponent: write 0 (all equal) to 3"),
        ("subway = 600, bus = 400", "subway = 0, bus = 0", "every weight is 0"),
        ("subway = 600, bus = 400", "tram = 600", "unknown variant `tram`, expected one of `community-gate`"),
        (
            "adult-years = [20, 61]",
            "adult-years = [61, 20]",
            "[61, 20] is nothing: write the lower number first",
        ),
        ("after-work = [1, 1, 1]", "after-work = [0, 0, 0]", "every weight is 0"),
        ("lunches-out = 500", "lunches-outside = 500", "unknown field `lunches-outside`, expected"),
        ("reach = \"city\"", "reach = \"moon\"", "unknown variant `moon`, expected `city` or `district`"),
        ("lunches-out = 500\n", "", "missing field `lunches-out`"),
        ("typed = 15", "typed = = 15", "TOML parse error"),
    ] {
        let text = refused(was, becomes);
        assert!(text.contains(said), "{becomes}: {text}");
        // Where: the line, the field in it, and a caret.
        let line = preset().split(was).next().unwrap().lines().count() + usize::from(was.starts_with('['));
        assert!(text.contains("TOML parse error at line "), "{becomes}: {text}");
        assert!(text.contains('^'), "{becomes}: {text}");
        if !becomes.is_empty() {
            let at = |line: usize| text.contains(&format!("at line {line},"));
            assert!(at(line) || at(line + 1), "{becomes}: line {line}: {text}");
        }
    }
}

#[test]
fn numbers_that_do_not_go_together_are_refused_by_the_field_to_look_at() {
    for (was, becomes, said) in [
        (
            "districts = 6",
            "districts = 10_001",
            "size.districts: 10001 districts for 10000 people; write at most",
        ),
        ("days = 14", "days = 40_000", "size.days: 40000 days end after 2106"),
        ("people = 10_000", "people = 4_294_967_295", "size.people: 4294967295 people need up to"),
        (
            "dwell = { median-minutes = 8, sigma = 0.5 }",
            "",
            "points.pharmacy.dwell: people go there, and nothing",
        ),
        ("[points.hospital]", "[points.nothing]", "unknown variant `nothing`"),
    ] {
        let text = refused(was, becomes);
        assert!(text.contains(said), "{becomes}: {text}");
    }
    let text = preset();
    let (before, after) = text.split_once("[points.hospital]").unwrap();
    let (_, after) = after.split_once("[scans]").unwrap();
    let text = format!("{before}[scans]{after}").parse::<Parameters>().unwrap_err().to_string();
    assert!(text.contains("points.hospital: there is no such table; add it"), "{text}");
}

#[test]
fn the_least_city_is_one_person_and_lives() {
    let one = Parameters::preset("10k").unwrap();
    assert!(one.clone().with_people(1).is_err(), "six districts for one");
    let text = preset().replace("people = 10_000", "people = 1").replace("districts = 6", "districts = 1");
    let parameters = std::sync::Arc::new(text.parse::<Parameters>().unwrap());
    let mut stays = 0;
    kangma_city::Metropolis::of(&parameters, kangma_city::Seed(1)).each_being(|_| stays += 1);
    assert!(stays > 14, "{stays}");
}
