#compdef sallyport
# zsh completion for sallyport. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile
  local -a hosts
  read -r profile 2>/dev/null <"$home/current-profile" || return 1
  hosts=(${(f)"$(cat "$home/keys/$profile"/*.hosts(N) /dev/null)"})
  [[ -prefix *@ ]] && compset -P '*@'
  compadd -a hosts
}

_sallyport() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'start:Run auth, proxy, node and tms, or some of them'
    'tsh:log in to a cluster and connect to its machines'
    'tctl:administer a cluster'
    'keycmd:Look up authorized keys in the key escrow for sshd'
    'agent:Helpers that stay in the background'
    'config:work with configuration files'
    'configure:Print a configuration file with every key explained'
    'systemd:Print a systemd unit that starts sallyport with the flags given here'
    'version:Print the version'
    'completion:Print the completion script for a shell'
    'schema:Print the JSON Schema of a kind of resource, or of all, or the OpenAPI description of the auth API'
  )
  _arguments -s -C \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        start) _sallyport_start ;;
        tsh) _sallyport_tsh ;;
        tctl) _sallyport_tctl ;;
        keycmd) _sallyport_keycmd ;;
        agent) _sallyport_agent ;;
        config) _sallyport_config ;;
        configure) _sallyport_configure ;;
        systemd) _sallyport_systemd ;;
        version) _sallyport_version ;;
        completion) _sallyport_completion ;;
        schema) _sallyport_schema ;;
      esac
      ;;
  esac
}

_sallyport_start() {
  _arguments -s \
    '--roles=[Roles to run\: auth, proxy, node, tms (default\: the first three, or as configured)]:roles: ' \
    '-r+[Roles to run\: auth, proxy, node, tms (default\: the first three, or as configured)]:roles: ' \
    '--config=[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '-c+[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '--data-dir=[Directory of the keys and the database (default\: /var/lib/sallyport; ~/.local/share/sallyport unless root)]:data-dir:_files -/' \
    '--nodename=[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '-n+[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '--labels=[Labels of the node, such as env=prod,rack=\[1m\:"cat /etc/rack"\]]:labels: ' \
    '--listen-ip=[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '-l+[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '--advertise-ip=[Address to announce to other machines]:advertise-ip: ' \
    '*--auth-server=[Auth server to join; may be repeated]:auth-server:_sallyport_hosts' \
    '--token=[Join token, needed once; @FILE keeps it out of the process list]:token: ' \
    '*--ca-pin=[Pin of the cluster'\''s host authority, checked when joining; may be repeated]:ca-pin: ' \
    '--cluster-name=[Name of a new cluster (default\: the machine'\''s name)]:cluster-name: ' \
    '--public-addr=[Address of the proxy for users; without a proxy, of the node or of auth for other machines]:public-addr: ' \
    '--pid-file=[Write the process id to this file when ready]:pid-file:_files' \
    '--diag-addr=[Serve /healthz, /readyz and /metrics on this address]:diag-addr: ' \
    '--log-format=[Format of the log and of the ready message]:log-format:(text json)' \
    '--ports-from=[Listen on n tms, n+22 node, n+23 proxy, n+25 auth, n+80 web; 0 takes free ports (default\: 3000)]:ports-from: ' \
    '--insecure[Join without a CA pin\: trust any server at that address]' \
    '--tms-mvp[Create the MFA proof, link and delegation of a key together with the key; for a trial]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'signup:Accept an invitation: choose a password, set up the second factor'
    'login:Get a certificate with password and second factor'
    'ls:List the machines that you may access'
    'ssh:Open a shell or run a command on a machine'
    'scp:Copy files to, from and between machines'
    'config:Print an ssh_config for ssh, scp, rsync, git, ansible and VS Code'
    'resolve:Resolve a name to a machine'
    'proxy:Connections for other programs'
    'status:Show the current logins and their expiry'
    'logout:Forget keys and certificates'
    'agent:Run an ssh-agent that offers your certificates'
    'env:Print shell commands that select this cluster for the current shell'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        signup) _sallyport_tsh_signup ;;
        login) _sallyport_tsh_login ;;
        ls) _sallyport_tsh_ls ;;
        ssh) _sallyport_tsh_ssh ;;
        scp) _sallyport_tsh_scp ;;
        config) _sallyport_tsh_config ;;
        resolve) _sallyport_tsh_resolve ;;
        proxy) _sallyport_tsh_proxy ;;
        status) _sallyport_tsh_status ;;
        logout) _sallyport_tsh_logout ;;
        agent) _sallyport_tsh_agent ;;
        env) _sallyport_tsh_env ;;
        version) _sallyport_tsh_version ;;
        completion) _sallyport_tsh_completion ;;
      esac
      ;;
  esac
}

