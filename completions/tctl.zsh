#compdef tctl
# zsh completion for tctl. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile
  local -a hosts
  read -r profile 2>/dev/null <"$home/current-profile" || return 1
  hosts=(${(f)"$(cat "$home/keys/$profile"/*.hosts(N) /dev/null)"})
  [[ -prefix *@ ]] && compset -P '*@'
  compadd -a hosts
}

_tctl() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'status:Show the cluster, its certificate authorities and how much it holds'
    'users:People and robots who may log in'
    'nodes:Machines of the cluster'
    'tokens:Secrets with which machines join'
    'get:Print resources'
    'create:Create resources from a file of YAML or JSON'
    'rm:Remove resources'
    'edit:Change a resource in an editor'
    'diff:Show what creating the resources of a file would change'
    'auth:Certificate authorities'
    'lock:Refuse a user, role, login or node everywhere, and cut what is open'
    'locks:Locks that are in force'
    'access:Who may do what, and why'
    'audit:What happened, by whom'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        status) _tctl_status ;;
        users) _tctl_users ;;
        nodes) _tctl_nodes ;;
        tokens) _tctl_tokens ;;
        get) _tctl_get ;;
        create) _tctl_create ;;
        rm) _tctl_rm ;;
        edit) _tctl_edit ;;
        diff) _tctl_diff ;;
        auth) _tctl_auth ;;
        lock) _tctl_lock ;;
        locks) _tctl_locks ;;
        access) _tctl_access ;;
        audit) _tctl_audit ;;
        version) _tctl_version ;;
        completion) _tctl_completion ;;
      esac
      ;;
  esac
}

_tctl_status() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_users() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Invite a user'
    'ls:List users'
    'rm:Remove users; their certificates stop working at once'
    'update:Change a user'\''s roles or logins; what is taken away ends at once'
    'reset:Make a link with which a user sets a new password and second factor'
    'unlock:Let a user try again who was locked after five wrong answers'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        add) _tctl_users_add ;;
        ls) _tctl_users_ls ;;
        rm) _tctl_users_rm ;;
        update) _tctl_users_update ;;
        reset) _tctl_users_reset ;;
        unlock) _tctl_users_unlock ;;
      esac
      ;;
  esac
}

_tctl_users_add() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--logins=[Logins on machines that roles grant as {{internal.logins}}]:logins: ' \
    '--roles=[Roles]:roles: ' \
    '--ttl=[How long the sign-up link works]:ttl: ' \
    '--kind=[A person or a robot]:kind:(human bot)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_users_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '*:names: '
}

_tctl_users_update() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--roles=[The roles from now on]:roles: ' \
    '--logins=[The logins from now on]:logins: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_reset() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long the link works]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_unlock() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_nodes() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Issue tokens with which machines join, each once'
    'ls:List the machines that are up'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        add) _tctl_nodes_add ;;
        ls) _tctl_nodes_ls ;;
      esac
      ;;
  esac
}

_tctl_nodes_add() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--roles=[Roles to run]:roles: ' \
    '--ttl=[How long the tokens work]:ttl: ' \
    '--count=[How many tokens]:count: ' \
    '--token=[Use this value instead of a random one]:token: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_nodes_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--search=[Only machines in which this text stands]:search: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':labels: '
}

_tctl_tokens() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Issue a token with which machines join'
    'ls:List join tokens, without their values'
    'rm:Remove a join token'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        add) _tctl_tokens_add ;;
        ls) _tctl_tokens_ls ;;
        rm) _tctl_tokens_rm ;;
      esac
      ;;
  esac
}

_tctl_tokens_add() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--type=[Roles that the machines may run]:type: ' \
    '--ttl=[How long it works]:ttl: ' \
    '--uses=[How many machines may join with it]:uses: ' \
    '--value=[Use this value instead of a random one]:value: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_tokens_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--with-secrets[Show the values]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_tokens_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_get() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--with-secrets[Show values of tokens, on auth'\''s own machine]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':what: '
}

_tctl_create() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--force[Replace what exists]' \
    '-f[Replace what exists]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':file:_files'
}

_tctl_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '*:what: '
}

_tctl_edit() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':what: '
}

_tctl_diff() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':file:_files'
}

_tctl_auth() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'sign:Sign a certificate for a user, or for a host that runs its own sshd'
    'export:Print the public keys of the certificate authorities'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        sign) _tctl_auth_sign ;;
        export) _tctl_auth_export ;;
      esac
      ;;
  esac
}

_tctl_auth_sign() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[What to write]:format:(file openssh)' \
    '-f+[What to write]:format:(file openssh)' \
    '--user=[User to sign for]:user: ' \
    '--host=[Host names and addresses to sign for]:host: ' \
    '--out=[Where to write it]:out:_files' \
    '-o+[Where to write it]:out:_files' \
    '--ttl=[How long it lasts; 12h for a user, 366d for a host]:ttl: ' \
    '--pubkey=[Sign this public key; only OUT-cert.pub is written]:pubkey:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_auth_export() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--type=[Only this authority]:type:(user host)' \
    '--fingerprint[Print fingerprints instead of keys]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_lock() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--user=[Lock this user]:user: ' \
    '--role=[Lock whoever has this role]:role: ' \
    '--login=[Lock this login on every node]:login: ' \
    '--node=[Lock this node (UUID or host name)]:node: ' \
    '--mfa-device=[Lock this second factor]:mfa-device: ' \
    '--message=[What the locked are told]:message: ' \
    '--ttl=[Until when; without it, until it is removed]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_locks() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List the locks in force'
    'rm:Remove locks'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_locks_ls ;;
        rm) _tctl_locks_rm ;;
      esac
      ;;
  esac
}

_tctl_locks_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_locks_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '*:names: '
}

_tctl_access() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'explain:Say which role lets a user log in to a machine, or keeps them out, and what would change it'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        explain) _tctl_access_explain ;;
      esac
      ;;
  esac
}

_tctl_access_explain() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':node: ' \
    ':login: '
}

_tctl_audit() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'search:Search the audit log'
    'tail:Follow the audit log'
    'verify:Check that no audit event was changed, removed or put elsewhere'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        search) _tctl_audit_search ;;
        tail) _tctl_audit_tail ;;
        verify) _tctl_audit_verify ;;
      esac
      ;;
  esac
}

_tctl_audit_search() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--event=[Only this kind of event]:event: ' \
    '--user=[Only this user'\''s events]:user: ' \
    '--from=[From then on\: RFC 3339, or 24h for a day ago]:from: ' \
    '--to=[Until then]:to: ' \
    '--limit=[At most so many, the newest]:limit: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_audit_tail() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json)' \
    '-f+[How to print the result]:format:(text json)' \
    '--event=[Only this kind of event]:event: ' \
    '--user=[Only this user'\''s events]:user: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_audit_verify() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_version() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_tctl_completion() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[An auth server elsewhere; needs --identity]:auth-server: ' \
    '--identity=[Identity file to ask as]:identity:_files' \
    '-i+[Identity file to ask as]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _tctl "$@"
else
  compdef _tctl tctl
fi
