#compdef keycmd
# zsh completion for keycmd. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile
  local -a hosts
  read -r profile 2>/dev/null <"$home/current-profile" || return 1
  hosts=(${(f)"$(cat "$home/keys/$profile"/*.hosts(N) /dev/null)"})
  [[ -prefix *@ ]] && compset -P '*@'
  compadd -a hosts
}

_keycmd() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'check:Say what is wrong with this host'\''s setup'
    'install:Set this host up, and print the lines for sshd_config'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        check) _keycmd_check ;;
        install) _keycmd_install ;;
        version) _keycmd_version ;;
        completion) _keycmd_completion ;;
      esac
      ;;
  esac
}

_keycmd_check() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_keycmd_install() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--url=[Where the escrow is; https\://HOST\:PORT is enough]:url: ' \
    '--host-name=[What the escrow calls this host]:host-name: ' \
    '--ca-file=[Certificate that vouches for the server; it is copied (default\: what the system trusts)]:ca-file:_files' \
    '--credential-file=[The host'\''s credential, if the escrow wants one; it is copied for USER alone to read]:credential-file:_files' \
    '--cache=[What the escrow has said, for when it is away]:cache:_files -/' \
    '--user=[AuthorizedKeysCommandUser\: who runs keycmd]:user: ' \
    '--dry-run[Change nothing; say what would be done]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_keycmd_version() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_keycmd_completion() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _keycmd "$@"
else
  compdef _keycmd keycmd
fi
