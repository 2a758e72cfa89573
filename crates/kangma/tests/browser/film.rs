//! What a camera sees: a film made from a picture by `ffmpeg`, shown to the browser as its camera.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;

const HELD_SECONDS: &str = "3";

/// A picture held in front of a camera for some seconds. The browser repeats it for ever.
pub struct Film {
    file: PathBuf,
    _directory: TempDir,
}

impl Film {
    /// Holds a picture, in the middle of a white sheet, in front of the camera.
    pub fn of(picture: &Path) -> Self {
        Self::after(Duration::ZERO, picture)
    }

    /// The same after a time in which there is a white sheet alone.
    pub fn after(white: Duration, picture: &Path) -> Self {
        let directory = TempDir::new().expect("a directory for the film");
        let file = directory.path().join("camera.mjpeg");
        let fit = format!(
            "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:(ow-iw)/2:(oh-ih)/2:white,\
             tpad=start_duration={}:color=white,format=yuvj420p",
            white.as_secs()
        );
        let made = Command::new("ffmpeg")
            .args(["-loglevel", "error", "-y", "-loop", "1", "-framerate", "10", "-t", HELD_SECONDS, "-i"])
            .arg(picture)
            .args(["-vf", &fit, "-q:v", "2"])
            .arg(&file)
            .output()
            .unwrap_or_else(|error| panic!("ffmpeg: {error}; run script/test browser, which installs it"));
        assert!(made.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&made.stderr));
        Self { file, _directory: directory }
    }

    /// What the browser is started with so that this is its camera, and nobody has to allow it.
    pub fn arguments(&self) -> [String; 3] {
        [
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--use-file-for-fake-video-capture={}", self.file.display()),
        ]
    }
}
