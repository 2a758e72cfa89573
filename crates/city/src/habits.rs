//! The numbers that people's lives follow, each with where it comes from.

use crate::chance::{LogNormal, Normal, PerMille};
use kangma_core::Assurance;

/// How people live.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Households by size: weights. Census of 2020, urban and rural Fujian together (Fujian statistical
    /// yearbook 2021, table 3-6), six and more in one.
    pub household_sizes: [(u32, u32); 6],
    /// How many adults of working age have work. Our assumption.
    pub employed: PerMille,
    /// Where people work: weights by kind of point. Our assumption.
    pub workplaces: [(&'static str, u32); 8],
    /// When people leave for work or school. Our assumption: a peak before 08:00.
    pub leaves_home: Normal,
    /// When work ends. Our assumption.
    pub leaves_work: Normal,
    /// When school ends. Our assumption.
    pub leaves_school: Normal,
    /// When people without work go out. Our assumption.
    pub goes_out: Normal,
    /// How people travel to work: weights by kind of vehicle; the last walk or drive. Our assumption.
    pub vehicles: [(Option<&'static str>, u32); 3],
    /// Work on Saturday or Sunday. Our assumption.
    pub works_weekends: PerMille,
    /// Leaves work for lunch at a restaurant. Our assumption.
    pub lunches_out: PerMille,
    /// When. Our assumption.
    pub lunch: Normal,
    /// Goes somewhere after work or school. Our assumption.
    pub errand_after_work: PerMille,
    /// Goes out on a free day, once and a second time. Our assumption.
    pub free_day_outings: [PerMille; 2],
    /// Where errands lead: weights by kind of point. Our assumption.
    pub errands: [(&'static str, u32); 7],
    /// How long a walk takes. Our assumption.
    pub walk: LogNormal,
    /// What people between 12 and 69 carry: weights by assurance. Our assumption.
    pub codes: [(Assurance, u32); 4],
    /// What children and old people carry. Our assumption: mostly paper.
    pub codes_of_young_and_old: [(Assurance, u32); 4],
    /// How often a scan is typed in or read from a poster in its place. Our assumption.
    pub odd_scans: [(Assurance, PerMille); 2],
}

impl Habits {
    /// Those of the demonstration city.
    pub const ASSUMED: Habits = Habits {
        household_sizes: [(1, 273), (2, 263), (3, 194), (4, 142), (5, 69), (6, 59)],
        employed: PerMille(820),
        workplaces: [
            ("office", 560),
            ("factory", 180),
            ("restaurant", 70),
            ("supermarket", 60),
            ("hospital", 50),
            ("school", 40),
            ("mall", 20),
            ("market", 20),
        ],
        leaves_home: Normal { mean_minutes: 7 * 60 + 25, deviation_minutes: 35 },
        leaves_work: Normal { mean_minutes: 17 * 60 + 45, deviation_minutes: 50 },
        leaves_school: Normal { mean_minutes: 16 * 60 + 30, deviation_minutes: 15 },
        goes_out: Normal { mean_minutes: 9 * 60 + 30, deviation_minutes: 90 },
        vehicles: [(Some("subway"), 40), (Some("bus"), 25), (None, 35)],
        works_weekends: PerMille(200),
        lunches_out: PerMille(300),
        lunch: Normal { mean_minutes: 12 * 60, deviation_minutes: 25 },
        errand_after_work: PerMille(300),
        free_day_outings: [PerMille(700), PerMille(350)],
        errands: [
            ("supermarket", 300),
            ("market", 250),
            ("restaurant", 150),
            ("mall", 120),
            ("pharmacy", 100),
            ("hospital", 50),
            ("railway-station", 30),
        ],
        walk: LogNormal { median_minutes: 9, sigma: 0.4 },
        codes: [
            (Assurance::DeviceBound, 86),
            (Assurance::ServerMade, 9),
            (Assurance::Paper, 4),
            (Assurance::Typed, 1),
        ],
        codes_of_young_and_old: [
            (Assurance::DeviceBound, 25),
            (Assurance::ServerMade, 5),
            (Assurance::Paper, 60),
            (Assurance::Typed, 10),
        ],
        odd_scans: [(Assurance::Typed, PerMille(15)), (Assurance::Poster, PerMille(25))],
    };
}
