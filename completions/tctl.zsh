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
    'status:Show the cluster, its certificate authorities and resource counts'
    'users:User accounts'
    'nodes:Nodes of the cluster'
    'tokens:Join tokens'
    'get:Print resources'
    'create:Create resources from a file of YAML or JSON'
    'rm:Remove resources'
    'edit:Change a resource in an editor'
    'diff:Show the changes that tctl create --force would make'
    'auth:Certificate authorities'
    'lock:Lock a user, role, login, node or second factor, and end open sessions'
    'locks:Locks that are in force'
    'access:Access decisions and their reasons'
    'audit:Audit log'
    'tms:The key escrow: clients, users, accounts, delegations and keys'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
        tms) _tctl_tms ;;
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_users() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Invite a user'
    'ls:List users'
    'rm:Remove users; their certificates stop working at once'
    'update:Change a user'\''s roles or logins; revoked rights end at once'
    'reset:Create a link for setting a new password and second factor'
    'unlock:Unlock a user that was locked after five failed logins'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--logins=[Value of the trait logins, which roles grant as {{internal.logins}}]:logins: ' \
    '--roles=[Roles]:roles: ' \
    '--ttl=[Lifetime of the sign-up link]:ttl: ' \
    '--kind=[Person or program]:kind:(human bot)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_users_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '*:names: '
}

_tctl_users_update() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--roles=[New list of roles]:roles: ' \
    '--logins=[New list of logins]:logins: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_reset() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime of the link]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_users_unlock() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_nodes() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Create join tokens, each valid for one machine'
    'ls:List the nodes that are up'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--roles=[Roles to run]:roles: ' \
    '--ttl=[Lifetime of the tokens]:ttl: ' \
    '--count=[Number of tokens]:count: ' \
    '--token=[Use this value instead of a random one]:token: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_nodes_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--search=[Only nodes with this text in the name, UUID, address or labels]:search: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':labels: '
}

_tctl_tokens() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'add:Create a join token'
    'ls:List join tokens, without their values'
    'rm:Remove a join token'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--type=[Roles that the machines may run]:type: ' \
    '--ttl=[Lifetime of the token]:ttl: ' \
    '--uses=[Number of machines that may join with it]:uses: ' \
    '--value=[Use this value instead of a random one]:value: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tokens_ls() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--with-secrets[Show the values]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tokens_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_get() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--with-secrets[Show values of tokens, on auth'\''s own machine]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':what: '
}

_tctl_create() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--force[Replace existing resources]' \
    '-f[Replace existing resources]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':file:_files'
}

_tctl_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '*:what: '
}

_tctl_edit() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':what: '
}

_tctl_diff() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[Output format]:format:(file openssh)' \
    '-f+[Output format]:format:(file openssh)' \
    '--user=[User to sign for]:user: ' \
    '--host=[Host names and addresses to sign for]:host: ' \
    '--out=[Output file]:out:_files' \
    '-o+[Output file]:out:_files' \
    '--ttl=[Lifetime of the certificate (default\: 12h for a user, 366d for a host)]:ttl: ' \
    '--pubkey=[Sign this public key; only OUT-cert.pub is written]:pubkey:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_auth_export() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--type=[Only this authority]:type:(user host)' \
    '--fingerprint[Print fingerprints instead of keys]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_lock() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--user=[Lock this user]:user: ' \
    '--role=[Lock all users with this role]:role: ' \
    '--login=[Lock this login on every node]:login: ' \
    '--node=[Lock this node (UUID or host name)]:node: ' \
    '--mfa-device=[Lock this second factor]:mfa-device: ' \
    '--message=[Message for locked users]:message: ' \
    '--ttl=[Lifetime of the lock (default\: until it is removed)]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_locks_rm() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '*:names: '
}

_tctl_access() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'explain:Explain which roles allow or refuse a login on a node, and which changes alter the decision'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':node: ' \
    ':login: '
}

