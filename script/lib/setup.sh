# shellcheck shell=bash
# What a machine needs before kangma can be built, and before it can be tested: the one place that says so.
# Sourced by script/server, script/test and script/bench. Doing it twice changes nothing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
stop() { printf 'kangma: %s\n' "$*" >&2; exit 1; }

# needs COMMAND-OR-PATH PACKAGE: notes the package when the thing is not there.
missing_packages=()
needs() {
  if [[ $1 == /* ]]; then [[ -e $1 ]] && return; else command -v "$1" >/dev/null && return; fi
  missing_packages+=("$2")
}

install_missing_packages() {
  ((${#missing_packages[@]})) || return 0
  command -v apt-get >/dev/null ||
    stop "this system has no apt-get; install what these Debian packages hold, then run this again: ${missing_packages[*]}"
  ((EUID == 0)) ||
    stop "some system packages are missing. Run this as root, then try again:  apt-get update && apt-get install --yes ${missing_packages[*]}"
  say "Installing ${missing_packages[*]} (this can take a few minutes)"
  local log
  log=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    "${missing_packages[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    stop "apt-get could not install ${missing_packages[*]}; its last lines are above"
  fi
  rm -f "$log"
  missing_packages=()
  hash -r
}

wanted_rust() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml; }

rust_suffices() {
  local have
  have=$(cargo --version 2>/dev/null | awk '{print $2}') || return 1
  [[ -n $have && $(printf '%s\n' "$(wanted_rust)" "${have%%-*}" | sort -V | head -n 1) == "$(wanted_rust)" ]]
}

# A sufficient cargo is used as it is; else rustup brings the stable toolchain: the distribution's own rustup where
# there is one, and rustup's official installer where there is not (Debian 12).
set_up_rust() {
  [[ -d ${CARGO_HOME:-$HOME/.cargo}/bin ]] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  rust_suffices && return
  say "Rust $(wanted_rust) or newer is needed; installing the stable toolchain"
  if ! command -v rustup >/dev/null && distribution_has rustup; then
    missing_packages+=(rustup)
    install_missing_packages
  fi
  command -v rustup >/dev/null || run_rustup_installer
  rustup toolchain install stable --profile minimal --no-self-update >&2 ||
    stop "rustup could not fetch the stable toolchain: check the network, or put a cargo $(wanted_rust) or newer on the PATH"
  export RUSTUP_TOOLCHAIN=stable
  rust_suffices ||
    stop "the stable toolchain is $(cargo --version 2>&1), but kangma needs $(wanted_rust) or newer"
}

# The package lists of a bare machine are empty until they are asked for.
distribution_has() {
  command -v apt-cache >/dev/null || return
  ((EUID == 0)) && apt-get update >/dev/null 2>&1
  [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[0-9]* ]]
}

# Rustup's installer by its short name, else from where rustup itself loads.
run_rustup_installer() {
  local installer
  installer=$(mktemp)
  fetch https://sh.rustup.rs "$installer" || fetch https://static.rust-lang.org/rustup/rustup-init.sh "$installer" ||
    stop "Rust $(wanted_rust) or newer is needed and rustup's installer (https://sh.rustup.rs) cannot be reached; put a cargo $(wanted_rust) or newer on the PATH, then run this again"
  sh "$installer" -y --profile minimal --no-modify-path >&2 ||
    stop "rustup's installer failed; its own words are above"
  rm -f "$installer"
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
}

fetch() { curl --proto '=https' --tlsv1.2 --silent --fail --location --max-time 60 "$1" -o "$2"; }

set_up_rust_component() {
  cargo "$1" --version >/dev/null 2>&1 && return
  command -v rustup >/dev/null ||
    stop "this cargo has no 'cargo $1'; install your distribution's package for it, then run this again"
  rustup component add "$2" >&2 || stop "rustup could not add $2: check the network"
}

# Everything that building the one binary takes.
set_up_building() {
  needs cc build-essential
  needs curl curl
  needs /etc/ssl/certs/ca-certificates.crt ca-certificates
  install_missing_packages
  set_up_rust
}

# What every part of the tests takes besides.
set_up_testing() {
  needs git git
  needs node nodejs
  needs npm npm
  set_up_building
  set_up_rust_component fmt rustfmt
  set_up_rust_component clippy clippy
}

# What the browser's tests take: a browser and its driver, an independent reader of QR symbols, glyphs for Chinese, and
# the program that turns a picture into a camera's film.
set_up_browser() {
  needs zbarimg zbar-tools
  needs ffmpeg ffmpeg
  needs /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
  if ! is_ubuntu; then
    needs chromium chromium
    needs chromedriver chromium-driver
  fi
  install_missing_packages
  if is_ubuntu; then set_up_browser_without_snap; fi
}

is_ubuntu() { grep -qs '^ID=ubuntu$' /etc/os-release; }

# Ubuntu has Chromium as a snap only, which bare machines and containers cannot run: take the Chromium project's own
# test build and its driver instead, once, into out/browser.
set_up_browser_without_snap() {
  export KANGMA_CHROMIUM=${KANGMA_CHROMIUM:-$(command -v chromium || true)}
  export KANGMA_CHROMEDRIVER=${KANGMA_CHROMEDRIVER:-$(command -v chromedriver || true)}
  [[ -n $KANGMA_CHROMIUM && -n $KANGMA_CHROMEDRIVER ]] && return
  KANGMA_CHROMIUM=$(find_test_browser chrome)
  KANGMA_CHROMEDRIVER=$(find_test_browser chromedriver)
  [[ -n $KANGMA_CHROMIUM && -n $KANGMA_CHROMEDRIVER ]] && return
  ((EUID == 0)) || stop "a test browser's system libraries are missing. Run this, then try again:  sudo script/test browser"
  say "Installing a test browser into out/browser"
  local install=(npx --yes @puppeteer/browsers@2 install --path "$root/out/browser")
  { "${install[@]}" --install-deps chrome@stable && "${install[@]}" chromedriver@stable; } >&2 ||
    stop "no browser for the tests: install Chromium and its driver, and name them in KANGMA_CHROMIUM and KANGMA_CHROMEDRIVER"
  KANGMA_CHROMIUM=$(find_test_browser chrome)
  KANGMA_CHROMEDRIVER=$(find_test_browser chromedriver)
}

# Nothing where it was not installed yet.
find_test_browser() { find "$root/out/browser" -type f -name "$1" -perm -u+x -print -quit 2>/dev/null || true; }
