#!/usr/bin/env bash
# Installs what rcx is built, tested and measured with, from Debian's packages (Debian 12).
#
#   cmake/install-deps.sh          what a build needs
#   cmake/install-deps.sh --test   what only tests need as well, and cpack
#   cmake/install-deps.sh --lint   clang-tidy and clang-format as well
#   cmake/install-deps.sh --fuzz   clang with libFuzzer as well
#
# Options add up. Packages that are there already are left alone; run twice, the second run changes
# nothing.
set -euo pipefail

packages=(
  g++ cmake ninja-build pkg-config git ca-certificates
  musl-tools                   # links the hook client statically, so that it starts in 0.2 ms
  libboost1.81-dev libboost-filesystem1.81-dev libboost-json1.81-dev
  libgit2-dev libdeflate-dev zlib1g-dev libyaml-cpp-dev libspdlog-dev libcli11-dev libsodium-dev
  libsqlitecpp-dev             # records of decisions
  libsvn-dev                   # reads Subversion, in a module that hosts without it do not load
  libre2-dev                   # patterns of extensions
  libvectorscan-dev            # secret_scan: all patterns in one pass
  libcpp-httplib-dev           # the HTTP interface
  libcurl4-openssl-dev         # extensions that post and mail
  libgtest-dev libgmock-dev
  python3                      # benchmarks, and checks of the source tree
)
tests=(
  dpkg-dev file                # cpack asks them what the packages depend on
  g++-mingw-w64-x86-64-posix   # the SDK and its examples compile for Windows
  abigail-tools                # abidiff, of the first release's headers and today's
  openssh-client               # ssh-keygen, which checks signatures, and makes keys to sign with
  gnupg                        # checks signatures of OpenPGP, and makes keys to sign with
  make                         # what cmake takes by default: projects of `rcx new` are built with it
  mandoc                       # checks the manuals
  systemd                      # checks its units, and starts a host when somebody connects
  apache2-bin                  # serves fetches over HTTP in tests
  openssh-server               # people push over ssh in tests
  python3-jsonschema           # answers over HTTP are as their document says
  mercurial                    # tests push with it; without it they are skipped
  subversion                   # the same of Subversion
  libapache2-mod-svn           # and over HTTP
  zsh fish                     # complete what rcx wrote for them
  rustc                        # an example that needs more than the SDK
  openssl                      # makes certificates for tests of TLS
)
lint=(clang-16 clang-tidy-16 clang-format-16)
fuzz=(
  clang-16
  libclang-rt-16-dev           # libFuzzer and the sanitizers of clang
)

for option in "$@"; do
  case "$option" in
    --test) packages+=("${tests[@]}") ;;
    --lint) packages+=("${lint[@]}") ;;
    --fuzz) packages+=("${fuzz[@]}") ;;
    *) echo "install-deps.sh: wanted --test, --lint, --fuzz or nothing, got '$option'" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "install-deps.sh: all ${#packages[@]} packages are installed, nothing to do"
  exit 0
fi
echo "install-deps.sh: installing ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  echo "install-deps.sh: wanted root or sudo to install packages, got neither; as root type:" >&2
  echo "  apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends "${missing[@]}"
