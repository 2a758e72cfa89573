//! Style, scripts and pictures, carried in the binary.

use std::sync::LazyLock;

/// A file that the pages load.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name under `/assets/`.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        Asset {
            name: $name,
            media_type: $media_type,
            content: include_bytes!(concat!("../../assets/", $name)),
        }
    };
}

/// Every asset.
pub const ALL: &[Asset] = &[
    asset!("kangma.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("manifest.webmanifest", "application/manifest+json"),
    asset!("code.js", "text/javascript; charset=utf-8"),
    asset!("ed25519.js", "text/javascript; charset=utf-8"),
    asset!("gate.js", "text/javascript; charset=utf-8"),
    asset!("leave.js", "text/javascript; charset=utf-8"),
    asset!("reader.js", "text/javascript; charset=utf-8"),
    asset!("sw.js", "text/javascript; charset=utf-8"),
    asset!("zxing_reader.wasm", "application/wasm"),
];

/// The asset of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// The address of an asset: its digest is part of it, so a browser may keep it for ever.
#[must_use]
pub fn address(name: &str) -> String {
    let digest = DIGESTS.iter().find(|(of, _)| *of == name);
    digest.map_or_else(|| format!("/assets/{name}"), |(_, digest)| format!("/assets/{name}?v={digest:08x}"))
}

static DIGESTS: LazyLock<Vec<(&'static str, u32)>> =
    LazyLock::new(|| ALL.iter().map(|asset| (asset.name, fnv(asset.content))).collect());

/// FNV-1a: tells versions of our own files apart; protects nothing.
fn fnv(content: &[u8]) -> u32 {
    content.iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_an_address_with_its_digest() {
        for asset in ALL {
            assert!(address(asset.name).contains("?v="), "{}", asset.name);
            assert!(find(asset.name).is_some());
        }
    }

    #[test]
    fn no_asset_names_a_third_party_host() {
        for asset in ALL.iter().filter(|asset| !asset.name.ends_with(".wasm")) {
            let text = std::str::from_utf8(asset.content).unwrap();
            let hosts = text.match_indices("https://").filter(|(at, _)| {
                // Namespaces and licence lines are names, not addresses that a browser fetches.
                !text[at + 8..].starts_with("www.w3.org/") && !text[at + 8..].starts_with("github.com/")
            });
            let hosts: Vec<_> = hosts.map(|(at, _)| &text[at..text.len().min(at + 60)]).collect();
            assert_eq!(hosts, Vec::<&str>::new(), "{}", asset.name);
        }
    }
}
