/**
 * The supported algorithms in order of preference. Excluded on purpose: SHA-1, CBC, finite-field Diffie-Hellman, NIST
 * curves, encrypt-and-MAC, and compression, which leaks plaintext lengths; the runtime lacks chacha20-poly1305. Strict key
 * exchange (CVE-2023-48795) is always on.
 */
export const ALGORITHMS = {
  /** mlkem768x25519-sha256 is draft-ietf-sshm-mlkem-hybrid-kex: it protects recorded traffic from quantum computers. */
  kex: ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org"],
  hostKey: ["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"],
  /** AES-128 first: as secure in practice as AES-256, and faster. */
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"],
  /** Encrypt-then-MAC only, so that nothing is decrypted before it is verified. GCM ciphers use no MAC. */
  mac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
  compress: ["none"],
} as const;
