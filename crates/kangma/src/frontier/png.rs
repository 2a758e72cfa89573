//! The picture as PNG, for documents that show no SVG. The letters travel in the binary: a bare machine has none.

use flate2::{Compression, Crc, write::ZlibEncoder};
use kangma_server::chart::{Lies, Mark, Shape, WIDE};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};
use std::io::Write as _;

const WHITE: u8 = 255;
const DASH: i32 = 6;

/// A picture in grey, a byte a pixel, row by row.
struct Canvas {
    pixels: Vec<u8>,
}

/// Draws marks, and writes them as PNG.
pub(super) fn of(marks: &[Mark]) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (usize::try_from(WIDE.width)?, usize::try_from(WIDE.height)?);
    let mut canvas = Canvas { pixels: vec![WHITE; width * height] };
    for mark in marks {
        match mark {
            Mark::Line(from, to, dashed) => canvas.line(*from, *to, *dashed),
            Mark::Text(at, text, lies) => canvas.text(*at, text, *lies),
            Mark::Dot(at, shape) => canvas.dot(*at, *shape),
        }
    }
    // Each row is led by its filter: none.
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in canvas.pixels.chunks(width) {
        packed.write_all(&[0])?;
        packed.write_all(row)?;
    }
    let mut head = Vec::new();
    head.extend(u32::try_from(WIDE.width)?.to_be_bytes());
    head.extend(u32::try_from(WIDE.height)?.to_be_bytes());
    // Eight bits a pixel, grey, packed and filtered the only way there is, not interlaced.
    head.extend([8, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &head)?;
    chunk(&mut png, *b"IDAT", &packed.finish()?)?;
    chunk(&mut png, *b"IEND", &[])?;
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], bytes: &[u8]) -> anyhow::Result<()> {
    let mut check = Crc::new();
    check.update(&name);
    check.update(bytes);
    png.extend(u32::try_from(bytes.len())?.to_be_bytes());
    png.extend(name);
    png.extend(bytes);
    png.extend(check.sum().to_be_bytes());
    Ok(())
}

impl Canvas {
    /// Makes a pixel so dark; what lies outside is not drawn.
    fn put(&mut self, [x, y]: [i32; 2], grey: u8) {
        if (0..WIDE.width).contains(&x) && (0..WIDE.height).contains(&y) {
            let place = usize::try_from(y * WIDE.width + x).unwrap_or(0);
            self.pixels[place] = self.pixels[place].min(grey);
        }
    }

    fn line(&mut self, [x, y]: [i32; 2], [to_x, to_y]: [i32; 2], dashed: bool) {
        let steps = (to_x - x).abs().max((to_y - y).abs());
        for step in 0..=steps {
            if dashed && (step / DASH) % 2 == 1 {
                continue;
            }
            let along = |from: i32, to: i32| from + ((to - from) * step * 2 + steps) / (2 * steps.max(1));
            self.put([along(x, to_x), along(y, to_y)], 0);
        }
    }

    fn text(&mut self, [x, y]: [i32; 2], text: &str, lies: Lies) {
        let (weight, size) = (FontWeight::Regular, RasterHeight::Size16);
        let width = i32::try_from(get_raster_width(weight, size)).unwrap_or(8);
        let length = width * i32::try_from(text.chars().count()).unwrap_or(0);
        let begin = match lies {
            Lies::After => x,
            Lies::Around => x - length / 2,
            Lies::Before => x - length,
        };
        // The letters' box reaches below the line on which they stand.
        let top = y - i32::try_from(size.val()).unwrap_or(16) + 4;
        for (number, letter) in (0i32..).zip(text.chars()) {
            let Some(raster) = get_raster(letter, weight, size).or_else(|| get_raster('?', weight, size))
            else {
                continue;
            };
            for (row, pixels) in (0i32..).zip(raster.rows()) {
                for (column, dark) in (0i32..).zip(pixels) {
                    self.put([begin + number * width + column, top + row], WHITE - dark);
                }
            }
        }
    }

    fn dot(&mut self, [x, y]: [i32; 2], shape: Shape) {
        for (dx, dy) in (-6..=6).flat_map(|dy| (-6..=6).map(move |dx| (dx, dy))) {
            let edge = match shape {
                Shape::Disc => dx * dx + dy * dy <= 27,
                Shape::Square => i32::max(dx, -dx).max(i32::max(dy, -dy)) == 5,
                Shape::Triangle => dy == 5 || (dx.abs() * 2 - dy - 6).abs() <= 1,
                Shape::Cross => dx.abs() == dy.abs(),
            };
            if edge {
                self.put([x + dx, y + dy], 0);
            }
        }
    }
}
