#!/bin/sh
# Sets up what this repository runs on: the npm packages (Node 26 among them) and Ansible in .venv.
# Needs npm and python3. Quick when nothing changed; says what it does when it does something.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
give_up() {
  say "$1"
  exit 69
}

# What is installed says for which lock file, on which machine and in which folder it was installed.
packages_wanted() { { uname -sm && cat package-lock.json; } 2>/dev/null; }
ansible_wanted() { { uname -sm && pwd && cat ansible/requirements.txt; } 2>/dev/null; }
packages_stand() { packages_wanted | cmp -s - node_modules/.mikado-setup 2>/dev/null; }
ansible_stands() { ansible_wanted | cmp -s - .venv/.mikado-setup 2>/dev/null && .venv/bin/python -c '' 2>/dev/null; }

# Prints a tool's own words only when it fails.
quietly() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

if packages_stand && ansible_stands; then exit 0; fi

command -v npm >/dev/null || give_up 'npm is missing: install Node.js with npm (any version from 20), then run this again'
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  give_up 'python3 is missing or older than 3.11 (which Ansible needs): install Python 3.11 or newer, then run this again'

# One at a time: the kernel frees this lock when its holder dies.
if [ "${MIKADO_SETUP_LOCKED:-}" != yes ]; then
  MIKADO_SETUP_LOCKED=yes exec python3 -c '
import fcntl, os, sys
lock = os.open(".setup.lock", os.O_CREAT | os.O_RDWR, 0o600)
os.set_inheritable(lock, True)
fcntl.flock(lock, fcntl.LOCK_EX)
os.execvp("sh", ["sh", sys.argv[1]])' "scripts/setup.sh"
fi

if ! packages_stand; then
  say 'installing the npm packages (about 10 s)'
  quietly npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || give_up 'npm could not install the packages; mend what it says above, then run this again'
  packages_wanted >node_modules/.mikado-setup
fi

if ! ansible_stands; then
  say 'installing Ansible into .venv (about 10 s)'
  rm -rf .venv
  quietly python3 -m venv .venv || give_up 'python3 could not make a virtual environment (on Debian and Ubuntu: install python3-venv), then run this again'
  quietly .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r ansible/requirements.txt ||
    give_up 'pip could not install Ansible; mend what it says above, then run this again'
  ansible_wanted >.venv/.mikado-setup
fi
