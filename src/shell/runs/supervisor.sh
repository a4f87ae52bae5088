#!/bin/sh
# Haulyard's supervisor of runs. POSIX sh; the place has to be Linux with /proc and the usual small tools.
#
# One text, used in two ways. Sent over stdin it is a library: our process calls one of the verbs at its end
# (hy_start, hy_show, hy_follow, hy_cancel, hy_list, hy_clean), which answer in frames: lines that begin with a
# nonce of this one conversation, so that whatever else gets into the output does not matter. A copy of it in
# the run's folder is what goes on without us: `sh ./supervisor run|steps|kill`.
#
# A run's folder, $HY_RUNS/ID. It is staged under another name and moved into place, so it is whole or absent.
#   supervisor   this text               settings   what this text has to know there
#   env          exports for the steps   secret     the same for secrets, 0600; gone once sourced
#   step.N       the card's text         spare.*    files with their blocks on the disk already: filled in place
#                                                   and moved, they hold what must not be lost on a full disk
#   cancel       somebody wants it to end
#   run/         made by the one supervisor that runs it, then
#     super, cmd   PID and start time of the supervisor and of what executes the steps
#     boot         boot id, and start time of process 1: a container is started anew without a new boot id
#     log, old     what the steps write; what was cut off the log last, from its last MiB on
#     gen          GENERATION steady|cutting FIRST: `old` begins at byte FIRST of the generation before
#     step         number of the present step
#     exit         CODE STEP full|- , or `cancelled`: how it ended
#
# The time of day is never asked: clocks of instances jump.

# --- Processes ------------------------------------------------------------------------------------------------

