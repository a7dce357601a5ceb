/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Host Identity Protocol with flow mobility: generic netlink interface.
 *
 * The family is described in Documentation/netlink/specs/hip.yaml. Numbers on
 * this interface are in host byte order unless the type says __be. Addresses
 * of either family are carried as 16 octets, IPv4 as IPv4-mapped IPv6.
 */
#ifndef _UAPI_LINUX_HIP_H
#define _UAPI_LINUX_HIP_H

#define HIP_GENL_NAME		"hip"
#define HIP_GENL_VERSION	1

/* Multicast group of HIP_CMD_*_NTF events. */
#define HIP_GENL_MCGRP_EVENTS	"events"

/**
 * enum hip_cmd - commands of the family
 * @HIP_CMD_UNSPEC: not used
 * @HIP_CMD_DAEMON_REGISTER: the sender becomes this namespace's helper daemon
 *	and receives %HIP_CMD_UPCALL by unicast until its socket closes
 * @HIP_CMD_UPCALL: request of the kernel to the daemon (&enum hip_upcall_attr)
 * @HIP_CMD_UPCALL_REPLY: the daemon's answer (&enum hip_upcall_attr)
 * @HIP_CMD_IDENTITY_NEW: add a host identity (daemon only)
 * @HIP_CMD_IDENTITY_DEL: remove a host identity
 * @HIP_CMD_IDENTITY_GET: get or dump host identities
 * @HIP_CMD_PEER_NEW: tell the addresses at which a HIT is met
 * @HIP_CMD_PEER_SET: the same, replacing those known before
 * @HIP_CMD_PEER_DEL: forget them
 * @HIP_CMD_PEER_GET: get or dump
 * @HIP_CMD_ASSOC_NEW: start a base exchange with a peer
 * @HIP_CMD_ASSOC_DEL: close an association (CLOSE, RFC 7401 section 5.3.7)
 * @HIP_CMD_ASSOC_GET: get or dump associations
 * @HIP_CMD_PATH_GET: dump paths
 * @HIP_CMD_BINDING_NEW: add a flow binding
 * @HIP_CMD_BINDING_SET: change an existing flow binding; what is not given
 *	stays (a flow is moved by giving %HIP_A_BINDING_LOCATORS alone)
 * @HIP_CMD_BINDING_DEL: remove a flow binding
 * @HIP_CMD_BINDING_GET: dump bindings, our own and those of peers
 * @HIP_CMD_LOCATOR_GET: dump locators, our own and those of peers
 * @HIP_CMD_STATS_GET: counters of this namespace
 * @HIP_CMD_CONFIG_GET: settings of this namespace
 * @HIP_CMD_CONFIG_SET: change settings of this namespace
 * @HIP_CMD_ASSOC_NTF: an association changed its state
 * @HIP_CMD_PATH_NTF: a path came up, changed or went
 * @HIP_CMD_BINDING_NTF: a flow is carried by another path, or was refused
 * @HIP_CMD_LOCATOR_REFRESH: look at our addresses again. The kernel tells its
 *	modules when one comes or goes, but not that its preferred lifetime is
 *	over; hipflowd hears of that by rtnetlink
 * @HIP_CMD_ASSOC_REKEY: new keys for all paths of an association (RFC 7402
 *	section 6.8)
 * @HIP_CMD_SERVER_GET: services that this host offers (RFC 8003)
 * @HIP_CMD_SERVER_SET: change them; what is not given stays
 * @HIP_CMD_REGISTRATION_NEW: register with a server, and stay registered
 * @HIP_CMD_REGISTRATION_DEL: cancel that
 * @HIP_CMD_REGISTRATION_GET: dump registrations: ours with servers, and those
 *	that others have with us
 * @HIP_CMD_REGISTRATION_NTF: a registration changed its state
 */
enum hip_cmd {
	HIP_CMD_UNSPEC,
	HIP_CMD_DAEMON_REGISTER,
	HIP_CMD_UPCALL,
	HIP_CMD_UPCALL_REPLY,
	HIP_CMD_IDENTITY_NEW,
	HIP_CMD_IDENTITY_DEL,
	HIP_CMD_IDENTITY_GET,
	HIP_CMD_PEER_NEW,
	HIP_CMD_PEER_SET,
	HIP_CMD_PEER_DEL,
	HIP_CMD_PEER_GET,
	HIP_CMD_ASSOC_NEW,
	HIP_CMD_ASSOC_DEL,
	HIP_CMD_ASSOC_GET,
	HIP_CMD_PATH_GET,
	HIP_CMD_BINDING_NEW,
	HIP_CMD_BINDING_SET,
	HIP_CMD_BINDING_DEL,
	HIP_CMD_BINDING_GET,
	HIP_CMD_LOCATOR_GET,
	HIP_CMD_STATS_GET,
	HIP_CMD_CONFIG_GET,
	HIP_CMD_CONFIG_SET,
	HIP_CMD_ASSOC_NTF,
	HIP_CMD_PATH_NTF,
	HIP_CMD_BINDING_NTF,
	HIP_CMD_LOCATOR_REFRESH,
	HIP_CMD_ASSOC_REKEY,
	HIP_CMD_SERVER_GET,
	HIP_CMD_SERVER_SET,
	HIP_CMD_REGISTRATION_NEW,
	HIP_CMD_REGISTRATION_DEL,
	HIP_CMD_REGISTRATION_GET,
	HIP_CMD_REGISTRATION_NTF,

