# A file that Haulyard fetches on an instance: put behind tools.sh, in the first step of the run. The command sets
#   hy_folder hy_name          where it goes
#   hy_size hy_algorithm hy_hash   what it has to be; - for unknown
#   hy_identity                the same for the same bytes; - for unknown
#   hy_exists                  refuse | adopt | replace
#   hy_follows hy_connections hy_rate
#   hy_twins                   paths, one per line, of files that may be this one already
# and calls hy_fetch. Addresses and headers come in FETCH_URLS and FETCH_HEADERS, one per line, which no tool gets to
# see: each is told what it needs on its standard input or in a private file. Words for the server begin with @fetch.

hy_say() {
  printf '@fetch %s\n' "$*"
}

# Size of the file $1.
hy_bytes() {
  echo $(($(wc -c <"$1")))
}

# Hash of the file $2 by the algorithm $1, or nothing where no program here knows it.
hy_sum() {
  hy_bits=${1#sha}
  if command -v "${1}sum" >/dev/null 2>&1; then
    hy_line=$("${1}sum" <"$2")
  elif [ "$1" = blake3 ]; then
    hy_line=$(command -v b3sum >/dev/null 2>&1 && b3sum <"$2")
  elif [ "$1" != md5 ] && command -v shasum >/dev/null 2>&1; then
    hy_line=$(shasum -a "$hy_bits" <"$2")
  elif command -v openssl >/dev/null 2>&1; then
    hy_line=$(openssl dgst -r "-$1" <"$2")
  elif command -v python3 >/dev/null 2>&1; then
    hy_line=$(python3 -c 'import hashlib, sys
h = hashlib.new(sys.argv[1])
for b in iter(lambda: sys.stdin.buffer.read(1 << 20), b""): h.update(b)
print(h.hexdigest())' "$1" <"$2")
  else
    hy_line=''
  fi
  printf '%s' "${hy_line%% *}"
}

# Whether the file $1 has the size and the hash that are known; with neither known nobody can tell.
hy_is_it() {
  [ "$hy_size$hy_hash" != -- ] || return 1
  [ "$hy_size" = - ] || [ "$(hy_bytes "$1")" = "$hy_size" ] || return 1
  [ "$hy_hash" = - ] || [ "$(hy_sum "$hy_algorithm" "$1")" = "$hy_hash" ]
}

hy_drop() {
  rm -f -- "$hy_part" "$hy_part.aria2" "$hy_part.of"
}

# Before the first byte, in place of hy_room's own look: what has come counts.
hy_fetch_room() {
  [ -e "$1/$2" ] || hy_room "$1" "$2.part" "$3"
}

hy_fetch() {
  hy_final=$hy_folder/$hy_name hy_part=$hy_folder/$hy_name.part
  hy_urls=${FETCH_URLS-} hy_headers=${FETCH_HEADERS-}
  unset FETCH_URLS FETCH_HEADERS
  unset -f wget curl civitdl
  if [ -e "$hy_final" ]; then
    if [ "$hy_exists" = adopt ] && [ -f "$hy_final" ] && [ ! -e "$hy_part" ] && [ "$hy_hash" != - ] &&
      [ "$hy_size" != - ] && [ "$(hy_bytes "$hy_final")" -lt "$hy_size" ]; then
      mv -- "$hy_final" "$hy_part" && printf '%s' "$hy_identity" >"$hy_part.of"
    elif [ "$hy_exists" != replace ] || hy_is_it "$hy_final"; then
      hy_drop
      return 0
    fi
  fi
  mkdir -p -- "$hy_folder" || exit 1
  hy_take_twin && return 0
  hy_go_on
  if [ -f "$hy_part" ] && [ "$hy_size" != - ] && [ "$(hy_bytes "$hy_part")" = "$hy_size" ] &&
    [ ! -e "$hy_part.aria2" ]; then
    return 0
  fi
  hy_choose_tool
  [ "$hy_tool" = aria2c ] || [ ! -e "$hy_part.aria2" ] || hy_drop
  printf '%s' "$hy_identity" >"$hy_part.of" || exit 1
  hy_code=1
  while IFS= read -r hy_url; do
    "hy_by_$hy_tool"
    hy_code=$?
    [ "$hy_code" -ne 0 ] || break
  done <<HY_URLS
$hy_urls
HY_URLS
  exit "$hy_code"
}

# The same bytes lie on this disk already: shared where the file system can, linked where it may be, else copied.
hy_take_twin() {
  [ -n "$hy_twins" ] && [ "$hy_hash" != - ] || return 1
  while IFS= read -r hy_twin; do
    [ "$hy_twin" != "$hy_final" ] && [ -f "$hy_twin" ] && hy_is_it "$hy_twin" || continue
    hy_drop
    hy_twin=$(readlink -f -- "$hy_twin")
    if cp --reflink=always -- "$hy_twin" "$hy_part" 2>/dev/null || ln -- "$hy_twin" "$hy_part" 2>/dev/null ||
      cp -- "$hy_twin" "$hy_part"; then
      hy_say "same $hy_twin"
      return 0
    fi
  done <<HY_TWINS
$hy_twins
HY_TWINS
  return 1
}

# What an earlier run left is gone on with only if it is of the same bytes.
hy_go_on() {
  if [ ! -f "$hy_part" ]; then
    hy_drop
  elif [ "$hy_identity" = - ] || [ "$(cat "$hy_part.of" 2>/dev/null)" != "$hy_identity" ]; then
    hy_say 'anew it is not known to be of the same version'
    hy_drop
  elif [ -e "$hy_part.aria2" ] && [ ! -s "$hy_part.aria2" ]; then
    hy_drop
  elif [ "$hy_size" != - ] && [ "$(hy_bytes "$hy_part")" -gt "$hy_size" ]; then
    hy_drop
  fi
}

hy_choose_tool() {
  case $(wget --version 2>/dev/null | head -n 1) in
    'GNU Wget 1'*) hy_wget=wget ;;
    'GNU Wget2'*) hy_wget=wget2 ;;
    *) hy_wget='' ;;
  esac
  if [ "$hy_follows" = 1 ] && command -v aria2c >/dev/null 2>&1; then
    hy_tool=aria2c
  elif [ "$hy_wget" = wget ]; then
    hy_tool=wget
  elif command -v curl >/dev/null 2>&1; then
    hy_tool=curl
  elif command -v python3 >/dev/null 2>&1; then
    hy_tool=python3
  else
    hy_say 'no-tool aria2c, wget, curl or python3'
    exit 127
  fi
}

