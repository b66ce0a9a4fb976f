/** What a key may be used for beyond its account: options of its line in authorized_keys (sshd(8)). */
export interface Restrictions {
  /** `restrict`: no forwarding, no terminal, no user rc. */
  readonly restrict?: boolean;
  /** `pty`, where `restrict` took it away. */
  readonly pty?: boolean;
  /** `from="…"`: addresses and CIDR blocks that a login may come from. */
  readonly from?: readonly string[];
  /** `expiry-time="…"`: sshd, too, refuses the key once it has expired. */
  readonly expiry_time?: boolean;
}
