// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include <linux/hip.h>

#include "names.h"

const struct hip_name hip_state_names[] = {
	{ HIP_STATE_UNASSOCIATED, "unassociated", "nothing was sent yet" },
	{ HIP_STATE_I1_SENT, "i1-sent", "waiting for R1" },
	{ HIP_STATE_I2_SENT, "i2-sent", "waiting for R2" },
	{ HIP_STATE_R2_SENT, "r2-sent", "waiting for the first data" },
	{ HIP_STATE_ESTABLISHED, "established", "data can flow" },
	{ HIP_STATE_CLOSING, "closing", "waiting for CLOSE_ACK" },
	{ HIP_STATE_CLOSED, "closed", "the peer closed it" },
	{ HIP_STATE_E_FAILED, "failed", "see the reason" },
	{ 0 }
};

const struct hip_name hip_fail_names[] = {
	{ HIP_FAIL_NONE, "none", "nothing failed" },
	{ HIP_FAIL_NO_DAEMON, "no-daemon",
	  "hipflowd is not running: start it with 'systemctl start hipflowd'" },
	{ HIP_FAIL_NO_LOCATOR, "no-locator",
	  "no address is known for the peer: give one with 'hipflow peer add'" },
	{ HIP_FAIL_NO_ROUTE, "no-route",
	  "no route to any address of the peer: check 'ip route get' for them" },
	{ HIP_FAIL_NO_ANSWER, "no-answer",
	  "the peer does not answer: check its addresses, and that firewalls pass protocol 139" },
	{ HIP_FAIL_NO_IDENTITY, "no-identity",
	  "there is no host identity: hipflowd adds one when it starts, see its log" },
	{ HIP_FAIL_HIT_SUITE, "hit-suite",
	  "the peer does not take our type of host identity: see type in hipflowd.conf" },
	{ HIP_FAIL_DH_GROUP, "dh-group",
	  "no safe Diffie-Hellman group in common: compare dh_groups in hipflowd.conf" },
	{ HIP_FAIL_CIPHER, "cipher",
	  "no HIP cipher in common: the peer must take AES-128-CBC or AES-256-CBC" },
	{ HIP_FAIL_ESP_TRANSFORM, "esp-transform",
	  "no ESP suite in common: compare esp_suites in hipflowd.conf of both hosts" },
	{ HIP_FAIL_PUZZLE, "puzzle",
	  "the peer's puzzle is too hard, or was solved too late: try again later" },
	{ HIP_FAIL_AUTHENTICATION, "authentication",
	  "the peer did not prove that the HIT is its own: check HIT and addresses" },
	{ HIP_FAIL_POLICY, "policy",
	  "our policy refuses this peer: see [policy] in hipflowd.conf" },
	{ HIP_FAIL_REFUSED, "refused",
	  "the peer refused: its NOTIFY tells why, and it is to be solved there" },
	{ HIP_FAIL_INTERNAL, "internal",
	  "out of memory or of another resource: see the kernel log" },
	{ 0 }
};

const struct hip_name hip_locator_state_names[] = {
	{ HIP_LOCATOR_UNVERIFIED, "unverified",
	  "the peer was not yet seen to answer there" },
	{ HIP_LOCATOR_ACTIVE, "active", "verified, can be used" },
	{ HIP_LOCATOR_DEPRECATED, "deprecated",
	  "its lifetime has ended or it was withdrawn" },
	{ 0 }
};

