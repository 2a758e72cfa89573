//! The frontier of a dry run as a picture: what more isolation buys. Drawn without colour and without script: policies differ
//! by the shape of their dots and the dashes of their lines.

use kangma_service::dry_run_policy::epidemic::{Outcome, Spread};
use std::fmt::Write as _;

/// How large a picture is, in its own units, one a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
    /// How wide the numbers at the side may be.
    side: i32,
}

/// For paper and a desk's screen.
pub const WIDE: Size = Size { width: 760, height: 580, side: 90 };
/// For a phone's screen: the letters are as large, and lie closer together.
pub const NARROW: Size = Size { width: 360, height: 540, side: 58 };
/// What lies right of the frame and under it.
const MARGIN: [i32; 2] = [30, 180];
/// Half a letter is about as wide where a text is put beside something.
const LETTER: i32 = 8;
const LINE: i32 = 22;

/// The words of a picture.
#[derive(Debug, Clone)]
pub struct Words {
    /// Above it.
    pub title: String,
    /// Along the bottom, with its unit.
    pub across: String,
    /// Along the side, with its unit.
    pub up: String,
    /// What the bars are.
    pub spread: String,
}

/// Something to draw. Every picture of a frontier is a list of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// From, to, and whether it is dashed.
    Line([i32; 2], [i32; 2], bool),
    /// Where, the text, and where the text lies from there.
    Text([i32; 2], String, Lies),
    /// A dot in one of the shapes.
    Dot([i32; 2], Shape),
}

/// Where a text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// It begins there.
    After,
    /// Its middle is there.
    Around,
    /// It ends there.
    Before,
}

/// The shape of a policy's dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A full circle.
    Disc,
    /// An empty square.
    Square,
    /// An empty triangle.
    Triangle,
    /// A cross.
    Cross,
}

const SHAPES: [Shape; 4] = [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Cross];