# `man aria2c`, Input File: what belongs to an address stands below it, behind a space.
hy_by_aria2c() {
  printf '%s\n out=%s\n' "$hy_url" "$hy_name.part" |
    aria2c --input-file=- --dir="$hy_folder" --continue=true --auto-file-renaming=false --allow-overwrite=true \
      --file-allocation=none --max-connection-per-server="$hy_connections" --split="$hy_connections" \
      --min-split-size=4M --auto-save-interval=5 --max-tries=5 --retry-wait=2 --connect-timeout=30 --timeout=60 \
      --max-overall-download-limit="$hy_rate" --summary-interval=1 --human-readable=false --console-log-level=warn
}

hy_by_wget() {
  set -- --input-file=- --continue --output-document="$hy_part" --progress=bar:force:noscroll --tries=5 --timeout=60
  [ "$hy_rate" = 0 ] || set -- "$@" --limit-rate="$hy_rate"
  [ "$hy_follows" = 1 ] || set -- "$@" --max-redirect=0
  if [ -n "$hy_headers" ]; then
    hy_private
    { printf '%s\n' "$hy_headers" | sed 's/^/header = /'; [ ! -r ~/.wgetrc ] || cat ~/.wgetrc; } >"$hy_file"
    set -- --config="$hy_file" "$@"
  fi
  printf '%s\n' "$hy_url" | wget "$@"
}

hy_by_curl() {
  # Without -L an answer that leads elsewhere would be taken for the file.
  hy_most=0
  [ "$hy_follows" != 1 ] || hy_most=10
  hy_curl "$hy_most"
  hy_end=$?
  # CURLE_RANGE_ERROR: the server gives whole files only.
  [ "$hy_end" -eq 33 ] || return "$hy_end"
  rm -f -- "$hy_part"
  hy_curl "$hy_most"
}

hy_curl() {
  {
    printf 'url = "%s"\n' "$(hy_quote "$hy_url")"
    [ -z "$hy_headers" ] || hy_quote "$hy_headers" | sed 's/^/header = "/;s/$/"/'
    # A last line without its end would be lost.
    echo
  } | curl --config - --fail --location --max-redirs "$1" --proto =http,https --proto-redir =http,https \
    --globoff --continue-at - --output "$hy_part" --connect-timeout 30 --speed-limit 1 --speed-time 60 \
    --limit-rate "$hy_rate"
}

hy_by_python3() {
  FETCH_URL=$hy_url FETCH_HEADERS=$hy_headers python3 -c "$hy_python" "$hy_part" "$hy_follows" "$hy_rate"
}

