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
    'tsh:log in, and reach machines'
    'tctl:run a cluster'
    'keycmd:Let sshd ask the key escrow who may log in'
    'agent:Helpers that stay in the background'
    'config:work with configuration files'
    'configure:Print a configuration file with every key explained'
    'systemd:Print a systemd unit that starts sallyport with the flags given here'
    'version:Print the version'
    'completion:Print the completion script for a shell'
    'schema:Print the JSON Schema of a kind of resource, or of all'
  )
  _arguments -s -C \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--roles=[Which of auth, proxy, node, tms to run (default\: the first three, or as configured)]:roles: ' \
    '-r+[Which of auth, proxy, node, tms to run (default\: the first three, or as configured)]:roles: ' \
    '--config=[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '-c+[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '--data-dir=[Where keys and the database are kept (default\: /var/lib/sallyport; ~/.local/share/sallyport unless root)]:data-dir:_files -/' \
    '--nodename=[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '-n+[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '--labels=[Labels of the node, such as env=prod,rack=\[1m\:"cat /etc/rack"\]]:labels: ' \
    '--listen-ip=[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '-l+[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '--advertise-ip=[Address to tell other machines]:advertise-ip: ' \
    '*--auth-server=[Auth server to join; may be repeated]:auth-server:_sallyport_hosts' \
    '--token=[Token to join with, needed once; @FILE keeps it out of the list of processes]:token: ' \
    '*--ca-pin=[By which the auth server is known when joining; may be repeated]:ca-pin: ' \
    '--cluster-name=[Name of a new cluster (default\: the machine'\''s name)]:cluster-name: ' \
    '--public-addr=[Where users reach the proxy; without one, where others reach the node, or auth]:public-addr: ' \
    '--pid-file=[Write the process id here once ready]:pid-file:_files' \
    '--diag-addr=[Answer /healthz, /readyz and /metrics here]:diag-addr: ' \
    '--log-format=[How to log, and to say that all is ready]:log-format:(text json)' \
    '--ports-from=[Listen on n tms, n+22 node, n+23 proxy, n+25 auth, n+80 web; 0 takes free ports (default\: 3000)]:ports-from: ' \
    '--insecure[Join without a CA pin, trusting whoever answers]' \
    '--tms-mvp[Let the escrow make what a key needs (MFA, link, delegation) with the key, for a trial]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'signup:Accept an invitation: choose a password, set up the second factor'
    'login:Get a certificate with password and second factor'
    'ls:List the machines that you may reach'
    'ssh:Open a shell or run a command on a machine'
    'scp:Copy files to, from and between machines'
    'config:Print an ssh_config with which ssh, scp, rsync, git, ansible and VS Code reach the machines'
    'resolve:Print which machine a name stands for'
    'proxy:Ways to machines for other programs'
    'status:Show who you are logged in as, and until when'
    'logout:Forget keys and certificates'
    'agent:Run an ssh-agent that offers your certificates'
    'env:Print shell commands that tie a terminal to this cluster'
    'version:Print the version'
    'completion:Print the completion script for a shell'
  )
  _arguments -s -C \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--password-file=[Read the password from the first line of a file; - is stdin]:password-file:_files' \
    '--otp=[The code that the authenticator app shows]:otp: ' \
    '--otp-secret-out=[Write the TOTP secret to a file (0600) and answer with its code]:otp-secret-out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':url: '
}

_sallyport_tsh_login() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--password-file=[Read the password from the first line of a file; - is stdin]:password-file:_files' \
    '--otp=[The code that the authenticator app shows]:otp: ' \
    '--out=[Write the identity to a file and leave the profile alone]:out:_files' \
    '-o+[Write the identity to a file and leave the profile alone]:out:_files' \
    '--out-format=[One file with everything, or FILE and FILE-cert.pub as ssh wants them]:out-format:(file openssh)' \
    '--add-keys-to-agent=[Put the certificate into the running ssh-agent; only\: keep no key on disk]:add-keys-to-agent:(auto yes no only)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tsh_ls() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--verbose[Show the UUIDs, and all labels]' \
    '-v[Show the UUIDs, and all labels]' \
    '--search=[Only machines in which all of these words stand]:search: ' \
    '--query=[Only machines for which this holds]:query: ' \
    '--all[Of every cluster that you are logged in to]' \
    '-R[Of every cluster that you are logged in to]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':labels: '
}

