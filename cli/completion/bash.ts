import { type FlagNode, type Node, type Values, walk } from "./tree.ts";

/** A completion script for bash 4 and later, without the bash-completion package. */
export function bashScript(root: Node): string {
  const tool = root.path[0] ?? "";
  const nodes = walk(root);
  return `# bash completion for ${tool}. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=\${SALLYPORT_HOME:-\${TELEPORT_HOME:-$HOME/.tsh}} profile file
  read -r profile 2>/dev/null <"$home/current-profile" || return 0
  for file in "$home/keys/$profile"/*.hosts; do
    [[ -r $file ]] && printf '%s\\n' "$(<"$file")"
  done
}

_${tool}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path=${tool} flag='' places=0 joined=0 ended=0 i word
  COMPREPLY=()
  # bash splits words at = : @, so "--format=js" arrives as three of them.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == [=:@] ]]; then joined=1; continue; fi
    if ((joined)); then joined=0; flag=''; continue; fi
    if [[ -n $flag ]]; then flag=''; continue; fi
    if ((!ended)) && [[ $word == -- ]]; then ended=1; continue; fi
    if ((!ended)) && [[ $word == -?* ]]; then
      case "$path $word" in
${valueFlagCases(nodes)}
      esac
      continue
    fi
    case "$path $word" in
${nodes
  .filter((node) => node.path.length > 1)
  .map((node) => `        ${quoted(node.path.join(" "))}) path+=" $word" ;;`)
  .join("\n")}
        *) ((++places)) ;;
    esac
    case "$path $places" in
${verbatimCases(nodes)}
      *) ;;
    esac
  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
${flagValueCases(nodes)}
    esac
    return 0
  fi
  if ((!ended)) && [[ $cur == -* ]]; then
    case "$path" in
${nodes.map((node) => `        ${quoted(node.path.join(" "))}) ${offer({ words: node.flags.map(spelledFlag) })} ;;`).join("\n")}
    esac
    [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
  fi
  case "$path $places" in
${placeCases(nodes)}
  esac
  return 0
}

complete -F _${tool} ${tool}
`;
}

function spelledFlag(flag: FlagNode): string {
  return flag.takesValue ? `--${flag.name}=` : `--${flag.name}`;
}

function names(flag: FlagNode): string[] {
  return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

/** Flags after which the next word is a value. */
function valueFlagCases(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      const words = node.flags.filter((flag) => flag.takesValue).flatMap(names);
      if (words.length === 0) return "";
      return `        ${words.map((word) => quoted([...node.path, word].join(" "))).join(" | ")}) flag=$word ;;`;
    })
    .filter((line) => line !== "")
    .join("\n");
}

/** Once the host is there, the rest of the line is the remote command's. */
function verbatimCases(nodes: readonly Node[]): string {
  return nodes
    .flatMap((node) => {
      const at = node.places.findIndex((place) => place.verbatim);
      return at === -1 ? [] : [`      ${quoted([...node.path, at].join(" "))}) ended=1 ;;`];
    })
    .join("\n");
}

function flagValueCases(nodes: readonly Node[]): string {
  return nodes
    .flatMap((node) =>
      node.flags
        .filter((flag) => flag.takesValue && offer(flag.values) !== ":")
        .map((flag) => {
          const words = names(flag).map((word) => quoted([...node.path, word].join(" ")));
          return `        ${words.join(" | ")}) ${offer(flag.values)} ;;`;
        }),
    )
    .join("\n");
}

function placeCases(nodes: readonly Node[]): string {
  const lines: string[] = [];
  for (const node of nodes) {
    if (node.children !== undefined)
      lines.push(`    ${quoted([...node.path, 0].join(" "))}) ${offer({ words: node.children.map(last) })} ;;`);
    for (const [i, place] of node.places.entries()) {
      const pattern = place.repeats ? `${quoted(node.path.join(" "))}' '*` : quoted([...node.path, i].join(" "));
      if (offer(place.values) !== ":") lines.push(`    ${pattern}) ${offer(place.values)} ;;`);
    }
  }
  return lines.join("\n");
}

function last(node: Node): string {
  return node.path.at(-1) ?? "";
}

function offer(values: Values): string {
  if ("words" in values) return `mapfile -t COMPREPLY < <(compgen -W ${quoted(values.words.join(" "))} -- "$cur")`;
  switch (values.kind) {
    case "file":
      return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")';
    case "directory":
      return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")';
    case "host":
      return 'mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur")';
    case "none":
      return ":";
  }
}

/** In single quotes, which is all that the words of a command tree ever need. */
function quoted(text: string): string {
  return `'${text}'`;
}
