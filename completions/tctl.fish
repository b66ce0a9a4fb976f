# fish completion for tctl. Generated from the command tree by cli/completion/generate.ts.

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
function __tctl_at
    set -l here
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word --config -c --data-dir --auth-server --identity -i --format -f --logins --roles --ttl --kind --count --token --search --type --uses --value --user --host --out -o --pubkey --role --login --node --mfa-device --message --event --from --to --limit
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

complete -c tctl -f
complete -c tctl -n '__tctl_at noun' -a status -d 'Show the cluster, its certificate authorities and how much it holds'
complete -c tctl -n '__tctl_at noun' -a users -d 'People and robots who may log in'
complete -c tctl -n '__tctl_at noun' -a nodes -d 'Machines of the cluster'
complete -c tctl -n '__tctl_at noun' -a tokens -d 'Secrets with which machines join'
complete -c tctl -n '__tctl_at noun' -a get -d 'Print resources'
complete -c tctl -n '__tctl_at noun' -a create -d 'Create resources from a file of YAML or JSON'
complete -c tctl -n '__tctl_at noun' -a rm -d 'Remove resources'
complete -c tctl -n '__tctl_at noun' -a edit -d 'Change a resource in an editor'
complete -c tctl -n '__tctl_at noun' -a diff -d 'Show what creating the resources of a file would change'
complete -c tctl -n '__tctl_at noun' -a auth -d 'Certificate authorities'
complete -c tctl -n '__tctl_at noun' -a lock -d 'Refuse a user, role, login or node everywhere, and cut what is open'
complete -c tctl -n '__tctl_at noun' -a locks -d 'Locks that are in force'
complete -c tctl -n '__tctl_at noun' -a access -d 'Who may do what, and why'
complete -c tctl -n '__tctl_at noun' -a audit -d 'What happened, by whom'
complete -c tctl -n '__tctl_at noun' -a version -d 'Print the version'
complete -c tctl -n '__tctl_at noun' -a completion -d 'Print the completion script for a shell'
complete -c tctl -n '__tctl_at verb' -l config -s c -r -F -d 'Config file of the auth server on this machine'
complete -c tctl -n '__tctl_at verb' -l data-dir -x -a '(__fish_complete_directories)' -d 'Data directory of the auth server on this machine'
complete -c tctl -n '__tctl_at verb' -l auth-server -x -d 'An auth server elsewhere; needs --identity'
complete -c tctl -n '__tctl_at verb' -l identity -s i -r -F -d 'Identity file to ask as'
complete -c tctl -n '__tctl_at verb' -l help -s h -d 'Show this help'
complete -c tctl -n '__tctl_at verb' -l debug -s d -d 'Say more on stderr, and the cause of an internal error'
complete -c tctl -n '__tctl_at verb status' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at noun users' -a add -d 'Invite a user'
complete -c tctl -n '__tctl_at noun users' -a ls -d 'List users'
complete -c tctl -n '__tctl_at noun users' -a rm -d 'Remove users; their certificates stop working at once'
complete -c tctl -n '__tctl_at noun users' -a update -d 'Change a user\'s roles or logins; what is taken away ends at once'
complete -c tctl -n '__tctl_at noun users' -a reset -d 'Make a link with which a user sets a new password and second factor'
complete -c tctl -n '__tctl_at noun users' -a unlock -d 'Let a user try again who was locked after five wrong answers'
complete -c tctl -n '__tctl_at verb users add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb users add' -l logins -x -d 'Logins on machines that roles grant as {{internal.logins}}'
complete -c tctl -n '__tctl_at verb users add' -l roles -x -d 'Roles'
complete -c tctl -n '__tctl_at verb users add' -l ttl -x -d 'How long the sign-up link works'
complete -c tctl -n '__tctl_at verb users add' -l kind -x -a 'human bot' -d 'A person or a robot'
complete -c tctl -n '__tctl_at verb users ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb users update' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb users update' -l roles -x -d 'The roles from now on'
complete -c tctl -n '__tctl_at verb users update' -l logins -x -d 'The logins from now on'
complete -c tctl -n '__tctl_at verb users reset' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb users reset' -l ttl -x -d 'How long the link works'
complete -c tctl -n '__tctl_at noun nodes' -a add -d 'Issue tokens with which machines join, each once'
complete -c tctl -n '__tctl_at noun nodes' -a ls -d 'List the machines that are up'
complete -c tctl -n '__tctl_at verb nodes add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb nodes add' -l roles -x -d 'Roles to run'
complete -c tctl -n '__tctl_at verb nodes add' -l ttl -x -d 'How long the tokens work'
complete -c tctl -n '__tctl_at verb nodes add' -l count -x -d 'How many tokens'
complete -c tctl -n '__tctl_at verb nodes add' -l token -x -d 'Use this value instead of a random one'
complete -c tctl -n '__tctl_at verb nodes ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb nodes ls' -l search -x -d 'Only machines in which this text stands'
complete -c tctl -n '__tctl_at noun tokens' -a add -d 'Issue a token with which machines join'
complete -c tctl -n '__tctl_at noun tokens' -a ls -d 'List join tokens, without their values'
complete -c tctl -n '__tctl_at noun tokens' -a rm -d 'Remove a join token'
complete -c tctl -n '__tctl_at verb tokens add' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb tokens add' -l type -x -d 'Roles that the machines may run'
complete -c tctl -n '__tctl_at verb tokens add' -l ttl -x -d 'How long it works'
complete -c tctl -n '__tctl_at verb tokens add' -l uses -x -d 'How many machines may join with it'
complete -c tctl -n '__tctl_at verb tokens add' -l value -x -d 'Use this value instead of a random one'
complete -c tctl -n '__tctl_at verb tokens ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb tokens ls' -l with-secrets -d 'Show the values'
complete -c tctl -n '__tctl_at verb get' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb get' -l with-secrets -d 'Show values of tokens, on auth\'s own machine'
complete -c tctl -n '__tctl_at verb create' -l force -s f -d 'Replace what exists'
complete -c tctl -n '__tctl_at 0 create' -F
complete -c tctl -n '__tctl_at verb diff' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at 0 diff' -F
complete -c tctl -n '__tctl_at noun auth' -a sign -d 'Sign a certificate for a user, or for a host that runs its own sshd'
complete -c tctl -n '__tctl_at noun auth' -a export -d 'Print the public keys of the certificate authorities'
complete -c tctl -n '__tctl_at verb auth sign' -l format -s f -x -a 'file openssh' -d 'What to write'
complete -c tctl -n '__tctl_at verb auth sign' -l user -x -d 'User to sign for'
complete -c tctl -n '__tctl_at verb auth sign' -l host -x -d 'Host names and addresses to sign for'
complete -c tctl -n '__tctl_at verb auth sign' -l out -s o -r -F -d 'Where to write it'
complete -c tctl -n '__tctl_at verb auth sign' -l ttl -x -d 'How long it lasts; 12h for a user, 366d for a host'
complete -c tctl -n '__tctl_at verb auth sign' -l pubkey -r -F -d 'Sign this public key; only OUT-cert.pub is written'
complete -c tctl -n '__tctl_at verb auth export' -l type -x -a 'user host' -d 'Only this authority'
complete -c tctl -n '__tctl_at verb auth export' -l fingerprint -d 'Print fingerprints instead of keys'
complete -c tctl -n '__tctl_at verb lock' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb lock' -l user -x -d 'Lock this user'
complete -c tctl -n '__tctl_at verb lock' -l role -x -d 'Lock whoever has this role'
complete -c tctl -n '__tctl_at verb lock' -l login -x -d 'Lock this login on every node'
complete -c tctl -n '__tctl_at verb lock' -l node -x -d 'Lock this node (UUID or host name)'
complete -c tctl -n '__tctl_at verb lock' -l mfa-device -x -d 'Lock this second factor'
complete -c tctl -n '__tctl_at verb lock' -l message -x -d 'What the locked are told'
complete -c tctl -n '__tctl_at verb lock' -l ttl -x -d 'Until when; without it, until it is removed'
complete -c tctl -n '__tctl_at noun locks' -a ls -d 'List the locks in force'
complete -c tctl -n '__tctl_at noun locks' -a rm -d 'Remove locks'
complete -c tctl -n '__tctl_at verb locks ls' -l format -s f -x -a 'text json yaml names' -d 'How to print the result'
complete -c tctl -n '__tctl_at noun access' -a explain -d 'Say which role lets a user log in to a machine, or keeps them out, and what would change it'
complete -c tctl -n '__tctl_at verb access explain' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at noun audit' -a search -d 'Search the audit log'
complete -c tctl -n '__tctl_at noun audit' -a tail -d 'Follow the audit log'
complete -c tctl -n '__tctl_at noun audit' -a verify -d 'Check that no audit event was changed, removed or put elsewhere'
complete -c tctl -n '__tctl_at verb audit search' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb audit search' -l event -x -d 'Only this kind of event'
complete -c tctl -n '__tctl_at verb audit search' -l user -x -d 'Only this user\'s events'
complete -c tctl -n '__tctl_at verb audit search' -l from -x -d 'From then on: RFC 3339, or 24h for a day ago'
complete -c tctl -n '__tctl_at verb audit search' -l to -x -d 'Until then'
complete -c tctl -n '__tctl_at verb audit search' -l limit -x -d 'At most so many, the newest'
complete -c tctl -n '__tctl_at verb audit tail' -l format -s f -x -a 'text json' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb audit tail' -l event -x -d 'Only this kind of event'
complete -c tctl -n '__tctl_at verb audit tail' -l user -x -d 'Only this user\'s events'
complete -c tctl -n '__tctl_at verb audit verify' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at verb version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c tctl -n '__tctl_at 0 completion' -a 'bash zsh fish'