_sallyport_tsh_ssh() {
  _arguments -s -A '*' \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--port=[Port of the host (default\: the one it serves)]:port: ' \
    '-p+[Port of the host (default\: the one it serves)]:port: ' \
    '--forward-agent[Let programs there use the ssh-agent here]' \
    '-A[Let programs there use the ssh-agent here]' \
    '*--tty[Have a terminal for the command; -tt even without one here]' \
    '*-t[Have a terminal for the command; -tt even without one here]' \
    '--no-tty[Have no terminal]' \
    '-T[Have no terminal]' \
    '--no-exec[Run nothing, only forward]' \
    '-N[Run nothing, only forward]' \
    '*--local-forward=[Connections to a port here come out there]:local-forward: ' \
    '*-L+[Connections to a port here come out there]:local-forward: ' \
    '*--remote-forward=[Connections to a port there come out here]:remote-forward: ' \
    '*-R+[Connections to a port there come out here]:remote-forward: ' \
    '*--dynamic-forward=[A SOCKS proxy here that comes out there]:dynamic-forward: ' \
    '*-D+[A SOCKS proxy here that comes out there]:dynamic-forward: ' \
    '--jump=[Machines of the cluster to go through]:jump:_sallyport_hosts' \
    '-J+[Machines of the cluster to go through]:jump:_sallyport_hosts' \
    '*--option=[An option of ssh_config(5)]:option: ' \
    '*-o+[An option of ssh_config(5)]:option: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host:_sallyport_hosts' \
    '*:command: '
}

_sallyport_tsh_scp() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--recursive[Copy directories with all that is in them]' \
    '-r[Copy directories with all that is in them]' \
    '--preserve[Keep modes and times]' \
    '-p[Keep modes and times]' \
    '--quiet[Show no progress]' \
    '-q[Show no progress]' \
    '--port=[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '-P+[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    '*:paths:_files'
}

_sallyport_tsh_config() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--port=[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '-p+[Port of the machines (default\: the one that each of them serves)]:port: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_resolve() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--known[Print nothing; succeed when a machine goes by that name, or did when last seen (for Match in ssh_config)]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host:_sallyport_hosts'
}

_sallyport_tsh_proxy() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ssh:Connect stdin and stdout to a machine'\''s SSH server; for ProxyCommand of ssh'
  )
  _arguments -s -C \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':target:_sallyport_hosts'
}