	/* private: */
	__HIP_CMD_MAX,
};

#define HIP_CMD_MAX (__HIP_CMD_MAX - 1)

/**
 * enum hip_upcall_op - what the kernel asks of hipflowd
 * @HIP_UPCALL_SIGN: sign @DATA with the private key of @HIT; the algorithm is
 *	that of the host identity (RFC 7401 section 5.2.14: RSA with PSS over
 *	SHA-256; ECDSA with SHA-256 for P-256 and SHA-384 for P-384, r and s
 *	concatenated). Reply: @SIGNATURE
 * @HIP_UPCALL_VERIFY: verify @SIGNATURE over @DATA with the public key in
 *	@HOST_ID (contents of a HOST_ID parameter), and decide by policy if
 *	@HIT may talk to us. Reply: @STATUS
 * @HIP_UPCALL_DH_GENERATE: make a key pair in @DH_GROUP. Reply: @DH_KEY (a
 *	handle, not zero) and @DH_PUBLIC
 * @HIP_UPCALL_DH_DERIVE: shared secret of the pair @DH_KEY and the peer's
 *	@DH_PUBLIC (validated). With @HIT, policy is asked first if it may talk to
 *	us: it need not cost a Diffie-Hellman to refuse it. Reply: @DH_SECRET
 * @HIP_UPCALL_DH_RELEASE: the pair @DH_KEY is no longer needed; no reply
 */
enum hip_upcall_op {
	HIP_UPCALL_UNSPEC,
	HIP_UPCALL_SIGN,
	HIP_UPCALL_VERIFY,
	HIP_UPCALL_DH_GENERATE,
	HIP_UPCALL_DH_DERIVE,
	HIP_UPCALL_DH_RELEASE,

	/* private: */
	__HIP_UPCALL_MAX,
};

#define HIP_UPCALL_MAX (__HIP_UPCALL_MAX - 1)

/**
 * enum hip_upcall_attr - attributes of %HIP_CMD_UPCALL and its reply
 * @HIP_A_UPCALL_COOKIE: u64, opaque; returned unchanged in the reply
 * @HIP_A_UPCALL_OP: u8, &enum hip_upcall_op; in requests
 * @HIP_A_UPCALL_STATUS: u32, in replies: 0, or a positive errno (%EBADMSG: the
 *	signature is wrong; %EACCES: refused by policy; %ENOENT: no such key)
 * @HIP_A_UPCALL_HIT: 16 octets; ours for SIGN, the peer's for VERIFY and DERIVE
 * @HIP_A_UPCALL_DATA: octets to sign or verify
 * @HIP_A_UPCALL_SIGNATURE: octets, without the algorithm field
 * @HIP_A_UPCALL_HOST_ID: contents of a HOST_ID parameter (RFC 7401 5.2.9)
 * @HIP_A_UPCALL_DH_GROUP: u8, RFC 7401 section 5.2.7
 * @HIP_A_UPCALL_DH_KEY: u32, the daemon's handle of a key pair
 * @HIP_A_UPCALL_DH_PUBLIC: public value as on the wire
 * @HIP_A_UPCALL_DH_SECRET: the shared secret Kij as KEYMAT wants it (RFC 7401
 *	section 6.5)
 * @HIP_A_UPCALL_PAD: padding for 64-bit alignment
 */
enum hip_upcall_attr {
	HIP_A_UPCALL_UNSPEC,
	HIP_A_UPCALL_COOKIE,
	HIP_A_UPCALL_OP,
	HIP_A_UPCALL_STATUS,
	HIP_A_UPCALL_HIT,
	HIP_A_UPCALL_DATA,
	HIP_A_UPCALL_SIGNATURE,
	HIP_A_UPCALL_HOST_ID,
	HIP_A_UPCALL_DH_GROUP,
	HIP_A_UPCALL_DH_KEY,
	HIP_A_UPCALL_DH_PUBLIC,
	HIP_A_UPCALL_DH_SECRET,
	HIP_A_UPCALL_PAD,

	/* private: */
	__HIP_A_UPCALL_MAX,
};

#define HIP_A_UPCALL_MAX (__HIP_A_UPCALL_MAX - 1)

