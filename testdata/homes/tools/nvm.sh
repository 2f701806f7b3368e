# A stand-in for nvm.sh: it follows the alias default to an installed version and puts
# that version on PATH. Written for the tests; sh, bash and zsh read it.
nvm_follow() {
  nvm_name=$1
  nvm_hops=0
  while [ -f "$NVM_DIR/alias/$nvm_name" ] && [ "$nvm_hops" -lt 9 ]; do
    nvm_name=$(cat "$NVM_DIR/alias/$nvm_name")
    nvm_hops=$((nvm_hops + 1))
  done
  case $nvm_name in
    node|stable) nvm_want=v ;;
    v*.*.*) nvm_want=$nvm_name ;;
    v*) nvm_want=$nvm_name. ;;
    *.*.*) nvm_want=v$nvm_name ;;
    *) nvm_want=v$nvm_name. ;;
  esac
  ls "$NVM_DIR/versions/node" 2>/dev/null | sort -V | awk -v w="$nvm_want" 'index($0, w) == 1 { last = $0 } END { print last }'
}
nvm() {
  case $1 in
    use)
      shift
      [ "$1" = --silent ] && shift
      nvm_found=$(nvm_follow "$1")
      [ -n "$nvm_found" ] || return 3
      case $PREFIX$NPM_CONFIG_PREFIX$npm_config_prefix in
        ''|"$NVM_DIR"/*) ;;
        *) # npm has a folder of its own: nvm takes itself off PATH and refuses
          PATH=$(printf '%s\n' "$PATH" | tr : '\n' | grep -v "^$NVM_DIR/versions/node/" | paste -sd : -)
          export PATH
          return 11 ;;
      esac
      nvm_bin=$NVM_DIR/versions/node/$nvm_found/bin
      case $PATH in
        *"$NVM_DIR/versions/node/"*)
          case ":${PATH%%"$NVM_DIR/versions/node/"*}" in
            *:/bin:*|*:/usr/bin:*|*:/usr/local/bin:*) PATH=$nvm_bin:$PATH ;;
            *) PATH=$(printf '%s\n' "$PATH" | sed "s#$NVM_DIR/versions/node/[^/]*/bin#$nvm_bin#") ;;
          esac ;;
        *) PATH=$nvm_bin:$PATH ;;
      esac
      export PATH ;;
  esac
}
case $1 in
  --no-use) ;;
  *)
    case $(command -v node) in
      "$NVM_DIR"/*) ;;
      *) [ -f "$NVM_DIR/alias/default" ] && nvm use --silent default ;;
    esac ;;
esac
true
