//! Every text that the pages name is there.

use kangma_server::web::texts::{Lang, Texts};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The first argument of each call of a method of [`Texts`], where it is written out.
fn named(text: &str) -> Vec<String> {
    let calls = ["t.s(\"", "t.a(\"", "t.a2(\"", "t.n(\"", "t.n_of(\""];
    let after = calls.iter().flat_map(|call| text.split(*call).skip(1));
    let ids = after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    // A comment may write `t.s("…")`.
    ids.filter(|id| id.is_ascii()).collect()
}

#[test]
fn every_text_that_a_page_names_is_in_every_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("src"), &mut found);
    files(&root.join("templates"), &mut found);
    let mut missing = Vec::new();
    let mut count = 0;
    for file in found {
        for id in named(&fs::read_to_string(&file).unwrap()) {
            count += 1;
            for lang in Lang::ALL.into_iter().filter(|lang| !Texts::of(*lang).has(&id)) {
                missing.push(format!("{id} ({}) in {}", lang.tag(), file.display()));
            }
        }
    }
    assert!(count > 300, "only {count} texts are named");
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_refusal_has_its_words() {
    for (code, _) in kangma_service::Refused::CODES {
        for lang in Lang::ALL {
            let t = Texts::of(lang);
            assert!(t.has(&format!("refused-{code}")), "refused-{code} ({})", lang.tag());
            assert!(t.has(&format!("refused-{code}-remedy")), "refused-{code}-remedy ({})", lang.tag());
        }
    }
}

#[test]
fn every_act_on_record_has_its_words() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src"), &mut found);
    let acts: Vec<String> =
        found.into_iter().flat_map(|file| logged(&fs::read_to_string(file).unwrap())).collect();
    assert!(acts.len() > 40, "only {acts:?} are recorded");
    for (act, lang) in acts.iter().flat_map(|act| Lang::ALL.map(|lang| (act, lang))) {
        assert!(Texts::of(lang).has(&format!("act-{act}")), "act-{act} ({})", lang.tag());
    }
}

#[test]
fn every_part_that_somebody_looks_at_has_its_words() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src"), &mut found);
    let parts = |text: &str| -> Vec<String> {
        let calls = [".look(", "seen("].iter().flat_map(|call| text.split(*call).skip(1));
        let args = calls.filter_map(|rest| rest.split_once(')')?.0.split_once('"')?.1.split('"').next());
        args.map(ToOwned::to_owned).collect()
    };
    let parts: Vec<String> =
        found.into_iter().flat_map(|file| parts(&fs::read_to_string(file).unwrap())).collect();
    assert!(parts.len() > 12, "only {parts:?} are looked at");
    for (part, lang) in parts.iter().flat_map(|part| Lang::ALL.map(|lang| (part, lang))) {
        assert!(Texts::of(lang).has(&format!("look-part-{part}")), "look-part-{part} ({})", lang.tag());
    }
}

/// The names under which acts are recorded, where they are written out.
fn logged(text: &str) -> Vec<String> {
    let calls = text.split(".log(").skip(1);
    let names = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    names.map(ToOwned::to_owned).collect()
}