# proc_pid_stat(5) of process $1: hy_life (R, S, Z, …), hy_born (start time in ticks since boot).
hy_read_stat() {
  hy_life='' hy_born=''
  { IFS= read -r hy_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The program's name is in parentheses and may hold anything; the fields are counted after it.
  # shellcheck disable=SC2086 # to be split
  set -- ${hy_line##*) }
  [ $# -ge 20 ] || return 1
  hy_life=$1
  shift 19
  hy_born=$1
}

# Whether process $1, born at $2, lives. A pid that was given anew has another birth; a zombie is dead.
hy_alive() {
  hy_read_stat "$1" && [ "$hy_born" = "$2" ] || return 1
  case $hy_life in Z | X | x) return 1 ;; esac
}

# The same for what the file $1 says; hy_pid is set.
hy_alive_in() {
  hy_pid=''
  { read -r hy_pid hy_since hy_rest <"$1"; } 2>/dev/null || return 1
  hy_alive "$hy_pid" "$hy_since"
}

# Which system runs now: boot id and birth of process 1.
hy_boot() {
  hy_id=-
  { read -r hy_id <"$HY_BOOT"; } 2>/dev/null
  hy_read_stat 1
  printf '%s %s' "${hy_id:--}" "${hy_born:--}"
}

# hy_found: living processes that have $1 (NAME=VALUE) in the environment they were started with.
hy_find() {
  hy_found=''
  # Not every grep reads lines that end in NUL (busybox may not).
  if [ "${hy_zero:=$(printf 'a\0b\0' | grep -zxF b 2>/dev/null | tr '\0' .)}" = b. ]; then
    hy_hits=$(grep -lzxF -- "$1" /proc/[0-9]*/environ 2>/dev/null)
  else
    hy_hits=$(
      for hy_file in /proc/[0-9]*/environ; do
        { tr '\0' '\n' <"$hy_file" | grep -qxF -- "$1"; } 2>/dev/null && printf '%s\n' "$hy_file"
      done
    )
  fi
  for hy_file in $hy_hits; do
    hy_file=${hy_file#/proc/}
    hy_read_stat "${hy_file%/environ}" || continue
    case $hy_life in Z | X | x) ;; *) hy_found="$hy_found ${hy_file%/environ}" ;; esac
  done
}

hy_uptime() {
  read -r hy_up hy_rest </proc/uptime
  hy_up=${hy_up%%.*}
}

hy_nap() {
  sleep 0.2 2>/dev/null || sleep 1
}

# --- Files that a full disk cannot take away ------------------------------------------------------------------

hy_reserve() {
  printf '%-62s\n' - >"spare.$1"
}

# Writes over the bytes that are there: one write of one block.
hy_overwrite() {
  printf '%-62s\n' "$2" 1<>"$1"
}

# Fills the spare file $1 with $2 and moves it into place at once.
hy_fill() {
  hy_overwrite "spare.$1" "$2" && mv -f "spare.$1" "run/${3:-$1}"
}

# --- What a run is up to --------------------------------------------------------------------------------------

# hy_state: the words of a state frame. The working folder is $HY_RUNS, and the run's after it, if there is one.
hy_judge() {
  hy_state=absent
  cd "$HY_RUNS/$HY_ID" 2>/dev/null || return 0
  if [ ! -d run ]; then
    hy_state=new
    [ ! -e cancel ] || hy_state=cancelled
    return 0
  fi
  hy_read_exit && return 0
  hy_step=0
  { read -r hy_step hy_rest <run/step; } 2>/dev/null
  hy_then=''
  { read -r hy_then <run/boot; } 2>/dev/null
  if [ -n "$hy_then" ] && [ "$hy_then" != "${hy_system:=$(hy_boot)}" ]; then
    hy_state="rebooted $hy_step"
  elif hy_alive_in run/super; then
    hy_state="running $hy_step"
  elif hy_alive_in run/cmd; then
    hy_state="orphan $hy_step"
  else
    hy_judge_dead
  fi
}

# Nobody is where it should be: just begun, just ending, or lost.
hy_judge_dead() {
  hy_find "HAULYARD_SUPERVISOR=$HY_ID"
  hy_keepers=$hy_found
  hy_find "HAULYARD_KILLER=$HY_ID"
  hy_keepers=$hy_keepers$hy_found
  hy_find "HAULYARD_RUN=$HY_ID"
  hy_read_exit && return 0
  if [ -n "$hy_keepers" ]; then
    hy_state="running $hy_step"
  else
    # shellcheck disable=SC2086 # to be counted
    set -- $hy_found
    hy_state="vanished $# $hy_step"
  fi
}

hy_read_exit() {
  { read -r hy_code hy_last hy_flag <run/exit; } 2>/dev/null || return 1
  hy_state=cancelled
  [ "$hy_code" = cancelled ] || hy_state="exited $hy_code $hy_last ${hy_flag:--}"
}

# --- What goes on without us ----------------------------------------------------------------------------------

# The supervisor: one of however many are started wins, by `mkdir run`.
hy_run() {
  mkdir run 2>/dev/null || exit 0
  unset HAULYARD_SUPERVISOR
  hy_fill boot "$(hy_boot)"
  mv -f spare.log run/log
  hy_fill gen '0 steady 0'
  hy_fill step 0
  hy_read_stat $$
  hy_fill super "$$ $hy_born"
  if [ -e cancel ]; then
    rm -f secret
    hy_fill exit.s cancelled exit
    exit 0
  fi
  # shellcheck disable=SC2086 # words
  HAULYARD_RUN=$HY_ID setsid $HY_SH ./supervisor steps </dev/null >/dev/null 2>&1 &
  hy_child=$!
  hy_read_stat $hy_child
  hy_keep_log $hy_child "$hy_born" &
  hy_keeper=$!
  wait $hy_child
  hy_code=$?
  kill -s TERM $hy_keeper 2>/dev/null
  rm -f secret
  # Whoever cancels says so himself. What ended by itself has said how, or could not: that is a run that is lost.
  [ ! -e run/exit ] && [ ! -e cancel ] && [ "$hy_code" -gt 128 ] || exit 0
  # It was killed itself, its command may be alive: nobody is left behind, then it has ended. The group is
  # still its own, it has been dead for a moment only.
  kill -s TERM "-$hy_child" 2>/dev/null
  hy_end_all
  hy_step=0
  { read -r hy_step hy_rest <run/step; } 2>/dev/null
  [ "$hy_left" -gt 0 ] || [ -e cancel ] || hy_fill exit.s "$hy_code $hy_step -" exit
}

# What executes the steps, in a session of its own.
hy_steps() {
  hy_read_stat $$
  hy_fill cmd "$$ $hy_born"
  # TERM is for the step; who comes after it decides by the file `cancel`. Children have the default again.
  trap : HUP INT QUIT TERM
  # shellcheck source=/dev/null
  . ./secret
  rm -f secret
  hy_home=$(pwd)
  hy_step=0 hy_code=0 hy_full=-
  while [ "$hy_step" -lt "$HY_STEPS" ] && [ ! -e cancel ]; do
    hy_overwrite run/step "$hy_step"
    hy_mark begin "$hy_step"
    (hy_exec "$hy_step") </dev/null >>run/log 2>&1
    hy_code=$?
    hy_mark end "$hy_step" "$hy_code"
    [ "$hy_code" -eq 0 ] || break
    hy_step=$((hy_step + 1))
  done
  if [ "$hy_code" -eq 0 ] && [ "$hy_step" -eq "$HY_STEPS" ]; then
    hy_fill exit.w "0 $((HY_STEPS - 1)) $hy_full" exit
  elif [ ! -e cancel ]; then
    hy_fill exit.w "$hy_code $hy_step $hy_full" exit
  fi
}

hy_exec() {
  umask "$HY_UMASK"
  # shellcheck source=/dev/null
  . ./env
  cd "$HY_FOLDER" || exit 125
  # Cards are written for bash; where there is none, sh does for most.
  if command -v bash >/dev/null 2>&1; then exec bash "$hy_home/step.$1"; fi
  # shellcheck disable=SC2086 # words
  exec $HY_SH "$hy_home/step.$1"
}

# A line of its own in the log, wherever the step left off.
hy_mark() {
  # shellcheck disable=SC2153 # of the settings
  if { printf '\n%s %s\n' "$HY_MARK" "$*" >>run/log; } 2>/dev/null; then hy_full=-; else hy_full=full; fi
}

# Keeps the log below its limit for as long as process $1, born at $2, lives: with or without the supervisor.
hy_keep_log() {
  hy_was=0 hy_over=''
  # Not in the middle of a cut.
  trap 'hy_over=1' TERM
  while [ -z "$hy_over" ] && hy_alive "$1" "$2"; do
    hy_size=$(($(wc -c <run/log)))
    hy_grown=$((hy_size - hy_was))
    hy_was=$hy_size
    if [ "$hy_size" -gt "$HY_LOG_LIMIT" ]; then
      hy_cut_log
      hy_was=0
    fi
    # Somebody who writes fast is looked at again at once. A wait is interrupted by a signal, a sleep is not.
    if [ "$hy_grown" -le $((HY_LOG_LIMIT / 4)) ]; then
      sleep 1 &
      wait $!
    fi
  done
}

# The log's last bytes go to `old`, and it begins anew. What is written between the last copy and the cut, about
# a millisecond, is lost: steps append to the file without knowing of us. What has to be known of a run is
# therefore in other files.
hy_cut_log() {
  read -r hy_gen hy_rest <run/gen
  hy_first=$((hy_size - HY_LOG_KEEP))
  hy_copied=0
  hy_copy_log new
  hy_overwrite run/gen "$hy_gen cutting 0"
  mv -f run/old.new run/old
  hy_copy_log
  printf '' >run/log
  hy_overwrite run/gen "$((hy_gen + 1)) steady $hy_first"
}

# Appends what is not yet copied to `old`; $1: to a new one. Not for ever: somebody who writes as fast as we read
# would never let the end come. On a full disk nothing is kept.
hy_copy_log() {
  hy_to=run/old${1:+.$1}
  [ -z "$1" ] || printf '' >"$hy_to"
  if ! { tail -c "+$((hy_first + hy_copied + 1))" run/log | head -c "$HY_LOG_LIMIT" >>"$hy_to"; } 2>/dev/null; then
    printf '' >"$hy_to"
    hy_first=$hy_size
  fi
  hy_copied=$(($(wc -c <"$hy_to")))
}

# Ends all processes of the run: TERM, grace, KILL. hy_left: how many are left.
hy_end_all() {
  hy_uptime
  hy_until=$((hy_up + HY_GRACE))
  hy_signal_all TERM
  hy_again=1
  while [ "$hy_left" -gt 0 ] && [ "$hy_up" -lt "$hy_until" ]; do
    hy_nap
    # Once more after a moment, for what was being started just then.
    hy_signal_all "$([ $hy_again -eq 3 ] && printf TERM)"
    hy_again=$((hy_again + 1))
    hy_uptime
  done
  hy_until=$((hy_up + 10))
  while [ "$hy_left" -gt 0 ] && [ "$hy_up" -lt "$hy_until" ]; do
    hy_signal_all KILL
    [ "$hy_left" -eq 0 ] || hy_nap
    hy_uptime
  done
}

# Sends $1 (nothing: just counts) to the group of the run and to all that bear its mark: they may have left the
# group, or have outlived it.
hy_signal_all() {
  if [ -n "$1" ] && hy_alive_in run/cmd; then kill -s "$1" "-$hy_pid" 2>/dev/null; fi
  hy_find "HAULYARD_RUN=$HY_ID"
  hy_left=0
  for hy_each in $hy_found; do
    hy_left=$((hy_left + 1))
    [ -z "$1" ] || kill -s "$1" "$hy_each" 2>/dev/null
  done
}

# What carries out a cancel. There may be several; each does what is left to do.
hy_kill() {
  hy_rounds=3
  while [ $hy_rounds -gt 0 ]; do
    hy_end_all
    [ "$hy_left" -eq 0 ] || exit 0
    # The supervisor has nothing left to wait for. One that hangs all the same goes the hard way, and what it
    # may have started meanwhile after it.
    hy_uptime
    hy_until=$((hy_up + 3))
    while
      hy_find "HAULYARD_SUPERVISOR=$HY_ID"
      [ -n "$hy_found" ] && [ "$hy_up" -lt "$hy_until" ]
    do
      hy_nap
      hy_uptime
    done
    [ -n "$hy_found" ] || break
    # shellcheck disable=SC2086 # several
    kill -s KILL $hy_found 2>/dev/null
    hy_rounds=$((hy_rounds - 1))
  done
  rm -f secret
  # If it has not begun, whoever begins from now on finds that somebody was there before.
  [ -d run ] || mkdir run 2>/dev/null
  [ -e run/exit ] || hy_fill exit.k cancelled exit
}

# --- Verbs: what our process calls ----------------------------------------------------------------------------

# A frame. What came before it on the line is not ours.
hy_say() {
  printf '\n%s %s\n' "$HY_NONCE" "$*"
}

# Has the system say on stderr why nothing can be written; a shell's own printf may not tell.
hy_tell_why() {
  cd "$HY_RUNS" 2>/dev/null && mkdir ".try-$$" || return 0
  head -c 65536 /dev/zero >".try-$$/it"
  rm -rf "./.try-$$"
}

hy_give_up() {
  hy_tell_why
  cd "$HY_RUNS" 2>/dev/null && rm -rf "./${hy_stage:?}"
  hy_say "error $1"
  hy_say bye
  exit 0
}

# The beginning of everything: can it be done here at all?
hy_check() {
  HY_UMASK=$(umask)
  umask 077
  if [ ! -r /proc/self/stat ]; then
    hy_say error noproc
  elif ! command -v setsid >/dev/null 2>&1; then
    hy_say error missing setsid
  else
    return 0
  fi
  hy_say bye
  exit 0
}

# Makes the staging folder and goes there. What fails says why on stderr.
hy_open_stage() {
  hy_read_stat $$
  hy_stage=.new-$HY_ID-$$-$hy_born
  { mkdir -p "$HY_RUNS" && cd "$HY_RUNS" && mkdir "$hy_stage" && cd "$hy_stage"; } || hy_give_up stage
  for hy_each in super cmd boot gen step exit.w exit.s exit.k; do
    hy_reserve "$hy_each" || hy_give_up stage
  done
  { printf '' >spare.log && printf '' >spare.cancel && printf '' >secret; } || hy_give_up stage
  printf '%s\n' "HY_UMASK=$HY_UMASK" >settings || hy_give_up stage
}

# Appends a line to the file `secret`. A builtin has no command line that others could read; where printf is
# none, the text goes through a pipe.
hy_keep_secret() {
  case $(command -v printf) in
    printf) printf '%s\n' "$1" >>secret ;;
    *) cat >>secret <<HY_SECRET ;;
