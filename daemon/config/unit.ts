import type { RoleName } from "../config.ts";

/**
 * Formats a systemd unit (systemd.service(5), systemd.exec(5)) with the sandboxing that its roles allow. With the node
 * role there is none, since user sessions inherit it and need home directories, sudo and the rest of the machine. Other
 * roles only have access to the data directory and sockets; they run as root, to read configuration and TLS keys, but
 * without capabilities.
 */
export function systemdUnit(options: {
  /** The path of the program. */
  readonly binary: string;
  /** The arguments of `start`. */
  readonly flags: readonly string[];
  readonly dataDir: string;
  readonly roles: readonly RoleName[];
}): string {
  const { binary, flags, dataDir, roles } = options;
  return `[Unit]
Description=Sallyport access (${roles.join(", ")})
Documentation=man:sallyport(8)
After=network-online.target nss-user-lookup.target
Wants=network-online.target

[Service]
Type=notify
ExecStart=${[binary, "start", ...flags].map(quote).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
# Stopping ends sessions gracefully, which takes up to 30 seconds.
TimeoutStopSec=40
LimitNOFILE=65536
${roles.includes("node") ? SESSIONS : closed(dataDir)}
[Install]
WantedBy=multi-user.target
`;
}

const SESSIONS = `# Processes that users left running, such as tmux, survive a restart, as with sshd.
KillMode=process
TasksMax=infinity
OOMPolicy=continue
# User sessions inherit sandboxing, so none is set: no ProtectHome, PrivateTmp, NoNewPrivileges, CapabilityBoundingSet.
`;

function closed(dataDir: string): string {
  const state = dataDir.startsWith("/var/lib/")
    ? `StateDirectory=${quote(dataDir.slice("/var/lib/".length))}\nStateDirectoryMode=0700`
    : `ReadWritePaths=${quote(dataDir)}`;
  return `${state}
AmbientCapabilities=
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
DevicePolicy=closed
KeyringMode=private
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=${dataDir.startsWith("/home/") || dataDir.startsWith("/root/") ? "read-only" : "yes"}
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
`;
}

/** Quotes a word for a systemd command line, and escapes specifiers and variables (systemd.syntax(7)). */
function quote(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(literal) ? literal : `"${literal.replace(/["\\]/g, "\\$&")}"`;
}