const struct hip_name hip_stat_names[] = {
	{ HIP_STAT_RX_I1, "rx-i1", "I1 packets received" },
	{ HIP_STAT_RX_R1, "rx-r1", "R1 packets received" },
	{ HIP_STAT_RX_I2, "rx-i2", "I2 packets received" },
	{ HIP_STAT_RX_R2, "rx-r2", "R2 packets received" },
	{ HIP_STAT_RX_UPDATE, "rx-update", "UPDATE packets received" },
	{ HIP_STAT_RX_NOTIFY, "rx-notify", "NOTIFY packets received" },
	{ HIP_STAT_RX_CLOSE, "rx-close", "CLOSE packets received" },
	{ HIP_STAT_RX_CLOSE_ACK, "rx-close-ack", "CLOSE_ACK packets received" },
	{ HIP_STAT_TX_I1, "tx-i1", "I1 packets sent" },
	{ HIP_STAT_TX_R1, "tx-r1", "R1 packets sent" },
	{ HIP_STAT_TX_I2, "tx-i2", "I2 packets sent" },
	{ HIP_STAT_TX_R2, "tx-r2", "R2 packets sent" },
	{ HIP_STAT_TX_UPDATE, "tx-update", "UPDATE packets sent" },
	{ HIP_STAT_TX_NOTIFY, "tx-notify", "NOTIFY packets sent" },
	{ HIP_STAT_TX_CLOSE, "tx-close", "CLOSE packets sent" },
	{ HIP_STAT_TX_CLOSE_ACK, "tx-close-ack", "CLOSE_ACK packets sent" },
	{ HIP_STAT_RETRANSMITS, "retransmits", "control packets sent again" },
	{ HIP_STAT_DROP_TRUNCATED, "drop-truncated",
	  "packets shorter than their length says" },
	{ HIP_STAT_DROP_VERSION, "drop-version", "packets that are not HIPv2" },
	{ HIP_STAT_DROP_TYPE, "drop-type", "packets of an unknown type" },
	{ HIP_STAT_DROP_CHECKSUM, "drop-checksum",
	  "packets with a wrong checksum" },
	{ HIP_STAT_DROP_MALFORMED, "drop-malformed",
	  "packets with a parameter missing or malformed" },
	{ HIP_STAT_DROP_ORDER, "drop-order",
	  "packets with parameters out of order" },
	{ HIP_STAT_DROP_CRITICAL, "drop-critical",
	  "packets with an unknown critical parameter" },
	{ HIP_STAT_DROP_HIT, "drop-hit",
	  "packets not for a HIT of ours, or not with HITs" },
	{ HIP_STAT_DROP_STATE, "drop-state",
	  "packets not expected in the state of the association" },
	{ HIP_STAT_DROP_PUZZLE, "drop-puzzle",
	  "packets with a wrong or outdated puzzle solution" },
	{ HIP_STAT_DROP_MAC, "drop-mac", "packets with a wrong MAC" },
	{ HIP_STAT_DROP_SIGNATURE, "drop-signature",
	  "packets with a wrong signature" },
	{ HIP_STAT_DROP_POLICY, "drop-policy", "packets refused by policy" },
	{ HIP_STAT_DROP_REPLAY, "drop-replay", "packets seen before" },
	{ HIP_STAT_DROP_NO_DAEMON, "drop-no-daemon",
	  "packets that needed hipflowd while it was absent or too slow" },
	{ HIP_STAT_DROP_LIMIT, "drop-limit",
	  "packets over a limit on memory or rate" },
	{ HIP_STAT_DROP_PROPOSAL, "drop-proposal",
	  "packets with no group, cipher or ESP suite in common" },
	{ HIP_STAT_DATA_NO_ASSOC, "data-no-assoc",
	  "data for a peer that cannot be reached" },
	{ HIP_STAT_DATA_NO_PATH, "data-no-path", "data with no usable path" },
	{ HIP_STAT_DATA_QUEUE_FULL, "data-queue-full",
	  "data while the base exchange runs, queue full" },
	{ HIP_STAT_DATA_TX_ERROR, "data-tx-error",
	  "data refused by XFRM or routing on the way out" },
	{ HIP_STAT_DATA_RX_ERROR, "data-rx-error",
	  "data refused by XFRM on the way in" },
	{ HIP_STAT_DATA_NO_CREDIT, "data-no-credit",
	  "data for an address that is not verified, beyond credit" },
	{ HIP_STAT_REKEYS, "rekeys", "pairs of SAs that got new keys" },
	{ HIP_STAT_RELAYED, "relayed",
	  "packets sent on to hosts that are registered with us" },
	{ HIP_STAT_TX_UPDATE_RVS, "tx-update-rvs",
	  "UPDATEs sent to where a server of the peer's may be" },
	{ 0 }
};

const struct hip_name hip_no_yes_names[] = {
	{ 0, "no", NULL },
	{ 1, "yes", NULL },
	{ 0 }
};

const struct hip_name hip_rekey_on_move_names[] = {
	{ HIP_REKEY_ON_MOVE_NO, "no", NULL },
	{ HIP_REKEY_ON_MOVE_YES, "yes", NULL },
	{ HIP_REKEY_ON_MOVE_DH, "dh", NULL },
	{ 0 }
};

const struct hip_name hip_server_allow_names[] = {
	{ HIP_SERVER_ALLOW_ANY, "any", "every host may register" },
	{ HIP_SERVER_ALLOW_LISTED, "listed", "those that are listed" },
	{ HIP_SERVER_ALLOW_NONE, "none", "no host may register" },
	{ 0 }
};

const struct hip_name hip_registration_state_names[] = {
	{ HIP_REGISTRATION_WAITING, "waiting", "for the server" },
	{ HIP_REGISTRATION_REGISTERED, "registered", "until it expires" },
	{ HIP_REGISTRATION_REFUSED, "refused", "see why; asked again later" },
	{ HIP_REGISTRATION_CANCELLED, "cancelled", "it is over" },
	{ HIP_REGISTRATION_EXPIRED, "expired", "it was not renewed" },
	{ 0 }
};

const struct hip_name hip_reg_failure_names[] = {
	{ 0, "credentials",
	  "the server does not know this host: it has to allow its HIT" },
	{ 1, "unavailable", "the server offers no rendezvous" },
	{ 2, "resources", "the server has no room left: tried again later" },
	{ 3, "bad-cert", "the certificate is not valid" },
	{ 4, "cert-signature", "the certificate's signature is wrong" },
	{ 5, "cert-type", "the server takes no certificates" },
	{ 6, "cert-expired", "the certificate has expired" },
	{ 7, "cert-other", "something else is wrong with the certificate" },
	{ 8, "unknown-ca", "the server does not know who made the certificate" },
	{ 0 }
};

