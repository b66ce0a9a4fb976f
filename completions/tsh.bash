# bash completion for tsh. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile file
  read -r profile 2>/dev/null <"$home/current-profile" || return 0
  for file in "$home/keys/$profile"/*.hosts; do
    [[ -r $file ]] && printf '%s\n' "$(<"$file")"
  done
}

_tsh() {
  local cur=${COMP_WORDS[COMP_CWORD]} path=tsh flag='' places=0 joined=0 ended=0 i word
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
        *' --proxy' | *' --user' | *' --login' | *' -l' | *' --cluster' | *' --ttl' | *' --identity' | *' -i' | *' --format' | *' -f' | *' --password-file' | *' --otp' | *' --otp-secret-out' | *' --out' | *' -o' | *' --out-format' | *' --add-keys-to-agent' | *' --search' | *' --query' | 'tsh ssh -R' | *' --port' | 'tsh ssh -p' | 'tsh config -p' | *' --local-forward' | *' -L' | *' --remote-forward' | *' --dynamic-forward' | *' -D' | *' --jump' | *' -J' | *' --option' | *' -P' | *' --socket') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'tsh signup' | 'tsh login' | 'tsh ls' | 'tsh ssh' | 'tsh scp' | 'tsh config' | 'tsh resolve' | 'tsh proxy' | 'tsh proxy ssh' | 'tsh status' | 'tsh logout' | 'tsh agent' | 'tsh env' | 'tsh version' | 'tsh completion') path+=" $word" ;;
        *) ((++places)) ;;
    esac
    case "$path $places" in 'tsh ssh 1') ended=1 ;; esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        *' --identity' | *' -i' | *' --password-file' | *' --otp-secret-out' | *' --out' | 'tsh login -o' | *' --socket') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh signup --format' | 'tsh login --format' | 'tsh config --format' | 'tsh resolve --format' | 'tsh status --format' | 'tsh logout --format' | 'tsh env --format' | 'tsh version --format' | 'tsh signup -f' | 'tsh login -f' | 'tsh config -f' | 'tsh resolve -f' | 'tsh status -f' | 'tsh logout -f' | 'tsh env -f' | 'tsh version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh ls --format' | 'tsh ls -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml names' -- "$cur") ;;
        *' --out-format') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        *' --add-keys-to-agent') mapfile -t COMPREPLY < <(compgen -W 'auto yes no only' -- "$cur") ;;
        *' --jump' | *' -J') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'tsh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'tsh signup') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --otp-secret-out= --help --debug' -- "$cur") ;;
        'tsh login') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --out= --out-format= --add-keys-to-agent= --help --debug' -- "$cur") ;;
        'tsh ls') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --verbose --search= --query= --all --help --debug' -- "$cur") ;;
        'tsh ssh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --port= --forward-agent --tty --no-tty --no-exec --local-forward= --remote-forward= --dynamic-forward= --jump= --option= --help --debug' -- "$cur") ;;
        'tsh scp') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --recursive --preserve --quiet --port= --help --debug' -- "$cur") ;;
        'tsh config') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --port= --help --debug' -- "$cur") ;;
        'tsh resolve') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --known --help --debug' -- "$cur") ;;
        'tsh proxy') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'tsh proxy ssh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'tsh status') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh logout') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh agent') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --socket= --daemon --help --debug' -- "$cur") ;;
        'tsh env') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --unset --help --debug' -- "$cur") ;;
        'tsh version') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh completion') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'tsh 0') mapfile -t COMPREPLY < <(compgen -W 'signup login ls ssh scp config resolve proxy status logout agent env version completion' -- "$cur") ;;
    'tsh ssh 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'tsh scp'' '*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    'tsh resolve 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'tsh proxy 0') mapfile -t COMPREPLY < <(compgen -W 'ssh' -- "$cur") ;;
    'tsh proxy ssh 0') mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur") ;;
    'tsh completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _tsh tsh
