# What the commands in this folder share: they run from the top of the repository, and tell how long each step took.
set -euo pipefail
cd "$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)"

# Nothing here is built twice or looked at in a debugger, and the files for both would fill a small disk.
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

# What fails here is planted, or told by the log: nobody commits what would be kept of it.
export REWEAVE_REGRESSIONS=0

name=""
step() {
  if [ -n "$name" ]; then
    printf -- '-- %s: %d s\n' "$name" $((SECONDS - began))
  fi
  name=$1
  began=$SECONDS
  printf '\n== %s\n' "$name"
}

component() { # toolchain component
  rustup component list --toolchain "$1" --installed | grep -q "^$2" || rustup component add --toolchain "$1" "$2"
}

# Installs a Chromium where there is none and Debian's packages can be had; one that cannot be had is no failure.
chromium() {
  for name_of in chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome; do
    if command -v "$name_of" > /dev/null; then
      return
    fi
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core; } > /dev/null 2>&1 ||
      echo "Chromium cannot be installed here"
  fi
}

finished() {
  step "all of it holds"
  echo "in $SECONDS s, with $(du -sh target | cut -f1) in target"
}