_tctl_audit() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'search:Search the audit log'
    'tail:Follow the audit log'
    'verify:Verify that no audit event was changed, removed or moved'
  )
  _arguments -s -C \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
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
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--event=[Only events of this type]:event: ' \
    '--user=[Only this user'\''s events]:user: ' \
    '--from=[Start time\: RFC 3339, or a duration back such as 24h]:from: ' \
    '--to=[End time]:to: ' \
    '--limit=[Maximum number of events; the newest are kept]:limit: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_audit_tail() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json)' \
    '-f+[How to print the result]:format:(text json)' \
    '--event=[Only events of this type]:event: ' \
    '--user=[Only this user'\''s events]:user: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_audit_verify() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'tenants:Organizations with separate clients, users and keys'
    'admins:Administrators of a tenant'
    'clients:Applications that request keys'
    'mfa:Users and the expiry of their MFA proof'
    'user-hosts:Links of users to accounts on hosts'
    'delegations:Delegations of users to clients'
    'hosts:Addresses and credentials of hosts'
    'keys:SSH keys of clients'
    'reservations:Reservations that keep a key valid during a long operation'
    'events:Audit log of the escrow'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        tenants) _tctl_tms_tenants ;;
        admins) _tctl_tms_admins ;;
        clients) _tctl_tms_clients ;;
        mfa) _tctl_tms_mfa ;;
        user-hosts) _tctl_tms_user_hosts ;;
        delegations) _tctl_tms_delegations ;;
        hosts) _tctl_tms_hosts ;;
        keys) _tctl_tms_keys ;;
        reservations) _tctl_tms_reservations ;;
        events) _tctl_tms_events ;;
      esac
      ;;
  esac
}

_tctl_tms_tenants() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List tenants'
    'get:Show one tenant'
    'add:Create a tenant and its first admin'
    'update:Enable or disable a tenant, or require host credentials'
    'rm:Remove a tenant'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_tenants_ls ;;
        get) _tctl_tms_tenants_get ;;
        add) _tctl_tms_tenants_add ;;
        update) _tctl_tms_tenants_update ;;
        rm) _tctl_tms_tenants_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_tenants_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_tenants_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_tenants_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_tenants_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--enabled=[Enable or disable it]:enabled:(yes no)' \
    '--require-host-credential=[Require a credential from hosts that retrieve keys]:require-host-credential:(yes no)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_tenants_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--wipe[Also remove its clients, users, links, delegations, hosts, keys and reservations]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_admins() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List the admins of a tenant'
    'add:Create an admin of a tenant and its secret'
    'rotate:Replace the secret of an admin'
    'rm:Remove an admin'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_admins_ls ;;
        add) _tctl_tms_admins_add ;;
        rotate) _tctl_tms_admins_rotate ;;
        rm) _tctl_tms_admins_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_admins_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_admins_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':admin: '
}

_tctl_tms_admins_rotate() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret stays valid, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':admin: '
}

_tctl_tms_admins_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':admin: '
}

_tctl_tms_clients() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List clients'
    'get:Show one client'
    'add:Register a client and create its secret'
    'update:Enable or disable a client, or change its version'
    'rotate:Replace the secret of a client'
    'rm:Remove a client, with its delegations, keys and reservations'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_clients_ls ;;
        get) _tctl_tms_clients_get ;;
        add) _tctl_tms_clients_add ;;
        update) _tctl_tms_clients_update ;;
        rotate) _tctl_tms_clients_rotate ;;
        rm) _tctl_tms_clients_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_clients_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_clients_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_clients_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--app=[The application'\''s name (default\: the client'\''s id)]:app: ' \
    '--app-version=[The application'\''s version, such as 1.0 or >=1, <2]:app-version: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: '
}

_tctl_tms_clients_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--enabled=[Enable or disable it]:enabled:(yes no)' \
    '--app-version=[The application'\''s version, such as 1.0 or >=1, <2]:app-version: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: '
}

