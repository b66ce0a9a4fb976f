# bash completion for sallyport. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile file
  read -r profile 2>/dev/null <"$home/current-profile" || return 0
  for file in "$home/keys/$profile"/*.hosts; do
    [[ -r $file ]] && printf '%s\n' "$(<"$file")"
  done
}

_sallyport() {
  local cur=${COMP_WORDS[COMP_CWORD]} path=sallyport flag='' places=0 joined=0 ended=0 i word
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
        'sallyport tsh --proxy' | 'sallyport tsh --user' | 'sallyport tsh --login' | 'sallyport tsh -l' | 'sallyport tsh --cluster' | 'sallyport tsh --ttl' | 'sallyport tsh --identity' | 'sallyport tsh -i') flag=$word ;;
        'sallyport tsh signup --proxy' | 'sallyport tsh signup --user' | 'sallyport tsh signup --login' | 'sallyport tsh signup -l' | 'sallyport tsh signup --cluster' | 'sallyport tsh signup --ttl' | 'sallyport tsh signup --identity' | 'sallyport tsh signup -i' | 'sallyport tsh signup --format' | 'sallyport tsh signup -f' | 'sallyport tsh signup --password-file' | 'sallyport tsh signup --otp' | 'sallyport tsh signup --otp-secret-out') flag=$word ;;
        'sallyport tsh login --proxy' | 'sallyport tsh login --user' | 'sallyport tsh login --login' | 'sallyport tsh login -l' | 'sallyport tsh login --cluster' | 'sallyport tsh login --ttl' | 'sallyport tsh login --identity' | 'sallyport tsh login -i' | 'sallyport tsh login --format' | 'sallyport tsh login -f' | 'sallyport tsh login --password-file' | 'sallyport tsh login --otp' | 'sallyport tsh login --out' | 'sallyport tsh login -o' | 'sallyport tsh login --out-format' | 'sallyport tsh login --add-keys-to-agent') flag=$word ;;
        'sallyport tsh status --proxy' | 'sallyport tsh status --user' | 'sallyport tsh status --login' | 'sallyport tsh status -l' | 'sallyport tsh status --cluster' | 'sallyport tsh status --ttl' | 'sallyport tsh status --identity' | 'sallyport tsh status -i' | 'sallyport tsh status --format' | 'sallyport tsh status -f') flag=$word ;;
        'sallyport tsh logout --proxy' | 'sallyport tsh logout --user' | 'sallyport tsh logout --login' | 'sallyport tsh logout -l' | 'sallyport tsh logout --cluster' | 'sallyport tsh logout --ttl' | 'sallyport tsh logout --identity' | 'sallyport tsh logout -i' | 'sallyport tsh logout --format' | 'sallyport tsh logout -f') flag=$word ;;
        'sallyport tsh env --proxy' | 'sallyport tsh env --user' | 'sallyport tsh env --login' | 'sallyport tsh env -l' | 'sallyport tsh env --cluster' | 'sallyport tsh env --ttl' | 'sallyport tsh env --identity' | 'sallyport tsh env -i' | 'sallyport tsh env --format' | 'sallyport tsh env -f') flag=$word ;;
        'sallyport tsh version --proxy' | 'sallyport tsh version --user' | 'sallyport tsh version --login' | 'sallyport tsh version -l' | 'sallyport tsh version --cluster' | 'sallyport tsh version --ttl' | 'sallyport tsh version --identity' | 'sallyport tsh version -i' | 'sallyport tsh version --format' | 'sallyport tsh version -f') flag=$word ;;
        'sallyport tsh completion --proxy' | 'sallyport tsh completion --user' | 'sallyport tsh completion --login' | 'sallyport tsh completion -l' | 'sallyport tsh completion --cluster' | 'sallyport tsh completion --ttl' | 'sallyport tsh completion --identity' | 'sallyport tsh completion -i') flag=$word ;;
        'sallyport tctl --config' | 'sallyport tctl -c' | 'sallyport tctl --data-dir' | 'sallyport tctl --auth-server' | 'sallyport tctl --identity' | 'sallyport tctl -i') flag=$word ;;
        'sallyport tctl status --config' | 'sallyport tctl status -c' | 'sallyport tctl status --data-dir' | 'sallyport tctl status --auth-server' | 'sallyport tctl status --identity' | 'sallyport tctl status -i' | 'sallyport tctl status --format' | 'sallyport tctl status -f') flag=$word ;;
        'sallyport tctl users --config' | 'sallyport tctl users -c' | 'sallyport tctl users --data-dir' | 'sallyport tctl users --auth-server' | 'sallyport tctl users --identity' | 'sallyport tctl users -i') flag=$word ;;
        'sallyport tctl users add --config' | 'sallyport tctl users add -c' | 'sallyport tctl users add --data-dir' | 'sallyport tctl users add --auth-server' | 'sallyport tctl users add --identity' | 'sallyport tctl users add -i' | 'sallyport tctl users add --format' | 'sallyport tctl users add -f' | 'sallyport tctl users add --logins' | 'sallyport tctl users add --roles' | 'sallyport tctl users add --ttl' | 'sallyport tctl users add --kind') flag=$word ;;
        'sallyport tctl users ls --config' | 'sallyport tctl users ls -c' | 'sallyport tctl users ls --data-dir' | 'sallyport tctl users ls --auth-server' | 'sallyport tctl users ls --identity' | 'sallyport tctl users ls -i' | 'sallyport tctl users ls --format' | 'sallyport tctl users ls -f') flag=$word ;;
        'sallyport tctl users rm --config' | 'sallyport tctl users rm -c' | 'sallyport tctl users rm --data-dir' | 'sallyport tctl users rm --auth-server' | 'sallyport tctl users rm --identity' | 'sallyport tctl users rm -i') flag=$word ;;
        'sallyport tctl users update --config' | 'sallyport tctl users update -c' | 'sallyport tctl users update --data-dir' | 'sallyport tctl users update --auth-server' | 'sallyport tctl users update --identity' | 'sallyport tctl users update -i' | 'sallyport tctl users update --format' | 'sallyport tctl users update -f' | 'sallyport tctl users update --roles' | 'sallyport tctl users update --logins') flag=$word ;;
        'sallyport tctl users reset --config' | 'sallyport tctl users reset -c' | 'sallyport tctl users reset --data-dir' | 'sallyport tctl users reset --auth-server' | 'sallyport tctl users reset --identity' | 'sallyport tctl users reset -i' | 'sallyport tctl users reset --format' | 'sallyport tctl users reset -f' | 'sallyport tctl users reset --ttl') flag=$word ;;
        'sallyport tctl users unlock --config' | 'sallyport tctl users unlock -c' | 'sallyport tctl users unlock --data-dir' | 'sallyport tctl users unlock --auth-server' | 'sallyport tctl users unlock --identity' | 'sallyport tctl users unlock -i') flag=$word ;;
        'sallyport tctl nodes --config' | 'sallyport tctl nodes -c' | 'sallyport tctl nodes --data-dir' | 'sallyport tctl nodes --auth-server' | 'sallyport tctl nodes --identity' | 'sallyport tctl nodes -i') flag=$word ;;
        'sallyport tctl nodes add --config' | 'sallyport tctl nodes add -c' | 'sallyport tctl nodes add --data-dir' | 'sallyport tctl nodes add --auth-server' | 'sallyport tctl nodes add --identity' | 'sallyport tctl nodes add -i' | 'sallyport tctl nodes add --format' | 'sallyport tctl nodes add -f' | 'sallyport tctl nodes add --roles' | 'sallyport tctl nodes add --ttl' | 'sallyport tctl nodes add --count' | 'sallyport tctl nodes add --token') flag=$word ;;
        'sallyport tctl nodes ls --config' | 'sallyport tctl nodes ls -c' | 'sallyport tctl nodes ls --data-dir' | 'sallyport tctl nodes ls --auth-server' | 'sallyport tctl nodes ls --identity' | 'sallyport tctl nodes ls -i' | 'sallyport tctl nodes ls --format' | 'sallyport tctl nodes ls -f' | 'sallyport tctl nodes ls --search') flag=$word ;;
        'sallyport tctl tokens --config' | 'sallyport tctl tokens -c' | 'sallyport tctl tokens --data-dir' | 'sallyport tctl tokens --auth-server' | 'sallyport tctl tokens --identity' | 'sallyport tctl tokens -i') flag=$word ;;
        'sallyport tctl tokens add --config' | 'sallyport tctl tokens add -c' | 'sallyport tctl tokens add --data-dir' | 'sallyport tctl tokens add --auth-server' | 'sallyport tctl tokens add --identity' | 'sallyport tctl tokens add -i' | 'sallyport tctl tokens add --format' | 'sallyport tctl tokens add -f' | 'sallyport tctl tokens add --type' | 'sallyport tctl tokens add --ttl' | 'sallyport tctl tokens add --uses' | 'sallyport tctl tokens add --value') flag=$word ;;
        'sallyport tctl tokens ls --config' | 'sallyport tctl tokens ls -c' | 'sallyport tctl tokens ls --data-dir' | 'sallyport tctl tokens ls --auth-server' | 'sallyport tctl tokens ls --identity' | 'sallyport tctl tokens ls -i' | 'sallyport tctl tokens ls --format' | 'sallyport tctl tokens ls -f') flag=$word ;;
        'sallyport tctl tokens rm --config' | 'sallyport tctl tokens rm -c' | 'sallyport tctl tokens rm --data-dir' | 'sallyport tctl tokens rm --auth-server' | 'sallyport tctl tokens rm --identity' | 'sallyport tctl tokens rm -i') flag=$word ;;
        'sallyport tctl get --config' | 'sallyport tctl get -c' | 'sallyport tctl get --data-dir' | 'sallyport tctl get --auth-server' | 'sallyport tctl get --identity' | 'sallyport tctl get -i' | 'sallyport tctl get --format' | 'sallyport tctl get -f') flag=$word ;;
        'sallyport tctl create --config' | 'sallyport tctl create -c' | 'sallyport tctl create --data-dir' | 'sallyport tctl create --auth-server' | 'sallyport tctl create --identity' | 'sallyport tctl create -i') flag=$word ;;
        'sallyport tctl rm --config' | 'sallyport tctl rm -c' | 'sallyport tctl rm --data-dir' | 'sallyport tctl rm --auth-server' | 'sallyport tctl rm --identity' | 'sallyport tctl rm -i') flag=$word ;;
        'sallyport tctl auth --config' | 'sallyport tctl auth -c' | 'sallyport tctl auth --data-dir' | 'sallyport tctl auth --auth-server' | 'sallyport tctl auth --identity' | 'sallyport tctl auth -i') flag=$word ;;
        'sallyport tctl auth sign --config' | 'sallyport tctl auth sign -c' | 'sallyport tctl auth sign --data-dir' | 'sallyport tctl auth sign --auth-server' | 'sallyport tctl auth sign --identity' | 'sallyport tctl auth sign -i' | 'sallyport tctl auth sign --format' | 'sallyport tctl auth sign -f' | 'sallyport tctl auth sign --user' | 'sallyport tctl auth sign --host' | 'sallyport tctl auth sign --out' | 'sallyport tctl auth sign -o' | 'sallyport tctl auth sign --ttl' | 'sallyport tctl auth sign --pubkey') flag=$word ;;
        'sallyport tctl auth export --config' | 'sallyport tctl auth export -c' | 'sallyport tctl auth export --data-dir' | 'sallyport tctl auth export --auth-server' | 'sallyport tctl auth export --identity' | 'sallyport tctl auth export -i' | 'sallyport tctl auth export --type') flag=$word ;;
        'sallyport tctl lock --config' | 'sallyport tctl lock -c' | 'sallyport tctl lock --data-dir' | 'sallyport tctl lock --auth-server' | 'sallyport tctl lock --identity' | 'sallyport tctl lock -i' | 'sallyport tctl lock --format' | 'sallyport tctl lock -f' | 'sallyport tctl lock --user' | 'sallyport tctl lock --role' | 'sallyport tctl lock --login' | 'sallyport tctl lock --node' | 'sallyport tctl lock --mfa-device' | 'sallyport tctl lock --message' | 'sallyport tctl lock --ttl') flag=$word ;;
        'sallyport tctl locks --config' | 'sallyport tctl locks -c' | 'sallyport tctl locks --data-dir' | 'sallyport tctl locks --auth-server' | 'sallyport tctl locks --identity' | 'sallyport tctl locks -i') flag=$word ;;
        'sallyport tctl locks ls --config' | 'sallyport tctl locks ls -c' | 'sallyport tctl locks ls --data-dir' | 'sallyport tctl locks ls --auth-server' | 'sallyport tctl locks ls --identity' | 'sallyport tctl locks ls -i' | 'sallyport tctl locks ls --format' | 'sallyport tctl locks ls -f') flag=$word ;;
        'sallyport tctl locks rm --config' | 'sallyport tctl locks rm -c' | 'sallyport tctl locks rm --data-dir' | 'sallyport tctl locks rm --auth-server' | 'sallyport tctl locks rm --identity' | 'sallyport tctl locks rm -i') flag=$word ;;
        'sallyport tctl audit --config' | 'sallyport tctl audit -c' | 'sallyport tctl audit --data-dir' | 'sallyport tctl audit --auth-server' | 'sallyport tctl audit --identity' | 'sallyport tctl audit -i') flag=$word ;;
        'sallyport tctl audit search --config' | 'sallyport tctl audit search -c' | 'sallyport tctl audit search --data-dir' | 'sallyport tctl audit search --auth-server' | 'sallyport tctl audit search --identity' | 'sallyport tctl audit search -i' | 'sallyport tctl audit search --format' | 'sallyport tctl audit search -f' | 'sallyport tctl audit search --event' | 'sallyport tctl audit search --user' | 'sallyport tctl audit search --from' | 'sallyport tctl audit search --to' | 'sallyport tctl audit search --limit') flag=$word ;;
        'sallyport tctl audit tail --config' | 'sallyport tctl audit tail -c' | 'sallyport tctl audit tail --data-dir' | 'sallyport tctl audit tail --auth-server' | 'sallyport tctl audit tail --identity' | 'sallyport tctl audit tail -i' | 'sallyport tctl audit tail --format' | 'sallyport tctl audit tail -f' | 'sallyport tctl audit tail --event' | 'sallyport tctl audit tail --user') flag=$word ;;
        'sallyport tctl audit verify --config' | 'sallyport tctl audit verify -c' | 'sallyport tctl audit verify --data-dir' | 'sallyport tctl audit verify --auth-server' | 'sallyport tctl audit verify --identity' | 'sallyport tctl audit verify -i' | 'sallyport tctl audit verify --format' | 'sallyport tctl audit verify -f') flag=$word ;;
        'sallyport tctl version --config' | 'sallyport tctl version -c' | 'sallyport tctl version --data-dir' | 'sallyport tctl version --auth-server' | 'sallyport tctl version --identity' | 'sallyport tctl version -i' | 'sallyport tctl version --format' | 'sallyport tctl version -f') flag=$word ;;
        'sallyport tctl completion --config' | 'sallyport tctl completion -c' | 'sallyport tctl completion --data-dir' | 'sallyport tctl completion --auth-server' | 'sallyport tctl completion --identity' | 'sallyport tctl completion -i') flag=$word ;;
        'sallyport version --format' | 'sallyport version -f') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'sallyport tsh') path+=" $word" ;;
        'sallyport tsh signup') path+=" $word" ;;
        'sallyport tsh login') path+=" $word" ;;
        'sallyport tsh status') path+=" $word" ;;
        'sallyport tsh logout') path+=" $word" ;;
        'sallyport tsh env') path+=" $word" ;;
        'sallyport tsh version') path+=" $word" ;;
        'sallyport tsh completion') path+=" $word" ;;
        'sallyport tctl') path+=" $word" ;;
        'sallyport tctl status') path+=" $word" ;;
        'sallyport tctl users') path+=" $word" ;;
        'sallyport tctl users add') path+=" $word" ;;
        'sallyport tctl users ls') path+=" $word" ;;
        'sallyport tctl users rm') path+=" $word" ;;
        'sallyport tctl users update') path+=" $word" ;;
        'sallyport tctl users reset') path+=" $word" ;;
        'sallyport tctl users unlock') path+=" $word" ;;
        'sallyport tctl nodes') path+=" $word" ;;
        'sallyport tctl nodes add') path+=" $word" ;;
        'sallyport tctl nodes ls') path+=" $word" ;;
        'sallyport tctl tokens') path+=" $word" ;;
        'sallyport tctl tokens add') path+=" $word" ;;
        'sallyport tctl tokens ls') path+=" $word" ;;
        'sallyport tctl tokens rm') path+=" $word" ;;
        'sallyport tctl get') path+=" $word" ;;
        'sallyport tctl create') path+=" $word" ;;
        'sallyport tctl rm') path+=" $word" ;;
        'sallyport tctl auth') path+=" $word" ;;
        'sallyport tctl auth sign') path+=" $word" ;;
        'sallyport tctl auth export') path+=" $word" ;;
        'sallyport tctl lock') path+=" $word" ;;
        'sallyport tctl locks') path+=" $word" ;;
        'sallyport tctl locks ls') path+=" $word" ;;
        'sallyport tctl locks rm') path+=" $word" ;;
        'sallyport tctl audit') path+=" $word" ;;
        'sallyport tctl audit search') path+=" $word" ;;
        'sallyport tctl audit tail') path+=" $word" ;;
        'sallyport tctl audit verify') path+=" $word" ;;
        'sallyport tctl version') path+=" $word" ;;
        'sallyport tctl completion') path+=" $word" ;;
        'sallyport version') path+=" $word" ;;
        'sallyport completion') path+=" $word" ;;
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
        'sallyport tsh --identity' | 'sallyport tsh -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh signup --identity' | 'sallyport tsh signup -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh signup --format' | 'sallyport tsh signup -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh signup --password-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh signup --otp-secret-out') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh login --identity' | 'sallyport tsh login -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh login --format' | 'sallyport tsh login -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh login --password-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh login --out' | 'sallyport tsh login -o') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh login --out-format') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'sallyport tsh login --add-keys-to-agent') mapfile -t COMPREPLY < <(compgen -W 'auto yes no only' -- "$cur") ;;
        'sallyport tsh status --identity' | 'sallyport tsh status -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh status --format' | 'sallyport tsh status -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh logout --identity' | 'sallyport tsh logout -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh logout --format' | 'sallyport tsh logout -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh env --identity' | 'sallyport tsh env -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh env --format' | 'sallyport tsh env -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh version --identity' | 'sallyport tsh version -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tsh version --format' | 'sallyport tsh version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh completion --identity' | 'sallyport tsh completion -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl --config' | 'sallyport tctl -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl --identity' | 'sallyport tctl -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl status --config' | 'sallyport tctl status -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl status --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl status --identity' | 'sallyport tctl status -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl status --format' | 'sallyport tctl status -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl users --config' | 'sallyport tctl users -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users --identity' | 'sallyport tctl users -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users add --config' | 'sallyport tctl users add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users add --identity' | 'sallyport tctl users add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users add --format' | 'sallyport tctl users add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl users add --kind') mapfile -t COMPREPLY < <(compgen -W 'human bot' -- "$cur") ;;
        'sallyport tctl users ls --config' | 'sallyport tctl users ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users ls --identity' | 'sallyport tctl users ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users ls --format' | 'sallyport tctl users ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl users rm --config' | 'sallyport tctl users rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users rm --identity' | 'sallyport tctl users rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users update --config' | 'sallyport tctl users update -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users update --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users update --identity' | 'sallyport tctl users update -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users update --format' | 'sallyport tctl users update -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl users reset --config' | 'sallyport tctl users reset -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users reset --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users reset --identity' | 'sallyport tctl users reset -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users reset --format' | 'sallyport tctl users reset -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl users unlock --config' | 'sallyport tctl users unlock -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl users unlock --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl users unlock --identity' | 'sallyport tctl users unlock -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes --config' | 'sallyport tctl nodes -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl nodes --identity' | 'sallyport tctl nodes -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes add --config' | 'sallyport tctl nodes add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl nodes add --identity' | 'sallyport tctl nodes add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes add --format' | 'sallyport tctl nodes add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl nodes ls --config' | 'sallyport tctl nodes ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl nodes ls --identity' | 'sallyport tctl nodes ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl nodes ls --format' | 'sallyport tctl nodes ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl tokens --config' | 'sallyport tctl tokens -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl tokens --identity' | 'sallyport tctl tokens -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens add --config' | 'sallyport tctl tokens add -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens add --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl tokens add --identity' | 'sallyport tctl tokens add -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens add --format' | 'sallyport tctl tokens add -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl tokens ls --config' | 'sallyport tctl tokens ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl tokens ls --identity' | 'sallyport tctl tokens ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens ls --format' | 'sallyport tctl tokens ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl tokens rm --config' | 'sallyport tctl tokens rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl tokens rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl tokens rm --identity' | 'sallyport tctl tokens rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl get --config' | 'sallyport tctl get -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl get --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl get --identity' | 'sallyport tctl get -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl get --format' | 'sallyport tctl get -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl create --config' | 'sallyport tctl create -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl create --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl create --identity' | 'sallyport tctl create -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl rm --config' | 'sallyport tctl rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl rm --identity' | 'sallyport tctl rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth --config' | 'sallyport tctl auth -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl auth --identity' | 'sallyport tctl auth -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth sign --config' | 'sallyport tctl auth sign -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth sign --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl auth sign --identity' | 'sallyport tctl auth sign -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth sign --format' | 'sallyport tctl auth sign -f') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'sallyport tctl auth sign --out' | 'sallyport tctl auth sign -o') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth sign --pubkey') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth export --config' | 'sallyport tctl auth export -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth export --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl auth export --identity' | 'sallyport tctl auth export -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl auth export --type') mapfile -t COMPREPLY < <(compgen -W 'user host' -- "$cur") ;;
        'sallyport tctl lock --config' | 'sallyport tctl lock -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl lock --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl lock --identity' | 'sallyport tctl lock -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl lock --format' | 'sallyport tctl lock -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl locks --config' | 'sallyport tctl locks -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl locks --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl locks --identity' | 'sallyport tctl locks -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl locks ls --config' | 'sallyport tctl locks ls -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl locks ls --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl locks ls --identity' | 'sallyport tctl locks ls -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl locks ls --format' | 'sallyport tctl locks ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl locks rm --config' | 'sallyport tctl locks rm -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl locks rm --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl locks rm --identity' | 'sallyport tctl locks rm -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit --config' | 'sallyport tctl audit -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl audit --identity' | 'sallyport tctl audit -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit search --config' | 'sallyport tctl audit search -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit search --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl audit search --identity' | 'sallyport tctl audit search -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit search --format' | 'sallyport tctl audit search -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl audit tail --config' | 'sallyport tctl audit tail -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit tail --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl audit tail --identity' | 'sallyport tctl audit tail -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit tail --format' | 'sallyport tctl audit tail -f') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
        'sallyport tctl audit verify --config' | 'sallyport tctl audit verify -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit verify --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl audit verify --identity' | 'sallyport tctl audit verify -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl audit verify --format' | 'sallyport tctl audit verify -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl version --config' | 'sallyport tctl version -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl version --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl version --identity' | 'sallyport tctl version -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl version --format' | 'sallyport tctl version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tctl completion --config' | 'sallyport tctl completion -c') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport tctl completion --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport tctl completion --identity' | 'sallyport tctl completion -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'sallyport version --format' | 'sallyport version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'sallyport') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport tsh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'sallyport tsh signup') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --otp-secret-out= --help --debug' -- "$cur") ;;
        'sallyport tsh login') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --out= --out-format= --add-keys-to-agent= --help --debug' -- "$cur") ;;
        'sallyport tsh status') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'sallyport tsh logout') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'sallyport tsh env') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --unset --help --debug' -- "$cur") ;;
        'sallyport tsh version') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'sallyport tsh completion') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'sallyport tctl') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl status') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl users') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl users add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --logins= --roles= --ttl= --kind= --help --debug' -- "$cur") ;;
        'sallyport tctl users ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl users rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl users update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --roles= --logins= --help --debug' -- "$cur") ;;
        'sallyport tctl users reset') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --ttl= --help --debug' -- "$cur") ;;
        'sallyport tctl users unlock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl nodes') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl nodes add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --roles= --ttl= --count= --token= --help --debug' -- "$cur") ;;
        'sallyport tctl nodes ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --search= --help --debug' -- "$cur") ;;
        'sallyport tctl tokens') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl tokens add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --type= --ttl= --uses= --value= --help --debug' -- "$cur") ;;
        'sallyport tctl tokens ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --with-secrets --help --debug' -- "$cur") ;;
        'sallyport tctl tokens rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --with-secrets --help --debug' -- "$cur") ;;
        'sallyport tctl create') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --force --help --debug' -- "$cur") ;;
        'sallyport tctl rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl auth') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl auth sign') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --host= --out= --ttl= --pubkey= --help --debug' -- "$cur") ;;
        'sallyport tctl auth export') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --type= --fingerprint --help --debug' -- "$cur") ;;
        'sallyport tctl lock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --role= --login= --node= --mfa-device= --message= --ttl= --help --debug' -- "$cur") ;;
        'sallyport tctl locks') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl locks ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl locks rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl audit') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl audit search') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --from= --to= --limit= --help --debug' -- "$cur") ;;
        'sallyport tctl audit tail') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --help --debug' -- "$cur") ;;
        'sallyport tctl audit verify') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl version') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl completion') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport version') mapfile -t COMPREPLY < <(compgen -W '--format= --help --debug' -- "$cur") ;;
        'sallyport completion') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'sallyport 0') mapfile -t COMPREPLY < <(compgen -W 'tsh tctl version completion' -- "$cur") ;;
    'sallyport tsh 0') mapfile -t COMPREPLY < <(compgen -W 'signup login status logout env version completion' -- "$cur") ;;
    'sallyport tsh completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
    'sallyport tctl 0') mapfile -t COMPREPLY < <(compgen -W 'status users nodes tokens get create rm auth lock locks audit version completion' -- "$cur") ;;
    'sallyport tctl users 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm update reset unlock' -- "$cur") ;;
    'sallyport tctl nodes 0') mapfile -t COMPREPLY < <(compgen -W 'add ls' -- "$cur") ;;
    'sallyport tctl tokens 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm' -- "$cur") ;;
    'sallyport tctl create 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'sallyport tctl auth 0') mapfile -t COMPREPLY < <(compgen -W 'sign export' -- "$cur") ;;
    'sallyport tctl locks 0') mapfile -t COMPREPLY < <(compgen -W 'ls rm' -- "$cur") ;;
    'sallyport tctl audit 0') mapfile -t COMPREPLY < <(compgen -W 'search tail verify' -- "$cur") ;;
    'sallyport tctl completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
    'sallyport completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _sallyport sallyport
