#!/bin/sh
# A repository with two large files behind an LFS server that the origin plays; then git lfs against it.
# usage: git-lfs.sh ORIGIN fetch|pull|clone|clone-without-server|missing-object
set -eu
origin=$1
what=$2
here=$PWD
export GIT_CONFIG_GLOBAL="$here/gitconfig" GIT_CONFIG_NOSYSTEM=1
git config --global user.name x
git config --global user.email x@example.org
git config --global init.defaultBranch main
git config --global lfs.locksverify false
git lfs install --skip-repo > /dev/null

pointer() {
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n' "$2" "$3" > "$1"
}
object() {
  printf '{"oid":"%s","size":%s,"authenticated":true,"actions":{"download":{"href":"%s"}}}' "$1" "$2" "$3"
}
hash_of() {
  curl -sf "$origin/$1" | sha256sum | cut -d' ' -f1
}

put=$(printf '{"/lfs-a.bin":{"size":2500000},"/lfs-b.bin":{"size":1500000}}')
curl -sf "$origin/_origin/put" -d "$put"  > /dev/null
a=$(hash_of lfs-a.bin)
b=$(hash_of lfs-b.bin)
second=lfs-b.bin
[ "$what" != missing-object ] || second=missing.bin
answer=$(printf '{"transfer":"basic","objects":[%s,%s]}' \
  "$(object "$a" 2500000 "$origin/lfs-a.bin")" "$(object "$b" 1500000 "$origin/$second")" | sed 's/"/\\"/g')
put=$(printf '{"/lfs/objects/batch":{"size":1,"text":"%s","headers":{"Content-Type":"application/vnd.git-lfs+json"}},' "$answer")
put="$put"'"/lfs-a.bin":{"size":2500000,"bytesPerSecond":1000000},"/lfs-b.bin":{"size":1500000,"bytesPerSecond":1000000}}'
curl -sf "$origin/_origin/put" -d "$put" > /dev/null

# Committed as pointers: the filter would want the files.
git init -q repo
cd repo
pointer a.bin "$a" 2500000
pointer b.bin "$b" 1500000
git -c filter.lfs.clean=cat -c filter.lfs.process= add a.bin b.bin
git commit -qm files
echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes
git add .gitattributes
git commit -qm attributes
git config lfs.url "$origin/lfs"
case $what in
  fetch | pull) exec git lfs "$what" ;;
  missing-object) exec git lfs fetch ;;
  clone) exec git -c "lfs.url=$origin/lfs" clone --progress "file://$here/repo" ../clone ;;
  clone-without-server) exec git -c "lfs.url=$origin/nowhere" clone --progress "file://$here/repo" ../clone ;;
esac
