# Sourced by ./flowlog, ./test and .ci/run: what must be on the machine, installed where that is allowed, named exactly where not.

flowlog_say() { printf 'flowlog: %s\n' "$*" >&2; }

# A library of the system, looked up where Debian, Ubuntu and others keep theirs.
flowlog_has_library() {
  local folder
  for folder in /usr/lib /usr/lib64 /usr/local/lib "/usr/lib/$(uname -m)-linux-gnu" "/lib/$(uname -m)-linux-gnu"; do
    [ -e "$folder/$1" ] && return 0
  done
  return 1
}

# flowlog_install PACKAGE...: installs Debian packages if it may; otherwise says what to type, and fails.
flowlog_install() {
  local run=""
  if ! command -v apt-get >/dev/null 2>&1; then
    flowlog_say "this needs what Debian calls '$*'. Install it with your system's package tool and start again."
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      run="sudo -n"
    else
      flowlog_say "this needs the packages '$*'. Install them and start again:"
      flowlog_say "    sudo apt-get install -y $*"
      return 1
    fi
  fi
  flowlog_say "installing $* (once) ..."
  if ! DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq "$@" >/dev/null 2>&1; then
    # A fresh machine knows no package lists yet.
    $run apt-get update -qq >/dev/null 2>&1
    if ! DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq "$@" >/dev/null; then
      flowlog_say "could not install '$*'; the lines above say why. Try: apt-get update && apt-get install -y $*"
      return 1
    fi
  fi
}

flowlog_need_dotnet() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  if ! command -v dotnet >/dev/null 2>&1; then
    flowlog_say "the .NET SDK 10 is not installed. Debian/Ubuntu: install the package 'dotnet-sdk-10.0'; others: https://dotnet.microsoft.com/download/dotnet/10.0"
    return 1
  fi
  if ! dotnet --list-sdks 2>/dev/null | grep -q '^1[0-9]\.'; then
    flowlog_say "the .NET SDK 10 is needed; installed are: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')"
    return 1
  fi
}

# RocksDB for state stores; it brings lz4, zstd and snappy, which the codecs bind.
flowlog_need_rocksdb() {
  flowlog_has_library librocksdb.so.7.8 || flowlog_install librocksdb7.8
}