/**
 * enum hip_identity_attr - a host identity
 * @HIP_A_IDENTITY_HIT: 16 octets, computed by the kernel; key of GET and DEL
 * @HIP_A_IDENTITY_HOST_ID: contents of the HOST_ID parameter
 * @HIP_A_IDENTITY_R1_COUNTER: u64; in NEW: the generation to begin at, never
 *	below one used before (RFC 7401 section 4.1.4); in GET: the current one
 * @HIP_A_IDENTITY_R1_READY: u8, 1 if signed R1s are at hand to answer I1s
 * @HIP_A_IDENTITY_PAD: padding for 64-bit alignment
 */
enum hip_identity_attr {
	HIP_A_IDENTITY_UNSPEC,
	HIP_A_IDENTITY_HIT,
	HIP_A_IDENTITY_HOST_ID,
	HIP_A_IDENTITY_R1_COUNTER,
	HIP_A_IDENTITY_R1_READY,
	HIP_A_IDENTITY_PAD,

	/* private: */
	__HIP_A_IDENTITY_MAX,
};

#define HIP_A_IDENTITY_MAX (__HIP_A_IDENTITY_MAX - 1)

/**
 * enum hip_peer_attr - where a peer is met before there is an association
 * @HIP_A_PEER_HIT: 16 octets, key
 * @HIP_A_PEER_ADDRS: array of 16-octet addresses, 1 to 32, tried in order
 */
enum hip_peer_attr {
	HIP_A_PEER_UNSPEC,
	HIP_A_PEER_HIT,
	HIP_A_PEER_ADDRS,

	/* private: */
	__HIP_A_PEER_MAX,
};

#define HIP_A_PEER_MAX (__HIP_A_PEER_MAX - 1)

/**
 * enum hip_assoc_state - states of RFC 7401 section 4.4.2
 */
enum hip_assoc_state {
	HIP_STATE_UNASSOCIATED,
	HIP_STATE_I1_SENT,
	HIP_STATE_I2_SENT,
	HIP_STATE_R2_SENT,
	HIP_STATE_ESTABLISHED,
	HIP_STATE_CLOSING,
	HIP_STATE_CLOSED,
	HIP_STATE_E_FAILED,

	/* private: */
	__HIP_STATE_MAX,
};

/**
 * enum hip_fail_reason - why an association is in E-FAILED
 */
enum hip_fail_reason {
	HIP_FAIL_NONE,
	HIP_FAIL_NO_DAEMON,		/* hipflowd is not running */
	HIP_FAIL_NO_LOCATOR,		/* no address known for the peer */
	HIP_FAIL_NO_ROUTE,		/* no route to any address of the peer */
	HIP_FAIL_NO_ANSWER,		/* retransmissions exhausted */
	HIP_FAIL_NO_IDENTITY,		/* no host identity of ours to use */
	HIP_FAIL_HIT_SUITE,		/* the peer does not take our HIT suite */
	HIP_FAIL_DH_GROUP,		/* no common group, or a downgrade */
	HIP_FAIL_CIPHER,		/* no common HIP_CIPHER */
	HIP_FAIL_ESP_TRANSFORM,		/* no common ESP suite */
	HIP_FAIL_PUZZLE,		/* too hard, or not solved in time */
	HIP_FAIL_AUTHENTICATION,	/* signature or MAC of the peer is wrong */
	HIP_FAIL_POLICY,		/* refused by our policy */
	HIP_FAIL_REFUSED,		/* the peer said so by NOTIFY */
	HIP_FAIL_INTERNAL,		/* out of memory or of another resource */

	/* private: */
	__HIP_FAIL_MAX,
};

/**
 * enum hip_assoc_attr - an association
 * @HIP_A_ASSOC_LOCAL_HIT: 16 octets; key (optional in NEW, DEL: any of ours)
 * @HIP_A_ASSOC_PEER_HIT: 16 octets; key
 * @HIP_A_ASSOC_STATE: u8, &enum hip_assoc_state
 * @HIP_A_ASSOC_FAIL_REASON: u8, &enum hip_fail_reason
 * @HIP_A_ASSOC_INITIATOR: flag, we began the base exchange
 * @HIP_A_ASSOC_FLOWS: flag, the peer sent an E-LOCATOR: it knows flows
 * @HIP_A_ASSOC_ESP_SUITE: u16, RFC 7402 section 5.1.2
 * @HIP_A_ASSOC_DH_GROUP: u8, RFC 7401 section 5.2.7
 * @HIP_A_ASSOC_HIP_CIPHER: u16, RFC 7401 section 5.2.8
 * @HIP_A_ASSOC_AGE_MS: u64, time since the state was entered
 * @HIP_A_ASSOC_TX_PACKETS: u64, sum over paths
 * @HIP_A_ASSOC_TX_BYTES: u64
 * @HIP_A_ASSOC_RX_PACKETS: u64
 * @HIP_A_ASSOC_RX_BYTES: u64
 * @HIP_A_ASSOC_NOTIFY: u16, last NOTIFICATION message type of the peer
 * @HIP_A_ASSOC_UPDATES_PENDING: u32, UPDATEs not yet acknowledged
 * @HIP_A_ASSOC_PAD: padding for 64-bit alignment
 * @HIP_A_ASSOC_REKEY_DH: flag, in REKEY: and new Diffie-Hellman values
 * @HIP_A_ASSOC_PEER_ADDR: 16 octets; in NEW, instead of the peer's HIT: whoever
 *	is there (opportunistic mode, RFC 7401 section 4.1.8); in GET: the peer
 *	was met so. While its HIT is not known, that is all zeros
 */
