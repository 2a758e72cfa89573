//! Renders every page with invented content, to be looked at before and beside the real thing:
//! `cargo run -p kangma-server --example gallery -- out/gallery`.

mod parts;

use askama::Template;
use kangma_server::web::{assets, texts::Lang};
use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "out/gallery".to_owned()));
    fs::create_dir_all(dir.join("assets"))?;
    for asset in assets::ALL {
        fs::write(dir.join("assets").join(asset.name), asset.content)?;
    }
    fs::write(dir.join("qr.svg"), parts::qr())?;
    let mut index = String::from("<!doctype html><title>gallery</title><ul>");
    for lang in Lang::ALL {
        for (name, html) in parts::pages(lang) {
            let file = format!("{name}.{}.html", lang.tag());
            fs::write(dir.join(&file), from_files(&html?))?;
            index.push_str(&format!("<li><a href='{file}'>{file}</a>"));
        }
    }
    fs::write(dir.join("index.html"), index)?;
    Ok(())
}

/// As it looks without script, with its files beside it.
fn from_files(html: &str) -> String {
    let html = html.replace("\"/assets/", "\"assets/").replace("?v=", "#");
    html.replace("<noscript>", "").replace("</noscript>", "").replace("http-equiv=\"refresh\"", "")
}

/// A page's name with its markup.
type Shown = (&'static str, Result<String, askama::Error>);

fn shown(name: &'static str, page: &impl Template) -> Shown {
    (name, page.render())
}