const struct hip_name hip_esp_suite_names[] = {
	{ 1, "aes-128-cbc-hmac-sha1", NULL },
	{ 7, "null-hmac-sha256", "integrity without secrecy" },
	{ 8, "aes-128-cbc-hmac-sha256", "mandatory" },
	{ 9, "aes-256-cbc-hmac-sha256", NULL },
	{ 10, "aes-128-ccm-8", NULL },
	{ 11, "aes-128-ccm-16", NULL },
	{ 12, "aes-128-gcm-8", NULL },
	{ 13, "aes-128-gcm-16", NULL },
	{ 14, "aes-128-cmac-96", "integrity without secrecy" },
	{ 15, "aes-128-gmac", "integrity without secrecy" },
	{ 0 }
};

const struct hip_name hip_cipher_names[] = {
	{ 1, "null", NULL },
	{ 2, "aes-128-cbc", NULL },
	{ 4, "aes-256-cbc", NULL },
	{ 0 }
};

const struct hip_name hip_dh_group_names[] = {
	{ 3, "modp1536", "mandatory" },
	{ 4, "modp3072", NULL },
	{ 7, "p256", NULL },
	{ 8, "p384", NULL },
	{ 9, "p521", NULL },
	{ 10, "secp160r1", "weak: not for secrets that last" },
	{ 11, "modp2048", NULL },
	{ 0 }
};

const struct hip_name hip_fid_status_names[] = {
	{ 0, "ok", "the peer took the binding" },
	{ 128, "prohibited",
	  "the peer forbids it, or it holds as many bindings as it takes" },
	{ 129, "rejected", "the peer gave no reason" },
	{ 130, "malformed", "the peer could not read the binding" },
	{ 131, "no-locator", "the peer does not know the locator" },
	{ 132, "unknown-fid",
	  "the peer does not know the flow: it needs a selector" },
	{ 133, "selector", "the peer does not support this selector" },
	{ 0 }
};

const struct hip_name hip_notify_names[] = {
	{ 1, "unsupported-critical-parameter-type",
	  "the peer did not understand a parameter that it must not skip" },
	{ 7, "invalid-syntax", "the peer found a packet of ours malformed" },
	{ 14, "no-dh-proposal-chosen", "no Diffie-Hellman group in common" },
	{ 15, "invalid-dh-chosen", "we chose a group that was not offered" },
	{ 16, "no-hip-proposal-chosen", "no HIT suite or cipher in common" },
	{ 17, "invalid-hip-cipher-chosen",
	  "we chose a cipher that was not offered" },
	{ 18, "no-esp-proposal-chosen", "no ESP suite in common" },
	{ 19, "invalid-esp-transform-chosen",
	  "we chose an ESP suite that was not offered" },
	{ 20, "unsupported-hit-suite",
	  "the peer does not take the type of our host identity" },
	{ 24, "authentication-failed", "the peer found our signature wrong" },
	{ 26, "checksum-failed", "the peer found our checksum wrong" },
	{ 28, "hip-mac-failed", "the peer found our MAC wrong" },
	{ 32, "encryption-failed", "the peer could not decrypt a parameter" },
	{ 40, "invalid-hit", "our HIT does not belong to our key" },
	{ 42, "blocked-by-policy", "the peer's policy refuses us" },
	{ 44, "responder-busy", "the peer is overloaded: try again later" },
	{ 46, "locator-type-unsupported",
	  "the peer does not know a type of locator" },
	{ 8237, "flow-refused", "the peer refused flow bindings" },
	{ 16384, "i2-acknowledgement", "the peer is working on our I2" },
	{ 0 }
};

const struct hip_name *hip_name_find(const struct hip_name *table,
				     unsigned int number)
{
	for (; table->name; table++)
		if (table->number == number)
			return table;
	return NULL;
}

const char *hip_name(const struct hip_name *table, unsigned int number,
		     char buf[HIP_NAME_LEN])
{
	const struct hip_name *line = hip_name_find(table, number);

	if (line)
		return line->name;
	snprintf(buf, HIP_NAME_LEN, "%u", number);
	return buf;
}

const char *hip_name_text(const struct hip_name *table, unsigned int number)
{
	const struct hip_name *line = hip_name_find(table, number);

	return line ? line->text : NULL;
}

int hip_name_number(const struct hip_name *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table->number;
	return -1;
}

const char *hip_name_list(const struct hip_name *table, const char *separator,
			  char *buf, size_t size)
{
	const char *before = "";
	size_t used = 0;

	if (size)
		buf[0] = '\0';
	for (; table->name && used < size; table++) {
		int n = snprintf(buf + used, size - used, "%s%s", before,
				 table->name);

		if (n < 0)
			break;
		used += n;
		before = separator;
	}
	return buf;
}
