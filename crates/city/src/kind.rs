//! The kinds of collection points.

use serde::{Deserialize, Serialize};

/// What a place is. Its place in this list is part of what a seed means: add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The gate of a community, which its people pass on their way out and in.
    CommunityGate,
    /// An office: one firm's rooms.
    Office,
    /// A factory hall.
    Factory,
    /// A class with its room.
    School,
    /// A supermarket.
    Supermarket,
    /// A shopping mall.
    Mall,
    /// A food market.
    Market,
    /// A pharmacy.
    Pharmacy,
    /// A restaurant.
    Restaurant,
    /// A car of a subway train.
    Subway,
    /// A bus.
    Bus,
    /// A railway station.
    RailwayStation,
    /// A hospital.
    Hospital,
}

/// What [`crate::Points::kind_of`] says of a home, which is no collection point.
pub const HOME: &str = "home";

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 13] = [
        Kind::CommunityGate,
        Kind::Office,
        Kind::Factory,
        Kind::School,
        Kind::Supermarket,
        Kind::Mall,
        Kind::Market,
        Kind::Pharmacy,
        Kind::Restaurant,
        Kind::Subway,
        Kind::Bus,
        Kind::RailwayStation,
        Kind::Hospital,
    ];

    /// As policies write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.words().0
    }

    /// In Chinese, for names.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::CommunityGate => ("community-gate", "小区"),
            Self::Office => ("office", "写字楼"),
            Self::Factory => ("factory", "工厂"),
            Self::School => ("school", "学校"),
            Self::Supermarket => ("supermarket", "超市"),
            Self::Mall => ("mall", "商场"),
            Self::Market => ("market", "菜市场"),
            Self::Pharmacy => ("pharmacy", "药店"),
            Self::Restaurant => ("restaurant", "餐馆"),
            Self::Subway => ("subway", "地铁车厢"),
            Self::Bus => ("bus", "公交车"),
            Self::RailwayStation => ("railway-station", "火车站"),
            Self::Hospital => ("hospital", "医院"),
        }
    }
}
