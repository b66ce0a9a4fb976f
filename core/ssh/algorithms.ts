/**
 * What we speak, best first. Left out on purpose: SHA-1, CBC, finite fields and the NIST curves; MACs over plain text; chacha20-poly1305, which
 * the runtime does not have; compression, which leaks lengths. Strict key exchange (CVE-2023-48795) is always on.
 */
export const ALGORITHMS = {
  /** The first is draft-ietf-sshm-mlkem-hybrid-kex: safe from those who record today and break X25519 later. */
  kex: ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org"],
  hostKey: ["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"],
  /** AES-128 first: as safe in practice, and the faster one. */
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"],
  /** Over what is encrypted, so that nothing is decrypted unverified. GCM needs none. */
  mac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
  compress: ["none"],
} as const;
