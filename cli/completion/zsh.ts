import { type FlagNode, type Node, type Values, walk } from "./tree.ts";

/** A completion script for zsh: one function for each noun and verb, as `_arguments` wants it. */
export function zshScript(root: Node): string {
  const tool = root.path[0] ?? "";
  return `#compdef ${tool}
# zsh completion for ${tool}. Generated from the command tree by cli/completion/generate.ts.

_sallyport_hosts() {
  local home=\${SALLYPORT_HOME:-\${TELEPORT_HOME:-$HOME/.tsh}} profile
  local -a hosts
  read -r profile 2>/dev/null <"$home/current-profile" || return 1
  hosts=(\${(f)"$(cat "$home/keys/$profile"/*.hosts(N) /dev/null)"})
  [[ -prefix *@ ]] && compset -P '*@'
  compadd -a hosts
}

${walk(root).map(functionOf).join("\n\n")}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  ${functionName(root)} "$@"
else
  compdef ${functionName(root)} ${tool}
fi
`;
}

function functionOf(node: Node): string {
  return node.children === undefined ? commandFunction(node) : groupFunction(node, node.children);
}

function commandFunction(node: Node): string {
  const specs = [...node.flags.flatMap(flagSpecs), ...node.positionals.map(positionalSpec)];
  return `${functionName(node)}() {
  _arguments -s ${node.positionals.some((place) => place.verbatim) ? "-A '*' " : ""}\\
${specs.map((spec) => `    ${spec}`).join(" \\\n")}
}`;
}

function groupFunction(node: Node, children: readonly Node[]): string {
  return `${functionName(node)}() {
  local curcontext=$curcontext state line
  local -a verbs=(
${children.map((child) => `    ${quoted(`${last(child)}:${child.description}`)}`).join("\n")}
  )
  _arguments -s -C \\
${node.flags
  .flatMap(flagSpecs)
  .map((spec) => `    ${spec}`)
  .join(" \\\n")} \\
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $line[1] in
${children.map((child) => `        ${last(child)}) ${functionName(child)} ;;`).join("\n")}
      esac
      ;;
  esac
}`;
}

function flagSpecs(flag: FlagNode): string[] {
  const many = flag.repeats ? "*" : "";
  const what = `[${flag.description.replaceAll(/[[\]:\\]/g, "\\$&")}]`;
  const value = flag.takesValue ? `:${flag.name}:${action(flag.values)}` : "";
  return [
    quoted(`${many}--${flag.name}${flag.takesValue ? "=" : ""}${what}${value}`),
    ...(flag.short === undefined ? [] : [quoted(`${many}-${flag.short}${flag.takesValue ? "+" : ""}${what}${value}`)]),
  ];
}

function positionalSpec(place: Node["positionals"][number]): string {
  return quoted(`${place.repeats ? "*" : ""}:${place.name}:${action(place.values)}`);
}

function action(values: Values): string {
  if ("words" in values) return `(${values.words.join(" ")})`;
  switch (values.kind) {
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "host":
      return "_sallyport_hosts";
    case "none":
      return " ";
  }
}

function functionName(node: Node): string {
  return `_${node.path.join("_").replaceAll("-", "_")}`;
}

function last(node: Node): string {
  return node.path.at(-1) ?? "";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