enum hip_assoc_attr {
	HIP_A_ASSOC_UNSPEC,
	HIP_A_ASSOC_LOCAL_HIT,
	HIP_A_ASSOC_PEER_HIT,
	HIP_A_ASSOC_STATE,
	HIP_A_ASSOC_FAIL_REASON,
	HIP_A_ASSOC_INITIATOR,
	HIP_A_ASSOC_FLOWS,
	HIP_A_ASSOC_ESP_SUITE,
	HIP_A_ASSOC_DH_GROUP,
	HIP_A_ASSOC_HIP_CIPHER,
	HIP_A_ASSOC_AGE_MS,
	HIP_A_ASSOC_TX_PACKETS,
	HIP_A_ASSOC_TX_BYTES,
	HIP_A_ASSOC_RX_PACKETS,
	HIP_A_ASSOC_RX_BYTES,
	HIP_A_ASSOC_NOTIFY,
	HIP_A_ASSOC_UPDATES_PENDING,
	HIP_A_ASSOC_PAD,
	HIP_A_ASSOC_REKEY_DH,
	HIP_A_ASSOC_PEER_ADDR,

	/* private: */
	__HIP_A_ASSOC_MAX,
};

#define HIP_A_ASSOC_MAX (__HIP_A_ASSOC_MAX - 1)

/**
 * enum hip_locator_state - RFC 8046 section 5.1
 */
enum hip_locator_state {
	HIP_LOCATOR_UNVERIFIED,
	HIP_LOCATOR_ACTIVE,
	HIP_LOCATOR_DEPRECATED,
};

/**
 * enum hip_path_attr - a path: our locator, the peer's locator, an SA pair
 * @HIP_A_PATH_ID: u32, unique in the namespace
 * @HIP_A_PATH_LOCAL_HIT: 16 octets
 * @HIP_A_PATH_PEER_HIT: 16 octets
 * @HIP_A_PATH_LOCAL_ADDR: 16 octets
 * @HIP_A_PATH_PEER_ADDR: 16 octets
 * @HIP_A_PATH_IFINDEX: u32, our interface, 0 if the address is gone
 * @HIP_A_PATH_STATE: u8, &enum hip_locator_state of the worse end
 * @HIP_A_PATH_DEFAULT: flag, carries what no binding matches
 * @HIP_A_PATH_SPI_IN: u32
 * @HIP_A_PATH_SPI_OUT: u32
 * @HIP_A_PATH_TX_PACKETS: u64
 * @HIP_A_PATH_TX_BYTES: u64, inner octets
 * @HIP_A_PATH_RX_PACKETS: u64
 * @HIP_A_PATH_RX_BYTES: u64, inner octets
 * @HIP_A_PATH_PAD: padding for 64-bit alignment
 * @HIP_A_PATH_SILENT: flag, nothing comes back by it: other paths are used
 */
enum hip_path_attr {
	HIP_A_PATH_UNSPEC,
	HIP_A_PATH_ID,
	HIP_A_PATH_LOCAL_HIT,
	HIP_A_PATH_PEER_HIT,
	HIP_A_PATH_LOCAL_ADDR,
	HIP_A_PATH_PEER_ADDR,
	HIP_A_PATH_IFINDEX,
	HIP_A_PATH_STATE,
	HIP_A_PATH_DEFAULT,
	HIP_A_PATH_SPI_IN,
	HIP_A_PATH_SPI_OUT,
	HIP_A_PATH_TX_PACKETS,
	HIP_A_PATH_TX_BYTES,
	HIP_A_PATH_RX_PACKETS,
	HIP_A_PATH_RX_BYTES,
	HIP_A_PATH_PAD,
	HIP_A_PATH_SILENT,

	/* private: */
	__HIP_A_PATH_MAX,
};

#define HIP_A_PATH_MAX (__HIP_A_PATH_MAX - 1)

