# fish completion for keycmd. Generated from the command tree by cli/completion/generate.ts.

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
function __keycmd_at
    set -l here
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word --config --format -f --url --host-name --ca-file --credential-file --cache --user
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

complete -c keycmd -f
complete -c keycmd -n '__keycmd_at noun' -a check -d 'Check this host\'s setup'
complete -c keycmd -n '__keycmd_at noun' -a install -d 'Configure this host, and print the lines for sshd_config'
complete -c keycmd -n '__keycmd_at noun' -a version -d 'Print the version'
complete -c keycmd -n '__keycmd_at noun' -a completion -d 'Print the completion script for a shell'
complete -c keycmd -n '__keycmd_at verb' -l config -r -F -d 'Configuration file (default: /etc/sallyport/keycmd.toml, then the file of TMS KeyCmd)'
complete -c keycmd -n '__keycmd_at verb' -l help -s h -d 'Show this help'
complete -c keycmd -n '__keycmd_at verb' -l debug -s d -d 'Print debug output on stderr, and the cause of an internal error'
complete -c keycmd -n '__keycmd_at verb check' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c keycmd -n '__keycmd_at verb install' -l url -x -d 'URL of the escrow, such as https://HOST:PORT'
complete -c keycmd -n '__keycmd_at verb install' -l host-name -x -d 'Name of this host in the escrow'
complete -c keycmd -n '__keycmd_at verb install' -l ca-file -r -F -d 'CA certificate of the server; it is copied (default: the system\'s CA certificates)'
complete -c keycmd -n '__keycmd_at verb install' -l credential-file -r -F -d 'The host\'s credential, if the escrow requires one; only USER can read the copy'
complete -c keycmd -n '__keycmd_at verb install' -l cache -x -a '(__fish_complete_directories)' -d 'Directory of cached answers, used while the escrow is unreachable'
complete -c keycmd -n '__keycmd_at verb install' -l user -x -d 'AuthorizedKeysCommandUser: the account that runs keycmd'
complete -c keycmd -n '__keycmd_at verb install' -l dry-run -d 'Change nothing; print the planned changes'
complete -c keycmd -n '__keycmd_at verb version' -l format -s f -x -a 'text json yaml' -d 'How to print the result'
complete -c keycmd -n '__keycmd_at 0 completion' -a 'bash zsh fish'
