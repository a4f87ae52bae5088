#!/bin/sh
# The first step of every run, read by the others as well (`. "${0%/*}/step.0"`), by bash or sh. Download tools become
# functions that give what the command's author left to us: progress that can be read, going on where an earlier run
# stopped, and the server's keys, which reach a tool in a file of its own (0600, in the run's private folder, removed
# at once) and never on a command line.
#
# hy_again=1, said after this text: an earlier run of the command got to work.

trap 'rm -rf "${0%/*}"/private.*' EXIT

# hy_file: a new private file, or with $1=-d a folder.
hy_private() {
  hy_file=$(umask 077 && mktemp ${1+"$1"} "${0%/*}/private.XXXXXX")
}

# Whether one of the other arguments holds the value $1, which may be unset.
hy_holds() {
  hy_value=$1
  shift
  [ -n "$hy_value" ] || return 1
  case " $* " in *"$hy_value"*) ;; *) return 1 ;; esac
}

hy_is_secret() {
  hy_holds "${HF_TOKEN-}" "$1" || hy_holds "${CIVITAI_API_KEY-}" "$1"
}

# Whether an argument is an address below $1.
hy_goes_to() {
  hy_base=${1%/}
  shift
  for hy_arg; do
    case $hy_arg in "$hy_base" | "$hy_base"/*) return 0 ;; esac
  done
  return 1
}

# Whether the tool has to be given the server's token for Hugging Face: it is asked, and says nothing of its own.
hy_needs_hf() {
  [ -n "${HF_TOKEN-}" ] || return 1
  case " $* " in *[Aa]uthorization:* | *--http-user* | *--user*) return 1 ;; esac
  hy_goes_to "${HF_ENDPOINT:-https://huggingface.co}" "$@"
}

wget() (
  hy_config='' hy_list='' hy_bar=1 hy_on=${hy_again-} hy_last=''
  for hy_arg; do
    case $hy_arg in
      --progress* | --show-progress | -q | --quiet | -nv | --no-verbose | -b | --background) hy_bar='' ;;
      -V | --version | -h | --help | -o* | -a* | --output-file* | --append-output* | --config*) hy_bar='' ;;
    esac
    case $hy_last$hy_arg in
      -N | --timestamping | -nc | --no-clobber | -O- | --output-document=- | --output-document-) hy_on='' ;;
      *-nc) hy_on='' ;;
    esac
    hy_last=''
    case $hy_arg in -O | --output-document) hy_last=$hy_arg ;; esac
  done
  if hy_needs_hf "$@"; then
    hy_private && hy_config=$hy_file && printf 'header = Authorization: Bearer %s\n' "$HF_TOKEN" >"$hy_config"
  fi
  hy_count=$# hy_next=''
  while [ "$hy_count" -gt 0 ]; do
    hy_count=$((hy_count - 1)) hy_arg=$1
    shift
    if [ "$hy_next" = header ]; then
      hy_next='' hy_arg=--header=$hy_arg
    elif [ "$hy_arg" = --header ]; then
      hy_next=header
      continue
    fi
    if ! hy_is_secret "$hy_arg"; then
      set -- "$@" "$hy_arg"
      continue
    fi
    case $hy_arg in
      --header=*)
        [ -n "$hy_config" ] || { hy_private && hy_config=$hy_file; }
        printf 'header = %s\n' "${hy_arg#--header=}" >>"$hy_config"
        ;;
      http://* | https://*)
        [ -n "$hy_list" ] || { hy_private && hy_list=$hy_file; }
        printf '%s\n' "$hy_arg" >>"$hy_list"
        ;;
      *) set -- "$@" "$hy_arg" ;;
    esac
  done
  [ -z "$hy_list" ] || set -- --input-file="$hy_list" "$@"
  [ -z "$hy_on" ] || set -- -c "$@"
  # busybox and Wget2 are called wget in places, and take neither this bar nor this option.
  case $([ -z "$hy_bar$hy_config" ] || command wget --version 2>/dev/null | head -n 1) in
    'GNU Wget 1'*)
      [ -z "$hy_bar" ] || set -- --progress=bar:force:noscroll "$@"
      if [ -n "$hy_config" ]; then
        [ ! -r ~/.wgetrc ] || cat ~/.wgetrc >>"$hy_config"
        set -- --config="$hy_config" "$@"
      fi
      ;;
    'GNU Wget2'*) [ -z "$hy_config" ] || set -- --config="$hy_config" "$@" ;;
    *)
      if [ -n "$hy_config" ] && grep -q '^header = ' "$hy_config"; then
        echo 'wget: this wget cannot be given a token in a file; install GNU Wget' >&2
        exit 1
      fi
      ;;
  esac
  command wget "$@"
  hy_code=$?
  [ -z "$hy_config$hy_list" ] || rm -f ${hy_config:+"$hy_config"} ${hy_list:+"$hy_list"}
  exit $hy_code
)

curl() (
  hy_config='' hy_on=1
  case " $* " in *' -f '* | *' --fail'* | *' -V '* | *' --version '*) hy_on='' ;; esac
  if hy_needs_hf "$@" || { [ -n "${CIVITAI_API_KEY-}" ] && ! hy_is_secret "$*" &&
    hy_goes_to "${CIVITAI_ENDPOINT:-https://civitai.com}" "$@"; }; then
    hy_key=$CIVITAI_API_KEY
    ! hy_needs_hf "$@" || hy_key=$HF_TOKEN
    hy_private && hy_config=$hy_file && printf 'header = "Authorization: Bearer %s"\n' "$hy_key" >"$hy_config"
  fi
  hy_count=$# hy_next=''
  while [ "$hy_count" -gt 0 ]; do
    hy_count=$((hy_count - 1)) hy_arg=$1
    shift
    if [ "$hy_next" = header ]; then
      hy_next='' hy_arg=-H$hy_arg
    elif [ "$hy_arg" = --header ] || [ "$hy_arg" = -H ]; then
      hy_next=header
      continue
    fi
    case $hy_arg in
      -H* | http://* | https://*) ;;
      *)
        set -- "$@" "$hy_arg"
        continue
        ;;
    esac
    if ! hy_is_secret "$hy_arg"; then
      set -- "$@" "$hy_arg"
      continue
    fi
    [ -n "$hy_config" ] || { hy_private && hy_config=$hy_file; }
    case $hy_arg in
      -H*) hy_line="header = \"$(hy_quote "${hy_arg#-H}")\"" ;;
      *) hy_line="url = \"$(hy_quote "$hy_arg")\"" ;;
    esac
    printf '%s\n' "$hy_line" >>"$hy_config"
  done
  # Without it an error page is taken for the file.
  [ -z "$hy_on" ] || set -- --fail "$@"
  [ -z "$hy_config" ] || set -- --config "$hy_config" "$@"
  command curl "$@"
  hy_code=$?
  [ -z "$hy_config" ] || rm -f "$hy_config"
  exit $hy_code
)

# As curl's configuration wants it within double quotes.
hy_quote() {
  printf '%s' "$1" | sed 's/[\\"]/\\&/g'
}

# civitdl takes its key from an option or from its configuration. It gets a copy of that with the key in it.
civitdl() (
  hy_count=$# hy_skip=''
  while [ "$hy_count" -gt 0 ]; do
    hy_count=$((hy_count - 1)) hy_arg=$1
    shift
    if [ -n "$hy_skip" ]; then
      hy_skip=''
      if hy_is_secret "$hy_arg"; then continue; fi
      set -- "$@" --api-key "$hy_arg"
    else
      case $hy_arg in
        -k | --api-key) hy_skip=1 ;;
        *) hy_is_secret "$hy_arg" || set -- "$@" "$hy_arg" ;;
      esac
    fi
  done
  case " ${CIVITAI_API_KEY:+key}:$* " in
    *' -k'* | *' --api-key'* | ' :'*)
      command civitdl "$@"
      exit
      ;;
  esac
  hy_private -d
  hy_old=${XDG_CONFIG_HOME:-$HOME/.config}/civitdl
  (
    umask 077
    mkdir "$hy_file/civitdl"
    [ ! -d "$hy_old" ] || cp -R "$hy_old/." "$hy_file/civitdl"
  )
  python3 - "$hy_file/civitdl/config.json" <<'HY_PYTHON'
import json, os, sys
try:
    with open(sys.argv[1]) as file:
        config = json.load(file)
except (OSError, ValueError):
    config = {
        "version": "1",
        "default": {"sorter": "basic", "max_images": 3, "with_prompt": True, "limit_rate": "0", "retry_count": 3, "pause_time": 3.0},
        "sorters": [["basic", "", "basic"], ["tags", "", "tags"]],
        "aliases": [],
    }
config.setdefault("default", {})["api_key"] = os.environ["CIVITAI_API_KEY"]
with os.fdopen(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    os.fchmod(file.fileno(), 0o600)
    json.dump(config, file)
HY_PYTHON
  XDG_CONFIG_HOME=$hy_file command civitdl "$@"
  hy_code=$?
  rm -rf "$hy_file"
  exit $hy_code
)

# On a full disk aria2c leaves an empty record of what it has of the file $2 in the folder $1, and refuses to go on
# with it. Nobody knows which parts of the file are there then: it is begun anew.
hy_mend() {
  if [ -f "$1/$2.aria2" ] && [ ! -s "$1/$2.aria2" ]; then rm -f -- "$1/$2.aria2" "$1/$2"; fi
}

# Before the first byte: bytes that the file $2 in the folder $1 still lacks of $3, and the free bytes on its disk, as
# `DISK FREE LACKING`.
hy_room() {
  hy_at=$1
  while [ ! -d "$hy_at" ] && [ "$hy_at" != / ] && [ "$hy_at" != . ]; do hy_at=$(dirname -- "$hy_at"); done
  hy_has=0
  [ -z "$2" ] || [ ! -f "$1/$2" ] || hy_has=$(($(wc -c <"$1/$2")))
  hy_lacks=$(($3 - hy_has))
  [ "$hy_lacks" -gt 0 ] || hy_lacks=0
  df -Pk "$hy_at" 2>/dev/null | awk -v lacks="$hy_lacks" 'NR == 2 { printf "%s %.0f %s\n", $1, $4 * 1024, lacks }'
}

# Reads what hy_room said of all files. Ends with 3 where a disk has less than $1 bytes more than they need.
hy_judge_room() {
  awk -v margin="$1" '
    { free[$1] = $2; lacks[$1] += $3 }
    END {
      for (disk in free)
        if (lacks[disk] > 0 && free[disk] < lacks[disk] + margin) {
          printf "@room %.0f %.0f\n", free[disk], lacks[disk]
          full = 1
        }
      exit full ? 3 : 0
    }'
}

# After the last byte: the file number $1, $3 in the folder $2, has to have $4 bytes (-: any) and is hashed with $5
# (-: not at all). Says `@file NUMBER SIZE HASH`.
hy_look() {
  hy_path=$2/$3
  if [ ! -f "$hy_path" ]; then
    echo "@file $1 missing -"
    return
  fi
  hy_size=$(($(wc -c <"$hy_path")))
  hy_hash=-
  case $5:$4 in
    -:* | *:-) ;;
    *) [ "$hy_size" -eq "$4" ] || set -- "$1" "$2" "$3" "$4" - ;;
  esac
  if [ "$5" != - ] && command -v "$5" >/dev/null 2>&1; then
    echo "@hashing $1"
    hy_hash=$("$5" <"$hy_path")
    hy_hash=${hy_hash%% *}
  fi
  echo "@file $1 $hy_size ${hy_hash:--}"
}
