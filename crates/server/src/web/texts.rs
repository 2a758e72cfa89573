//! The words of the pages, in Chinese and English, from `locales/`.

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{fmt::Display, sync::LazyLock};

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// Its tag in paths, cookies and policy texts.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The tag for the `lang` attribute, which chooses the glyphs of Chinese characters.
    #[must_use]
    pub const fn html(self) -> &'static str {
        match self {
            Lang::Zh => "zh-Hans",
            Lang::En => "en",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }

    /// The language with this tag.
    #[must_use]
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The first language of an `Accept-Language` header that the pages speak, else the default.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|part| part.trim().get(..2));
        wanted.filter_map(|tag| Self::tagged(&tag.to_ascii_lowercase())).next().unwrap_or_default()
    }
}

/// The texts of one language. Cheap to copy: every view carries one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Texts {
    /// The language.
    pub lang: Lang,
}

impl Texts {
    /// The texts of a language.
    #[must_use]
    pub const fn of(lang: Lang) -> Self {
        Self { lang }
    }

    /// The text with this identifier.
    #[must_use]
    pub fn s(self, id: &str) -> String {
        self.render(id, &FluentArgs::new())
    }

    /// The text with this identifier and one named word in it.
    #[must_use]
    pub fn a(self, id: &str, name: &str, word: impl Display) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), word.to_string());
        self.render(id, &args)
    }

    /// The text with this identifier and two named words in it.
    #[must_use]
    pub fn a2(self, id: &str, first: (&str, &dyn Display), second: (&str, &dyn Display)) -> String {
        let mut args = FluentArgs::new();
        for (name, word) in [first, second] {
            args.set(name.to_owned(), word.to_string());
        }
        self.render(id, &args)
    }

    /// The text with this identifier, with places `{name}` in it that a script fills.
    #[must_use]
    pub fn with_places(self, id: &str, names: &[&str]) -> String {
        let mut args = FluentArgs::new();
        for name in names {
            args.set((*name).to_owned(), format!("{{{name}}}"));
        }
        self.render(id, &args)
    }

    /// The text with this identifier for a count, called `n` in it; plurals follow the language.
    #[must_use]
    pub fn n(self, id: &str, count: impl Count) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(count.count()));
        self.render(id, &args)
    }

    /// The text with this identifier, with `n` of `of` in it.
    #[must_use]
    pub fn n_of(self, id: &str, count: impl Count, of: impl Count) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(count.count()));
        args.set("of", FluentValue::from(of.count()));
        self.render(id, &args)
    }

    /// Whether the language has a text with this identifier.
    #[must_use]
    pub fn has(self, id: &str) -> bool {
        bundle(self.lang).is_some_and(|bundle| bundle.has_message(id))
    }

    /// A missing text shows its identifier: a page with a gap is better than no page, and a test
    /// finds the gap.
    fn render(self, id: &str, args: &FluentArgs<'_>) -> String {
        let pattern = bundle(self.lang)
            .and_then(|bundle| Some((bundle, bundle.get_message(id).and_then(|message| message.value())?)));
        let Some((bundle, pattern)) = pattern else { return id.to_owned() };
        bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }
}

/// A count as both languages write it: 12,345.
#[must_use]
pub fn grouped(count: impl Count) -> String {
    let digits = format!("{:.0}", count.count());
    let (sign, digits) = digits.strip_prefix('-').map_or(("", &*digits), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a text can count.
pub trait Count {
    /// The number.
    fn count(self) -> f64;
}

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl Count for $number {
            fn count(self) -> f64 { f64::from(u32::try_from(self).unwrap_or(u32::MAX)) }
        }
    )*};
}

impl<N: Count + Copy> Count for &N {
    fn count(self) -> f64 {
        (*self).count()
    }
}

counts!(u16, u32, u64, usize, i32, i64);

impl Count for f64 {
    fn count(self) -> f64 {
        self
    }
}

