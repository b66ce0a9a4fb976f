import keycmdBash from "../../completions/keycmd.bash" with { type: "text" };
import keycmdFish from "../../completions/keycmd.fish" with { type: "text" };
import keycmdZsh from "../../completions/keycmd.zsh" with { type: "text" };
import sallyportBash from "../../completions/sallyport.bash" with { type: "text" };
import sallyportFish from "../../completions/sallyport.fish" with { type: "text" };
import sallyportZsh from "../../completions/sallyport.zsh" with { type: "text" };
import tctlBash from "../../completions/tctl.bash" with { type: "text" };
import tctlFish from "../../completions/tctl.fish" with { type: "text" };
import tctlZsh from "../../completions/tctl.zsh" with { type: "text" };
import tshBash from "../../completions/tsh.bash" with { type: "text" };
import tshFish from "../../completions/tsh.fish" with { type: "text" };
import tshZsh from "../../completions/tsh.zsh" with { type: "text" };

/** The checked-in completion scripts, inside the binary. */
export const EMBEDDED = {
  sallyport: { bash: sallyportBash, zsh: sallyportZsh, fish: sallyportFish },
  tsh: { bash: tshBash, zsh: tshZsh, fish: tshFish },
  tctl: { bash: tctlBash, zsh: tctlZsh, fish: tctlFish },
  keycmd: { bash: keycmdBash, zsh: keycmdZsh, fish: keycmdFish },
} as const;
