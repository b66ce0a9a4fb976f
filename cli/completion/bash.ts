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
${flagCases(nodes, (flag) => (flag.takesValue ? "flag=$word" : undefined))}
      esac
      continue
    fi
    case "$path $word" in
        ${nodes
          .filter((node) => node.path.length > 1)
          .map((node) => quoted(node.path.join(" ")))
          .join(" | ")}) path+=" $word" ;;
        *) ((++places)) ;;
    esac
${verbatimCases(nodes)}  done
  if [[ $cur == [=:@] ]]; then cur=''; joined=1; fi
  if ((joined)) && [[ -z $flag ]]; then ((places > 0)) && ((places--)); fi

  if [[ -n $flag ]]; then
    case "$path $flag" in
${flagCases(nodes, (flag) => (flag.takesValue ? offer(flag.values) : undefined))}
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
${positionalCases(nodes)}
  esac
  return 0
}

complete -F _${tool} ${tool}
`;
}

function spelledFlag(flag: FlagNode): string {
  return flag.takesValue ? `--${flag.name}=` : `--${flag.name}`;
}

function spellings(flag: FlagNode): string[] {
  return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

/** One meaning of a flag: the commands that share it, and the shell code for it. */
interface Meaning {
  readonly commands: string[];
  readonly act: string;
}

/**
 * The shell cases for each spelling of a flag. A flag with one meaning in all commands gets one case without a command.
 * `act` is undefined if no code is needed.
 */
function flagCases(nodes: readonly Node[], act: (flag: FlagNode) => string | undefined): string {
  const meanings = new Map<string, Meaning[]>();
  for (const node of nodes)
    for (const flag of node.flags)
      for (const word of spellings(flag)) {
        const [all, what] = [meanings.get(word) ?? [], act(flag) ?? ""];
        const same = all.find((meaning) => meaning.act === what);
        if (same === undefined) meanings.set(word, [...all, { commands: [node.path.join(" ")], act: what }]);
        else same.commands.push(node.path.join(" "));
      }
  const patterns = new Map<string, string[]>();
  for (const [word, all] of meanings)
    for (const { commands, act: what } of all) {
      const here = all.length === 1 ? [`*${quoted(` ${word}`)}`] : commands.map((place) => quoted(`${place} ${word}`));
      if (what !== "") patterns.set(what, [...(patterns.get(what) ?? []), ...here]);
    }
  return [...patterns].map(([what, where]) => `        ${where.join(" | ")}) ${what} ;;`).join("\n");
}

/** After the host, the rest of the line belongs to the remote command. */
function verbatimCases(nodes: readonly Node[]): string {
  const patterns = nodes.flatMap((node) => {
    const at = node.positionals.findIndex((place) => place.verbatim);
    return at === -1 ? [] : [quoted([...node.path, at].join(" "))];
  });
  return patterns.length === 0 ? "" : `    case "$path $places" in ${patterns.join(" | ")}) ended=1 ;; esac\n`;
}

function positionalCases(nodes: readonly Node[]): string {
  const lines: string[] = [];
  for (const node of nodes) {
    if (node.children !== undefined)
      lines.push(`    ${quoted([...node.path, 0].join(" "))}) ${offer({ words: node.children.map(last) })} ;;`);
    for (const [i, place] of node.positionals.entries()) {
      const pattern = place.repeats ? `${quoted(node.path.join(" "))}' '*` : quoted([...node.path, i].join(" "));
      if (offer(place.values) !== undefined) lines.push(`    ${pattern}) ${offer(place.values)} ;;`);
    }
  }
  return lines.join("\n");
}

function last(node: Node): string {
  return node.path.at(-1) ?? "";
}

function offer(values: Values): string | undefined {
  if ("words" in values) return `mapfile -t COMPREPLY < <(compgen -W ${quoted(values.words.join(" "))} -- "$cur")`;
  switch (values.kind) {
    case "file":
      return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")';
    case "directory":
      return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")';
    case "host":
      return 'mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_hosts)" -- "$cur")';
    case "none":
      return undefined;
  }
}

/** In single quotes; words of a command tree contain no quotes. */
function quoted(text: string): string {
  return `'${text}'`;
}
