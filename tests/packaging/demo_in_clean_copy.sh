#!/usr/bin/env bash
# What a newcomer does first: a clean copy of the last commit, an empty home, `make demo`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git -C "$root" archive --format=tar HEAD | tar -x -C "$work" --one-top-level=ringfinder
mkdir "$work/home"
cd "$work/ringfinder"
env HOME="$work/home" make demo
for file in rings.csv ring_members.csv evidence.jsonl index.html coverage.json rejects.csv; do
  test -s "demo/rings/$file" || { echo "the demo wrote no $file"; exit 1; }
done
if .venv/bin/python -c 'import pytest' 2>/dev/null; then
  echo "the demo installed development tools"
  exit 1
fi