$1
HY_SECRET
  esac
}

# Moves the staged folder into place, or throws it away if there is one already.
hy_place() {
  cd "$HY_RUNS" || hy_give_up stage
  if ! mv -T "$hy_stage" "$HY_ID" 2>/dev/null; then
    # Old tools do not know -T. Without it the loser of a race moves its folder into the winner's: taken out.
    [ -e "$HY_ID" ] || mv "$hy_stage" "$HY_ID"
    rm -rf "./$hy_stage" "./$HY_ID/$hy_stage"
  fi
}

hy_launch() {
  # shellcheck disable=SC2086 # words
  setsid $HY_SH ./supervisor "$1" </dev/null >/dev/null 2>&1 &
  hy_read_stat $!
  hy_launched="$! $hy_born"
}

# Beats until the run has begun, or what should run it has ended or hangs.
hy_await_begin() {
  hy_uptime
  hy_until=$((hy_up + 60))
  # shellcheck disable=SC2086 # two words
  while hy_judge && [ "$hy_state" = new ] && hy_alive $hy_launched && [ "$hy_up" -lt "$hy_until" ]; do
    hy_say beat
    hy_nap
    hy_uptime
  done
  hy_judge
}

hy_start() {
  hy_place
  hy_judge
  if [ "$hy_state" = new ]; then
    HAULYARD_SUPERVISOR=$HY_ID
    export HAULYARD_SUPERVISOR
    hy_launch run
    unset HAULYARD_SUPERVISOR
    hy_await_begin
    [ "$hy_state" != new ] || hy_tell_why
  fi
  hy_show_state
}

