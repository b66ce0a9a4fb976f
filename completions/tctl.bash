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
        *' --config' | *' -c' | *' --data-dir' | *' --auth-server' | *' --identity' | *' -i' | *' --format' | 'tctl status -f' | 'tctl users add -f' | 'tctl users ls -f' | 'tctl users update -f' | 'tctl users reset -f' | 'tctl nodes add -f' | 'tctl nodes ls -f' | 'tctl tokens add -f' | 'tctl tokens ls -f' | 'tctl get -f' | 'tctl diff -f' | 'tctl auth sign -f' | 'tctl lock -f' | 'tctl locks ls -f' | 'tctl access explain -f' | 'tctl audit search -f' | 'tctl audit tail -f' | 'tctl audit verify -f' | 'tctl version -f' | *' --logins' | *' --roles' | *' --ttl' | *' --kind' | *' --count' | *' --token' | *' --search' | *' --type' | *' --uses' | *' --value' | *' --user' | *' --host' | *' --out' | *' -o' | *' --pubkey' | *' --role' | *' --login' | *' --node' | *' --mfa-device' | *' --message' | *' --event' | *' --from' | *' --to' | *' --limit') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'tctl status' | 'tctl users' | 'tctl users add' | 'tctl users ls' | 'tctl users rm' | 'tctl users update' | 'tctl users reset' | 'tctl users unlock' | 'tctl nodes' | 'tctl nodes add' | 'tctl nodes ls' | 'tctl tokens' | 'tctl tokens add' | 'tctl tokens ls' | 'tctl tokens rm' | 'tctl get' | 'tctl create' | 'tctl rm' | 'tctl edit' | 'tctl diff' | 'tctl auth' | 'tctl auth sign' | 'tctl auth export' | 'tctl lock' | 'tctl locks' | 'tctl locks ls' | 'tctl locks rm' | 'tctl access' | 'tctl access explain' | 'tctl audit' | 'tctl audit search' | 'tctl audit tail' | 'tctl audit verify' | 'tctl version' | 'tctl completion') path+=" $word" ;;
        *) ((++places)) ;;
    esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        *' --config' | *' -c' | *' --identity' | *' -i' | *' --out' | *' -o' | *' --pubkey') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        *' --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl status --format' | 'tctl users add --format' | 'tctl users update --format' | 'tctl users reset --format' | 'tctl nodes add --format' | 'tctl tokens add --format' | 'tctl diff --format' | 'tctl lock --format' | 'tctl access explain --format' | 'tctl audit search --format' | 'tctl audit verify --format' | 'tctl version --format' | 'tctl status -f' | 'tctl users add -f' | 'tctl users update -f' | 'tctl users reset -f' | 'tctl nodes add -f' | 'tctl tokens add -f' | 'tctl diff -f' | 'tctl lock -f' | 'tctl access explain -f' | 'tctl audit search -f' | 'tctl audit verify -f' | 'tctl version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users ls --format' | 'tctl nodes ls --format' | 'tctl tokens ls --format' | 'tctl get --format' | 'tctl locks ls --format' | 'tctl users ls -f' | 'tctl nodes ls -f' | 'tctl tokens ls -f' | 'tctl get -f' | 'tctl locks ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl auth sign --format' | 'tctl auth sign -f') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'tctl audit tail --format' | 'tctl audit tail -f') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
        *' --kind') mapfile -t COMPREPLY < <(compgen -W 'human bot' -- "$cur") ;;
        'tctl auth export --type') mapfile -t COMPREPLY < <(compgen -W 'user host' -- "$cur") ;;
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
        'tctl edit') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl diff') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl auth') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl auth sign') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --host= --out= --ttl= --pubkey= --help --debug' -- "$cur") ;;
        'tctl auth export') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --type= --fingerprint --help --debug' -- "$cur") ;;
        'tctl lock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --role= --login= --node= --mfa-device= --message= --ttl= --help --debug' -- "$cur") ;;
        'tctl locks') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl locks ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl locks rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl access') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'tctl access explain') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
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
    'tctl 0') mapfile -t COMPREPLY < <(compgen -W 'status users nodes tokens get create rm edit diff auth lock locks access audit version completion' -- "$cur") ;;
    'tctl users 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm update reset unlock' -- "$cur") ;;
    'tctl nodes 0') mapfile -t COMPREPLY < <(compgen -W 'add ls' -- "$cur") ;;
    'tctl tokens 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm' -- "$cur") ;;
    'tctl create 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl diff 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl auth 0') mapfile -t COMPREPLY < <(compgen -W 'sign export' -- "$cur") ;;
    'tctl locks 0') mapfile -t COMPREPLY < <(compgen -W 'ls rm' -- "$cur") ;;
    'tctl access 0') mapfile -t COMPREPLY < <(compgen -W 'explain' -- "$cur") ;;
    'tctl audit 0') mapfile -t COMPREPLY < <(compgen -W 'search tail verify' -- "$cur") ;;
    'tctl completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _tctl tctl
