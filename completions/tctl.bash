# bash completion for tctl. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile file
  read -r profile 2>/dev/null <"$home/current-profile" || return 0
  for file in "$home/keys/$profile"/*.hosts; do
    [[ -r $file ]] && printf '%s\n' "$(<"$file")"
  done
}

_tctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} path=tctl flag='' places=0 joined=0 ended=0 i word
  COMPREPLY=()
  # bash splits words at = : @, so "--format=js" arrives as three of them.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == [=:@] ]]; then joined=1; continue; fi
    if ((joined)); then joined=0; flag=''; continue; fi
    if [[ -n $flag ]]; then flag=''; continue; fi
    if ((!ended)) && [[ $word == -- ]]; then ended=1; continue; fi
    if ((!ended)) && [[ $word == -?* ]]; then
      case "$path $word" in
        'tctl --config' | 'tctl -c' | 'tctl --data-dir' | 'tctl --auth-server' | 'tctl --identity' | 'tctl -i') flag=$word ;;
        'tctl status --config' | 'tctl status -c' | 'tctl status --data-dir' | 'tctl status --auth-server' | 'tctl status --identity' | 'tctl status -i' | 'tctl status --format' | 'tctl status -f') flag=$word ;;
        'tctl users --config' | 'tctl users -c' | 'tctl users --data-dir' | 'tctl users --auth-server' | 'tctl users --identity' | 'tctl users -i') flag=$word ;;
        'tctl users add --config' | 'tctl users add -c' | 'tctl users add --data-dir' | 'tctl users add --auth-server' | 'tctl users add --identity' | 'tctl users add -i' | 'tctl users add --format' | 'tctl users add -f' | 'tctl users add --logins' | 'tctl users add --roles' | 'tctl users add --ttl' | 'tctl users add --kind') flag=$word ;;
        'tctl users ls --config' | 'tctl users ls -c' | 'tctl users ls --data-dir' | 'tctl users ls --auth-server' | 'tctl users ls --identity' | 'tctl users ls -i' | 'tctl users ls --format' | 'tctl users ls -f') flag=$word ;;
        'tctl users rm --config' | 'tctl users rm -c' | 'tctl users rm --data-dir' | 'tctl users rm --auth-server' | 'tctl users rm --identity' | 'tctl users rm -i') flag=$word ;;
        'tctl users update --config' | 'tctl users update -c' | 'tctl users update --data-dir' | 'tctl users update --auth-server' | 'tctl users update --identity' | 'tctl users update -i' | 'tctl users update --format' | 'tctl users update -f' | 'tctl users update --roles' | 'tctl users update --logins') flag=$word ;;
        'tctl users reset --config' | 'tctl users reset -c' | 'tctl users reset --data-dir' | 'tctl users reset --auth-server' | 'tctl users reset --identity' | 'tctl users reset -i' | 'tctl users reset --format' | 'tctl users reset -f' | 'tctl users reset --ttl') flag=$word ;;
        'tctl users unlock --config' | 'tctl users unlock -c' | 'tctl users unlock --data-dir' | 'tctl users unlock --auth-server' | 'tctl users unlock --identity' | 'tctl users unlock -i') flag=$word ;;
        'tctl nodes --config' | 'tctl nodes -c' | 'tctl nodes --data-dir' | 'tctl nodes --auth-server' | 'tctl nodes --identity' | 'tctl nodes -i') flag=$word ;;
        'tctl nodes add --config' | 'tctl nodes add -c' | 'tctl nodes add --data-dir' | 'tctl nodes add --auth-server' | 'tctl nodes add --identity' | 'tctl nodes add -i' | 'tctl nodes add --format' | 'tctl nodes add -f' | 'tctl nodes add --roles' | 'tctl nodes add --ttl' | 'tctl nodes add --count' | 'tctl nodes add --token') flag=$word ;;
        'tctl nodes ls --config' | 'tctl nodes ls -c' | 'tctl nodes ls --data-dir' | 'tctl nodes ls --auth-server' | 'tctl nodes ls --identity' | 'tctl nodes ls -i' | 'tctl nodes ls --format' | 'tctl nodes ls -f' | 'tctl nodes ls --search') flag=$word ;;
        'tctl tokens --config' | 'tctl tokens -c' | 'tctl tokens --data-dir' | 'tctl tokens --auth-server' | 'tctl tokens --identity' | 'tctl tokens -i') flag=$word ;;
        'tctl tokens add --config' | 'tctl tokens add -c' | 'tctl tokens add --data-dir' | 'tctl tokens add --auth-server' | 'tctl tokens add --identity' | 'tctl tokens add -i' | 'tctl tokens add --format' | 'tctl tokens add -f' | 'tctl tokens add --type' | 'tctl tokens add --ttl' | 'tctl tokens add --uses' | 'tctl tokens add --value') flag=$word ;;
        'tctl tokens ls --config' | 'tctl tokens ls -c' | 'tctl tokens ls --data-dir' | 'tctl tokens ls --auth-server' | 'tctl tokens ls --identity' | 'tctl tokens ls -i' | 'tctl tokens ls --format' | 'tctl tokens ls -f') flag=$word ;;
        'tctl tokens rm --config' | 'tctl tokens rm -c' | 'tctl tokens rm --data-dir' | 'tctl tokens rm --auth-server' | 'tctl tokens rm --identity' | 'tctl tokens rm -i') flag=$word ;;
        'tctl get --config' | 'tctl get -c' | 'tctl get --data-dir' | 'tctl get --auth-server' | 'tctl get --identity' | 'tctl get -i' | 'tctl get --format' | 'tctl get -f') flag=$word ;;
        'tctl create --config' | 'tctl create -c' | 'tctl create --data-dir' | 'tctl create --auth-server' | 'tctl create --identity' | 'tctl create -i') flag=$word ;;
        'tctl rm --config' | 'tctl rm -c' | 'tctl rm --data-dir' | 'tctl rm --auth-server' | 'tctl rm --identity' | 'tctl rm -i') flag=$word ;;
        'tctl auth --config' | 'tctl auth -c' | 'tctl auth --data-dir' | 'tctl auth --auth-server' | 'tctl auth --identity' | 'tctl auth -i') flag=$word ;;
        'tctl auth sign --config' | 'tctl auth sign -c' | 'tctl auth sign --data-dir' | 'tctl auth sign --auth-server' | 'tctl auth sign --identity' | 'tctl auth sign -i' | 'tctl auth sign --format' | 'tctl auth sign -f' | 'tctl auth sign --user' | 'tctl auth sign --host' | 'tctl auth sign --out' | 'tctl auth sign -o' | 'tctl auth sign --ttl' | 'tctl auth sign --pubkey') flag=$word ;;
        'tctl auth export --config' | 'tctl auth export -c' | 'tctl auth export --data-dir' | 'tctl auth export --auth-server' | 'tctl auth export --identity' | 'tctl auth export -i' | 'tctl auth export --type') flag=$word ;;
        'tctl lock --config' | 'tctl lock -c' | 'tctl lock --data-dir' | 'tctl lock --auth-server' | 'tctl lock --identity' | 'tctl lock -i' | 'tctl lock --format' | 'tctl lock -f' | 'tctl lock --user' | 'tctl lock --role' | 'tctl lock --login' | 'tctl lock --node' | 'tctl lock --mfa-device' | 'tctl lock --message' | 'tctl lock --ttl') flag=$word ;;
        'tctl locks --config' | 'tctl locks -c' | 'tctl locks --data-dir' | 'tctl locks --auth-server' | 'tctl locks --identity' | 'tctl locks -i') flag=$word ;;
        'tctl locks ls --config' | 'tctl locks ls -c' | 'tctl locks ls --data-dir' | 'tctl locks ls --auth-server' | 'tctl locks ls --identity' | 'tctl locks ls -i' | 'tctl locks ls --format' | 'tctl locks ls -f') flag=$word ;;
        'tctl locks rm --config' | 'tctl locks rm -c' | 'tctl locks rm --data-dir' | 'tctl locks rm --auth-server' | 'tctl locks rm --identity' | 'tctl locks rm -i') flag=$word ;;
        'tctl audit --config' | 'tctl audit -c' | 'tctl audit --data-dir' | 'tctl audit --auth-server' | 'tctl audit --identity' | 'tctl audit -i') flag=$word ;;
        'tctl audit search --config' | 'tctl audit search -c' | 'tctl audit search --data-dir' | 'tctl audit search --auth-server' | 'tctl audit search --identity' | 'tctl audit search -i' | 'tctl audit search --format' | 'tctl audit search -f' | 'tctl audit search --event' | 'tctl audit search --user' | 'tctl audit search --from' | 'tctl audit search --to' | 'tctl audit search --limit') flag=$word ;;
        'tctl audit tail --config' | 'tctl audit tail -c' | 'tctl audit tail --data-dir' | 'tctl audit tail --auth-server' | 'tctl audit tail --identity' | 'tctl audit tail -i' | 'tctl audit tail --format' | 'tctl audit tail -f' | 'tctl audit tail --event' | 'tctl audit tail --user') flag=$word ;;
        'tctl audit verify --config' | 'tctl audit verify -c' | 'tctl audit verify --data-dir' | 'tctl audit verify --auth-server' | 'tctl audit verify --identity' | 'tctl audit verify -i' | 'tctl audit verify --format' | 'tctl audit verify -f') flag=$word ;;
        'tctl version --config' | 'tctl version -c' | 'tctl version --data-dir' | 'tctl version --auth-server' | 'tctl version --identity' | 'tctl version -i' | 'tctl version --format' | 'tctl version -f') flag=$word ;;
        'tctl completion --config' | 'tctl completion -c' | 'tctl completion --data-dir' | 'tctl completion --auth-server' | 'tctl completion --identity' | 'tctl completion -i') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'tctl status') path+=" $word" ;;
        'tctl users') path+=" $word" ;;
        'tctl users add') path+=" $word" ;;
        'tctl users ls') path+=" $word" ;;
        'tctl users rm') path+=" $word" ;;
        'tctl users update') path+=" $word" ;;
        'tctl users reset') path+=" $word" ;;
        'tctl users unlock') path+=" $word" ;;
        'tctl nodes') path+=" $word" ;;
        'tctl nodes add') path+=" $word" ;;
        'tctl nodes ls') path+=" $word" ;;
        'tctl tokens') path+=" $word" ;;
        'tctl tokens add') path+=" $word" ;;
        'tctl tokens ls') path+=" $word" ;;
        'tctl tokens rm') path+=" $word" ;;
        'tctl get') path+=" $word" ;;
        'tctl create') path+=" $word" ;;
        'tctl rm') path+=" $word" ;;
        'tctl auth') path+=" $word" ;;
        'tctl auth sign') path+=" $word" ;;
        'tctl auth export') path+=" $word" ;;
        'tctl lock') path+=" $word" ;;
        'tctl locks') path+=" $word" ;;
        'tctl locks ls') path+=" $word" ;;
        'tctl locks rm') path+=" $word" ;;
        'tctl audit') path+=" $word" ;;
        'tctl audit search') path+=" $word" ;;
        'tctl audit tail') path+=" $word" ;;
        'tctl audit verify') path+=" $word" ;;
        'tctl version') path+=" $word" ;;
        'tctl completion') path+=" $word" ;;
        *) ((++places)) ;;
    esac
    case "$path $places" in

      *) ;;
    esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        'tctl --config' | 'tctl -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl --identity' | 'tctl -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl status --config' | 'tctl status -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl status --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl status --identity' | 'tctl status -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl status --format' | 'tctl status -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users --config' | 'tctl users -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users --identity' | 'tctl users -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users add --config' | 'tctl users add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users add --identity' | 'tctl users add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users add --format' | 'tctl users add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users add --kind') mapfile -t COMPREPLY < <(compgen -W 'human bot' -- "$cur") ;;
        'tctl users ls --config' | 'tctl users ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users ls --identity' | 'tctl users ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users ls --format' | 'tctl users ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl users rm --config' | 'tctl users rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users rm --identity' | 'tctl users rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users update --config' | 'tctl users update -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users update --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users update --identity' | 'tctl users update -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users update --format' | 'tctl users update -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users reset --config' | 'tctl users reset -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users reset --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users reset --identity' | 'tctl users reset -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users reset --format' | 'tctl users reset -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users unlock --config' | 'tctl users unlock -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl users unlock --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl users unlock --identity' | 'tctl users unlock -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes --config' | 'tctl nodes -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl nodes --identity' | 'tctl nodes -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes add --config' | 'tctl nodes add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl nodes add --identity' | 'tctl nodes add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes add --format' | 'tctl nodes add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl nodes ls --config' | 'tctl nodes ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl nodes ls --identity' | 'tctl nodes ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl nodes ls --format' | 'tctl nodes ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl tokens --config' | 'tctl tokens -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl tokens --identity' | 'tctl tokens -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens add --config' | 'tctl tokens add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl tokens add --identity' | 'tctl tokens add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens add --format' | 'tctl tokens add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl tokens ls --config' | 'tctl tokens ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl tokens ls --identity' | 'tctl tokens ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens ls --format' | 'tctl tokens ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl tokens rm --config' | 'tctl tokens rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl tokens rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl tokens rm --identity' | 'tctl tokens rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl get --config' | 'tctl get -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl get --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl get --identity' | 'tctl get -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl get --format' | 'tctl get -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl create --config' | 'tctl create -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl create --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl create --identity' | 'tctl create -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl rm --config' | 'tctl rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl rm --identity' | 'tctl rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth --config' | 'tctl auth -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl auth --identity' | 'tctl auth -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth sign --config' | 'tctl auth sign -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth sign --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl auth sign --identity' | 'tctl auth sign -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth sign --format' | 'tctl auth sign -f') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'tctl auth sign --out' | 'tctl auth sign -o') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth sign --pubkey') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth export --config' | 'tctl auth export -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth export --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl auth export --identity' | 'tctl auth export -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl auth export --type') mapfile -t COMPREPLY < <(compgen -W 'user host' -- "$cur") ;;
        'tctl lock --config' | 'tctl lock -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl lock --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl lock --identity' | 'tctl lock -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl lock --format' | 'tctl lock -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl locks --config' | 'tctl locks -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl locks --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl locks --identity' | 'tctl locks -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl locks ls --config' | 'tctl locks ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl locks ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl locks ls --identity' | 'tctl locks ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl locks ls --format' | 'tctl locks ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl locks rm --config' | 'tctl locks rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl locks rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl locks rm --identity' | 'tctl locks rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit --config' | 'tctl audit -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl audit --identity' | 'tctl audit -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit search --config' | 'tctl audit search -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit search --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl audit search --identity' | 'tctl audit search -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit search --format' | 'tctl audit search -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl audit tail --config' | 'tctl audit tail -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit tail --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl audit tail --identity' | 'tctl audit tail -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit tail --format' | 'tctl audit tail -f') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
        'tctl audit verify --config' | 'tctl audit verify -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit verify --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl audit verify --identity' | 'tctl audit verify -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl audit verify --format' | 'tctl audit verify -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl version --config' | 'tctl version -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl version --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl version --identity' | 'tctl version -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl version --format' | 'tctl version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl completion --config' | 'tctl completion -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tctl completion --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl completion --identity' | 'tctl completion -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'tctl') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl status') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl users') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl users add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --logins= --roles= --ttl= --kind= --help --debug' -- "$cur") ;;
        'tctl users ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl users rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl users update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --roles= --logins= --help --debug' -- "$cur") ;;
        'tctl users reset') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl users unlock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl nodes') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl nodes add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --roles= --ttl= --count= --token= --help --debug' -- "$cur") ;;
        'tctl nodes ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --search= --help --debug' -- "$cur") ;;
        'tctl tokens') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl tokens add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --type= --ttl= --uses= --value= --help --debug' -- "$cur") ;;
        'tctl tokens ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --with-secrets --help --debug' -- "$cur") ;;
        'tctl tokens rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --with-secrets --help --debug' -- "$cur") ;;
        'tctl create') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --force --help --debug' -- "$cur") ;;
        'tctl rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl auth') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl auth sign') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --host= --out= --ttl= --pubkey= --help --debug' -- "$cur") ;;
        'tctl auth export') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --type= --fingerprint --help --debug' -- "$cur") ;;
        'tctl lock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --role= --login= --node= --mfa-device= --message= --ttl= --help --debug' -- "$cur") ;;
        'tctl locks') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl locks ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl locks rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl audit') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl audit search') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --from= --to= --limit= --help --debug' -- "$cur") ;;
        'tctl audit tail') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --help --debug' -- "$cur") ;;
        'tctl audit verify') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl version') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl completion') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'tctl 0') mapfile -t COMPREPLY < <(compgen -W 'status users nodes tokens get create rm auth lock locks audit version completion' -- "$cur") ;;
    'tctl users 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm update reset unlock' -- "$cur") ;;
    'tctl nodes 0') mapfile -t COMPREPLY < <(compgen -W 'add ls' -- "$cur") ;;
    'tctl tokens 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm' -- "$cur") ;;
    'tctl create 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl auth 0') mapfile -t COMPREPLY < <(compgen -W 'sign export' -- "$cur") ;;
    'tctl locks 0') mapfile -t COMPREPLY < <(compgen -W 'ls rm' -- "$cur") ;;
    'tctl audit 0') mapfile -t COMPREPLY < <(compgen -W 'search tail verify' -- "$cur") ;;
    'tctl completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _tctl tctl