_tctl_tms_clients_rotate() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret stays valid, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: '
}

_tctl_tms_clients_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: '
}

_tctl_tms_mfa() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List users'
    'get:Show one user'
    'add:Record an MFA proof of a user'
    'update:Enable or disable a user, or record a new MFA proof'
    'rm:Remove a user, with all links, delegations and keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_mfa_ls ;;
        get) _tctl_tms_mfa_get ;;
        add) _tctl_tms_mfa_add ;;
        update) _tctl_tms_mfa_update ;;
        rm) _tctl_tms_mfa_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_mfa_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_mfa_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_mfa_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: '
}

_tctl_tms_mfa_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--enabled=[Enable or disable it]:enabled:(yes no)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: '
}

_tctl_tms_mfa_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: '
}

_tctl_tms_user_hosts() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List links of users and accounts'
    'get:Show one link'
    'add:Link a user to an account on a host'
    'update:Change how long a link is valid'
    'rm:Remove a link, with its keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_user_hosts_ls ;;
        get) _tctl_tms_user_hosts_get ;;
        add) _tctl_tms_user_hosts_add ;;
        update) _tctl_tms_user_hosts_update ;;
        rm) _tctl_tms_user_hosts_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_user_hosts_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_user_hosts_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_user_hosts_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_tctl_tms_user_hosts_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_tctl_tms_user_hosts_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_tctl_tms_delegations() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List delegations'
    'get:Show one delegation'
    'add:Allow a client to act for a user'
    'update:Change how long a delegation is valid'
    'rm:Remove a delegation, with its keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_delegations_ls ;;
        get) _tctl_tms_delegations_get ;;
        add) _tctl_tms_delegations_add ;;
        update) _tctl_tms_delegations_update ;;
        rm) _tctl_tms_delegations_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_delegations_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_delegations_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_delegations_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: ' \
    ':user: '
}

_tctl_tms_delegations_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: ' \
    ':user: '
}

_tctl_tms_delegations_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':client: ' \
    ':user: '
}

_tctl_tms_hosts() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List hosts with their addresses'
    'get:Show one host'
    'add:Record a host'\''s address, and give it a credential'
    'rm:Remove an address of a host'
    'credential:Credentials of hosts'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_hosts_ls ;;
        get) _tctl_tms_hosts_get ;;
        add) _tctl_tms_hosts_add ;;
        rm) _tctl_tms_hosts_rm ;;
        credential) _tctl_tms_hosts_credential ;;
      esac
      ;;
  esac
}

_tctl_tms_hosts_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_hosts_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_hosts_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--credential[Also create a credential for the host; it replaces an existing one]' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host: ' \
    ':addr: '
}

_tctl_tms_hosts_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host: ' \
    ':addr: '
}

_tctl_tms_hosts_credential() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'rotate:Create or replace the credential of a host'
    'rm:Remove the credential of a host'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        rotate) _tctl_tms_hosts_credential_rotate ;;
        rm) _tctl_tms_hosts_credential_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_hosts_credential_rotate() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret stays valid, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host: '
}

_tctl_tms_hosts_credential_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host: '
}

