#!/bin/sh
# Lays OpenAI's SDK for Python out, once, as Debian packages it: `install.sh SUITE FOLDER`. Nothing of the
# machine changes: the suite's own Python and all that it needs are unpacked below FOLDER/tree. They come
# from where the machine has its own packages from.
set -eu
suite=$1
folder=$2
[ -e "$folder/tree/ready" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/state" "$folder/none"
: > "$folder/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null |
  sed -nE 's/^(URIs:|deb .*) *(https?:[^ ]*\/debian)\/?( .*)?$/\2/p' | head -n 1)
[ -n "$mirror" ] || { echo "This machine has no packages of Debian." >&2; exit 1; }
echo "deb [signed-by=$keyring] $mirror $suite main" > "$folder/sources.list"
cat > "$folder/apt.conf" <<CONF
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "$folder/none";
Dir::Etc::preferencesparts "$folder/none";
Dir::State "$folder/state";
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
export APT_CONFIG="$folder/apt.conf"
apt-get update -q
apt-get install -y -q --download-only python3-openai
for name in bin sbin lib lib64; do
  mkdir -p "$folder/tree/usr/$name"
  ln -sfn "usr/$name" "$folder/tree/$name"
done
for package in "$folder"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder/tree" --keep-directory-symlink --no-same-owner
done
rm -rf "$folder/cache" "$folder/lists"
: > "$folder/tree/ready"
