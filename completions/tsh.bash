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
        'tsh --proxy' | 'tsh --user' | 'tsh --login' | 'tsh -l' | 'tsh --cluster' | 'tsh --ttl' | 'tsh --identity' | 'tsh -i') flag=$word ;;
        'tsh signup --proxy' | 'tsh signup --user' | 'tsh signup --login' | 'tsh signup -l' | 'tsh signup --cluster' | 'tsh signup --ttl' | 'tsh signup --identity' | 'tsh signup -i' | 'tsh signup --format' | 'tsh signup -f' | 'tsh signup --password-file' | 'tsh signup --otp' | 'tsh signup --otp-secret-out') flag=$word ;;
        'tsh login --proxy' | 'tsh login --user' | 'tsh login --login' | 'tsh login -l' | 'tsh login --cluster' | 'tsh login --ttl' | 'tsh login --identity' | 'tsh login -i' | 'tsh login --format' | 'tsh login -f' | 'tsh login --password-file' | 'tsh login --otp' | 'tsh login --out' | 'tsh login -o' | 'tsh login --out-format' | 'tsh login --add-keys-to-agent') flag=$word ;;
        'tsh status --proxy' | 'tsh status --user' | 'tsh status --login' | 'tsh status -l' | 'tsh status --cluster' | 'tsh status --ttl' | 'tsh status --identity' | 'tsh status -i' | 'tsh status --format' | 'tsh status -f') flag=$word ;;
        'tsh logout --proxy' | 'tsh logout --user' | 'tsh logout --login' | 'tsh logout -l' | 'tsh logout --cluster' | 'tsh logout --ttl' | 'tsh logout --identity' | 'tsh logout -i' | 'tsh logout --format' | 'tsh logout -f') flag=$word ;;
        'tsh env --proxy' | 'tsh env --user' | 'tsh env --login' | 'tsh env -l' | 'tsh env --cluster' | 'tsh env --ttl' | 'tsh env --identity' | 'tsh env -i' | 'tsh env --format' | 'tsh env -f') flag=$word ;;
        'tsh version --proxy' | 'tsh version --user' | 'tsh version --login' | 'tsh version -l' | 'tsh version --cluster' | 'tsh version --ttl' | 'tsh version --identity' | 'tsh version -i' | 'tsh version --format' | 'tsh version -f') flag=$word ;;
        'tsh completion --proxy' | 'tsh completion --user' | 'tsh completion --login' | 'tsh completion -l' | 'tsh completion --cluster' | 'tsh completion --ttl' | 'tsh completion --identity' | 'tsh completion -i') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'tsh signup') path+=" $word" ;;
        'tsh login') path+=" $word" ;;
        'tsh status') path+=" $word" ;;
        'tsh logout') path+=" $word" ;;
        'tsh env') path+=" $word" ;;
        'tsh version') path+=" $word" ;;
        'tsh completion') path+=" $word" ;;
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
        'tsh --identity' | 'tsh -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh signup --identity' | 'tsh signup -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh signup --format' | 'tsh signup -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh signup --password-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh signup --otp-secret-out') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh login --identity' | 'tsh login -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh login --format' | 'tsh login -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh login --password-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh login --out' | 'tsh login -o') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh login --out-format') mapfile -t COMPREPLY < <(compgen -W 'file openssh' -- "$cur") ;;
        'tsh login --add-keys-to-agent') mapfile -t COMPREPLY < <(compgen -W 'auto yes no only' -- "$cur") ;;
        'tsh status --identity' | 'tsh status -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh status --format' | 'tsh status -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh logout --identity' | 'tsh logout -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh logout --format' | 'tsh logout -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh env --identity' | 'tsh env -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh env --format' | 'tsh env -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh version --identity' | 'tsh version -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'tsh version --format' | 'tsh version -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        'tsh completion --identity' | 'tsh completion -i') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'tsh') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
        'tsh signup') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --otp-secret-out= --help --debug' -- "$cur") ;;
        'tsh login') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --password-file= --otp= --out= --out-format= --add-keys-to-agent= --help --debug' -- "$cur") ;;
        'tsh status') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh logout') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh env') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --unset --help --debug' -- "$cur") ;;
        'tsh version') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --format= --help --debug' -- "$cur") ;;
        'tsh completion') mapfile -t COMPREPLY < <(compgen -W '--proxy= --user= --login= --cluster= --ttl= --identity= --insecure --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'tsh 0') mapfile -t COMPREPLY < <(compgen -W 'signup login status logout env version completion' -- "$cur") ;;
    'tsh completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _tsh tsh
