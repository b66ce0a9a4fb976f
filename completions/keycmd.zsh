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
    'check:Check this host'\''s setup'
    'install:Configure this host, and print the lines for sshd_config'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_keycmd_install() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--url=[URL of the escrow, such as https\://HOST\:PORT]:url: ' \
    '--host-name=[Name of this host in the escrow]:host-name: ' \
    '--ca-file=[CA certificate of the server; it is copied (default\: the system'\''s CA certificates)]:ca-file:_files' \
    '--credential-file=[The host'\''s credential, if the escrow requires one; only USER can read the copy]:credential-file:_files' \
    '--cache=[Directory of cached answers, used while the escrow is unreachable]:cache:_files -/' \
    '--user=[AuthorizedKeysCommandUser\: the account that runs keycmd]:user: ' \
    '--dry-run[Change nothing; print the planned changes]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_keycmd_version() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_keycmd_completion() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _keycmd "$@"
else
  compdef _keycmd keycmd
fi
