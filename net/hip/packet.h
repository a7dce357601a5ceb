/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HIP packets on the wire (RFC 7401 section 5, RFC 7402 section 5, RFC 8046
 * section 4): layouts, a parser that checks before it trusts, and a builder.
 */
#ifndef _NET_HIP_PACKET_H
#define _NET_HIP_PACKET_H

#include "rhash.h"
#include "types.h"

#define HIP_PROTO		139
#define HIP_VERSION		2
#define HIP_NEXTHDR_NONE	59

/* Header Length counts 8-octet units beyond the first (section 5.1). */
#define HIP_PACKET_MAX_LEN	((255 + 1) * 8)
#define HIP_HDR_LEN_MIN		4

enum hip_packet_type {
	HIP_I1		= 1,
	HIP_R1		= 2,
	HIP_I2		= 3,
	HIP_R2		= 4,
	HIP_UPDATE	= 16,
	HIP_NOTIFY	= 17,
	HIP_CLOSE	= 18,
	HIP_CLOSE_ACK	= 19,
};

/* Controls (section 5.1.2) */
#define HIP_CONTROL_ANONYMOUS	0x0001

enum hip_param_type {
	HIP_PARAM_ESP_INFO		= 65,
	HIP_PARAM_R1_COUNTER		= 129,
	HIP_PARAM_LOCATOR_SET		= 193,
	HIP_PARAM_PUZZLE		= 257,
	HIP_PARAM_SOLUTION		= 321,
	HIP_PARAM_SEQ			= 385,
	HIP_PARAM_ACK			= 449,
	HIP_PARAM_DH_GROUP_LIST		= 511,
	HIP_PARAM_DIFFIE_HELLMAN	= 513,
	HIP_PARAM_HIP_CIPHER		= 579,
	HIP_PARAM_ENCRYPTED		= 641,
	HIP_PARAM_HOST_ID		= 705,
	HIP_PARAM_HIT_SUITE_LIST	= 715,
	HIP_PARAM_CERT			= 768,
	HIP_PARAM_NOTIFICATION		= 832,
	HIP_PARAM_ECHO_REQUEST_SIGNED	= 897,
	HIP_PARAM_REG_INFO		= 930,
	HIP_PARAM_REG_REQUEST		= 932,
	HIP_PARAM_REG_RESPONSE		= 934,
	HIP_PARAM_REG_FAILED		= 936,
	HIP_PARAM_ECHO_RESPONSE_SIGNED	= 961,
	HIP_PARAM_TRANSPORT_FORMAT_LIST	= 2049,
	HIP_PARAM_ESP_TRANSFORM		= 4095,
	/* Private use, non-critical: the draft names no number. */
	HIP_PARAM_E_LOCATOR		= 40026,
	HIP_PARAM_HIP_MAC		= 61505,
	HIP_PARAM_HIP_MAC_2		= 61569,
	HIP_PARAM_HIP_SIGNATURE_2	= 61633,
	HIP_PARAM_HIP_SIGNATURE		= 61697,
	HIP_PARAM_ECHO_RESPONSE_UNSIGNED = 63425,
	HIP_PARAM_ECHO_REQUEST_UNSIGNED	= 63661,
	HIP_PARAM_FROM			= 65498,
	HIP_PARAM_RVS_HMAC		= 65500,
	HIP_PARAM_VIA_RVS		= 65502,
};

/* NOTIFICATION message types (section 5.2.19, RFC 7402 5.1.3, RFC 8046 7) */
enum hip_notify_type {
	HIP_NOTIFY_UNSUPPORTED_CRITICAL_PARAMETER_TYPE	= 1,
	HIP_NOTIFY_INVALID_SYNTAX			= 7,
	HIP_NOTIFY_NO_DH_PROPOSAL_CHOSEN		= 14,
	HIP_NOTIFY_INVALID_DH_CHOSEN			= 15,
	HIP_NOTIFY_NO_HIP_PROPOSAL_CHOSEN		= 16,
	HIP_NOTIFY_INVALID_HIP_CIPHER_CHOSEN		= 17,
	HIP_NOTIFY_NO_ESP_PROPOSAL_CHOSEN		= 18,
	HIP_NOTIFY_INVALID_ESP_TRANSFORM_CHOSEN		= 19,
	HIP_NOTIFY_UNSUPPORTED_HIT_SUITE		= 20,
	HIP_NOTIFY_AUTHENTICATION_FAILED		= 24,
	HIP_NOTIFY_CHECKSUM_FAILED			= 26,
	HIP_NOTIFY_HIP_MAC_FAILED			= 28,
	HIP_NOTIFY_ENCRYPTION_FAILED			= 32,
	HIP_NOTIFY_INVALID_HIT				= 40,
	HIP_NOTIFY_BLOCKED_BY_POLICY			= 42,
	HIP_NOTIFY_RESPONDER_BUSY_PLEASE_RETRY		= 44,
	HIP_NOTIFY_LOCATOR_TYPE_UNSUPPORTED		= 46,
	HIP_NOTIFY_I2_ACKNOWLEDGEMENT			= 16384,
	/* Private use: FIDs refused, type 8192 + the RFC 6089 option. */
	HIP_NOTIFY_FLOW_REFUSED				= 8192 + 45,
};