hy_show_state() {
  hy_say "state $hy_state"
}

hy_show() {
  hy_judge
  hy_show_state
}

hy_cancel() {
  hy_judge
  if [ "$hy_state" = absent ]; then
    # So that a start that is still on its way finds it ended.
    hy_open_stage
    mv spare.cancel cancel && hy_place
    hy_judge
  fi
  case $hy_state in
    exited* | absent) ;;
    rebooted*)
      mv spare.cancel cancel 2>/dev/null
      hy_fill exit.k cancelled exit
      hy_judge
      ;;
    *) hy_cancel_run ;;
  esac
  hy_show_state
}

# Over once the end is written down, not when it has been asked for: somebody may be about to begin, and looks for
# the file `cancel` only then.
hy_cancel_run() {
  hy_read_exit && return 0
  mv spare.cancel cancel 2>/dev/null
  HAULYARD_KILLER=$HY_ID
  export HAULYARD_KILLER
  hy_launch kill
  unset HAULYARD_KILLER
  # shellcheck disable=SC2086 # two words
  while ! hy_read_exit && hy_alive $hy_launched; do
    hy_say beat
    hy_nap
  done
  hy_judge
}

hy_list() {
  for hy_each in "$HY_RUNS/$1"*; do
    [ -d "$hy_each" ] || continue
    HY_ID=${hy_each##*/}
    hy_judge
    hy_say "listed $HY_ID $hy_state"
  done
}

hy_clean() {
  for HY_ID in "$@"; do
    hy_judge
    case $hy_state in
      exited* | cancelled | rebooted* | vanished\ 0\ *)
        # At once away from its name, so that nobody meets half of it.
        cd "$HY_RUNS" && mv "$HY_ID" ".gone-$HY_ID-$$" && rm -rf "./.gone-$HY_ID-$$"
        hy_judge
        ;;
    esac
    hy_say "cleaned $HY_ID $hy_state"
  done
  hy_sweep
}

