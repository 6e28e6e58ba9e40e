# tools/apt.sh, to be sourced: Debian's packages from where this machine has its own from, checked by Debian's keys, for nobody but who asks:
# lists, cache and state are in a folder of their own, and what is installed here stays as it is. No root is needed.

# own_apt FOLDER deb|deb-src ARCHITECTURE: fetches the lists; "${apt[@]}" is apt-get with them.
own_apt() {
	local folder=$1 type=$2 architecture=$3
	mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' --format \
		"$type [arch=$architecture signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \$(SITE) \$(RELEASE) \$(COMPONENT)" |
		sort -u >"$folder/sources.list"
	if [ ! -s "$folder/sources.list" ]; then
		echo "apt does not know where Debian is: apt-get update tells it" >&2
		return 1
	fi
	: >"$folder/status"
	apt=(apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture"
		-o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$folder/lists"
		-o Dir::State::Status="$folder/status" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root -o Debug::NoLocking=true
		-o Acquire::Retries=3)
	"${apt[@]}" update
}