hy_python='
import os, sys, time, urllib.error, urllib.request
path, follows, rate = sys.argv[1], sys.argv[2] == "1", int(sys.argv[3])
url = os.environ.pop("FETCH_URL")
headers = dict(l.split(": ", 1) for l in os.environ.pop("FETCH_HEADERS").splitlines() if ": " in l)
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None
opener = urllib.request.build_opener(*([] if follows else [Stay()]))
have = os.path.getsize(path) if os.path.exists(path) else 0
try:
    ask = urllib.request.Request(url, headers=headers)
    if have:
        ask.add_header("Range", "bytes=%d-" % have)
    with opener.open(ask, timeout=60) as answer:
        if answer.status != 206:
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        begun, first, told = time.monotonic(), have, 0.0
        with open(path, "ab" if have else "wb") as file:
            while True:
                piece = answer.read(min(1 << 18, rate) if rate else 1 << 18)
                if piece:
                    file.write(piece)
                    have += len(piece)
                now = time.monotonic()
                if rate and piece:
                    time.sleep(max(0, (have - first) / rate - (now - begun)))
                if now - told > 1 or not piece:
                    told = now
                    speed = (have - first) / max(now - begun, 0.001)
                    if total:
                        left = (total - have) / max(speed, 1)
                        bar = "%3d%%|%-10s| %d/%d [%02d:%02d<%02d:%02d, %.1fB/s]"
                        took = now - begun
                        print(bar % (100 * have // total, "#" * (10 * have // total), have, total, took // 60,
                            took % 60, left // 60, left % 60, speed), flush=True)
                if not piece:
                    break
    if total is not None and have < total:
        print("@fetch network the answer ended after %d of %d bytes" % (have, total))
        sys.exit(1)
except urllib.error.HTTPError as error:
    print("@fetch status %d" % error.code)
    sys.exit(1)
except OSError as error:
    if error.errno == 28:
        print("@fetch full")
    else:
        print("@fetch network", getattr(error, "reason", error))
    sys.exit(1)
'

# After the last byte: what came is looked at, and gets its name once it is what it has to be. Says as hy_look does;
# @there first if the file had been there.
hy_settle() {
  hy_final=$hy_folder/$hy_name hy_part=$hy_folder/$hy_name.part
  if [ ! -f "$hy_part" ]; then
    echo '@there'
    [ "$hy_size$hy_hash$hy_exists" != --refuse ] || echo '@unsure'
    hy_tell "$hy_final"
    return
  fi
  hy_tell "$hy_part"
  if [ "$hy_was" = wrong ]; then
    hy_drop
  elif [ "$hy_was" = whole ]; then
    if [ "$hy_hash" = - ] && hy_is_page; then
      echo '@page'
      hy_drop
      return
    fi
    # Of GNU's sync; others write down all there is.
    sync "$hy_part" 2>/dev/null
    if [ "$hy_exists" = replace ]; then
      mv -f -- "$hy_part" "$hy_final" || exit 1
    elif ! ln -- "$hy_part" "$hy_final" 2>/dev/null; then
      # No links on this disk, or somebody has put a file there meanwhile.
      if [ -e "$hy_final" ]; then echo '@taken' && return; fi
      mv -- "$hy_part" "$hy_final" || exit 1
    fi
    hy_drop
  fi
}

# `@file 0 SIZE HASH` of the file $1. hy_was: whole, short or wrong.
hy_tell() {
  if [ ! -f "$1" ]; then
    hy_was=short
    echo '@file 0 missing -'
    return
  fi
  hy_now=$(hy_bytes "$1") hy_came=- hy_was=whole
  if [ "$hy_size" != - ] && [ "$hy_now" -ne "$hy_size" ]; then
    hy_was=short
    [ "$hy_now" -lt "$hy_size" ] || hy_was=wrong
  elif [ "$hy_hash" != - ]; then
    echo '@hashing 0'
    hy_came=$(hy_sum "$hy_algorithm" "$1")
    hy_came=${hy_came:--}
    [ "$hy_came" = - ] || [ "$hy_came" = "$hy_hash" ] || hy_was=wrong
  fi
  echo "@file 0 $hy_now $hy_came"
}

# Whether a page of the web came in place of a file.
hy_is_page() {
  case $hy_name in *.[Hh][Tt][Mm] | *.[Hh][Tt][Mm][Ll] | *.[Xx][Hh][Tt][Mm][Ll] | *.[Ss][Vv][Gg]) return 1 ;; esac
  head -c 512 "$hy_part" | tr 'A-Z' 'a-z' | tr -d ' \t\r\n\000' | grep -q '^<!doctypehtml\|^<html'
}
