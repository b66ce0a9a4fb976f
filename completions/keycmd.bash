# bash completion for keycmd. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=${SALLYPORT_HOME:-${TELEPORT_HOME:-$HOME/.tsh}} profile file
  read -r profile 2>/dev/null <"$home/current-profile" || return 0
  for file in "$home/keys/$profile"/*.hosts; do
    [[ -r $file ]] && printf '%s\n' "$(<"$file")"
  done
}

_keycmd() {
  local cur=${COMP_WORDS[COMP_CWORD]} path=keycmd flag='' places=0 joined=0 ended=0 i word
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
        *' --config' | *' --format' | *' -f' | *' --url' | *' --host-name' | *' --ca-file' | *' --credential-file' | *' --cache' | *' --user') flag=$word ;;
      esac
      continue
    fi
    case "$path $word" in
        'keycmd check' | 'keycmd install' | 'keycmd version' | 'keycmd completion') path+=" $word" ;;
        *) ((++places)) ;;
    esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
        *' --config' | *' --ca-file' | *' --credential-file') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        *' --format' | *' -f') mapfile -t COMPREPLY < <(compgen -W 'text json yaml' -- "$cur") ;;
        *' --cache') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
        'keycmd') mapfile -t COMPREPLY < <(compgen -W '--config= --help --debug' -- "$cur") ;;
        'keycmd check') mapfile -t COMPREPLY < <(compgen -W '--config= --format= --help --debug' -- "$cur") ;;
        'keycmd install') mapfile -t COMPREPLY < <(compgen -W '--config= --url= --host-name= --ca-file= --credential-file= --cache= --user= --dry-run --help --debug' -- "$cur") ;;
        'keycmd version') mapfile -t COMPREPLY < <(compgen -W '--config= --format= --help --debug' -- "$cur") ;;
        'keycmd completion') mapfile -t COMPREPLY < <(compgen -W '--config= --help --debug' -- "$cur") ;;
    esac
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
    'keycmd 0') mapfile -t COMPREPLY < <(compgen -W 'check install version completion' -- "$cur") ;;
    'keycmd completion 0') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$cur") ;;
  esac
  return 0
}

complete -F _keycmd keycmd
