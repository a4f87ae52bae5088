#!/bin/sh
# Becomes the user that PUID and PGID name, and hands over. Started as another user than root it only hands over. Secrets
# may lie in files that are named as their variables: those of Docker in /run/secrets do.
set -eu

umask "${UMASK:-022}"
config=${CONFIG_FOLDER:-/config}
downloads=${DOWNLOADS_FOLDER:-/downloads}
secrets=${SECRETS_FOLDER:-/run/secrets}

# Before root is given up: only root may read them. A variable that is set counts, as everywhere.
for name in HAULYARD_DATABASE_URL HAULYARD_TOKEN PGPASSWORD HF_TOKEN CIVITAI_API_KEY; do
  if [ -f "$secrets/$name" ] && eval "[ -z \"\${$name:-}\" ]"; then
    value=$(cat "$secrets/$name")
    export "$name=$value"
  fi
done

if [ "$(id -u)" != 0 ]; then
  exec "$@"
fi

PUID=${PUID:-1000}
PGID=${PGID:-1000}
for id in "$PUID" "$PGID"; do
  case "$id" in
    '' | *[!0-9]*)
      echo "haulyard: PUID and PGID have to be numbers, got '$id'." >&2
      exit 2
      ;;
  esac
done

mkdir -p "$config" "$downloads"
# What is in /config is ours. /downloads may be a large disk with files of others: only the folder itself.
if [ "$(stat -c %u:%g "$config")" != "$PUID:$PGID" ]; then
  chown -R "$PUID:$PGID" "$config"
fi
if [ "$(stat -c %u:%g "$downloads")" != "$PUID:$PGID" ]; then
  chown "$PUID:$PGID" "$downloads" ||
    echo "haulyard: $downloads cannot be given to $PUID:$PGID; it is used as it is." >&2
fi

exec setpriv --reuid "$PUID" --regid "$PGID" --clear-groups --no-new-privs -- "$@"