# Left by starts and cleanings that were cut off.
hy_sweep() {
  cd "$HY_RUNS" 2>/dev/null || return 0
  for hy_each in .new-*; do
    hy_born_then=${hy_each##*-}
    hy_pid=${hy_each%-*}
    [ -d "$hy_each" ] || continue
    hy_alive "${hy_pid##*-}" "$hy_born_then" || rm -rf "./$hy_each"
  done
  for hy_each in .gone-* .try-*; do
    hy_read_stat "${hy_each##*-}" || rm -rf "./$hy_each"
  done
}

# --- Following ------------------------------------------------------------------------------------------------

# Everything the run writes from byte $2 of generation $1 on, and its states, until it has ended.
hy_follow() {
  hy_at=$1 hy_off=$2 hy_told='' hy_idle=0 hy_stuck=0
  # Pieces sent after the end: what writes on in the background is not waited for.
  hy_pieces=$((HY_LOG_LIMIT * 2 / HY_PIECE + 8))
  while :; do
    hy_judge
    if [ "$hy_state" != "$hy_told" ]; then
      [ -n "$hy_told" ] || hy_tell_mark
      hy_told=$hy_state
      hy_show_state
    fi
    hy_moved=''
    case $hy_state in
      running* | orphan*) hy_ended='' ;;
      *) hy_ended=1 hy_pieces=$((hy_pieces - 1)) ;;
    esac
    [ "$hy_state" = absent ] || [ ! -e run/gen ] || hy_send_log
    if [ -n "$hy_moved" ] && [ "$hy_pieces" -gt 0 ]; then
      hy_idle=0
      continue
    fi
    [ -z "$hy_ended" ] || return 0
    hy_idle=$((hy_idle + 1))
    # At once after output, so that who waits for more of it knows; then as a sign of life.
    [ $((hy_idle % 5)) -ne 1 ] || hy_say beat
    sleep "$HY_POLL" 2>/dev/null || sleep 1
  done
}