/**
 * enum hip_selector_attr - traffic selector of RFC 6088
 *
 * Describes packets on their way to the owner of the binding. A minimum
 * without its maximum is an exact value. Ranges are inclusive. Ports are in
 * host byte order.
 *
 * @HIP_A_SELECTOR_FAMILY: u8, AF_INET6 (default: HITs) or AF_INET (LSIs)
 * @HIP_A_SELECTOR_SRC_MIN: 16 octets
 * @HIP_A_SELECTOR_SRC_MAX: 16 octets
 * @HIP_A_SELECTOR_DST_MIN: 16 octets
 * @HIP_A_SELECTOR_DST_MAX: 16 octets
 * @HIP_A_SELECTOR_SPI_MIN: u32
 * @HIP_A_SELECTOR_SPI_MAX: u32
 * @HIP_A_SELECTOR_FLOW_LABEL_MIN: u32, 20 bits
 * @HIP_A_SELECTOR_FLOW_LABEL_MAX: u32, 20 bits
 * @HIP_A_SELECTOR_SPORT_MIN: u16
 * @HIP_A_SELECTOR_SPORT_MAX: u16
 * @HIP_A_SELECTOR_DPORT_MIN: u16
 * @HIP_A_SELECTOR_DPORT_MAX: u16
 * @HIP_A_SELECTOR_TCLASS_MIN: u8, DS field or traffic class; ECN is ignored
 * @HIP_A_SELECTOR_TCLASS_MAX: u8
 * @HIP_A_SELECTOR_PROTO_MIN: u8, protocol or next header
 * @HIP_A_SELECTOR_PROTO_MAX: u8
 */
enum hip_selector_attr {
	HIP_A_SELECTOR_UNSPEC,
	HIP_A_SELECTOR_FAMILY,
	HIP_A_SELECTOR_SRC_MIN,
	HIP_A_SELECTOR_SRC_MAX,
	HIP_A_SELECTOR_DST_MIN,
	HIP_A_SELECTOR_DST_MAX,
	HIP_A_SELECTOR_SPI_MIN,
	HIP_A_SELECTOR_SPI_MAX,
	HIP_A_SELECTOR_FLOW_LABEL_MIN,
	HIP_A_SELECTOR_FLOW_LABEL_MAX,
	HIP_A_SELECTOR_SPORT_MIN,
	HIP_A_SELECTOR_SPORT_MAX,
	HIP_A_SELECTOR_DPORT_MIN,
	HIP_A_SELECTOR_DPORT_MAX,
	HIP_A_SELECTOR_TCLASS_MIN,
	HIP_A_SELECTOR_TCLASS_MAX,
	HIP_A_SELECTOR_PROTO_MIN,
	HIP_A_SELECTOR_PROTO_MAX,

	/* private: */
	__HIP_A_SELECTOR_MAX,
};

#define HIP_A_SELECTOR_MAX (__HIP_A_SELECTOR_MAX - 1)

/**
 * enum hip_binding_locator_attr - one locator of a binding, preferred first
 * @HIP_A_BINDING_LOCATOR_IFINDEX: u32, all addresses of this interface
 * @HIP_A_BINDING_LOCATOR_ADDR: 16 octets, or just this address
 */
enum hip_binding_locator_attr {
	HIP_A_BINDING_LOCATOR_UNSPEC,
	HIP_A_BINDING_LOCATOR_IFINDEX,
	HIP_A_BINDING_LOCATOR_ADDR,

	/* private: */
	__HIP_A_BINDING_LOCATOR_MAX,
};

#define HIP_A_BINDING_LOCATOR_MAX (__HIP_A_BINDING_LOCATOR_MAX - 1)

/**
 * enum hip_binding_attr - a flow binding
 * @HIP_A_BINDING_FID: u16, not 0; key (RFC 6089 section 4.2)
 * @HIP_A_BINDING_PRIORITY: u16, not 0, lower wins, unique
 * @HIP_A_BINDING_PEER_HIT: 16 octets; key: for this peer only. Without it, for
 *	all peers. In dumps of peers' bindings: whose binding it is
 * @HIP_A_BINDING_LOCAL_HIT: 16 octets, in dumps of peers' bindings
 * @HIP_A_BINDING_REMOTE: flag, in dumps: asked by the peer
 * @HIP_A_BINDING_SELECTOR: nest of &enum hip_selector_attr
 * @HIP_A_BINDING_LOCATORS: nest of 1 to 8 %HIP_A_BINDING_LOCATOR, in order of
 *	preference
 * @HIP_A_BINDING_LOCATOR: nest of &enum hip_binding_locator_attr, inside
 *	@HIP_A_BINDING_LOCATORS
 * @HIP_A_BINDING_PATH: u32, in dumps: the path that carries the flow now
 * @HIP_A_BINDING_STATUS: u8, in dumps: RFC 6089 status, 0 or why it is refused
 * @HIP_A_BINDING_TX_PACKETS: u64
 * @HIP_A_BINDING_TX_BYTES: u64
 * @HIP_A_BINDING_RX_PACKETS: u64
 * @HIP_A_BINDING_RX_BYTES: u64
 * @HIP_A_BINDING_PAD: padding for 64-bit alignment
 */