_tctl_tms_keys() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List keys'
    'get:Show one key'
    'create:Create a key pair for a client'
    'add:Register a public key; the client keeps the private key'
    'update:Change the number of uses and the lifetime of a key'
    'rm:Revoke a key and remove its reservations'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_keys_ls ;;
        get) _tctl_tms_keys_get ;;
        create) _tctl_tms_keys_create ;;
        add) _tctl_tms_keys_add ;;
        update) _tctl_tms_keys_update ;;
        rm) _tctl_tms_keys_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_keys_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_keys_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_keys_create() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--type=[Key type]:type:(ed25519 ecdsa rsa)' \
    '--uses=[Number of logins\: a number, or unlimited]:uses: ' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--restrict[No forwarding, no terminal\: see restrict in sshd(8)]' \
    '--pty[With --restrict, allow a terminal]' \
    '--from=[Only from these addresses or blocks such as 10.0.0.0/8]:from: ' \
    '--expiry-time[Also tell sshd the expiry of the key]' \
    '--out=[Write the private key to this file, for its owner only, and the public one to FILE.pub]:out:_files' \
    '-o+[Write the private key to this file, for its owner only, and the public one to FILE.pub]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_tctl_tms_keys_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--uses=[Number of logins\: a number, or unlimited]:uses: ' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--restrict[No forwarding, no terminal\: see restrict in sshd(8)]' \
    '--pty[With --restrict, allow a terminal]' \
    '--from=[Only from these addresses or blocks such as 10.0.0.0/8]:from: ' \
    '--expiry-time[Also tell sshd the expiry of the key]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: ' \
    ':pubkey:_files'
}

_tctl_tms_keys_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--uses=[Total number of logins, including past ones\: a number, or unlimited]:uses: ' \
    '--ttl=[Lifetime from now\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':key: '
}

_tctl_tms_keys_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':key: '
}

_tctl_tms_reservations() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List reservations'
    'get:Show one reservation'
    'create:Reserve a key for an operation that takes longer than the key is valid'
    'extend:Extend a reservation to a key; the extension ends with the reservation'
    'rm:Remove a reservation'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ls) _tctl_tms_reservations_ls ;;
        get) _tctl_tms_reservations_get ;;
        create) _tctl_tms_reservations_create ;;
        extend) _tctl_tms_reservations_extend ;;
        rm) _tctl_tms_reservations_rm ;;
      esac
      ;;
  esac
}

_tctl_tms_reservations_ls() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_reservations_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_tctl_tms_reservations_create() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[Lifetime, at most 48h]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':key: '
}

_tctl_tms_reservations_extend() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--key=[Key to extend to (default\: the reservation'\''s key)]:key: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':reservation: '
}

_tctl_tms_reservations_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--related[Also remove the reservations that extend it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':reservation: '
}

_tctl_tms_events() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'search:Search the escrow'\''s audit log, on its own machine'
    'verify:Verify that no event of the escrow was changed, removed or moved'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        search) _tctl_tms_events_search ;;
        verify) _tctl_tms_events_verify ;;
      esac
      ;;
  esac
}

_tctl_tms_events_search() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--event=[Only events of this type]:event: ' \
    '--user=[Only events of this client or admin, as TENANT/ID, or retrievals of this user'\''s keys]:user: ' \
    '--from=[Start time\: RFC 3339, or a duration back such as 24h]:from: ' \
    '--to=[End time]:to: ' \
    '--limit=[Maximum number of events; the newest are kept]:limit: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_tms_events_verify() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[URL of a remote escrow, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM file of the CA certificates for --server, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[Tenant of the request]:tenant: ' \
    '--admin-id=[Authenticate as this admin of the tenant, usually ~~admin]:admin-id: ' \
    '--admin-secret-file=[File with the admin'\''s secret; - is stdin (default\: $SALLYPORT_TMS_ADMIN_SECRET, or a prompt)]:admin-secret-file:_files' \
    '--client-id=[Authenticate as this client]:client-id: ' \
    '--client-secret-file=[File with the client'\''s secret; - is stdin (default\: $SALLYPORT_TMS_CLIENT_SECRET, or a prompt)]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_version() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_tctl_completion() {
  _arguments -s \
    '--config=[Config file of the auth server on this machine]:config:_files' \
    '-c+[Config file of the auth server on this machine]:config:_files' \
    '--data-dir=[Data directory of the auth server on this machine]:data-dir:_files -/' \
    '*--auth-server=[Address of a remote auth server; needs --identity]:auth-server: ' \
    '--identity=[Identity file to authenticate with]:identity:_files' \
    '-i+[Identity file to authenticate with]:identity:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _tctl "$@"
else
  compdef _tctl tctl
fi
