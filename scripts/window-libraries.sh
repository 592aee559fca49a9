#!/usr/bin/env bash
# What the test of the window needs from the system: a display without a screen and the libraries of Electron. Best effort: where
# nothing can be installed, that test is skipped and says why.
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
command -v Xvfb >/dev/null && ldconfig -p | grep -q libgtk-3.so.0 && exit 0
export DEBIAN_FRONTEND=noninteractive
libraries="libgtk-3-0 libnss3 libgbm1 libasound2 libatk-bridge2.0-0 libxss1 libdrm2"
{
  timeout 120 apt-get update
  # Newer Debian and Ubuntu name some of them with t64, so each is asked for by itself.
  for name in xvfb $libraries; do
    timeout 300 apt-get install -y --no-install-recommends "$name" || timeout 300 apt-get install -y --no-install-recommends "${name}t64"
  done
} >/dev/null 2>&1 </dev/null
exit 0