_sallyport_tsh_signup() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--password-file=[Read the password from the first line of a file; - is stdin]:password-file:_files' \
    '--otp=[The code that the authenticator app shows]:otp: ' \
    '--otp-secret-out=[Write the TOTP secret to a file (0600) and answer with its code]:otp-secret-out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':url: '
}

_sallyport_tsh_login() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--password-file=[Read the password from the first line of a file; - is stdin]:password-file:_files' \
    '--otp=[The code that the authenticator app shows]:otp: ' \
    '--out=[Write the identity to a file instead of the profile]:out:_files' \
    '-o+[Write the identity to a file instead of the profile]:out:_files' \
    '--out-format=[One file with key, certificate and authorities, or FILE and FILE-cert.pub for ssh]:out-format:(file openssh)' \
    '--add-keys-to-agent=[Add the certificate to the running ssh-agent; only\: keep no key on disk]:add-keys-to-agent:(auto yes no only)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tsh_ls() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--verbose[Show the UUIDs, and all labels]' \
    '-v[Show the UUIDs, and all labels]' \
    '--search=[Only machines with all of these words in the name, UUID, address or labels]:search: ' \
    '--query=[Only machines that match this expression]:query: ' \
    '--all[List machines of all clusters that you are logged in to]' \
    '-R[List machines of all clusters that you are logged in to]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':labels: '
}

_sallyport_tsh_ssh() {
  _arguments -s -A '*' \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--port=[Port of the host (default\: the one it serves)]:port: ' \
    '-p+[Port of the host (default\: the one it serves)]:port: ' \
    '--forward-agent[Forward the local ssh-agent]' \
    '-A[Forward the local ssh-agent]' \
    '*--tty[Allocate a terminal for the command; -tt even without a local terminal]' \
    '*-t[Allocate a terminal for the command; -tt even without a local terminal]' \
    '--no-tty[Allocate no terminal]' \
    '-T[Allocate no terminal]' \
    '--no-exec[Run no command, only forward]' \
    '-N[Run no command, only forward]' \
    '*--local-forward=[Forward a local port to the remote side]:local-forward: ' \
    '*-L+[Forward a local port to the remote side]:local-forward: ' \
    '*--remote-forward=[Forward a remote port to the local side]:remote-forward: ' \
    '*-R+[Forward a remote port to the local side]:remote-forward: ' \
    '*--dynamic-forward=[Local SOCKS proxy that connects from the remote side]:dynamic-forward: ' \
    '*-D+[Local SOCKS proxy that connects from the remote side]:dynamic-forward: ' \
    '--jump=[Jump hosts, machines of the cluster]:jump:_sallyport_hosts' \
    '-J+[Jump hosts, machines of the cluster]:jump:_sallyport_hosts' \
    '*--option=[An option of ssh_config(5)]:option: ' \
    '*-o+[An option of ssh_config(5)]:option: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host:_sallyport_hosts' \
    '*:command: '
}

_sallyport_tsh_scp() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--recursive[Copy directories recursively]' \
    '-r[Copy directories recursively]' \
    '--preserve[Keep modes and times]' \
    '-p[Keep modes and times]' \
    '--quiet[Show no progress]' \
    '-q[Show no progress]' \
    '--port=[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '-P+[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '*:paths:_files'
}

_sallyport_tsh_config() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--port=[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '-p+[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_resolve() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--known[Print nothing; succeed if the name is known, now or in the cache (for Match in ssh_config)]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':host:_sallyport_hosts'
}

_sallyport_tsh_proxy() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ssh:Connect stdin and stdout to a machine'\''s SSH server; for ProxyCommand of ssh'
  )
  _arguments -s -C \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ssh) _sallyport_tsh_proxy_ssh ;;
      esac
      ;;
  esac
}

_sallyport_tsh_proxy_ssh() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':target:_sallyport_hosts'
}

_sallyport_tsh_status() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_logout() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_agent() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--socket=[Socket path]:socket:_files' \
    '--daemon[Run in the background]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_env() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--unset[Print the commands that undo it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_version() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_tsh_completion() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[User name in the cluster]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Cluster to use]:cluster: ' \
    '--ttl=[Lifetime of a new certificate]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate without verification, and store its pin]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