hy_tell_mark() {
  if [ "$hy_state" != absent ] && { read -r hy_mark <mark; } 2>/dev/null; then hy_say "mark $hy_mark"; fi
}

# Sends the next piece of the log, if there is one: hy_moved.
hy_send_log() {
  read -r hy_gen hy_word hy_first hy_rest <run/gen
  if [ "$hy_word" != cutting ]; then
    hy_stuck=0
  else
    # A moment; or for good, if it was killed over it. Then the cut has happened, and what was cut is gone.
    hy_stuck=$((hy_stuck + 1))
    [ $hy_stuck -gt 5 ] || return 0
    hy_gen=$((hy_gen + 1)) hy_first=-1
  fi
  hy_size=$(($(wc -c <run/log)))
  hy_find_place
  [ "$hy_avail" -gt 0 ] || return 0
  [ "$hy_avail" -le "$HY_PIECE" ] || hy_avail=$HY_PIECE
  hy_moved=1
  hy_say "data $hy_at $hy_off $hy_avail"
  tail -c "+$((hy_skip + 1))" "$hy_from" | head -c "$hy_avail"
  # If the log was cut meanwhile, these may be any bytes.
  read -r hy_gen_now hy_rest <run/gen
  if [ "${hy_rest%% *}" = "$hy_word" ] && { [ "$hy_gen_now" = "$hy_gen" ] || [ "$hy_word" = cutting ]; }; then
    hy_off=$((hy_off + hy_avail))
    hy_say end whole
  else
    hy_say end torn
  fi
}

# Where the follower's position is now: hy_from (file), hy_skip, hy_avail. What is gone is told as a gap.
hy_find_place() {
  if [ "$hy_at" -eq $((hy_gen - 1)) ] && [ "$hy_first" -ge 0 ]; then
    [ "$hy_off" -ge "$hy_first" ] || hy_tell_gap $((hy_first - hy_off)) "$hy_at" "$hy_first"
  elif [ "$hy_at" -ne "$hy_gen" ]; then
    if [ "$hy_gen" -gt 0 ] && [ "$hy_first" -ge 0 ]; then
      hy_tell_gap - $((hy_gen - 1)) "$hy_first"
    else
      hy_tell_gap - "$hy_gen" 0
    fi
  elif [ "$hy_off" -gt "$hy_size" ]; then
    hy_tell_gap - "$hy_gen" 0
  fi
  if [ "$hy_at" -ne "$hy_gen" ]; then
    hy_from=run/old
    hy_skip=$((hy_off - hy_first))
    hy_avail=$(($(wc -c <run/old) - hy_skip))
    [ "$hy_avail" -le 0 ] || return 0
    hy_at=$hy_gen hy_off=0
  fi
  hy_from=run/log
  hy_skip=$hy_off
  hy_avail=$((hy_size - hy_off))
}

hy_tell_gap() {
  hy_at=$2 hy_off=$3
  hy_say "gap $1 $2 $3 ${hy_step:-0}"
}

# --- The copy in the run's folder -----------------------------------------------------------------------------

case ${1-} in
  run | steps | kill)
    # shellcheck source=/dev/null
    . ./settings
    "hy_$1"
    exit 0
    ;;
esac
