/**
 * A configuration with every key and its default, as comments where leaving a key out means the same. A test reads it,
 * with and without the comment signs.
 */
export const SAMPLE_CONFIG = `# Sallyport's configuration. Every key may be left out; what stands behind a # is the default or an example.
# Check it with: sallyport config check /etc/sallyport.yaml

sallyport:
  # The name of this machine in the cluster: its host name.
  #nodename: node1.example.com

  # Keys, certificates and the database. Nobody but the user that runs sallyport may write here.
  data_dir: /var/lib/sallyport

  # To join a cluster whose auth service runs elsewhere. "tctl nodes add" prints all three.
  # The token is needed once; it is a value, or the path of a file that holds it.
  #auth_servers: ["auth.example.com:3025"]
  #auth_token: /etc/sallyport.token
  #ca_pin: sha256:0000000000000000000000000000000000000000000000000000000000000000

  # The address to tell others, when they cannot reach the one that is listened on.
  #advertise_ip: 10.0.0.5

  # Connections of all kinds that each listener holds at once.
  #connection_limits:
  #  max_connections: 15000

  # output: stderr, stdout, or a file (opened anew at SIGHUP). severity: error, warn, info, debug. format: text, json.
  #log:
  #  output: stderr
  #  severity: info
  #  format: text

  #storage:
  #  type: sqlite

  # /healthz, /readyz and /metrics (Prometheus). There is none unless it is set.
  #diag_addr: 127.0.0.1:3001
  #pid_file: /run/sallyport.pid

# The certificate authority, users, roles and the audit log. One machine of a cluster.
auth_service:
  enabled: yes
  listen_addr: 0.0.0.0:3025
  # The cluster's name, chosen for good at the first start.
  #cluster_name: example
  # Where other machines reach it.
  #public_addr: auth.example.com:3025
  # Tokens that never expire: roles, then the value or the path of a file that holds it.
  #tokens: ["node:/etc/sallyport.node-token"]
  authentication:
    type: local
    # otp: everybody needs a one-time code. optional: who has set one up. off: nobody.
    second_factor: otp

# The door for users: SSH, and HTTPS for logging in.
proxy_service:
  enabled: yes
  listen_addr: 0.0.0.0:3023
  web_listen_addr: 0.0.0.0:3080
  # What users write after --proxy.
  #public_addr: access.example.com:3080
  #ssh_public_addr: access.example.com:3023
  # Certificates for HTTPS, read again at SIGHUP. Without one a self-signed certificate is made.
  #https_keypairs:
  #  - key_file: /etc/ssl/private/access.example.com.key
  #    cert_file: /etc/ssl/certs/access.example.com.pem

# The SSH server of this machine.
ssh_service:
  enabled: yes
  listen_addr: 0.0.0.0:3022
  #public_addr: node1.example.com:3022
  # By which roles choose machines, and people find them.
  #labels:
  #  env: prod
  # Labels whose value is the first line that a command prints. No shell reads the command.
  #commands:
  #  - name: kernel
  #    command: [uname, -r]
  #    period: 1h

# The key escrow (TMS's REST API). There is none unless this section is there, or --roles names tms.
#tms_service:
#  enabled: yes
#  listen_addr: 0.0.0.0:3000
  # Where others reach it: the names in its certificate, and what the live docs offer.
#  public_addr: escrow.example.com:3000
#  https_keypairs:
#    - key_file: /etc/ssl/private/escrow.example.com.key
#      cert_file: /etc/ssl/certs/escrow.example.com.pem
  # What a key needs (MFA, link, delegation) is made with it, and clients are registered by admins only.
#  enable_mvp: no
  # Whether strangers may register clients: allow, disallow. Read again at SIGHUP.
#  new_clients: allow
  # A second tenant, "test", beside "default". Where it is not wanted any more it is disabled.
#  enable_test_tenant: no
  # The heading of the live docs, and the base addresses that they offer.
#  title: TMS Server
#  server_urls: ["https://escrow.example.com:3000/v1"]
  # From TMS's own configuration: HTTPS only, and the port where listen_addr is not there.
#  http_addr: https://escrow.example.com
#  http_port: 3000
`;