_sallyport_tctl() {
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
        status) _sallyport_tctl_status ;;
        users) _sallyport_tctl_users ;;
        nodes) _sallyport_tctl_nodes ;;
        tokens) _sallyport_tctl_tokens ;;
        get) _sallyport_tctl_get ;;
        create) _sallyport_tctl_create ;;
        rm) _sallyport_tctl_rm ;;
        edit) _sallyport_tctl_edit ;;
        diff) _sallyport_tctl_diff ;;
        auth) _sallyport_tctl_auth ;;
        lock) _sallyport_tctl_lock ;;
        locks) _sallyport_tctl_locks ;;
        access) _sallyport_tctl_access ;;
        audit) _sallyport_tctl_audit ;;
        tms) _sallyport_tctl_tms ;;
        version) _sallyport_tctl_version ;;
        completion) _sallyport_tctl_completion ;;
      esac
      ;;
  esac
}

_sallyport_tctl_status() {
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

_sallyport_tctl_users() {
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
        add) _sallyport_tctl_users_add ;;
        ls) _sallyport_tctl_users_ls ;;
        rm) _sallyport_tctl_users_rm ;;
        update) _sallyport_tctl_users_update ;;
        reset) _sallyport_tctl_users_reset ;;
        unlock) _sallyport_tctl_users_unlock ;;
      esac
      ;;
  esac
}