enum hip_binding_attr {
	HIP_A_BINDING_UNSPEC,
	HIP_A_BINDING_FID,
	HIP_A_BINDING_PRIORITY,
	HIP_A_BINDING_PEER_HIT,
	HIP_A_BINDING_LOCAL_HIT,
	HIP_A_BINDING_REMOTE,
	HIP_A_BINDING_SELECTOR,
	HIP_A_BINDING_LOCATORS,
	HIP_A_BINDING_LOCATOR,
	HIP_A_BINDING_PATH,
	HIP_A_BINDING_STATUS,
	HIP_A_BINDING_TX_PACKETS,
	HIP_A_BINDING_TX_BYTES,
	HIP_A_BINDING_RX_PACKETS,
	HIP_A_BINDING_RX_BYTES,
	HIP_A_BINDING_PAD,

	/* private: */
	__HIP_A_BINDING_MAX,
};

#define HIP_A_BINDING_MAX (__HIP_A_BINDING_MAX - 1)

/**
 * enum hip_locator_attr - a locator
 * @HIP_A_LOCATOR_ADDR: 16 octets
 * @HIP_A_LOCATOR_IFINDEX: u32, of ours
 * @HIP_A_LOCATOR_PEER_HIT: 16 octets, of a peer's: whose
 * @HIP_A_LOCATOR_LOCAL_HIT: 16 octets, of a peer's
 * @HIP_A_LOCATOR_STATE: u8, &enum hip_locator_state
 * @HIP_A_LOCATOR_PREFERRED: flag
 * @HIP_A_LOCATOR_LIFETIME: u32, seconds; absent: unbounded
 */
enum hip_locator_attr {
	HIP_A_LOCATOR_UNSPEC,
	HIP_A_LOCATOR_ADDR,
	HIP_A_LOCATOR_IFINDEX,
	HIP_A_LOCATOR_PEER_HIT,
	HIP_A_LOCATOR_LOCAL_HIT,
	HIP_A_LOCATOR_STATE,
	HIP_A_LOCATOR_PREFERRED,
	HIP_A_LOCATOR_LIFETIME,

	/* private: */
	__HIP_A_LOCATOR_MAX,
};

#define HIP_A_LOCATOR_MAX (__HIP_A_LOCATOR_MAX - 1)

/**
 * enum hip_stat - counters of a namespace, one u64 each
 *
 * In a %HIP_CMD_STATS_GET reply each is an attribute of its own.
 */
enum hip_stat {
	HIP_STAT_UNSPEC,
	HIP_STAT_RX_I1,			/* control packets that passed parsing */
	HIP_STAT_RX_R1,
	HIP_STAT_RX_I2,
	HIP_STAT_RX_R2,
	HIP_STAT_RX_UPDATE,
	HIP_STAT_RX_NOTIFY,
	HIP_STAT_RX_CLOSE,
	HIP_STAT_RX_CLOSE_ACK,
	HIP_STAT_TX_I1,
	HIP_STAT_TX_R1,
	HIP_STAT_TX_I2,
	HIP_STAT_TX_R2,
	HIP_STAT_TX_UPDATE,
	HIP_STAT_TX_NOTIFY,
	HIP_STAT_TX_CLOSE,
	HIP_STAT_TX_CLOSE_ACK,
	HIP_STAT_RETRANSMITS,		/* control packets sent again */
	HIP_STAT_DROP_TRUNCATED,	/* shorter than its length says */
	HIP_STAT_DROP_VERSION,		/* not HIPv2 */
	HIP_STAT_DROP_TYPE,		/* unknown packet type */
	HIP_STAT_DROP_CHECKSUM,
	HIP_STAT_DROP_MALFORMED,	/* a parameter is missing or malformed */
	HIP_STAT_DROP_ORDER,		/* parameters out of order */
	HIP_STAT_DROP_CRITICAL,		/* unknown critical parameter */
	HIP_STAT_DROP_HIT,		/* not for a HIT of ours, or not a HIT */
	HIP_STAT_DROP_STATE,		/* not expected in this state */
	HIP_STAT_DROP_PUZZLE,		/* wrong or outdated solution */
	HIP_STAT_DROP_MAC,
	HIP_STAT_DROP_SIGNATURE,
	HIP_STAT_DROP_POLICY,		/* refused by policy */
	HIP_STAT_DROP_REPLAY,		/* seen before */
	HIP_STAT_DROP_NO_DAEMON,	/* hipflowd absent or too slow */
	HIP_STAT_DROP_LIMIT,		/* a limit on memory or rate was met */
	HIP_STAT_DROP_PROPOSAL,		/* no common group, cipher or transform */
	HIP_STAT_DATA_NO_ASSOC,		/* data for a peer that cannot be reached */
	HIP_STAT_DATA_NO_PATH,		/* data with no usable path */
	HIP_STAT_DATA_QUEUE_FULL,	/* data while the exchange runs, queue full */
	HIP_STAT_DATA_TX_ERROR,		/* refused by XFRM or routing */
	HIP_STAT_DATA_RX_ERROR,		/* refused by XFRM */
	HIP_STAT_DATA_NO_CREDIT,	/* data for an unverified address, beyond credit */
	HIP_STAT_REKEYS,		/* pairs of SAs that got new keys */
	HIP_STAT_PAD,
	HIP_STAT_RELAYED,		/* sent on to who is registered with us */
	HIP_STAT_TX_UPDATE_RVS,		/* sent to where a peer's server may be */