/* Error notifications are below this (section 5.2.19). */
#define HIP_NOTIFY_STATUS_MIN	16384

struct hip_hdr {
	u8		nexthdr;
	u8		hdrlen;		/* 8-octet units, first not counted */
	u8		type;		/* top bit zero */
	u8		version;	/* 4 bits version, 3 reserved, one 1 */
	__sum16		checksum;
	__be16		controls;
	struct in6_addr	sender;
	struct in6_addr	receiver;
} __packed;

struct hip_tlv {
	__be16	type;
	__be16	len;			/* of the contents, without padding */
	u8	data[];
} __packed;

/* Packet type: its top bit is not ours to judge (section 5.1). */
static inline u8 hip_hdr_type(const struct hip_hdr *hdr)
{
	return hdr->type & 0x7f;
}

/* Octets of header and parameters, as Header Length says ... */
static inline unsigned int hip_hdr_total(const struct hip_hdr *hdr)
{
	return (hdr->hdrlen + 1) * 8;
}

/* ... and back. */
static inline u8 hip_hdr_units(unsigned int len)
{
	return len / 8 - 1;
}

/* Contents of parameters, behind type and length. */

struct hip_esp_info {			/* RFC 7402 section 5.1.1 */
	__be16	reserved;
	__be16	keymat_index;		/* octets */
	__be32	old_spi;
	__be32	new_spi;
} __packed;

struct hip_r1_counter {			/* section 5.2.3 */
	u8	reserved[4];		/* echoed verbatim */
	__be64	generation;
} __packed;

struct hip_puzzle {			/* section 5.2.4 */
	u8	k;
	u8	lifetime;		/* 2^(lifetime - 32) seconds */
	u8	opaque[2];
	u8	i[];			/* hip_rhash_len() */
} __packed;

struct hip_solution {			/* section 5.2.5 */
	u8	k;
	u8	reserved;
	u8	opaque[2];
	u8	ij[];			/* #I then #J, hip_rhash_len() each */
} __packed;

struct hip_dh {				/* section 5.2.7 */
	u8	group;
	__be16	publen;
	u8	pub[];
} __packed;

struct hip_notification {		/* section 5.2.19 */
	__be16	reserved;
	__be16	type;
	u8	data[];
} __packed;

struct hip_signature {			/* section 5.2.14 */
	__be16	algorithm;		/* HI algorithm, section 5.2.9 */
	u8	data[];
} __packed;

/* Octets a parameter takes on the wire: type, length, contents, padding. */
#define HIP_PARAM_SPACE(len)	((4 + (size_t)(len) + 7) & ~(size_t)7)

/* A server that relays a packet appends FROM and RVS_HMAC to it. */
#define HIP_RELAY_ROOM		(HIP_PARAM_SPACE(sizeof(struct in6_addr)) + \
				 HIP_PARAM_SPACE(HIP_RHASH_MAX_LEN))

/* A packet of 2008 octets of parameters holds at most 251 of them. */
#define HIP_PACKET_MAX_PARAMS	64

struct hip_param {
	const u8	*data;		/* contents */
	u16		type;
	u16		len;		/* of the contents */
};

/**
 * struct hip_packet - a parsed packet; points into the octets it was made of
 * @hdr: the header
 * @len: octets of header and parameters
 * @n: number of parameters
 * @param: parameters in the order of the packet
 * @error_param: type of the parameter that made the parser fail, or 0 if it
 *	did not
 */
struct hip_packet {
	const struct hip_hdr	*hdr;
	unsigned int		len;
	unsigned int		n;
	u16			error_param;
	struct hip_param	param[HIP_PACKET_MAX_PARAMS];
};

/**
 * hip_packet_parse - check a packet and index its parameters
 * @p: result; valid on success, and with -EPROTONOSUPPORT, when it is to be
 *	told what was not understood
 * @buf: the octets behind the IP header, aligned to 4; must stay while @p does
 * @len: how many; trailing octets beyond Header Length are ignored
 *
 * Sections 5.1 and 5.2.1. The checksum is not looked at (it needs the IP
 * addresses). Parameters must come in ascending order of type; only those
 * that may be repeated (CERT, NOTIFICATION, ECHO_*_UNSIGNED, E_LOCATOR, FROM,
 * VIA_RVS, REG_FAILED) may share a type. Fixed-size parameters are checked for
 * their size, variable ones for their minimum and inner consistency (lengths
 * inside DIFFIE_HELLMAN, HOST_ID, SOLUTION ...), so that the casts to the
 * structures above are safe afterwards. Non-zero padding is accepted.
 *
 * Return: 0; -EMSGSIZE (truncated, or Header Length too small); -EPROTO (not
 * version 2); -ENOMSG (unknown packet type); -EINVAL (a malformed parameter);
 * -EBADMSG (out of order); -EPROTONOSUPPORT (a critical parameter, odd type,
 * that we do not know: @p->error_param); -E2BIG (too many parameters).
 */
