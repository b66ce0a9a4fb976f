import { BUILT_IN } from "../args.ts";
import { type FlagNode, type Node, type Values, walk } from "./tree.ts";

/** A completion script for fish 3: every line is bound to the place in the tree where it applies. */
export function fishScript(root: Node): string {
  const tool = root.path[0] ?? "";
  const nodes = walk(root);
  const valued = [...new Set(nodes.flatMap((node) => node.flags.filter((flag) => flag.takesValue).flatMap(names)))];
  return `# fish completion for ${tool}. Generated from the command tree by cli/completion/generate.ts.

function __sallyport_hosts
    set -l home $HOME/.tsh
    set -q TELEPORT_HOME; and set home $TELEPORT_HOME
    set -q SALLYPORT_HOME; and set home $SALLYPORT_HOME
    test -r $home/current-profile; or return
    read -l profile <$home/current-profile
    set -l prefix (string match -r '^.*@' -- (commandline -ct))
    for file in $home/keys/$profile/*.hosts
        string replace -r '^' "$prefix" <$file
    end
end

# True where the words before the cursor have led to this place in the tree, and no further.
function __${tool}_at
    set -l here
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${valued.join(" ")}
            set skip 1
        else if not string match -q -- '-*' $word
            set -a here $word
        end
    end
    set -l place $argv[2..]
    set -l depth (count $place)
    test (count $here) -ge $depth; or return 1
    for i in (seq $depth)
        test $here[$i] = $place[$i]; or return 1
    end
    switch $argv[1]
        case noun
            test (count $here) -eq $depth
        case verb
            true
        case 'until*'
            test (count $here) -lt (math $depth + (string replace until '' -- $argv[1]))
        case '*'
            test (count $here) -eq (math $depth + $argv[1])
    end
end

complete -c ${tool} -f
${nodes.flatMap((node) => linesOf(tool, node)).join("\n")}
`;
}

function linesOf(tool: string, node: Node): string[] {
  const place = node.path.slice(1).join(" ");
  const at = (how: string | number) => `-n ${quoted(`__${tool}_at ${how} ${place}`.trimEnd())}`;
  const lines = (node.children ?? []).map(
    (child) => `complete -c ${tool} ${at("noun")} -a ${child.path.at(-1)} -d ${quoted(child.description)}`,
  );
  // After the host, all words belong to the remote command.
  const verbatim = node.positionals.findIndex((argument) => argument.verbatim);
  const flagsAt = at(verbatim === -1 ? "verb" : `until${verbatim}`);
  for (const flag of node.flags.filter(
    ({ own, name }) => own || (node.path.length === 1 && Object.hasOwn(BUILT_IN, name)),
  )) {
    const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
    const value = flag.takesValue ? ` ${offer(flag.values, "-x")}` : "";
    const line = `complete -c ${tool} ${flagsAt} -l ${flag.name}${short}${value}`;
    lines.push(`${line} -d ${quoted(flag.description)}`);
  }
  for (const [i, argument] of node.positionals.entries()) {
    const offered = offer(argument.values, "");
    if (offered !== "") lines.push(`complete -c ${tool} ${at(argument.repeats ? "verb" : i)} ${offered}`);
  }
  return lines;
}

function names(flag: FlagNode): string[] {
  return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

/** @param exclusive the option that suppresses file names for a flag with a value */
function offer(values: Values, exclusive: string): string {
  if ("words" in values) return `${exclusive} -a ${quoted(values.words.join(" "))}`.trimStart();
  switch (values.kind) {
    case "file":
      return exclusive === "" ? "-F" : "-r -F";
    case "directory":
      return `${exclusive} -a '(__fish_complete_directories)'`.trimStart();
    case "host":
      return `${exclusive} -a '(__sallyport_hosts)'`.trimStart();
    case "none":
      return exclusive;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
