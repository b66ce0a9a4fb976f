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
        *' --roles' | 'sallyport start -r' | 'sallyport systemd -r' | *' --config' | *' -c' | *' --data-dir' | *' --nodename' | *' -n' | *' --labels' | *' --listen-ip' | *' -l' | *' --advertise-ip' | *' --auth-server' | *' --token' | *' --ca-pin' | *' --cluster-name' | *' --public-addr' | *' --pid-file' | *' --diag-addr' | *' --log-format' | *' --ports-from' | *' --proxy' | *' --user' | *' --login' | *' --cluster' | *' --ttl' | *' --identity' | *' -i' | *' --format' | 'sallyport tsh signup -f' | 'sallyport tsh login -f' | 'sallyport tsh ls -f' | 'sallyport tsh config -f' | 'sallyport tsh resolve -f' | 'sallyport tsh status -f' | 'sallyport tsh logout -f' | 'sallyport tsh env -f' | 'sallyport tsh version -f' | 'sallyport tctl status -f' | 'sallyport tctl users add -f' | 'sallyport tctl users ls -f' | 'sallyport tctl users update -f' | 'sallyport tctl users reset -f' | 'sallyport tctl nodes add -f' | 'sallyport tctl nodes ls -f' | 'sallyport tctl tokens add -f' | 'sallyport tctl tokens ls -f' | 'sallyport tctl get -f' | 'sallyport tctl diff -f' | 'sallyport tctl auth sign -f' | 'sallyport tctl lock -f' | 'sallyport tctl locks ls -f' | 'sallyport tctl access explain -f' | 'sallyport tctl audit search -f' | 'sallyport tctl audit tail -f' | 'sallyport tctl audit verify -f' | 'sallyport tctl version -f' | 'sallyport config check -f' | 'sallyport version -f' | 'sallyport schema -f' | *' --password-file' | *' --otp' | *' --otp-secret-out' | *' --out' | *' -o' | *' --out-format' | *' --add-keys-to-agent' | *' --search' | *' --query' | 'sallyport tsh ssh -R' | *' --port' | 'sallyport tsh ssh -p' | 'sallyport tsh config -p' | *' --local-forward' | *' -L' | *' --remote-forward' | *' --dynamic-forward' | *' -D' | *' --jump' | *' -J' | *' --option' | *' -P' | *' --socket' | *' --logins' | *' --kind' | *' --count' | *' --type' | *' --uses' | *' --value' | *' --host' | *' --pubkey' | *' --role' | *' --node' | *' --mfa-device' | *' --message' | *' --event' | *' --from' | *' --to' | *' --limit') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'sallyport start' | 'sallyport tsh' | 'sallyport tsh signup' | 'sallyport tsh login' | 'sallyport tsh ls' | 'sallyport tsh ssh' | 'sallyport tsh scp' | 'sallyport tsh config' | 'sallyport tsh resolve' | 'sallyport tsh proxy' | 'sallyport tsh proxy ssh' | 'sallyport tsh status' | 'sallyport tsh logout' | 'sallyport tsh agent' | 'sallyport tsh env' | 'sallyport tsh version' | 'sallyport tsh completion' | 'sallyport tctl' | 'sallyport tctl status' | 'sallyport tctl users' | 'sallyport tctl users add' | 'sallyport tctl users ls' | 'sallyport tctl users rm' | 'sallyport tctl users update' | 'sallyport tctl users reset' | 'sallyport tctl users unlock' | 'sallyport tctl nodes' | 'sallyport tctl nodes add' | 'sallyport tctl nodes ls' | 'sallyport tctl tokens' | 'sallyport tctl tokens add' | 'sallyport tctl tokens ls' | 'sallyport tctl tokens rm' | 'sallyport tctl get' | 'sallyport tctl create' | 'sallyport tctl rm' | 'sallyport tctl edit' | 'sallyport tctl diff' | 'sallyport tctl auth' | 'sallyport tctl auth sign' | 'sallyport tctl auth export' | 'sallyport tctl lock' | 'sallyport tctl locks' | 'sallyport tctl locks ls' | 'sallyport tctl locks rm' | 'sallyport tctl access' | 'sallyport tctl access explain' | 'sallyport tctl audit' | 'sallyport tctl audit search' | 'sallyport tctl audit tail' | 'sallyport tctl audit verify' | 'sallyport tctl version' | 'sallyport tctl completion' | 'sallyport agent' | 'sallyport agent ssh' | 'sallyport config' | 'sallyport config check' | 'sallyport configure' | 'sallyport systemd' | 'sallyport version' | 'sallyport completion' | 'sallyport schema') path+=" $word" ;;
        *) ((++places)) ;;
    esac
    case "$path $places" in 'sallyport tsh ssh 1') ended=1 ;; esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        *' --config' | *' -c' | *' --pid-file' | *' --identity' | *' -i' | *' --password-file' | *' --otp-secret-out' | *' --out' | 'sallyport tsh login -o' | 'sallyport tctl auth sign -o' | *' --socket' | *' --pubkey') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        *' --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'sallyport start --auth-server' | 'sallyport systemd --auth-server' | *' --jump' | *' -J') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
        *' --log-format' | 'sallyport tctl audit tail --format' | 'sallyport tctl audit tail -f') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
        'sallyport tsh signup --format' | 'sallyport tsh login --format' | 'sallyport tsh config --format' | 'sallyport tsh resolve --format' | 'sallyport tsh status --format' | 'sallyport tsh logout --format' | 'sallyport tsh env --format' | 'sallyport tsh version --format' | 'sallyport tctl status --format' | 'sallyport tctl users add --format' | 'sallyport tctl users update --format' | 'sallyport tctl users reset --format' | 'sallyport tctl nodes add --format' | 'sallyport tctl tokens add --format' | 'sallyport tctl diff --format' | 'sallyport tctl lock --format' | 'sallyport tctl access explain --format' | 'sallyport tctl audit search --format' | 'sallyport tctl audit verify --format' | 'sallyport tctl version --format' | 'sallyport config check --format' | 'sallyport version --format' | 'sallyport tsh signup -f' | 'sallyport tsh login -f' | 'sallyport tsh config -f' | 'sallyport tsh resolve -f' | 'sallyport tsh status -f' | 'sallyport tsh logout -f' | 'sallyport tsh env -f' | 'sallyport tsh version -f' | 'sallyport tctl status -f' | 'sallyport tctl users add -f' | 'sallyport tctl users update -f' | 'sallyport tctl users reset -f' | 'sallyport tctl nodes add -f' | 'sallyport tctl tokens add -f' | 'sallyport tctl diff -f' | 'sallyport tctl lock -f' | 'sallyport tctl access explain -f' | 'sallyport tctl audit search -f' | 'sallyport tctl audit verify -f' | 'sallyport tctl version -f' | 'sallyport config check -f' | 'sallyport version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'sallyport tsh ls --format' | 'sallyport tctl users ls --format' | 'sallyport tctl nodes ls --format' | 'sallyport tctl tokens ls --format' | 'sallyport tctl get --format' | 'sallyport tctl locks ls --format' | 'sallyport tsh ls -f' | 'sallyport tctl users ls -f' | 'sallyport tctl nodes ls -f' | 'sallyport tctl tokens ls -f' | 'sallyport tctl get -f' | 'sallyport tctl locks ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'sallyport tctl auth sign --format' | 'sallyport tctl auth sign -f' | *' --out-format') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'sallyport schema --format' | 'sallyport schema -f') mapfile -t COMPREPLY < <(compgen -W 'json yaml' -- "$cur") ;;
        *' --add-keys-to-agent') mapfile -t COMPREPLY < <(compgen -W 'auto yes no only' -- "$cur") ;;
        *' --kind') mapfile -t COMPREPLY < <(compgen -W 'human bot' -- "$cur") ;;
        'sallyport tctl auth export --type') mapfile -t COMPREPLY < <(compgen -W 'user host' -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'sallyport') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport start') mapfile -t COMPREPLY < <(compgen -W '--roles= --config= --data-dir= --nodename= --labels= --listen-ip= --advertise-ip= --auth-server= --token= --ca-pin= --cluster-name= --public-addr= --pid-file= --diag-addr= --log-format= --ports-from= --insecure --help --debug' -- "$cur") ;;
        'sallyport tsh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'sallyport tsh signup') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --otp-secret-out= --help --debug' -- "$cur") ;;
        'sallyport tsh login') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --out= --out-format= --add-keys-to-agent= --help --debug' -- "$cur") ;;
        'sallyport tsh ls') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --verbose --search= --query= --all --help --debug' -- "$cur") ;;
        'sallyport tsh ssh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --port= --forward-agent --tty --no-tty --no-exec --local-forward= --remote-forward= --dynamic-forward= --jump= --option= --help --debug' -- "$cur") ;;
        'sallyport tsh scp') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --recursive --preserve --quiet --port= --help --debug' -- "$cur") ;;
        'sallyport tsh config') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --port= --help --debug' -- "$cur") ;;
        'sallyport tsh resolve') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --known --help --debug' -- "$cur") ;;
        'sallyport tsh proxy') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'sallyport tsh proxy ssh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'sallyport tsh status') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'sallyport tsh logout') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'sallyport tsh agent') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --socket= --daemon --help --debug' -- "$cur") ;;
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
        'sallyport tctl edit') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl diff') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl auth') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl auth sign') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --host= --out= --ttl= --pubkey= --help --debug' -- "$cur") ;;
        'sallyport tctl auth export') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --type= --fingerprint --help --debug' -- "$cur") ;;
        'sallyport tctl lock') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --user= --role= --login= --node= --mfa-device= --message= --ttl= --help --debug' -- "$cur") ;;
        'sallyport tctl locks') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl locks ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl locks rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl access') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl access explain') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl audit') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport tctl audit search') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --from= --to= --limit= --help --debug' -- "$cur") ;;
        'sallyport tctl audit tail') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --event= --user= --help --debug' -- "$cur") ;;
        'sallyport tctl audit verify') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl version') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'sallyport tctl completion') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
        'sallyport agent') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport agent ssh') mapfile -t COMPREPLY < <(compgen -W '--socket= --daemon --help --debug' -- "$cur") ;;
        'sallyport config') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport config check') mapfile -t COMPREPLY < <(compgen -W '--format= --help --debug' -- "$cur") ;;
        'sallyport configure') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport systemd') mapfile -t COMPREPLY < <(compgen -W '--roles= --config= --data-dir= --nodename= --labels= --listen-ip= --advertise-ip= --auth-server= --token= --ca-pin= --cluster-name= --public-addr= --pid-file= --diag-addr= --log-format= --ports-from= --insecure --help --debug' -- "$cur") ;;
        'sallyport version') mapfile -t COMPREPLY < <(compgen -W '--format= --help --debug' -- "$cur") ;;
        'sallyport completion') mapfile -t COMPREPLY < <(compgen -W '--help --debug' -- "$cur") ;;
        'sallyport schema') mapfile -t COMPREPLY < <(compgen -W '--format= --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'sallyport 0') mapfile -t COMPREPLY < <(compgen -W 'start tsh tctl agent config configure systemd version completion schema' -- "$cur") ;;
    'sallyport tsh 0') mapfile -t COMPREPLY < <(compgen -W 'signup login ls ssh scp config resolve proxy status logout agent env version completion' -- "$cur") ;;
    'sallyport tsh ssh 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'sallyport tsh scp'' '*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'sallyport tsh resolve 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'sallyport tsh proxy 0') mapfile -t COMPREPLY < <(compgen -W 'ssh' -- "$cur") ;;
    'sallyport tsh proxy ssh 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'sallyport tsh completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
    'sallyport tctl 0') mapfile -t COMPREPLY < <(compgen -W 'status users nodes tokens get create rm edit diff auth lock locks access audit version completion' -- "$cur") ;;
    'sallyport tctl users 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm update reset unlock' -- "$cur") ;;
    'sallyport tctl nodes 0') mapfile -t COMPREPLY < <(compgen -W 'add ls' -- "$cur") ;;
    'sallyport tctl tokens 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm' -- "$cur") ;;
    'sallyport tctl create 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'sallyport tctl diff 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'sallyport tctl auth 0') mapfile -t COMPREPLY < <(compgen -W 'sign export' -- "$cur") ;;
    'sallyport tctl locks 0') mapfile -t COMPREPLY < <(compgen -W 'ls rm' -- "$cur") ;;
    'sallyport tctl access 0') mapfile -t COMPREPLY < <(compgen -W 'explain' -- "$cur") ;;
    'sallyport tctl audit 0') mapfile -t COMPREPLY < <(compgen -W 'search tail verify' -- "$cur") ;;
    'sallyport tctl completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
    'sallyport agent 0') mapfile -t COMPREPLY < <(compgen -W 'ssh' -- "$cur") ;;
    'sallyport config 0') mapfile -t COMPREPLY < <(compgen -W 'check' -- "$cur") ;;
    'sallyport config check 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'sallyport completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _sallyport sallyport