int hip_packet_parse(struct hip_packet *p, const void *buf, size_t len);

/* Its MAC is by the keys of an association, not by those of an exchange. */
static inline bool hip_packet_has_mac(const struct hip_packet *p)
{
	u8 type = hip_hdr_type(p->hdr);

	return type == HIP_UPDATE || type == HIP_CLOSE ||
	       type == HIP_CLOSE_ACK;
}

/* Two parameters of this type may stand side by side. */
bool hip_param_repeats(u16 type);

/**
 * hip_packet_param - first parameter of a type
 * @p: a parsed packet
 * @type: which
 *
 * Return: the parameter, or NULL.
 */
const struct hip_param *hip_packet_param(const struct hip_packet *p, u16 type);

/**
 * hip_packet_next - the next parameter of the same type
 * @p: a parsed packet
 * @param: one of its parameters
 *
 * Return: the parameter, or NULL.
 */
const struct hip_param *hip_packet_next(const struct hip_packet *p,
					const struct hip_param *param);

/**
 * hip_packet_type_name - "I1", "UPDATE" ... or "?"
 * @type: packet type
 */
const char *hip_packet_type_name(u8 type);

/* First of a u16 or u8 list in a parameter's contents, bounds known. */
static inline u16 hip_param_u16(const struct hip_param *param, unsigned int i)
{
	return get_unaligned_be16(param->data + 2 * i);
}

static inline u32 hip_param_u32(const struct hip_param *param, unsigned int i)
{
	return get_unaligned_be32(param->data + 4 * i);
}

/**
 * hip_packet_checksum_v6 - checksum over pseudo header and packet (5.1.1)
 * @buf: header and parameters
 * @len: octets, as Header Length says
 * @src: source address of the IP header
 * @dst: destination address
 *
 * Both functions compute over the packet as it is: with its checksum field
 * zero they give what belongs there (in network byte order, as stored), on a
 * packet with a right checksum they give 0.
 */
__sum16 hip_packet_checksum_v6(const void *buf, size_t len,
			       const struct in6_addr *src,
			       const struct in6_addr *dst);
/**
 * hip_packet_checksum_v4 - the same with the pseudo header of UDP over IPv4
 * @buf: header and parameters
 * @len: octets
 * @src: source address, network byte order
 * @dst: destination address
 */
__sum16 hip_packet_checksum_v4(const void *buf, size_t len, __be32 src,
			       __be32 dst);

/*
 * Covered parts (sections 5.2.12 to 5.2.15, 6.4). All give the message as
 * pieces: @head is the caller's room for a header made anew (checksum zero,
 * Header Length cut to what is covered), @iov gets at most
 * HIP_PACKET_COVER_IOV pieces. They return the number of pieces, or -EINVAL
 * if the packet has no such parameter.
 */
#define HIP_PACKET_COVER_IOV	4

/* What HIP_MAC (@type 61505), or HIP_SIGNATURE (61697) covers. */
int hip_packet_cover(const struct hip_packet *p, u16 type, struct hip_hdr *head,
		     struct hip_iov *iov);
/*
 * What HIP_MAC_2 covers: @host_id is the contents of the sender's HOST_ID as
 * in the R1; @room has HIP_PARAM_SPACE(host_id_len) octets.
 */
int hip_packet_cover_mac2(const struct hip_packet *p, const u8 *host_id,
			  unsigned int host_id_len, u8 *room,
			  struct hip_hdr *head, struct hip_iov *iov);
/*
 * What HIP_SIGNATURE_2 covers: receiver's HIT zero; #I and Opaque of the
 * PUZZLE zero. Written to @room (HIP_PACKET_MAX_LEN octets); returns octets.
 */
int hip_packet_cover_signature2(const struct hip_packet *p, u8 *room);

/**
 * hip_packet_check_mac - verify HIP_MAC in constant time
 * @p: a parsed packet
 * @hmac: keyed with the sender's HIP integrity key
 *
 * Return: 0, -EINVAL (no HIP_MAC), -EBADMSG (wrong, or of another length), or
 * an error of the hash.
 */
int hip_packet_check_mac(const struct hip_packet *p,
			 const struct hip_hmac *hmac);