/// An axis from 0, or from below where a figure is, to a round number.
struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    fn over(spreads: impl Iterator<Item = Spread> + Clone) -> Self {
        let ends = spreads.clone().map(|it| it.mean + it.deviation).chain([1.0]);
        let low = spreads.map(|it| it.mean - it.deviation).fold(0.0, f64::min);
        let high = ends.fold(0.0, f64::max);
        let rough = (high - low) / 5.0;
        let ten = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * ten).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * ten);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let many = pixel((self.high - self.low) / self.step);
        (0..=many).map(|n| self.low + f64::from(n) * self.step)
    }

    /// Where a figure lies between two ends.
    fn place(&self, figure: f64, from: i32, to: i32) -> i32 {
        let part = ((figure - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        from + pixel(part * f64::from(to - from))
    }
}

impl Size {
    /// The frame, inside of which the dots are: left, top, right, bottom.
    const fn frame(self) -> [i32; 4] {
        [self.side, 70, self.width - MARGIN[0], self.height - MARGIN[1]]
    }
}

/// The picture of what policies came to. Those of one name, side by side, are one line.
#[must_use]
pub fn frontier(outcomes: &[Outcome], words: &Words, size: Size) -> Vec<Mark> {
    let [left, top, right, bottom] = size.frame();
    let across = Axis::over(outcomes.iter().map(|outcome| outcome.isolation_days));
    let up = Axis::over(outcomes.iter().map(|outcome| outcome.averted));
    // Of the frame, or where it is narrow of all: then long words have room.
    let middle = if size == NARROW { size.width / 2 } else { (left + right) / 2 };
    let mut marks = vec![
        // The side's words stand above it: they would have to be turned to stand beside it.
        Mark::Text([LETTER, top - LINE], words.up.clone(), Lies::After),
        Mark::Text([LETTER, LINE], words.title.clone(), Lies::After),
        Mark::Text([middle, bottom + 2 * LINE], words.across.clone(), Lies::Around),
        Mark::Text([middle, bottom + 3 * LINE], words.spread.clone(), Lies::Around),
        Mark::Line([left, bottom], [right, bottom], false),
        Mark::Line([left, top], [left, bottom], false),
    ];
    for tick in across.ticks() {
        let x = across.place(tick, left, right);
        marks.push(Mark::Line([x, bottom], [x, bottom + 5], false));
        marks.push(Mark::Text([x, bottom + LINE], number(tick), Lies::Around));
    }
    for tick in up.ticks() {
        let y = up.place(tick, bottom, top);
        marks.push(Mark::Line([left - 5, y], [left, y], false));
        marks.push(Mark::Text([left - LETTER, y + 5], number(tick), Lies::Before));
    }
    let place = |outcome: &Outcome| {
        [across.place(outcome.isolation_days.mean, left, right), up.place(outcome.averted.mean, bottom, top)]
    };
    let policies = outcomes.chunk_by(|one, next| one.policy == next.policy);
    for (number, of_one) in (0i32..).zip(policies) {
        let shape = SHAPES[usize::try_from(number).unwrap_or(0) % SHAPES.len()];
        for pair in of_one.windows(2) {
            marks.push(Mark::Line(place(&pair[0]), place(&pair[1]), number > 0));
        }
        for outcome in of_one {
            bars(outcome, &across, &up, size, &mut marks);
            let [x, y] = place(outcome);
            marks.push(Mark::Dot([x, y], shape));
            if let Some(value) = &outcome.value {
                marks.push(Mark::Text([x + LETTER, y - LETTER], value.clone(), Lies::After));
            }
        }
        let (x, y) = (left, bottom + (5 + number) * LINE - LETTER);
        let name = of_one.first().map(|outcome| outcome.policy.clone()).unwrap_or_default();
        marks.push(Mark::Dot([x, y - 5], shape));
        marks.push(Mark::Text([x + 2 * LETTER, y], name, Lies::After));
    }
    marks
}

/// One standard deviation to each side, both ways.
fn bars(outcome: &Outcome, across: &Axis, up: &Axis, size: Size, marks: &mut Vec<Mark>) {
    let [left, top, right, bottom] = size.frame();
    let ends = |spread: &Spread| [spread.mean - spread.deviation, spread.mean + spread.deviation];
    let x = across.place(outcome.isolation_days.mean, left, right);
    let y = up.place(outcome.averted.mean, bottom, top);
    let [from, to] = ends(&outcome.isolation_days).map(|end| across.place(end, left, right));
    marks.push(Mark::Line([from, y], [to, y], false));
    let [from, to] = ends(&outcome.averted).map(|end| up.place(end, bottom, top));
    marks.push(Mark::Line([x, from], [x, to], false));
}

fn number(figure: f64) -> String {
    crate::web::texts::grouped(figure)
}

#[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller than 2^31")]
fn pixel(length: f64) -> i32 {
    length.round() as i32
}

/// The picture as SVG. `description` is read out in its place.
#[must_use]
pub fn svg(marks: &[Mark], size: Size, description: &str) -> String {
    let Size { width, height, .. } = size;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="system-ui, sans-serif" font-size="14" stroke-width="1.5"><title>{}</title><rect width="{width}" height="{height}" fill="#fff"/>"##,
        escaped(description)
    );
    for mark in marks {
        // Writing to a string cannot fail.
        let _ok = match mark {
            Mark::Line([x, y], [to_x, to_y], dashed) => {
                let dashes = if *dashed { r#" stroke-dasharray="6 4""# } else { "" };
                write!(svg, r##"<path d="M{x} {y}L{to_x} {to_y}" stroke="#000"{dashes}/>"##)
            }
            Mark::Text([x, y], text, lies) => {
                let anchor = match lies {
                    Lies::After => "start",
                    Lies::Around => "middle",
                    Lies::Before => "end",
                };
                write!(svg, r#"<text x="{x}" y="{y}" text-anchor="{anchor}">{}</text>"#, escaped(text))
            }
            Mark::Dot([x, y], shape) => write!(svg, "{}", dot(*x, *y, *shape)),
        };
    }
    svg.push_str("</svg>");
    svg
}

fn dot(x: i32, y: i32, shape: Shape) -> String {
    let outline = r##"fill="#fff" stroke="#000""##;
    match shape {
        Shape::Disc => format!(r#"<circle cx="{x}" cy="{y}" r="5"/>"#),
        Shape::Square => {
            format!(r#"<rect x="{}" y="{}" width="10" height="10" {outline}/>"#, x - 5, y - 5)
        }
        Shape::Triangle => format!(r#"<path d="M{x} {}l6 11h-12z" {outline}/>"#, y - 6),
        Shape::Cross => {
            format!(r##"<path d="M{} {}l10 10m0 -10l-10 10" stroke="#000"/>"##, x - 5, y - 5)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