/// The files of one language with their names, for tests that compare languages.
pub const FILES: [(Lang, &str, &str); 8] = [
    (Lang::Zh, "common", include_str!("../../locales/zh/common.ftl")),
    (Lang::Zh, "resident", include_str!("../../locales/zh/resident.ftl")),
    (Lang::Zh, "gate", include_str!("../../locales/zh/gate.ftl")),
    (Lang::Zh, "authority", include_str!("../../locales/zh/authority.ftl")),
    (Lang::En, "common", include_str!("../../locales/en/common.ftl")),
    (Lang::En, "resident", include_str!("../../locales/en/resident.ftl")),
    (Lang::En, "gate", include_str!("../../locales/en/gate.ftl")),
    (Lang::En, "authority", include_str!("../../locales/en/authority.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

static ZH: LazyLock<Option<Bundle>> = LazyLock::new(|| build(Lang::Zh));
static EN: LazyLock<Option<Bundle>> = LazyLock::new(|| build(Lang::En));

fn bundle(lang: Lang) -> Option<&'static Bundle> {
    match lang {
        Lang::Zh => ZH.as_ref(),
        Lang::En => EN.as_ref(),
    }
}

fn build(lang: Lang) -> Option<Bundle> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.html().parse().ok()?]);
    // The marks that isolate direction would be read aloud and break exact comparison; both
    // languages run left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(number.value)),
        _ => None,
    }));
    for (_, _, text) in FILES.iter().filter(|(of, _, _)| *of == lang) {
        let resource = match FluentResource::try_new((*text).to_owned()) {
            // What a broken file still holds is used; a test refuses broken files.
            Ok(whole) | Err((whole, _)) => whole,
        };
        bundle.add_resource_overriding(resource);
    }
    Some(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_locale_file_parses() {
        for (lang, name, text) in FILES {
            let parsed = FluentResource::try_new(text.to_owned());
            assert!(
                parsed.is_ok(),
                "{}/{name}.ftl: {:?}",
                lang.tag(),
                parsed.err().map(|(_, errors)| errors)
            );
        }
    }

    fn ids(lang: Lang) -> BTreeSet<(&'static str, &'static str)> {
        let files = FILES.iter().filter(|(of, _, _)| *of == lang);
        files
            .flat_map(|(_, name, text)| {
                text.lines()
                    .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
                    .filter_map(|line| line.split_once(" ="))
                    .map(|(id, _)| (*name, id))
            })
            .collect()
    }

    #[test]
    fn counts_are_written_in_groups_of_three_digits() {
        let shown = [0_u32, 999, 1_000, 12_345, 9_876_543].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "9,876,543"]);
        assert_eq!(grouped(-1_234.0), "-1,234");
        assert!(Texts::of(Lang::En).n("more-than", 1_500_u32).contains("1,500"));
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let (zh, en) = (ids(Lang::Zh), ids(Lang::En));
        assert!(zh.len() > 100, "only {} texts found", zh.len());
        assert_eq!(zh.difference(&en).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "missing in en");
        assert_eq!(en.difference(&zh).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "missing in zh");
    }

    #[test]
    fn no_text_is_defined_twice() {
        for lang in Lang::ALL {
            let mut seen = BTreeSet::new();
            for (_, id) in ids(lang) {
                assert!(seen.insert(id), "{id} is defined in two files of {}", lang.tag());
            }
        }
    }

    /// Reads every template and every source file of the pages for `t.s("…")` and its kin.
    #[test]
    fn every_text_that_a_page_asks_for_exists() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        collect(&root.join("templates"), &mut files);
        collect(&root.join("src/web"), &mut files);
        let mut asked = 0;
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            for call in ["t.s(\"", "t.a(\"", "t.a2(\"", "t.n(\"", "t.n_of(\""] {
                for rest in source.split(call).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    if id.starts_with(|c: char| c.is_ascii_lowercase()) {
                        asked += 1;
                        assert!(Texts::of(Lang::Zh).has(id), "{}: no text `{id}`", file.display());
                    }
                }
            }
        }
        assert!(asked > 100, "only {asked} uses found");
    }

    fn collect(dir: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, into) } else { into.push(path) }
        }
    }

    #[test]
    fn a_browser_gets_the_first_language_that_it_asks_for_and_we_speak() {
        assert_eq!(Lang::accepted("fr-FR,en;q=0.8,zh;q=0.5"), Lang::En);
        assert_eq!(Lang::accepted("zh-CN,zh;q=0.9"), Lang::Zh);
        assert_eq!(Lang::accepted("fr"), Lang::Zh);
        assert_eq!(Lang::accepted(""), Lang::Zh);
    }
}
