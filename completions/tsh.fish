# fish completion for tsh. Generated from the command tree by cli/completion/generate.ts.

function __sallyport_hosts
    set -l home $HOME/.tsh
    set -q TELEPORT_HOME; and set home $TELEPORT_HOME
    set -q SALLYPORT_HOME; and set home $SALLYPORT_HOME
    test -r $home/current-profile; or return
    read -l profile <$home/current-profile
    set -l prefix (string match -r '^.*@' -- (commandline -ct))
    for file in $home/keys/$profile/*.hosts
        string replace -r '^' "$prefix" <$file
    end
end

# True where the words before the cursor have led to this place in the tree, and no further.
function __tsh_at
    set -l here
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word --proxy --user --login -l --cluster --ttl --identity -i --format -f --password-file --otp --otp-secret-out --out -o --out-format --add-keys-to-agent --search --query --port -p --local-forward -L --remote-forward -R --dynamic-forward -D --jump -J --option -P --socket
            set skip 1
        else if not string match -q -- '-*' $word
            set -a here $word
        end
    end
    set -l place $argv[2..]
    set -l depth (count $place)
    test (count $here) -ge $depth; or return 1
    for i in (seq $depth)
        test $here[$i] = $place[$i]; or return 1
    end
    switch $argv[1]
        case noun
            test (count $here) -eq $depth
        case verb
            true
        case 'until*'
            test (count $here) -lt (math $depth + (string replace until '' -- $argv[1]))
        case '*'
            test (count $here) -eq (math $depth + $argv[1])
    end
end

complete -c tsh -f
complete -c tsh -n '__tsh_at noun' -a signup -d 'Accept an invitation: choose a password, set up the second factor'
complete -c tsh -n '__tsh_at noun' -a login -d 'Get a certificate with password and second factor'
complete -c tsh -n '__tsh_at noun' -a ls -d 'List the machines that you may access'
complete -c tsh -n '__tsh_at noun' -a ssh -d 'Open a shell or run a command on a machine'
complete -c tsh -n '__tsh_at noun' -a scp -d 'Copy files to, from and between machines'
complete -c tsh -n '__tsh_at noun' -a config -d 'Print an ssh_config for ssh, scp, rsync, git, ansible and VS Code'
complete -c tsh -n '__tsh_at noun' -a resolve -d 'Resolve a name to a machine'
complete -c tsh -n '__tsh_at noun' -a proxy -d 'Connections for other programs'
complete -c tsh -n '__tsh_at noun' -a status -d 'Show the current logins and their expiry'
complete -c tsh -n '__tsh_at noun' -a logout -d 'Forget keys and certificates'
complete -c tsh -n '__tsh_at noun' -a agent -d 'Run an ssh-agent that offers your certificates'
complete -c tsh -n '__tsh_at noun' -a env -d 'Print shell commands that select this cluster for the current shell'
complete -c tsh -n '__tsh_at noun' -a version -d 'Print the version'
complete -c tsh -n '__tsh_at noun' -a completion -d 'Print the completion script for a shell'
complete -c tsh -n '__tsh_at verb' -l proxy -x -d 'The cluster\'s proxy'
complete -c tsh -n '__tsh_at verb' -l user -x -d 'User name in the cluster'
complete -c tsh -n '__tsh_at verb' -l login -s l -x -d 'Login name on nodes'
complete -c tsh -n '__tsh_at verb' -l cluster -x -d 'Cluster to use'
complete -c tsh -n '__tsh_at verb' -l ttl -x -d 'Lifetime of a new certificate'
complete -c tsh -n '__tsh_at verb' -l identity -s i -r -F -d 'Use this identity file instead of the profile'
complete -c tsh -n '__tsh_at verb' -l insecure -d 'Accept the proxy\'s HTTPS certificate without verification, and store its pin'
complete -c tsh -n '__tsh_at verb' -l help -s h -d 'Show this help'
complete -c tsh -n '__tsh_at verb' -l debug -s d -d 'Print debug output on stderr, and the cause of an internal error'
complete -c tsh -n '__tsh_at verb signup' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb signup' -l password-file -r -F -d 'Read the password from the first line of a file; - is stdin'
complete -c tsh -n '__tsh_at verb signup' -l otp -x -d 'The code that the authenticator app shows'
complete -c tsh -n '__tsh_at verb signup' -l otp-secret-out -r -F -d 'Write the TOTP secret to a file (0600) and answer with its code'
complete -c tsh -n '__tsh_at verb login' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb login' -l password-file -r -F -d 'Read the password from the first line of a file; - is stdin'
complete -c tsh -n '__tsh_at verb login' -l otp -x -d 'The code that the authenticator app shows'
complete -c tsh -n '__tsh_at verb login' -l out -s o -r -F -d 'Write the identity to a file instead of the profile'
complete -c tsh -n '__tsh_at verb login' -l out-format -x -a 'file openssh' -d 'One file with key, certificate and authorities, or FILE and FILE-cert.pub for ssh'
complete -c tsh -n '__tsh_at verb login' -l add-keys-to-agent -x -a 'auto yes no only' -d 'Add the certificate to the running ssh-agent; only: keep no key on disk'
complete -c tsh -n '__tsh_at verb ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb ls' -l verbose -s v -d 'Show the UUIDs, and all labels'
complete -c tsh -n '__tsh_at verb ls' -l search -x -d 'Only machines with all of these words in the name, UUID, address or labels'
complete -c tsh -n '__tsh_at verb ls' -l query -x -d 'Only machines that match this expression'
complete -c tsh -n '__tsh_at verb ls' -l all -s R -d 'List machines of all clusters that you are logged in to'
complete -c tsh -n '__tsh_at until1 ssh' -l port -s p -x -d 'Port of the host (default: the one it serves)'
complete -c tsh -n '__tsh_at until1 ssh' -l forward-agent -s A -d 'Forward the local ssh-agent'
complete -c tsh -n '__tsh_at until1 ssh' -l tty -s t -d 'Allocate a terminal for the command; -tt even without a local terminal'
complete -c tsh -n '__tsh_at until1 ssh' -l no-tty -s T -d 'Allocate no terminal'
complete -c tsh -n '__tsh_at until1 ssh' -l no-exec -s N -d 'Run no command, only forward'
complete -c tsh -n '__tsh_at until1 ssh' -l local-forward -s L -x -d 'Forward a local port to the remote side'
complete -c tsh -n '__tsh_at until1 ssh' -l remote-forward -s R -x -d 'Forward a remote port to the local side'
complete -c tsh -n '__tsh_at until1 ssh' -l dynamic-forward -s D -x -d 'Local SOCKS proxy that connects from the remote side'
complete -c tsh -n '__tsh_at until1 ssh' -l jump -s J -x -a '(__sallyport_hosts)' -d 'Jump hosts, machines of the cluster'
complete -c tsh -n '__tsh_at until1 ssh' -l option -s o -x -d 'An option of ssh_config(5)'
complete -c tsh -n '__tsh_at 0 ssh' -a '(__sallyport_hosts)'
complete -c tsh -n '__tsh_at verb scp' -l recursive -s r -d 'Copy directories recursively'
complete -c tsh -n '__tsh_at verb scp' -l preserve -s p -d 'Keep modes and times'
complete -c tsh -n '__tsh_at verb scp' -l quiet -s q -d 'Show no progress'
complete -c tsh -n '__tsh_at verb scp' -l port -s P -x -d 'Port of the machines (default: the one that each of them serves)'
complete -c tsh -n '__tsh_at verb scp' -F
complete -c tsh -n '__tsh_at verb config' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb config' -l port -s p -x -d 'Port of the machines (default: the one that each of them serves)'
complete -c tsh -n '__tsh_at verb resolve' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb resolve' -l known -d 'Print nothing; succeed if the name is known, now or in the cache (for Match in ssh_config)'
complete -c tsh -n '__tsh_at 0 resolve' -a '(__sallyport_hosts)'
complete -c tsh -n '__tsh_at noun proxy' -a ssh -d 'Connect stdin and stdout to a machine\'s SSH server; for ProxyCommand of ssh'
complete -c tsh -n '__tsh_at 0 proxy ssh' -a '(__sallyport_hosts)'
complete -c tsh -n '__tsh_at verb status' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb logout' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb agent' -l socket -r -F -d 'Socket path'
complete -c tsh -n '__tsh_at verb agent' -l daemon -d 'Run in the background'
complete -c tsh -n '__tsh_at verb env' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at verb env' -l unset -d 'Print the commands that undo it'
complete -c tsh -n '__tsh_at verb version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tsh -n '__tsh_at 0 completion' -a 'bash zsh fish'
