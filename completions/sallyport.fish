# fish completion for sallyport. Generated from the command tree by cli/completion/generate.ts.

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
function __sallyport_at
    set -l here
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word --proxy --user --login -l --cluster --ttl --identity -i --format -f --password-file --otp --otp-secret-out --out -o --out-format --add-keys-to-agent --config -c --data-dir --auth-server --logins --roles --kind --count --token --search --type --uses --value --host --pubkey --role --node --mfa-device --message --event --from --to --limit
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
        case '*'
            test (count $here) -eq (math $depth + $argv[1])
    end
end

complete -c sallyport -f
complete -c sallyport -n '__sallyport_at noun' -a tsh -d 'log in, and reach machines'
complete -c sallyport -n '__sallyport_at noun' -a tctl -d 'run a cluster'
complete -c sallyport -n '__sallyport_at noun' -a version -d 'Print the version'
complete -c sallyport -n '__sallyport_at noun' -a completion -d 'Print the completion script for a shell'
complete -c sallyport -n '__sallyport_at verb' -l help -s h -d 'Show this help'
complete -c sallyport -n '__sallyport_at verb' -l debug -s d -d 'Say more on stderr, and the cause of an internal error'
complete -c sallyport -n '__sallyport_at noun tsh' -a signup -d 'Accept an invitation: choose a password, set up the second factor'
complete -c sallyport -n '__sallyport_at noun tsh' -a login -d 'Get a certificate with password and second factor'
complete -c sallyport -n '__sallyport_at noun tsh' -a status -d 'Show who you are logged in as, and until when'
complete -c sallyport -n '__sallyport_at noun tsh' -a logout -d 'Forget keys and certificates'
complete -c sallyport -n '__sallyport_at noun tsh' -a env -d 'Print shell commands that tie a terminal to this cluster'
complete -c sallyport -n '__sallyport_at noun tsh' -a version -d 'Print the version'
complete -c sallyport -n '__sallyport_at noun tsh' -a completion -d 'Print the completion script for a shell'
complete -c sallyport -n '__sallyport_at verb tsh' -l proxy -x -d 'The cluster\'s proxy'
complete -c sallyport -n '__sallyport_at verb tsh' -l user -x -d 'Who to log in to the cluster as'
complete -c sallyport -n '__sallyport_at verb tsh' -l login -s l -x -d 'Login name on nodes'
complete -c sallyport -n '__sallyport_at verb tsh' -l cluster -x -d 'Which cluster to use'
complete -c sallyport -n '__sallyport_at verb tsh' -l ttl -x -d 'How long a new certificate lasts'
complete -c sallyport -n '__sallyport_at verb tsh' -l identity -s i -r -F -d 'Use this identity file instead of the profile'
complete -c sallyport -n '__sallyport_at verb tsh' -l insecure -d 'Accept the proxy\'s HTTPS certificate as it is, and remember it'
complete -c sallyport -n '__sallyport_at verb tsh signup' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tsh signup' -l password-file -r -F -d 'Read the password from the first line of a file; - is stdin'
complete -c sallyport -n '__sallyport_at verb tsh signup' -l otp -x -d 'The code that the authenticator app shows'
complete -c sallyport -n '__sallyport_at verb tsh signup' -l otp-secret-out -r -F -d 'Write the TOTP secret to a file (0600) and answer with its code'
complete -c sallyport -n '__sallyport_at verb tsh login' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tsh login' -l password-file -r -F -d 'Read the password from the first line of a file; - is stdin'
complete -c sallyport -n '__sallyport_at verb tsh login' -l otp -x -d 'The code that the authenticator app shows'
complete -c sallyport -n '__sallyport_at verb tsh login' -l out -s o -r -F -d 'Write the identity to a file and leave the profile alone'
complete -c sallyport -n '__sallyport_at verb tsh login' -l out-format -x -a 'file openssh' -d 'One file with everything, or FILE and FILE-cert.pub as ssh wants them'
complete -c sallyport -n '__sallyport_at verb tsh login' -l add-keys-to-agent -x -a 'auto yes no only' -d 'Put the certificate into the running ssh-agent; only: keep no key on disk'
complete -c sallyport -n '__sallyport_at verb tsh status' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tsh logout' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tsh env' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tsh env' -l unset -d 'Print the commands that undo it'
complete -c sallyport -n '__sallyport_at verb tsh version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at 0 tsh completion' -a 'bash zsh fish'
complete -c sallyport -n '__sallyport_at noun tctl' -a status -d 'Show the cluster, its certificate authorities and how much it holds'
complete -c sallyport -n '__sallyport_at noun tctl' -a users -d 'People and robots who may log in'
complete -c sallyport -n '__sallyport_at noun tctl' -a nodes -d 'Machines of the cluster'
complete -c sallyport -n '__sallyport_at noun tctl' -a tokens -d 'Secrets with which machines join'
complete -c sallyport -n '__sallyport_at noun tctl' -a get -d 'Print resources'
complete -c sallyport -n '__sallyport_at noun tctl' -a create -d 'Create resources from a file of YAML or JSON'
complete -c sallyport -n '__sallyport_at noun tctl' -a rm -d 'Remove resources'
complete -c sallyport -n '__sallyport_at noun tctl' -a auth -d 'Certificate authorities'
complete -c sallyport -n '__sallyport_at noun tctl' -a lock -d 'Refuse a user, role, login or node everywhere, and cut what is open'
complete -c sallyport -n '__sallyport_at noun tctl' -a locks -d 'Locks that are in force'
complete -c sallyport -n '__sallyport_at noun tctl' -a audit -d 'What happened, by whom'
complete -c sallyport -n '__sallyport_at noun tctl' -a version -d 'Print the version'
complete -c sallyport -n '__sallyport_at noun tctl' -a completion -d 'Print the completion script for a shell'
complete -c sallyport -n '__sallyport_at verb tctl' -l config -s c -r -F -d 'Config file of the auth server on this machine'
complete -c sallyport -n '__sallyport_at verb tctl' -l data-dir -x -a '(__fish_complete_directories)' -d 'Data directory of the auth server on this machine'
complete -c sallyport -n '__sallyport_at verb tctl' -l auth-server -x -d 'An auth server elsewhere; needs --identity'
complete -c sallyport -n '__sallyport_at verb tctl' -l identity -s i -r -F -d 'Identity file to ask as'
complete -c sallyport -n '__sallyport_at verb tctl status' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at noun tctl users' -a add -d 'Invite a user'
complete -c sallyport -n '__sallyport_at noun tctl users' -a ls -d 'List users'
complete -c sallyport -n '__sallyport_at noun tctl users' -a rm -d 'Remove users; their certificates stop working at once'
complete -c sallyport -n '__sallyport_at noun tctl users' -a update -d 'Change a user\'s roles or logins; what is taken away ends at once'
complete -c sallyport -n '__sallyport_at noun tctl users' -a reset -d 'Make a link with which a user sets a new password and second factor'
complete -c sallyport -n '__sallyport_at noun tctl users' -a unlock -d 'Let a user try again who was locked after five wrong answers'
complete -c sallyport -n '__sallyport_at verb tctl users add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl users add' -l logins -x -d 'Logins on machines that roles grant as {{internal.logins}}'
complete -c sallyport -n '__sallyport_at verb tctl users add' -l roles -x -d 'Roles'
complete -c sallyport -n '__sallyport_at verb tctl users add' -l ttl -x -d 'How long the sign-up link works'
complete -c sallyport -n '__sallyport_at verb tctl users add' -l kind -x -a 'human bot' -d 'A person or a robot'
complete -c sallyport -n '__sallyport_at verb tctl users ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl users update' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl users update' -l roles -x -d 'The roles from now on'
complete -c sallyport -n '__sallyport_at verb tctl users update' -l logins -x -d 'The logins from now on'
complete -c sallyport -n '__sallyport_at verb tctl users reset' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl users reset' -l ttl -x -d 'How long the link works'
complete -c sallyport -n '__sallyport_at noun tctl nodes' -a add -d 'Issue tokens with which machines join, each once'
complete -c sallyport -n '__sallyport_at noun tctl nodes' -a ls -d 'List the machines that are up'
complete -c sallyport -n '__sallyport_at verb tctl nodes add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl nodes add' -l roles -x -d 'Roles to run'
complete -c sallyport -n '__sallyport_at verb tctl nodes add' -l ttl -x -d 'How long the tokens work'
complete -c sallyport -n '__sallyport_at verb tctl nodes add' -l count -x -d 'How many tokens'
complete -c sallyport -n '__sallyport_at verb tctl nodes add' -l token -x -d 'Use this value instead of a random one'
complete -c sallyport -n '__sallyport_at verb tctl nodes ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl nodes ls' -l search -x -d 'Only machines in which this text stands'
complete -c sallyport -n '__sallyport_at noun tctl tokens' -a add -d 'Issue a token with which machines join'
complete -c sallyport -n '__sallyport_at noun tctl tokens' -a ls -d 'List join tokens, without their values'
complete -c sallyport -n '__sallyport_at noun tctl tokens' -a rm -d 'Remove a join token'
complete -c sallyport -n '__sallyport_at verb tctl tokens add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl tokens add' -l type -x -d 'Roles that the machines may run'
complete -c sallyport -n '__sallyport_at verb tctl tokens add' -l ttl -x -d 'How long it works'
complete -c sallyport -n '__sallyport_at verb tctl tokens add' -l uses -x -d 'How many machines may join with it'
complete -c sallyport -n '__sallyport_at verb tctl tokens add' -l value -x -d 'Use this value instead of a random one'
complete -c sallyport -n '__sallyport_at verb tctl tokens ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl tokens ls' -l with-secrets -d 'Show the values'
complete -c sallyport -n '__sallyport_at verb tctl get' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl get' -l with-secrets -d 'Show values of tokens, on auth\'s own machine'
complete -c sallyport -n '__sallyport_at verb tctl create' -l force -s f -d 'Replace what exists'
complete -c sallyport -n '__sallyport_at 0 tctl create' -F
complete -c sallyport -n '__sallyport_at noun tctl auth' -a sign -d 'Sign a certificate for a user, or for a host that runs its own sshd'
complete -c sallyport -n '__sallyport_at noun tctl auth' -a export -d 'Print the public keys of the certificate authorities'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l format -s f -x -a 'file openssh' -d 'What to write'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l user -x -d 'User to sign for'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l host -x -d 'Host names and addresses to sign for'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l out -s o -r -F -d 'Where to write it'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l ttl -x -d 'How long it lasts; 12h for a user, 366d for a host'
complete -c sallyport -n '__sallyport_at verb tctl auth sign' -l pubkey -r -F -d 'Sign this public key; only OUT-cert.pub is written'
complete -c sallyport -n '__sallyport_at verb tctl auth export' -l type -x -a 'user host' -d 'Only this authority'
complete -c sallyport -n '__sallyport_at verb tctl auth export' -l fingerprint -d 'Print fingerprints instead of keys'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l user -x -d 'Lock this user'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l role -x -d 'Lock whoever has this role'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l login -x -d 'Lock this login on every node'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l node -x -d 'Lock this node (UUID or host name)'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l mfa-device -x -d 'Lock this second factor'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l message -x -d 'What the locked are told'
complete -c sallyport -n '__sallyport_at verb tctl lock' -l ttl -x -d 'Until when; without it, until it is removed'
complete -c sallyport -n '__sallyport_at noun tctl locks' -a ls -d 'List the locks in force'
complete -c sallyport -n '__sallyport_at noun tctl locks' -a rm -d 'Remove locks'
complete -c sallyport -n '__sallyport_at verb tctl locks ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at noun tctl audit' -a search -d 'Search the audit log'
complete -c sallyport -n '__sallyport_at noun tctl audit' -a tail -d 'Follow the audit log'
complete -c sallyport -n '__sallyport_at noun tctl audit' -a verify -d 'Check that no audit event was changed, removed or put elsewhere'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l event -x -d 'Only this kind of event'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l user -x -d 'Only this user\'s events'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l from -x -d 'From then on: RFC 3339, or 24h for a day ago'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l to -x -d 'Until then'
complete -c sallyport -n '__sallyport_at verb tctl audit search' -l limit -x -d 'At most so many, the newest'
complete -c sallyport -n '__sallyport_at verb tctl audit tail' -l format -s f -x -a 'text json' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl audit tail' -l event -x -d 'Only this kind of event'
complete -c sallyport -n '__sallyport_at verb tctl audit tail' -l user -x -d 'Only this user\'s events'
complete -c sallyport -n '__sallyport_at verb tctl audit verify' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at verb tctl version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at 0 tctl completion' -a 'bash zsh fish'
complete -c sallyport -n '__sallyport_at verb version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c sallyport -n '__sallyport_at 0 completion' -a 'bash zsh fish'