_sallyport_tsh_status() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_logout() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_agent() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--socket=[Where to listen]:socket:_files' \
    '--daemon[Go into the background once it listens]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_env() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--unset[Print the commands that undo it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_version() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tsh_completion() {
  _arguments -s \
    '--proxy=[The cluster'\''s proxy]:proxy: ' \
    '--user=[Who to log in to the cluster as]:user: ' \
    '--login=[Login name on nodes]:login: ' \
    '-l+[Login name on nodes]:login: ' \
    '--cluster=[Which cluster to use]:cluster: ' \
    '--ttl=[How long a new certificate lasts]:ttl: ' \
    '--identity=[Use this identity file instead of the profile]:identity:_files' \
    '-i+[Use this identity file instead of the profile]:identity:_files' \
    '--insecure[Accept the proxy'\''s HTTPS certificate as it is, and remember it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

_sallyport_tctl() {
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
    'tms:The key escrow: who may have keys, for which accounts, and the keys'
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

_sallyport_tctl_users() {
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

_sallyport_tctl_users_ls() {
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

_sallyport_tctl_users_rm() {
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

_sallyport_tctl_users_update() {
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

_sallyport_tctl_users_reset() {
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

_sallyport_tctl_users_unlock() {
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

_sallyport_tctl_nodes() {
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

_sallyport_tctl_nodes_ls() {
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

_sallyport_tctl_tokens() {
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

_sallyport_tctl_tokens_ls() {
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

_sallyport_tctl_tokens_rm() {
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

_sallyport_tctl_get() {
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

_sallyport_tctl_create() {
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

_sallyport_tctl_rm() {
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

_sallyport_tctl_edit() {
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

_sallyport_tctl_diff() {
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

_sallyport_tctl_auth_export() {
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

_sallyport_tctl_lock() {
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

_sallyport_tctl_locks_rm() {
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

_sallyport_tctl_access() {
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

_sallyport_tctl_audit() {
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

_sallyport_tctl_audit_tail() {
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

_sallyport_tctl_audit_verify() {
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

_sallyport_tctl_tms() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'tenants:Organizations that know nothing of each other'
    'admins:Who runs a tenant from elsewhere'
    'clients:Applications that ask for keys'
    'mfa:Users, and until when they have proven who they are'
    'user-hosts:Which account on which host is whose'
    'delegations:Which client may act in whose name'
    'hosts:Hosts: their addresses, and by what they prove themselves'
    'keys:Keys with which clients log in'
    'reservations:Operations that go on when a key is used up or has expired'
    'events:What happened in the escrow, by whom'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    'add:Make a tenant with its first admin'
    'update:Switch a tenant off or on, or change who may ask for its keys'
    'rm:Remove a tenant'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_tenants_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_tenants_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_tenants_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--enabled=[Switch it on or off]:enabled:(yes no)' \
    '--require-host-credential=[Whether hosts have to prove themselves to get its keys]:require-host-credential:(yes no)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_tenants_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--wipe[Also its clients, users, links, keys and whatever else is in it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_admins() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List the admins of a tenant'
    'add:Make an admin of a tenant, and the secret by which it is known'
    'rotate:Give an admin a new secret'
    'rm:Remove an admin'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_admins_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':admin: '
}

_sallyport_tctl_tms_admins_rotate() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret still works, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':admin: '
}

_sallyport_tctl_tms_admins_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':admin: '
}

_sallyport_tctl_tms_clients() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List clients'
    'get:Show one client'
    'add:Register a client, and make the secret by which it is known'
    'update:Switch a client off or on, or change its version'
    'rotate:Give a client a new secret'
    'rm:Remove a client, with its delegations, keys and reservations'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_clients_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_clients_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--app=[The application'\''s name (default\: the client'\''s id)]:app: ' \
    '--app-version=[The application'\''s version, such as 1.0 or >=1, <2]:app-version: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: '
}

_sallyport_tctl_tms_clients_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--enabled=[Switch it on or off]:enabled:(yes no)' \
    '--app-version=[The application'\''s version, such as 1.0 or >=1, <2]:app-version: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: '
}

_sallyport_tctl_tms_clients_rotate() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret still works, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: '
}

_sallyport_tctl_tms_clients_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: '
}

_sallyport_tctl_tms_mfa() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List users'
    'get:Show one user'
    'add:Record that a user has proven who they are'
    'update:Switch a user off or on, or record a new proof'
    'rm:Remove a user, with all links, delegations and keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_mfa_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_mfa_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: '
}

_sallyport_tctl_tms_mfa_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--enabled=[Switch it on or off]:enabled:(yes no)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: '
}

_sallyport_tctl_tms_mfa_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_user_hosts_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_user_hosts_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_sallyport_tctl_tms_user_hosts_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_sallyport_tctl_tms_user_hosts_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_sallyport_tctl_tms_delegations() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List delegations'
    'get:Show one delegation'
    'add:Let a client act in a user'\''s name'
    'update:Change how long a delegation is valid'
    'rm:Remove a delegation, with its keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_delegations_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_delegations_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: ' \
    ':user: '
}

_sallyport_tctl_tms_delegations_update() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':client: ' \
    ':user: '
}

_sallyport_tctl_tms_delegations_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    'credential:By what a host proves itself when it asks for keys'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_hosts_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_hosts_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--credential[Also make a credential by which the host proves itself; one that it has is over]' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host: ' \
    ':addr: '
}

_sallyport_tctl_tms_hosts_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host: ' \
    ':addr: '
}

_sallyport_tctl_tms_hosts_credential() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'rotate:Give a host a credential, its first or a new one'
    'rm:Take a host'\''s credential away'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--grace=[How long the old secret still works, at most 7d]:grace: ' \
    '--out=[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '-o+[Write the secret to this file, for its owner only, instead of printing it]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host: '
}

_sallyport_tctl_tms_hosts_credential_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':host: '
}

_sallyport_tctl_tms_keys() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List keys'
    'get:Show one key'
    'create:Make a pair of keys with which a client logs in'
    'add:Register a public key whose private key the client keeps to itself'
    'update:Change how often and how long a key may be used'
    'rm:Remove a key, with its reservations; it opens nothing any more'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_keys_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_keys_create() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--type=[What kind of key]:type:(ed25519 ecdsa rsa)' \
    '--uses=[How many logins it is good for\: a number, or unlimited]:uses: ' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--restrict[No forwarding, no terminal\: see restrict in sshd(8)]' \
    '--pty[With --restrict, a terminal all the same]' \
    '--from=[Only from these addresses or blocks such as 10.0.0.0/8]:from: ' \
    '--expiry-time[Also let sshd itself refuse it once it has expired]' \
    '--out=[Write the private key to this file, for its owner only, and the public one to FILE.pub]:out:_files' \
    '-o+[Write the private key to this file, for its owner only, and the public one to FILE.pub]:out:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':user: ' \
    ':host: ' \
    ':account: '
}

_sallyport_tctl_tms_keys_add() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--uses=[How many logins it is good for\: a number, or unlimited]:uses: ' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--restrict[No forwarding, no terminal\: see restrict in sshd(8)]' \
    '--pty[With --restrict, a terminal all the same]' \
    '--from=[Only from these addresses or blocks such as 10.0.0.0/8]:from: ' \
    '--expiry-time[Also let sshd itself refuse it once it has expired]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--uses=[How many logins in all, spent ones included\: a number, or unlimited]:uses: ' \
    '--ttl=[How long it is valid from now on\: 30d, 12h, 45m, or never]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':key: '
}

_sallyport_tctl_tms_keys_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':key: '
}

_sallyport_tctl_tms_reservations() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'ls:List reservations'
    'get:Show one reservation'
    'create:Reserve a key for an operation that takes longer than the key is valid'
    'extend:Put another key, or the same one, under a reservation; it ends when that ends'
    'rm:Remove a reservation'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml names)' \
    '-f+[How to print the result]:format:(text json yaml names)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_reservations_get() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':name: '
}

_sallyport_tctl_tms_reservations_create() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--ttl=[How long; 48h is the most]:ttl: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':key: '
}

_sallyport_tctl_tms_reservations_extend() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--key=[Which key (default\: the reservation'\''s)]:key: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':reservation: '
}

_sallyport_tctl_tms_reservations_rm() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--related[Also those that extend it]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':reservation: '
}

_sallyport_tctl_tms_events() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'search:Search the escrow'\''s audit log, on its own machine'
    'verify:Check that no event of the escrow was changed, removed or put elsewhere'
  )
  _arguments -s -C \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--event=[Only this kind of event]:event: ' \
    '--user=[Only what this client or admin did, as TENANT/ID, or retrievals of this user'\''s keys]:user: ' \
    '--from=[From then on\: RFC 3339, or 24h for a day ago]:from: ' \
    '--to=[Until then]:to: ' \
    '--limit=[At most so many, the newest]:limit: ' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_tms_events_verify() {
  _arguments -s \
    '--config=[Config file of the escrow on this machine]:config:_files' \
    '-c+[Config file of the escrow on this machine]:config:_files' \
    '--data-dir=[Data directory of the escrow on this machine]:data-dir:_files -/' \
    '--server=[An escrow elsewhere, such as https\://escrow.example.com\:3000]:server: ' \
    '--ca-file=[PEM of the certificates that --server is trusted by, instead of the system'\''s]:ca-file:_files' \
    '--tenant=[The tenant that is spoken of]:tenant: ' \
    '--admin-id=[Ask as this admin of the tenant, mostly ~~admin]:admin-id: ' \
    '--admin-secret-file=[The admin'\''s secret; - is stdin; else $SALLYPORT_TMS_ADMIN_SECRET, or a question]:admin-secret-file:_files' \
    '--client-id=[Ask as this client]:client-id: ' \
    '--client-secret-file=[The client'\''s secret; - is stdin; else $SALLYPORT_TMS_CLIENT_SECRET, or a question]:client-secret-file:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_tctl_version() {
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

_sallyport_tctl_completion() {
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

_sallyport_keycmd() {
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
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_keycmd_install() {
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

_sallyport_keycmd_version() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_keycmd_completion() {
  _arguments -s \
    '--config=[Configuration file (default\: /etc/sallyport/keycmd.toml; for what is there already also TMS'\''s own)]:config:_files' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--socket=[Where to listen]:socket:_files' \
    '--daemon[Go into the background once it listens]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_config() {
  local curcontext=$curcontext state line
  local -a verbs=(
    'check:Say whether a configuration file is right, and if not, in which line'
  )
  _arguments -s -C \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
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
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':file:_files'
}

_sallyport_configure() {
  _arguments -s \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_systemd() {
  _arguments -s \
    '--roles=[Which of auth, proxy, node, tms to run (default\: the first three, or as configured)]:roles: ' \
    '-r+[Which of auth, proxy, node, tms to run (default\: the first three, or as configured)]:roles: ' \
    '--config=[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '-c+[Configuration file (default\: /etc/sallyport.yaml, if there is one)]:config:_files' \
    '--data-dir=[Where keys and the database are kept (default\: /var/lib/sallyport; ~/.local/share/sallyport unless root)]:data-dir:_files -/' \
    '--nodename=[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '-n+[This machine'\''s name in the cluster (default\: its host name)]:nodename: ' \
    '--labels=[Labels of the node, such as env=prod,rack=\[1m\:"cat /etc/rack"\]]:labels: ' \
    '--listen-ip=[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '-l+[Address to listen on (default\: 0.0.0.0)]:listen-ip: ' \
    '--advertise-ip=[Address to tell other machines]:advertise-ip: ' \
    '*--auth-server=[Auth server to join; may be repeated]:auth-server:_sallyport_hosts' \
    '--token=[Token to join with, needed once; @FILE keeps it out of the list of processes]:token: ' \
    '*--ca-pin=[By which the auth server is known when joining; may be repeated]:ca-pin: ' \
    '--cluster-name=[Name of a new cluster (default\: the machine'\''s name)]:cluster-name: ' \
    '--public-addr=[Where users reach the proxy; without one, where others reach the node, or auth]:public-addr: ' \
    '--pid-file=[Write the process id here once ready]:pid-file:_files' \
    '--diag-addr=[Answer /healthz, /readyz and /metrics here]:diag-addr: ' \
    '--log-format=[How to log, and to say that all is ready]:log-format:(text json)' \
    '--ports-from=[Listen on n tms, n+22 node, n+23 proxy, n+25 auth, n+80 web; 0 takes free ports (default\: 3000)]:ports-from: ' \
    '--insecure[Join without a CA pin, trusting whoever answers]' \
    '--tms-mvp[Let the escrow make what a key needs (MFA, link, delegation) with the key, for a trial]' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_version() {
  _arguments -s \
    '--format=[How to print the result]:format:(text json yaml)' \
    '-f+[How to print the result]:format:(text json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]'
}

_sallyport_completion() {
  _arguments -s \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':shell:(bash zsh fish)'
}

_sallyport_schema() {
  _arguments -s \
    '--format=[How to print the result]:format:(json yaml)' \
    '-f+[How to print the result]:format:(json yaml)' \
    '--help[Show this help]' \
    '-h[Show this help]' \
    '--debug[Say more on stderr, and the cause of an internal error]' \
    '-d[Say more on stderr, and the cause of an internal error]' \
    ':kind: '
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _sallyport "$@"
else
  compdef _sallyport sallyport
fi
