#compdef tsh
# zsh completion for tsh. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile
  local -a hosts
  read -r profile 2>/dev/null <"$home/current-profile" || return 1
  hosts=(${(f)"$(cat "$home/keys/$profile"/*.hosts(N) /dev/null)"})
  [[ -prefix *@ ]] && compset -P '*@'
  compadd -a hosts
}

_tsh() {
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
        signup) _tsh_signup ;;
        login) _tsh_login ;;
        ls) _tsh_ls ;;
        ssh) _tsh_ssh ;;
        scp) _tsh_scp ;;
        config) _tsh_config ;;
        resolve) _tsh_resolve ;;
        proxy) _tsh_proxy ;;
        status) _tsh_status ;;
        logout) _tsh_logout ;;
        agent) _tsh_agent ;;
        env) _tsh_env ;;
        version) _tsh_version ;;
        completion) _tsh_completion ;;
      esac
      ;;
  esac
}

_tsh_signup() {
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

_tsh_login() {
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

_tsh_ls() {
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

_tsh_ssh() {
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

_tsh_scp() {
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

_tsh_config() {
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

_tsh_resolve() {
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

_tsh_proxy() {
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
        ssh) _tsh_proxy_ssh ;;
      esac
      ;;
  esac
}

_tsh_proxy_ssh() {
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

_tsh_status() {
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

_tsh_logout() {
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

_tsh_agent() {
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

_tsh_env() {
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

_tsh_version() {
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

_tsh_completion() {
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

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _tsh "$@"
else
  compdef _tsh tsh
fi