	/* private: */
	__HIP_STAT_MAX,
};

#define HIP_STAT_MAX (__HIP_STAT_MAX - 1)

/**
 * enum hip_rekey_on_move - SAs of a path whose address changes
 * @HIP_REKEY_ON_MOVE_NO: go to the new address as they are
 * @HIP_REKEY_ON_MOVE_YES: get new SPIs and keys (draft section 3.3.2)
 * @HIP_REKEY_ON_MOVE_DH: and new Diffie-Hellman values
 */
enum hip_rekey_on_move {
	HIP_REKEY_ON_MOVE_NO,
	HIP_REKEY_ON_MOVE_YES,
	HIP_REKEY_ON_MOVE_DH,
};

/**
 * enum hip_config_attr - settings of a namespace
 * @HIP_A_CONFIG_PUZZLE_K: u8, difficulty of the puzzles we set, 0 to 20
 * @HIP_A_CONFIG_DH_GROUPS: array of u8, preferred first, at most 8
 * @HIP_A_CONFIG_ESP_SUITES: array of u16, preferred first, at most 6
 * @HIP_A_CONFIG_MAX_FIDS: u16, flow bindings we take from one peer
 * @HIP_A_CONFIG_RETRANSMIT_MS: u32, first retransmission of a control packet
 * @HIP_A_CONFIG_RETRIES: u8, before the peer counts as gone
 * @HIP_A_CONFIG_PATH_TIMEOUT_MS: u32, after so long without a sign of life a
 *	path that carries data counts as silent, 200 to 10000; 0: never
 * @HIP_A_CONFIG_IDLE_TIMEOUT: u32, seconds without data after which an
 *	association is closed (RFC 7401's UAL), at most 604800; 0: never
 * @HIP_A_CONFIG_REKEY_TIME: u32, seconds after which SAs that were used get new
 *	keys, 10 to 604800; 0: never. This and the two that follow are for SAs
 *	made from then on
 * @HIP_A_CONFIG_REKEY_BYTES: u64, at least 65536; 0: never
 * @HIP_A_CONFIG_REKEY_PACKETS: u64, at least 100; 0: never
 * @HIP_A_CONFIG_REKEY_ON_MOVE: u8, &enum hip_rekey_on_move
 * @HIP_A_CONFIG_PAD: padding for 64-bit alignment
 * @HIP_A_CONFIG_HIP_CIPHERS: array of u16, preferred first, at most 6 (RFC 7401
 *	section 5.2.8)
 * @HIP_A_CONFIG_ENCRYPT_HOST_ID: u8, 1: our HOST_ID is encrypted in I2 (section
 *	5.2.18)
 * @HIP_A_CONFIG_OPPORTUNISTIC: u8, 1: I1s without a HIT are answered, and may be
 *	sent (section 4.1.8)
 * @HIP_A_CONFIG_RELAY_PER_SECOND: u32, packets that a rendezvous server relays to
 *	one host in a second, at most 1000000; 0: without a limit
 */
enum hip_config_attr {
	HIP_A_CONFIG_UNSPEC,
	HIP_A_CONFIG_PUZZLE_K,
	HIP_A_CONFIG_DH_GROUPS,
	HIP_A_CONFIG_ESP_SUITES,
	HIP_A_CONFIG_MAX_FIDS,
	HIP_A_CONFIG_RETRANSMIT_MS,
	HIP_A_CONFIG_RETRIES,
	HIP_A_CONFIG_PATH_TIMEOUT_MS,
	HIP_A_CONFIG_IDLE_TIMEOUT,
	HIP_A_CONFIG_REKEY_TIME,
	HIP_A_CONFIG_REKEY_BYTES,
	HIP_A_CONFIG_REKEY_PACKETS,
	HIP_A_CONFIG_REKEY_ON_MOVE,
	HIP_A_CONFIG_PAD,
	HIP_A_CONFIG_HIP_CIPHERS,
	HIP_A_CONFIG_ENCRYPT_HOST_ID,
	HIP_A_CONFIG_OPPORTUNISTIC,
	HIP_A_CONFIG_RELAY_PER_SECOND,