/**
 * hip_packet_check_mac2 - verify HIP_MAC_2 (section 5.2.13) in constant time
 * @p: a parsed R2
 * @hmac: keyed with the Responder's HIP integrity key
 * @host_id: contents of the HOST_ID of the R1
 * @host_id_len: octets
 * @room: HIP_PARAM_SPACE(host_id_len) octets of scratch
 */
int hip_packet_check_mac2(const struct hip_packet *p,
			  const struct hip_hmac *hmac, const u8 *host_id,
			  unsigned int host_id_len, u8 *room);
/**
 * hip_packet_check_rvs - verify RVS_HMAC (RFC 8004 section 4.2.3)
 * @p: a parsed packet
 * @hmac: keyed with the integrity key of the rendezvous server that relayed it
 *
 * Return: as hip_packet_check_mac().
 */
int hip_packet_check_rvs(const struct hip_packet *p,
			 const struct hip_hmac *hmac);

/* Write type, length, contents, zero padding. Return: HIP_PARAM_SPACE(@len) */
unsigned int hip_tlv_fill(u8 *room, u16 type, const void *data,
			  unsigned int len);

/**
 * struct hip_builder - a packet being made
 * @buf: where, aligned to 4
 * @max: room
 * @len: octets so far, always a multiple of 8 between calls
 * @last: type of the last parameter
 * @err: first error: -ENOSPC or -EINVAL (order). Sticky; the put functions
 *	then give NULL or do nothing, so that it is checked once, at the end
 */
struct hip_builder {
	u8		*buf;
	unsigned int	max;
	unsigned int	len;
	u16		last;
	int		err;
};

void hip_build_begin(struct hip_builder *b, void *buf, unsigned int max,
		     u8 type, u16 controls, const struct in6_addr *sender,
		     const struct in6_addr *receiver);
/* Contents of @len zeroed octets to be filled in, or NULL with @b->err set. */
void *hip_build_param(struct hip_builder *b, u16 type, unsigned int len);
void hip_build_data(struct hip_builder *b, u16 type, const void *data,
		    unsigned int len);
void hip_build_u32(struct hip_builder *b, u16 type, u32 value);
void hip_build_u16_list(struct hip_builder *b, u16 type, const u16 *list,
			unsigned int n);
void hip_build_esp_info(struct hip_builder *b, u16 keymat_index, u32 old_spi,
			u32 new_spi);
void hip_build_dh(struct hip_builder *b, u8 group, const u8 *pub,
		  unsigned int publen);
void hip_build_notification(struct hip_builder *b, u16 type, const void *data,
			    unsigned int len);
/* Compute and append HIP_MAC over all so far. */
void hip_build_mac(struct hip_builder *b, const struct hip_hmac *hmac);
/* Compute and append HIP_MAC_2; @room as for the check. */
void hip_build_mac2(struct hip_builder *b, const struct hip_hmac *hmac,
		    const u8 *host_id, unsigned int host_id_len, u8 *room);
/**
 * hip_build_relayed - make a packet what a rendezvous server sends on
 * @buf: a packet that was parsed, its last parameter before FROM
 * @len: octets of it
 * @max: octets that @buf has room for
 * @from: who sent it
 * @hmac: of the association with whom it is for
 *
 * FROM and RVS_HMAC (RFC 8004 sections 4.2.2 and 4.2.1), and a checksum of zero.
 * Without a builder, as this is done for each I1 that anybody sends.
 *
 * Return: octets, -ENOSPC, or an error of the hash.
 */
int hip_build_relayed(void *buf, unsigned int len, unsigned int max,
		      const struct in6_addr *from, const struct hip_hmac *hmac);
/*
 * What is to be signed by HIP_SIGNATURE if nothing more is put before it: the
 * packet so far, with its Header Length right and its checksum zero, stands in
 * @b->buf, @b->len octets.
 */
void hip_build_signature(struct hip_builder *b, u16 type, u16 algorithm,
			 const u8 *sig, unsigned int siglen);
/* Set Header Length. Return: octets of the packet, or the error. */
int hip_build_end(struct hip_builder *b);

/**
 * hip_hit_is_valid - inside 2001:20::/28 (RFC 7343)
 * @hit: address
 */
static inline bool hip_hit_is_valid(const struct in6_addr *hit)
{
	return hit->s6_addr[0] == 0x20 && hit->s6_addr[1] == 0x01 &&
	       hit->s6_addr[2] == 0x00 && (hit->s6_addr[3] & 0xf0) == 0x20;
}

/* HIT suite (OGA) in a HIT. */
static inline u8 hip_hit_suite(const struct in6_addr *hit)
{
	return hit->s6_addr[3] & 0x0f;
}

/* The greater HIT, as unsigned integers (section 6.5). */
static inline bool hip_hit_greater(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a)) > 0;
}

#endif /* _NET_HIP_PACKET_H */
