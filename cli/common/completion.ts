import { command } from "../command.ts";
import type { Context } from "../context.ts";

/** `completion`: prints the completion script of this tool. */
export const completion = (cx: Context) =>
  command({
    meta: {
      name: "completion",
      description: "Print the completion script for a shell",
      examples: [
        [`${cx.tool} completion bash > /etc/bash_completion.d/${cx.tool}`, "for all users of this machine"],
        [`source <(${cx.tool} completion bash)`, "in ~/.bashrc"],
        [`${cx.tool} completion fish > ~/.config/fish/completions/${cx.tool}.fish`, ""],
      ],
    },
    args: {
      shell: { type: "positional", options: ["bash", "zsh", "fish"], description: "The shell to complete in" },
    },
    async run({ args }) {
      const { EMBEDDED } = await import("../completion/embedded.ts");
      const tool = cx.tool in EMBEDDED ? (cx.tool as keyof typeof EMBEDDED) : "sallyport";
      cx.write(EMBEDDED[tool][args.shell]);
    },
  });
