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
        *' --config' | *' -c' | *' --data-dir' | *' --auth-server' | *' --identity' | *' -i' | *' --format' | 'tctl status -f' | 'tctl users add -f' | 'tctl users ls -f' | 'tctl users update -f' | 'tctl users reset -f' | 'tctl nodes add -f' | 'tctl nodes ls -f' | 'tctl tokens add -f' | 'tctl tokens ls -f' | 'tctl get -f' | 'tctl diff -f' | 'tctl auth sign -f' | 'tctl lock -f' | 'tctl locks ls -f' | 'tctl access explain -f' | 'tctl audit search -f' | 'tctl audit tail -f' | 'tctl audit verify -f' | 'tctl tms tenants ls -f' | 'tctl tms tenants get -f' | 'tctl tms tenants add -f' | 'tctl tms tenants update -f' | 'tctl tms tenants rm -f' | 'tctl tms admins ls -f' | 'tctl tms admins add -f' | 'tctl tms admins rotate -f' | 'tctl tms admins rm -f' | 'tctl tms clients ls -f' | 'tctl tms clients get -f' | 'tctl tms clients add -f' | 'tctl tms clients update -f' | 'tctl tms clients rotate -f' | 'tctl tms clients rm -f' | 'tctl tms mfa ls -f' | 'tctl tms mfa get -f' | 'tctl tms mfa add -f' | 'tctl tms mfa update -f' | 'tctl tms mfa rm -f' | 'tctl tms user-hosts ls -f' | 'tctl tms user-hosts get -f' | 'tctl tms user-hosts add -f' | 'tctl tms user-hosts update -f' | 'tctl tms user-hosts rm -f' | 'tctl tms delegations ls -f' | 'tctl tms delegations get -f' | 'tctl tms delegations add -f' | 'tctl tms delegations update -f' | 'tctl tms delegations rm -f' | 'tctl tms hosts ls -f' | 'tctl tms hosts get -f' | 'tctl tms hosts add -f' | 'tctl tms hosts rm -f' | 'tctl tms hosts credential rotate -f' | 'tctl tms hosts credential rm -f' | 'tctl tms keys ls -f' | 'tctl tms keys get -f' | 'tctl tms keys create -f' | 'tctl tms keys add -f' | 'tctl tms keys update -f' | 'tctl tms keys rm -f' | 'tctl tms reservations ls -f' | 'tctl tms reservations get -f' | 'tctl tms reservations create -f' | 'tctl tms reservations extend -f' | 'tctl tms reservations rm -f' | 'tctl tms events search -f' | 'tctl tms events verify -f' | 'tctl version -f' | *' --logins' | *' --roles' | *' --ttl' | *' --kind' | *' --count' | *' --token' | *' --search' | *' --type' | *' --uses' | *' --value' | *' --user' | *' --host' | *' --out' | *' -o' | *' --pubkey' | *' --role' | *' --login' | *' --node' | *' --mfa-device' | *' --message' | *' --event' | *' --from' | *' --to' | *' --limit' | *' --server' | *' --ca-file' | *' --tenant' | *' --admin-id' | *' --admin-secret-file' | *' --client-id' | *' --client-secret-file' | *' --enabled' | *' --require-host-credential' | *' --grace' | *' --app' | *' --app-version' | *' --key') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'tctl status' | 'tctl users' | 'tctl users add' | 'tctl users ls' | 'tctl users rm' | 'tctl users update' | 'tctl users reset' | 'tctl users unlock' | 'tctl nodes' | 'tctl nodes add' | 'tctl nodes ls' | 'tctl tokens' | 'tctl tokens add' | 'tctl tokens ls' | 'tctl tokens rm' | 'tctl get' | 'tctl create' | 'tctl rm' | 'tctl edit' | 'tctl diff' | 'tctl auth' | 'tctl auth sign' | 'tctl auth export' | 'tctl lock' | 'tctl locks' | 'tctl locks ls' | 'tctl locks rm' | 'tctl access' | 'tctl access explain' | 'tctl audit' | 'tctl audit search' | 'tctl audit tail' | 'tctl audit verify' | 'tctl tms' | 'tctl tms tenants' | 'tctl tms tenants ls' | 'tctl tms tenants get' | 'tctl tms tenants add' | 'tctl tms tenants update' | 'tctl tms tenants rm' | 'tctl tms admins' | 'tctl tms admins ls' | 'tctl tms admins add' | 'tctl tms admins rotate' | 'tctl tms admins rm' | 'tctl tms clients' | 'tctl tms clients ls' | 'tctl tms clients get' | 'tctl tms clients add' | 'tctl tms clients update' | 'tctl tms clients rotate' | 'tctl tms clients rm' | 'tctl tms mfa' | 'tctl tms mfa ls' | 'tctl tms mfa get' | 'tctl tms mfa add' | 'tctl tms mfa update' | 'tctl tms mfa rm' | 'tctl tms user-hosts' | 'tctl tms user-hosts ls' | 'tctl tms user-hosts get' | 'tctl tms user-hosts add' | 'tctl tms user-hosts update' | 'tctl tms user-hosts rm' | 'tctl tms delegations' | 'tctl tms delegations ls' | 'tctl tms delegations get' | 'tctl tms delegations add' | 'tctl tms delegations update' | 'tctl tms delegations rm' | 'tctl tms hosts' | 'tctl tms hosts ls' | 'tctl tms hosts get' | 'tctl tms hosts add' | 'tctl tms hosts rm' | 'tctl tms hosts credential' | 'tctl tms hosts credential rotate' | 'tctl tms hosts credential rm' | 'tctl tms keys' | 'tctl tms keys ls' | 'tctl tms keys get' | 'tctl tms keys create' | 'tctl tms keys add' | 'tctl tms keys update' | 'tctl tms keys rm' | 'tctl tms reservations' | 'tctl tms reservations ls' | 'tctl tms reservations get' | 'tctl tms reservations create' | 'tctl tms reservations extend' | 'tctl tms reservations rm' | 'tctl tms events' | 'tctl tms events search' | 'tctl tms events verify' | 'tctl version' | 'tctl completion') path+=" $word" ;;
        *) ((++places)) ;;
    esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        *' --config' | *' -c' | *' --identity' | *' -i' | *' --out' | *' -o' | *' --pubkey' | *' --ca-file' | *' --admin-secret-file' | *' --client-secret-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        *' --data-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        'tctl status --format' | 'tctl users add --format' | 'tctl users update --format' | 'tctl users reset --format' | 'tctl nodes add --format' | 'tctl tokens add --format' | 'tctl diff --format' | 'tctl lock --format' | 'tctl access explain --format' | 'tctl audit search --format' | 'tctl audit verify --format' | 'tctl tms tenants get --format' | 'tctl tms tenants add --format' | 'tctl tms tenants update --format' | 'tctl tms tenants rm --format' | 'tctl tms admins add --format' | 'tctl tms admins rotate --format' | 'tctl tms admins rm --format' | 'tctl tms clients get --format' | 'tctl tms clients add --format' | 'tctl tms clients update --format' | 'tctl tms clients rotate --format' | 'tctl tms clients rm --format' | 'tctl tms mfa get --format' | 'tctl tms mfa add --format' | 'tctl tms mfa update --format' | 'tctl tms mfa rm --format' | 'tctl tms user-hosts get --format' | 'tctl tms user-hosts add --format' | 'tctl tms user-hosts update --format' | 'tctl tms user-hosts rm --format' | 'tctl tms delegations get --format' | 'tctl tms delegations add --format' | 'tctl tms delegations update --format' | 'tctl tms delegations rm --format' | 'tctl tms hosts get --format' | 'tctl tms hosts add --format' | 'tctl tms hosts rm --format' | 'tctl tms hosts credential rotate --format' | 'tctl tms hosts credential rm --format' | 'tctl tms keys get --format' | 'tctl tms keys create --format' | 'tctl tms keys add --format' | 'tctl tms keys update --format' | 'tctl tms keys rm --format' | 'tctl tms reservations get --format' | 'tctl tms reservations create --format' | 'tctl tms reservations extend --format' | 'tctl tms reservations rm --format' | 'tctl tms events search --format' | 'tctl tms events verify --format' | 'tctl version --format' | 'tctl status -f' | 'tctl users add -f' | 'tctl users update -f' | 'tctl users reset -f' | 'tctl nodes add -f' | 'tctl tokens add -f' | 'tctl diff -f' | 'tctl lock -f' | 'tctl access explain -f' | 'tctl audit search -f' | 'tctl audit verify -f' | 'tctl tms tenants get -f' | 'tctl tms tenants add -f' | 'tctl tms tenants update -f' | 'tctl tms tenants rm -f' | 'tctl tms admins add -f' | 'tctl tms admins rotate -f' | 'tctl tms admins rm -f' | 'tctl tms clients get -f' | 'tctl tms clients add -f' | 'tctl tms clients update -f' | 'tctl tms clients rotate -f' | 'tctl tms clients rm -f' | 'tctl tms mfa get -f' | 'tctl tms mfa add -f' | 'tctl tms mfa update -f' | 'tctl tms mfa rm -f' | 'tctl tms user-hosts get -f' | 'tctl tms user-hosts add -f' | 'tctl tms user-hosts update -f' | 'tctl tms user-hosts rm -f' | 'tctl tms delegations get -f' | 'tctl tms delegations add -f' | 'tctl tms delegations update -f' | 'tctl tms delegations rm -f' | 'tctl tms hosts get -f' | 'tctl tms hosts add -f' | 'tctl tms hosts rm -f' | 'tctl tms hosts credential rotate -f' | 'tctl tms hosts credential rm -f' | 'tctl tms keys get -f' | 'tctl tms keys create -f' | 'tctl tms keys add -f' | 'tctl tms keys update -f' | 'tctl tms keys rm -f' | 'tctl tms reservations get -f' | 'tctl tms reservations create -f' | 'tctl tms reservations extend -f' | 'tctl tms reservations rm -f' | 'tctl tms events search -f' | 'tctl tms events verify -f' | 'tctl version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tctl users ls --format' | 'tctl nodes ls --format' | 'tctl tokens ls --format' | 'tctl get --format' | 'tctl locks ls --format' | 'tctl tms tenants ls --format' | 'tctl tms admins ls --format' | 'tctl tms clients ls --format' | 'tctl tms mfa ls --format' | 'tctl tms user-hosts ls --format' | 'tctl tms delegations ls --format' | 'tctl tms hosts ls --format' | 'tctl tms keys ls --format' | 'tctl tms reservations ls --format' | 'tctl users ls -f' | 'tctl nodes ls -f' | 'tctl tokens ls -f' | 'tctl get -f' | 'tctl locks ls -f' | 'tctl tms tenants ls -f' | 'tctl tms admins ls -f' | 'tctl tms clients ls -f' | 'tctl tms mfa ls -f' | 'tctl tms user-hosts ls -f' | 'tctl tms delegations ls -f' | 'tctl tms hosts ls -f' | 'tctl tms keys ls -f' | 'tctl tms reservations ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        'tctl auth sign --format' | 'tctl auth sign -f') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'tctl audit tail --format' | 'tctl audit tail -f') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
        *' --kind') mapfile -t COMPREPLY < <(compgen -W 'human bot' -- "$cur") ;;
        'tctl auth export --type') mapfile -t COMPREPLY < <(compgen -W 'user host' -- "$cur") ;;
        'tctl tms keys create --type') mapfile -t COMPREPLY < <(compgen -W 'ed25519 ecdsa rsa' -- "$cur") ;;
        *' --enabled' | *' --require-host-credential') mapfile -t COMPREPLY < <(compgen -W 'yes no' -- "$cur") ;;
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
        'tctl tms') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms tenants') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms tenants ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms tenants get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms tenants add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --out= --help --debug' -- "$cur") ;;
        'tctl tms tenants update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --enabled= --require-host-credential= --help --debug' -- "$cur") ;;
        'tctl tms tenants rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --wipe --help --debug' -- "$cur") ;;
        'tctl tms admins') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms admins ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms admins add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --out= --help --debug' -- "$cur") ;;
        'tctl tms admins rotate') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --grace= --out= --help --debug' -- "$cur") ;;
        'tctl tms admins rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms clients') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms clients ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms clients get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms clients add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --app= --app-version= --out= --help --debug' -- "$cur") ;;
        'tctl tms clients update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --enabled= --app-version= --help --debug' -- "$cur") ;;
        'tctl tms clients rotate') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --grace= --out= --help --debug' -- "$cur") ;;
        'tctl tms clients rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms mfa') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms mfa ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms mfa get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms mfa add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms mfa update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --enabled= --help --debug' -- "$cur") ;;
        'tctl tms mfa rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms user-hosts rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms delegations') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms delegations ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms delegations get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms delegations add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms delegations update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms delegations rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms hosts') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms hosts ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms hosts get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms hosts add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --credential --out= --help --debug' -- "$cur") ;;
        'tctl tms hosts rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms hosts credential') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms hosts credential rotate') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --grace= --out= --help --debug' -- "$cur") ;;
        'tctl tms hosts credential rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms keys') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms keys ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms keys get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms keys create') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --type= --uses= --ttl= --restrict --pty --from= --expiry-time --out= --help --debug' -- "$cur") ;;
        'tctl tms keys add') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --uses= --ttl= --restrict --pty --from= --expiry-time --help --debug' -- "$cur") ;;
        'tctl tms keys update') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --uses= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms keys rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms reservations') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms reservations ls') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms reservations get') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl tms reservations create') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --ttl= --help --debug' -- "$cur") ;;
        'tctl tms reservations extend') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --key= --help --debug' -- "$cur") ;;
        'tctl tms reservations rm') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --related --help --debug' -- "$cur") ;;
        'tctl tms events') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --help --debug' -- "$cur") ;;
        'tctl tms events search') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --event= --user= --from= --to= --limit= --help --debug' -- "$cur") ;;
        'tctl tms events verify') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --server= --ca-file= --tenant= --admin-id= --admin-secret-file= --client-id= --client-secret-file= --format= --help --debug' -- "$cur") ;;
        'tctl version') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --format= --help --debug' -- "$cur") ;;
        'tctl completion') mapfile -t COMPREPLY < <(compgen -W '--config= --data-dir= --auth-server= --identity= --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'tctl 0') mapfile -t COMPREPLY < <(compgen -W 'status users nodes tokens get create rm edit diff auth lock locks access audit tms version completion' -- "$cur") ;;
    'tctl users 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm update reset unlock' -- "$cur") ;;
    'tctl nodes 0') mapfile -t COMPREPLY < <(compgen -W 'add ls' -- "$cur") ;;
    'tctl tokens 0') mapfile -t COMPREPLY < <(compgen -W 'add ls rm' -- "$cur") ;;
    'tctl create 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl diff 0') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl auth 0') mapfile -t COMPREPLY < <(compgen -W 'sign export' -- "$cur") ;;
    'tctl locks 0') mapfile -t COMPREPLY < <(compgen -W 'ls rm' -- "$cur") ;;
    'tctl access 0') mapfile -t COMPREPLY < <(compgen -W 'explain' -- "$cur") ;;
    'tctl audit 0') mapfile -t COMPREPLY < <(compgen -W 'search tail verify' -- "$cur") ;;
    'tctl tms 0') mapfile -t COMPREPLY < <(compgen -W 'tenants admins clients mfa user-hosts delegations hosts keys reservations events' -- "$cur") ;;
    'tctl tms tenants 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add update rm' -- "$cur") ;;
    'tctl tms admins 0') mapfile -t COMPREPLY < <(compgen -W 'ls add rotate rm' -- "$cur") ;;
    'tctl tms clients 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add update rotate rm' -- "$cur") ;;
    'tctl tms mfa 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add update rm' -- "$cur") ;;
    'tctl tms user-hosts 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add update rm' -- "$cur") ;;
    'tctl tms delegations 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add update rm' -- "$cur") ;;
    'tctl tms hosts 0') mapfile -t COMPREPLY < <(compgen -W 'ls get add rm credential' -- "$cur") ;;
    'tctl tms hosts credential 0') mapfile -t COMPREPLY < <(compgen -W 'rotate rm' -- "$cur") ;;
    'tctl tms keys 0') mapfile -t COMPREPLY < <(compgen -W 'ls get create add update rm' -- "$cur") ;;
    'tctl tms keys add 3') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tctl tms reservations 0') mapfile -t COMPREPLY < <(compgen -W 'ls get create extend rm' -- "$cur") ;;
    'tctl tms events 0') mapfile -t COMPREPLY < <(compgen -W 'search verify' -- "$cur") ;;
    'tctl completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _tctl tctl