	/* private: */
	__HIP_A_CONFIG_MAX,
};

#define HIP_A_CONFIG_MAX (__HIP_A_CONFIG_MAX - 1)

/**
 * enum hip_server_allow - who may register
 */
enum hip_server_allow {
	HIP_SERVER_ALLOW_ANY,
	HIP_SERVER_ALLOW_LISTED,
	HIP_SERVER_ALLOW_NONE,
};

/**
 * enum hip_server_attr - services that this host offers
 * @HIP_A_SERVER_RVS: u8, 1: rendezvous (RFC 8004), 0: none
 * @HIP_A_SERVER_LIFETIME_MIN: u32, seconds, shortest lifetime of a
 *	registration. Those on the wire have steps of 9 percent
 * @HIP_A_SERVER_LIFETIME_MAX: u32, seconds, at most 15384774
 * @HIP_A_SERVER_LIMIT: u32, registrations that are taken
 * @HIP_A_SERVER_ALLOW: u8, &enum hip_server_allow
 * @HIP_A_SERVER_HITS: array of 16-octet HITs, at most 1024; with
 *	%HIP_SERVER_ALLOW_LISTED
 * @HIP_A_SERVER_COUNT: u32, in GET: registrations there are
 */
enum hip_server_attr {
	HIP_A_SERVER_UNSPEC,
	HIP_A_SERVER_RVS,
	HIP_A_SERVER_LIFETIME_MIN,
	HIP_A_SERVER_LIFETIME_MAX,
	HIP_A_SERVER_LIMIT,
	HIP_A_SERVER_ALLOW,
	HIP_A_SERVER_HITS,
	HIP_A_SERVER_COUNT,

	/* private: */
	__HIP_A_SERVER_MAX,
};

#define HIP_A_SERVER_MAX (__HIP_A_SERVER_MAX - 1)

/**
 * enum hip_registration_state - of one with a server, or of a host with us
 */
enum hip_registration_state {
	HIP_REGISTRATION_WAITING,	/* for the server's answer */
	HIP_REGISTRATION_REGISTERED,
	HIP_REGISTRATION_REFUSED,	/* the server said why; asked again later */
	HIP_REGISTRATION_CANCELLED,	/* in events, and until the server knows */
	HIP_REGISTRATION_EXPIRED,	/* in events */
};

/**
 * enum hip_registration_attr - a registration for rendezvous
 * @HIP_A_REGISTRATION_PEER_HIT: 16 octets, key: of the server, or of the host
 *	that is registered with us
 * @HIP_A_REGISTRATION_LOCAL_HIT: 16 octets; optional in NEW: our first
 * @HIP_A_REGISTRATION_ADDRS: array of 16-octet addresses: in NEW 1 to 8 of the
 *	server's; of a host registered with us: where I1s go
 * @HIP_A_REGISTRATION_LIFETIME: u32, seconds: in NEW asked for, 1 to 15384774,
 *	600 if not given; in dumps granted, or asked for if there is no grant
 * @HIP_A_REGISTRATION_SERVER: flag, in dumps: we are the server
 * @HIP_A_REGISTRATION_STATE: u8, &enum hip_registration_state
 * @HIP_A_REGISTRATION_FAILURE: u8, failure type of RFC 8003 section 4.4, if
 *	refused
 * @HIP_A_REGISTRATION_EXPIRES_MS: u64, milliseconds left, if registered
 * @HIP_A_REGISTRATION_RELAYED: u64, I1s sent on to the host
 * @HIP_A_REGISTRATION_PAD: padding for 64-bit alignment
 */
enum hip_registration_attr {
	HIP_A_REGISTRATION_UNSPEC,
	HIP_A_REGISTRATION_PEER_HIT,
	HIP_A_REGISTRATION_LOCAL_HIT,
	HIP_A_REGISTRATION_ADDRS,
	HIP_A_REGISTRATION_LIFETIME,
	HIP_A_REGISTRATION_SERVER,
	HIP_A_REGISTRATION_STATE,
	HIP_A_REGISTRATION_FAILURE,
	HIP_A_REGISTRATION_EXPIRES_MS,
	HIP_A_REGISTRATION_RELAYED,
	HIP_A_REGISTRATION_PAD,

	/* private: */
	__HIP_A_REGISTRATION_MAX,
};

#define HIP_A_REGISTRATION_MAX (__HIP_A_REGISTRATION_MAX - 1)

#endif /* _UAPI_LINUX_HIP_H */