_sallyport_tctl_users_add() {
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

_sallyport_tctl_users_ls() {
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

_sallyport_tctl_users_rm() {
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

_sallyport_tctl_users_update() {
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

_sallyport_tctl_users_reset() {
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

_sallyport_tctl_users_unlock() {
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

_sallyport_tctl_nodes() {
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
        add) _sallyport_tctl_nodes_add ;;
        ls) _sallyport_tctl_nodes_ls ;;
      esac
      ;;
  esac
}

_sallyport_tctl_nodes_add() {
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

_sallyport_tctl_nodes_ls() {
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

_sallyport_tctl_tokens() {
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
        add) _sallyport_tctl_tokens_add ;;
        ls) _sallyport_tctl_tokens_ls ;;
        rm) _sallyport_tctl_tokens_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tokens_add() {
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

_sallyport_tctl_tokens_ls() {
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

_sallyport_tctl_tokens_rm() {
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

_sallyport_tctl_get() {
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

_sallyport_tctl_create() {
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

_sallyport_tctl_rm() {
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

_sallyport_tctl_edit() {
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

_sallyport_tctl_diff() {
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

_sallyport_tctl_auth() {
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
        sign) _sallyport_tctl_auth_sign ;;
        export) _sallyport_tctl_auth_export ;;
      esac
      ;;
  esac
}

_sallyport_tctl_auth_sign() {
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

_sallyport_tctl_auth_export() {
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

_sallyport_tctl_lock() {
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

_sallyport_tctl_locks() {
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
        ls) _sallyport_tctl_locks_ls ;;
        rm) _sallyport_tctl_locks_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_locks_ls() {
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

_sallyport_tctl_locks_rm() {
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

_sallyport_tctl_access() {
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
        explain) _sallyport_tctl_access_explain ;;
      esac
      ;;
  esac
}

_sallyport_tctl_access_explain() {
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

_sallyport_tctl_audit() {
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
        search) _sallyport_tctl_audit_search ;;
        tail) _sallyport_tctl_audit_tail ;;
        verify) _sallyport_tctl_audit_verify ;;
      esac
      ;;
  esac
}

_sallyport_tctl_audit_search() {
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

_sallyport_tctl_audit_tail() {
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

_sallyport_tctl_audit_verify() {
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

_sallyport_tctl_tms() {
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
        tenants) _sallyport_tctl_tms_tenants ;;
        admins) _sallyport_tctl_tms_admins ;;
        clients) _sallyport_tctl_tms_clients ;;
        mfa) _sallyport_tctl_tms_mfa ;;
        user-hosts) _sallyport_tctl_tms_user_hosts ;;
        delegations) _sallyport_tctl_tms_delegations ;;
        hosts) _sallyport_tctl_tms_hosts ;;
        keys) _sallyport_tctl_tms_keys ;;
        reservations) _sallyport_tctl_tms_reservations ;;
        events) _sallyport_tctl_tms_events ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_tenants() {
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
        ls) _sallyport_tctl_tms_tenants_ls ;;
        get) _sallyport_tctl_tms_tenants_get ;;
        add) _sallyport_tctl_tms_tenants_add ;;
        update) _sallyport_tctl_tms_tenants_update ;;
        rm) _sallyport_tctl_tms_tenants_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_tenants_ls() {
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

_sallyport_tctl_tms_tenants_get() {
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

_sallyport_tctl_tms_tenants_add() {
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

_sallyport_tctl_tms_tenants_update() {
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

_sallyport_tctl_tms_tenants_rm() {
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

_sallyport_tctl_tms_admins() {
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
        ls) _sallyport_tctl_tms_admins_ls ;;
        add) _sallyport_tctl_tms_admins_add ;;
        rotate) _sallyport_tctl_tms_admins_rotate ;;
        rm) _sallyport_tctl_tms_admins_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_admins_ls() {
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

_sallyport_tctl_tms_admins_add() {
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

_sallyport_tctl_tms_admins_rotate() {
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

_sallyport_tctl_tms_admins_rm() {
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

_sallyport_tctl_tms_clients() {
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
        ls) _sallyport_tctl_tms_clients_ls ;;
        get) _sallyport_tctl_tms_clients_get ;;
        add) _sallyport_tctl_tms_clients_add ;;
        update) _sallyport_tctl_tms_clients_update ;;
        rotate) _sallyport_tctl_tms_clients_rotate ;;
        rm) _sallyport_tctl_tms_clients_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_clients_ls() {
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

_sallyport_tctl_tms_clients_get() {
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

_sallyport_tctl_tms_clients_add() {
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

_sallyport_tctl_tms_clients_update() {
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

_sallyport_tctl_tms_clients_rotate() {
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

_sallyport_tctl_tms_clients_rm() {
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

_sallyport_tctl_tms_mfa() {
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
        ls) _sallyport_tctl_tms_mfa_ls ;;
        get) _sallyport_tctl_tms_mfa_get ;;
        add) _sallyport_tctl_tms_mfa_add ;;
        update) _sallyport_tctl_tms_mfa_update ;;
        rm) _sallyport_tctl_tms_mfa_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_mfa_ls() {
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

_sallyport_tctl_tms_mfa_get() {
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

_sallyport_tctl_tms_mfa_add() {
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

_sallyport_tctl_tms_mfa_update() {
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

_sallyport_tctl_tms_mfa_rm() {
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

_sallyport_tctl_tms_user_hosts() {
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
        ls) _sallyport_tctl_tms_user_hosts_ls ;;
        get) _sallyport_tctl_tms_user_hosts_get ;;
        add) _sallyport_tctl_tms_user_hosts_add ;;
        update) _sallyport_tctl_tms_user_hosts_update ;;
        rm) _sallyport_tctl_tms_user_hosts_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_user_hosts_ls() {
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

_sallyport_tctl_tms_user_hosts_get() {
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

_sallyport_tctl_tms_user_hosts_add() {
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

_sallyport_tctl_tms_user_hosts_update() {
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

_sallyport_tctl_tms_user_hosts_rm() {
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

_sallyport_tctl_tms_delegations() {
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
        ls) _sallyport_tctl_tms_delegations_ls ;;
        get) _sallyport_tctl_tms_delegations_get ;;
        add) _sallyport_tctl_tms_delegations_add ;;
        update) _sallyport_tctl_tms_delegations_update ;;
        rm) _sallyport_tctl_tms_delegations_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_delegations_ls() {
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

_sallyport_tctl_tms_delegations_get() {
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

_sallyport_tctl_tms_delegations_add() {
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

_sallyport_tctl_tms_delegations_update() {
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

_sallyport_tctl_tms_delegations_rm() {
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

_sallyport_tctl_tms_hosts() {
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
        ls) _sallyport_tctl_tms_hosts_ls ;;
        get) _sallyport_tctl_tms_hosts_get ;;
        add) _sallyport_tctl_tms_hosts_add ;;
        rm) _sallyport_tctl_tms_hosts_rm ;;
        credential) _sallyport_tctl_tms_hosts_credential ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_hosts_ls() {
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

_sallyport_tctl_tms_hosts_get() {
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

_sallyport_tctl_tms_hosts_add() {
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

_sallyport_tctl_tms_hosts_rm() {
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

_sallyport_tctl_tms_hosts_credential() {
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
        rotate) _sallyport_tctl_tms_hosts_credential_rotate ;;
        rm) _sallyport_tctl_tms_hosts_credential_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_hosts_credential_rotate() {
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

_sallyport_tctl_tms_hosts_credential_rm() {
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

_sallyport_tctl_tms_keys() {
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
        ls) _sallyport_tctl_tms_keys_ls ;;
        get) _sallyport_tctl_tms_keys_get ;;
        create) _sallyport_tctl_tms_keys_create ;;
        add) _sallyport_tctl_tms_keys_add ;;
        update) _sallyport_tctl_tms_keys_update ;;
        rm) _sallyport_tctl_tms_keys_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_keys_ls() {
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

_sallyport_tctl_tms_keys_get() {
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

_sallyport_tctl_tms_keys_create() {
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

_sallyport_tctl_tms_keys_add() {
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

_sallyport_tctl_tms_keys_update() {
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

_sallyport_tctl_tms_keys_rm() {
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

_sallyport_tctl_tms_reservations() {
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
        ls) _sallyport_tctl_tms_reservations_ls ;;
        get) _sallyport_tctl_tms_reservations_get ;;
        create) _sallyport_tctl_tms_reservations_create ;;
        extend) _sallyport_tctl_tms_reservations_extend ;;
        rm) _sallyport_tctl_tms_reservations_rm ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_reservations_ls() {
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

_sallyport_tctl_tms_reservations_get() {
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

_sallyport_tctl_tms_reservations_create() {
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

_sallyport_tctl_tms_reservations_extend() {
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

_sallyport_tctl_tms_reservations_rm() {
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

_sallyport_tctl_tms_events() {
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
        search) _sallyport_tctl_tms_events_search ;;
        verify) _sallyport_tctl_tms_events_verify ;;
      esac
      ;;
  esac
}

_sallyport_tctl_tms_events_search() {
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

_sallyport_tctl_tms_events_verify() {
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

_sallyport_tctl_version() {
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

_sallyport_tctl_completion() {
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

_sallyport_keycmd() {
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
        check) _sallyport_keycmd_check ;;
        install) _sallyport_keycmd_install ;;
        version) _sallyport_keycmd_version ;;
        completion) _sallyport_keycmd_completion ;;
      esac
      ;;
  esac
}

_sallyport_keycmd_check() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_keycmd_install() {
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

_sallyport_keycmd_version() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_keycmd_completion() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

_sallyport_agent() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ssh:Run an ssh-agent that offers your certificates'
  )
  _arguments -s -C \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        ssh) _sallyport_agent_ssh ;;
      esac
      ;;
  esac
}

_sallyport_agent_ssh() {
  _arguments -s \
    '--socket=[Socket path]:socket:_files' \
    '--daemon[Run in the background]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_config() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'check:Check a configuration file and report the line of an error'
  )
  _arguments -s -C \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
        check) _sallyport_config_check ;;
      esac
      ;;
  esac
}

_sallyport_config_check() {
  _arguments -s \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':file:_files'
}

_sallyport_configure() {
  _arguments -s \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_systemd() {
  _arguments -s \
    '--roles=[Roles to run\: auth, proxy, node, tms (default\: the first three, or as configured)]:roles: ' \
    '-r+[Roles to run\: auth, proxy, node, tms (default\: the first three, or as configured)]:roles: ' \
    '--config=[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '-c+[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '--data-dir=[Directory of the keys and the database (default\: /var/lib/sallyport; ~/.local/share/sallyport unless root)]:data-dir:_files -/' \
    '--nodename=[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '-n+[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '--labels=[Labels of the node, such as env=prod,rack=\[1m\:"cat /etc/rack"\]]:labels: ' \
    '--listen-ip=[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '-l+[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '--advertise-ip=[Address to announce to other machines]:advertise-ip: ' \
    '*--auth-server=[Auth server to join; may be repeated]:auth-server:_sallyport_hosts' \
    '--token=[Join token, needed once; @FILE keeps it out of the process list]:token: ' \
    '*--ca-pin=[Pin of the cluster'\''s host authority, checked when joining; may be repeated]:ca-pin: ' \
    '--cluster-name=[Name of a new cluster (default\: the machine'\''s name)]:cluster-name: ' \
    '--public-addr=[Address of the proxy for users; without a proxy, of the node or of auth for other machines]:public-addr: ' \
    '--pid-file=[Write the process id to this file when ready]:pid-file:_files' \
    '--diag-addr=[Serve /healthz, /readyz and /metrics on this address]:diag-addr: ' \
    '--log-format=[Format of the log and of the ready message]:log-format:(text json)' \
    '--ports-from=[Listen on n tms, n+22 node, n+23 proxy, n+25 auth, n+80 web; 0 takes free ports (default\: 3000)]:ports-from: ' \
    '--insecure[Join without a CA pin\: trust any server at that address]' \
    '--tms-mvp[Create the MFA proof, link and delegation of a key together with the key; for a trial]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_version() {
  _arguments -s \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]'
}

_sallyport_completion() {
  _arguments -s \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

_sallyport_schema() {
  _arguments -s \
    '--format=[How to print the result]:format:(json yaml)' \
    '-f+[How to print the result]:format:(json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Print debug output on stderr, and the cause of an internal error]' \
    '-d[Print debug output on stderr, and the cause of an internal error]' \
    ':kind: '
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _sallyport "$@"
else
  compdef _sallyport sallyport
fi
